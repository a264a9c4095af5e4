//! Values, most of which only look at the object that is checked.

use std::{borrow::Cow, net::IpAddr, ops::Deref, rc::Rc, slice};

use super::{
    library::{cidr::Cidr, quantity::Quantity, semver::Semver, time, url::Url},
    types::{Field, Type},
};
use crate::node::{self, Key, Node};

/// A value.
#[derive(Clone, Debug)]
pub enum Value<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// An unsigned integer.
    Uint(u64),
    /// Any other number.
    Double(f64),
    /// A text.
    String(Text<'a>),
    /// Bytes.
    Bytes(Rc<[u8]>),
    /// Nanoseconds.
    Duration(i64),
    /// A point in time.
    Timestamp(time::Timestamp),
    /// A list.
    List(List<'a>),
    /// A map.
    Map(Map<'a>),
    /// A value, or none.
    Optional(Option<Rc<Value<'a>>>),
    /// The name of a type.
    Type(&'static str),
    /// An amount such as `500m`.
    Quantity(Quantity),
    /// A parsed URL.
    Url(Rc<Url>),
    /// An address.
    Ip(IpAddr),
    /// A range of addresses.
    Cidr(Cidr),
    /// A semantic version.
    Semver(Rc<Semver>),
    /// The name of a format.
    Format(&'static str),
}

/// Why an expression has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// One sentence.
    pub message: Cow<'static, str>,
    /// Whether a cluster may come to a result: the expression takes too long, or asks for what is not known here.
    pub inconclusive: bool,
}

/// What becomes of an expression.
pub type Outcome<T> = Result<T, Error>;

impl Error {
    /// A mistake that the expression met.
    pub(super) fn new(message: impl Into<Cow<'static, str>>) -> Self {
        Self { message: message.into(), inconclusive: false }
    }

    /// What a cluster knows, and nobody here.
    pub(super) fn unknown(message: impl Into<Cow<'static, str>>) -> Self {
        Self { message: message.into(), inconclusive: true }
    }

    /// The expression does too much.
    pub(super) fn endless() -> Self {
        Self { message: "it takes too long".into(), inconclusive: true }
    }
}

/// An [`Error`] in place of a value.
pub(super) fn fail<T>(message: impl Into<Cow<'static, str>>) -> Outcome<T> {
    Err(Error::new(message))
}

/// A text, which is shared instead of copied.
#[derive(Clone, Debug)]
pub enum Text<'a> {
    /// Of the object or the expression.
    Borrowed(&'a str),
    /// Made by a function.
    Made(Rc<str>),
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Made(text) => text,
        }
    }
}

/// A list.
#[derive(Clone, Debug)]
pub enum List<'a> {
    /// A list of the object, and the type of its items.
    Viewed(&'a [Node], &'a Type),
    /// Made by an expression.
    Made(Rc<[Value<'a>]>),
}

/// A map.
#[derive(Clone, Debug)]
pub enum Map<'a> {
    /// A map of the object, and its type.
    Viewed(&'a node::Map, &'a Type),
    /// Made by an expression.
    Made(Rc<[(Value<'a>, Value<'a>)]>),
}

impl<'a> Value<'a> {
    /// A value of an object, in the eyes of its schema.
    ///
    /// # Errors
    /// When a text has not the format that the schema asks for.
    pub fn view(node: &'a Node, shape: &'a Type) -> Outcome<Self> {
        Ok(match (&node.value, shape) {
            (node::Value::Null, _) => Self::Null,
            (node::Value::Bool(value), _) => Self::Bool(*value),
            #[expect(clippy::cast_precision_loss, reason = "that is how JSON's numbers become CEL's")]
            (node::Value::Int(value), Type::Double) => Self::Double(*value as f64),
            (node::Value::Int(value), _) => Self::Int(*value),
            (node::Value::Float(value), _) => Self::Double(*value),
            (node::Value::Str(text), Type::Timestamp) => Self::Timestamp(time::of_field(text)?),
            (node::Value::Str(text), Type::Duration) => {
                let parsed = time::duration_of_field(text);
                Self::Duration(parsed.map_or_else(|| time::duration(text), Ok)?)
            }
            (node::Value::Str(text), Type::Bytes) => super::library::bytes::of_field(text)?,
            (node::Value::Str(text), _) => Self::String(Text::Borrowed(text)),
            (node::Value::List(items), Type::List(item)) => Self::List(List::Viewed(items, item)),
            (node::Value::List(items), _) => Self::List(List::Viewed(items, &Type::Dyn)),
            (node::Value::Map(map), shape) => Self::Map(Map::Viewed(map, shape)),
        })
    }

    /// A text that a function made.
    pub(super) fn text(text: impl Into<Rc<str>>) -> Self {
        Self::String(Text::Made(text.into()))
    }

    /// A list that a function made.
    pub(super) fn list(items: Vec<Self>) -> Self {
        Self::List(List::Made(items.into()))
    }

    /// A map that a function made.
    pub(super) fn map(entries: Vec<(Self, Self)>) -> Self {
        Self::Map(Map::Made(entries.into()))
    }

    /// A value that is there.
    pub(super) fn some(value: Self) -> Self {
        Self::Optional(Some(Rc::new(value)))
    }

    /// The boolean, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self { Some(*value) } else { None }
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The name of the value's type, as `type()` gives it.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null_type",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Uint(_) => "uint",
            Self::Double(_) => "double",
            Self::String(_) => "string",
            Self::Bytes(_) => "bytes",
            Self::Duration(_) => "google.protobuf.Duration",
            Self::Timestamp(_) => "google.protobuf.Timestamp",
            Self::List(_) => "list",
            Self::Map(Map::Viewed(_, Type::Object(_))) => "object",
            Self::Map(_) => "map",
            Self::Optional(_) => "optional_type",
            Self::Type(_) => "type",
            Self::Quantity(_) => "kubernetes.Quantity",
            Self::Url(_) => "kubernetes.URL",
            Self::Ip(_) => "net.IP",
            Self::Cidr(_) => "net.CIDR",
            Self::Semver(_) => "kubernetes.Semver",
            Self::Format(_) => "kubernetes.NamedFormat",
        }
    }

    /// Whether the value can be an argument of this type.
    pub(super) fn is(&self, shape: &Type) -> bool {
        match (shape, self) {
            (Type::Dyn | Type::Param(_), _)
            | (Type::Null, Self::Null)
            | (Type::Bool, Self::Bool(_))
            | (Type::Int, Self::Int(_))
            | (Type::Uint, Self::Uint(_))
            | (Type::Double, Self::Double(_))
            | (Type::String, Self::String(_))
            | (Type::Bytes, Self::Bytes(_))
            | (Type::Duration, Self::Duration(_))
            | (Type::Timestamp, Self::Timestamp(_))
            | (Type::List(_), Self::List(_))
            | (Type::Map(..) | Type::Object(_), Self::Map(_))
            | (Type::Optional(_), Self::Optional(_))
            | (Type::Type, Self::Type(_)) => true,
            (Type::Opaque(name), value) => *name == value.type_name(),
            _ => false,
        }
    }
}

impl<'a> List<'a> {
    /// How many items it has.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Viewed(items, _) => items.len(),
            Self::Made(items) => items.len(),
        }
    }

    pub(super) fn get(&self, at: usize) -> Option<Outcome<Value<'a>>> {
        match self {
            Self::Viewed(items, shape) => items.get(at).map(|item| Value::view(item, shape)),
            Self::Made(items) => items.get(at).map(|item| Ok(item.clone())),
        }
    }

    /// Every item.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = Outcome<Value<'a>>> + '_ {
        (0..self.len()).filter_map(|at| self.get(at))
    }

    /// Every item, none of which is broken.
    pub(super) fn values(&self) -> Outcome<Vec<Value<'a>>> {
        self.iter().collect()
    }
}

impl<'a> Map<'a> {
    /// How many entries it has.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Viewed(map, _) => map.len(),
            Self::Made(entries) => entries.len(),
        }
    }

    pub(super) fn get(&self, key: &Value<'a>) -> Option<Outcome<Value<'a>>> {
        match self {
            Self::Viewed(map, shape) => {
                let key = key.as_str()?;
                match shape {
                    Type::Object(fields) => {
                        let Field { name, shape } = fields.get(key)?;
                        // Kubernetes takes a null for an absent field.
                        map.get(name).filter(|node| !node.is_null()).map(|node| Value::view(node, shape))
                    }
                    Type::Map(_, shape) => map.get(key).map(|node| Value::view(node, shape)),
                    _ => map.get(key).map(|node| Value::view(node, &Type::Dyn)),
                }
            }
            Self::Made(entries) => {
                entries.iter().find(|(own, _)| own.equals(key) == Ok(true)).map(|(_, value)| Ok(value.clone()))
            }
        }
    }

    pub(super) fn field(&self, name: &'a str) -> Option<Outcome<Value<'a>>> {
        self.get(&Value::String(Text::Borrowed(name)))
    }

    /// Every entry.
    pub(super) fn entries(&self) -> Outcome<Vec<(Value<'a>, Value<'a>)>> {
        match self {
            Self::Viewed(map, shape) => map.entries().iter().filter_map(|entry| viewed(entry, shape)).collect(),
            Self::Made(entries) => Ok(entries.to_vec()),
        }
    }

    /// Every key.
    pub(super) fn keys(&self) -> Vec<Value<'a>> {
        match self {
            Self::Viewed(map, _) => {
                let entries: slice::Iter<'a, (Key, Node)> = map.entries().iter();
                entries.map(|(key, _)| Value::String(Text::Borrowed(key.as_str()))).collect()
            }
            Self::Made(entries) => entries.iter().map(|(key, _)| key.clone()).collect(),
        }
    }
}

/// An entry of a map of the object, unless its schema hides it.
fn viewed<'a>((key, node): &'a (Key, Node), shape: &'a Type) -> Option<Outcome<(Value<'a>, Value<'a>)>> {
    let shape = match shape {
        Type::Object(fields) => &fields.values().find(|field| field.name == key.text)?.shape,
        Type::Map(_, value) => value,
        _ => &Type::Dyn,
    };
    let key = Value::String(Text::Borrowed(key.as_str()));
    Some(Value::view(node, shape).map(|value| (key, value)))
}
