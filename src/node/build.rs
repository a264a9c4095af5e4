//! Writing trees in Rust: the `object!` macro, and what it takes for values.

use smol_str::SmolStr;

use super::{Key, Map, Node, Value};

/// A map node from keys and values: `object! { "name": name, "ports": ports }`.
///
/// A value is anything that `Into<Node>` takes; `None` leaves its key out.
macro_rules! object {
    ($($key:tt : $value:expr),* $(,)?) => {{
        #[allow(unused_mut, reason = "an empty object is built the same way")]
        let mut map = $crate::node::Map::new();
        $($crate::node::IntoEntry::into_entry($value, $key, &mut map);)*
        $crate::node::Node::made(map)
    }};
}
pub(crate) use object;

/// What may stand for a value in [`object!`].
pub trait IntoEntry {
    /// Adds itself under `key`, or nothing.
    fn into_entry(self, key: &'static str, map: &mut Map);
}

impl<T: Into<Node>> IntoEntry for T {
    fn into_entry(self, key: &'static str, map: &mut Map) {
        map.push(Key { text: SmolStr::new_static(key), span: None }, self.into());
    }
}

impl<T: Into<Node>> IntoEntry for Option<T> {
    fn into_entry(self, key: &'static str, map: &mut Map) {
        if let Some(value) = self {
            value.into_entry(key, map);
        }
    }
}

impl<'a, T> IntoEntry for &'a Option<T>
where
    &'a T: Into<Node>,
{
    fn into_entry(self, key: &'static str, map: &mut Map) {
        self.as_ref().into_entry(key, map);
    }
}

macro_rules! from {
    ($($from:ty => |$value:ident| $to:expr;)+) => {
        $(impl From<$from> for Value {
            fn from($value: $from) -> Self {
                $to
            }
        })+
    };
}

from! {
    bool => |value| Self::Bool(value);
    i64 => |value| Self::Int(value);
    i32 => |value| Self::Int(i64::from(value));
    u16 => |value| Self::Int(i64::from(value));
    &str => |value| Self::Str(value.into());
    String => |value| Self::Str(value.into());
    SmolStr => |value| Self::Str(value);
    Vec<Node> => |value| Self::List(value);
    Map => |value| Self::Map(value);
}

impl<T: Into<Value>> From<T> for Node {
    fn from(value: T) -> Self {
        Self::made(value)
    }
}

impl From<&Node> for Node {
    fn from(node: &Node) -> Self {
        node.clone()
    }
}

/// A key as a value: it keeps the key's place.
impl From<&Key> for Node {
    fn from(key: &Key) -> Self {
        Self { value: Value::Str(key.text.clone()), span: key.span }
    }
}

/// A value from a library that speaks JSON.
impl From<&serde_json::Value> for Node {
    fn from(json: &serde_json::Value) -> Self {
        use serde_json::Value as Json;
        Self::made(match json {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Bool(*value),
            Json::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(value), _) => Value::Int(value),
                (None, Some(value)) => Value::Float(value),
                (None, None) => Value::Null,
            },
            Json::String(text) => Value::Str(text.into()),
            Json::Array(items) => Value::List(items.iter().map(Node::from).collect()),
            Json::Object(fields) => {
                Value::Map(fields.iter().map(|(key, value)| (key.as_str().into(), Node::from(value))).collect())
            }
        })
    }
}
