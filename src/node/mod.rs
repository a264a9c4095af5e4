//! The one tree type: a YAML value that remembers where it was written.
//!
//! A layer of a spec, the merged spec and a rendered object are all made of [`Node`]s. No stage throws a span away, so
//! that a finding about a rendered object can underline the line of the spec that caused it.

mod build;
pub mod edit;
mod key;
mod leaf;
mod map;
mod patch;
mod pointer;
pub mod yaml;

pub use build::IntoEntry;
pub(crate) use build::object;
pub use key::Key;
pub use leaf::Leaf;
pub use map::{Lookup, Map};
pub use patch::PatchError;
pub use pointer::{Pointer, escape};

use smol_str::SmolStr;

use crate::source::Span;

/// A value and the place it was written at; no place when a renderer made it up.
///
/// Equality compares values only.
#[derive(Clone, Debug)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it was written.
    pub span: Option<Span>,
}

/// A YAML value, with scalars as Kubernetes reads them.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, `~`, or nothing at all.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// Any other number; always finite.
    Float(f64),
    /// A string.
    Str(SmolStr),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping.
    Map(Map),
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Node {
    /// A value that was written at `span`.
    pub fn new(value: impl Into<Value>, span: impl Into<Option<Span>>) -> Self {
        Self { value: value.into(), span: span.into() }
    }

    /// A value that no file holds.
    pub fn made(value: impl Into<Value>) -> Self {
        Self { value: value.into(), span: None }
    }

    /// The same value, with the place that caused it.
    #[must_use]
    pub fn caused_by(mut self, span: impl Into<Option<Span>>) -> Self {
        self.span = span.into();
        self
    }

    /// Whether the value is null.
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// The boolean, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        if let Value::Bool(value) = self.value { Some(value) } else { None }
    }

    /// The integer, if it is one.
    pub fn as_int(&self) -> Option<i64> {
        if let Value::Int(value) = self.value { Some(value) } else { None }
    }

    /// The number, if it is one.
    #[expect(clippy::cast_precision_loss, reason = "whoever asks for a fraction takes the nearest there is")]
    pub fn as_number(&self) -> Option<f64> {
        match self.value {
            Value::Int(value) => Some(value as f64),
            Value::Float(value) => Some(value),
            _ => None,
        }
    }

    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        if let Value::Str(value) = &self.value { Some(value) } else { None }
    }

    /// The items, if it is a list.
    pub fn as_list(&self) -> Option<&[Node]> {
        if let Value::List(value) = &self.value { Some(value) } else { None }
    }

    /// The entries, if it is a map.
    pub fn as_map(&self) -> Option<&Map> {
        if let Value::Map(value) = &self.value { Some(value) } else { None }
    }

    /// The entries, if it is a map.
    pub fn as_map_mut(&mut self) -> Option<&mut Map> {
        if let Value::Map(value) = &mut self.value { Some(value) } else { None }
    }

    /// The value under a key, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.get(key)
    }

    /// The items of a list; nothing for any other value.
    pub fn items(&self) -> &[Node] {
        self.as_list().unwrap_or_default()
    }

    /// The entries of a map; nothing for any other value.
    pub fn entries(&self) -> &[(Key, Node)] {
        self.as_map().map_or(&[], Map::entries)
    }

    /// What kind of value it is, in the words of a message: `a string`, `a map`.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Int(_) => "an integer",
            Value::Float(_) => "a number",
            Value::Str(_) => "a string",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
    }

    /// A scalar as text; nothing for null, lists and maps.
    pub fn scalar_text(&self) -> Option<SmolStr> {
        match &self.value {
            Value::Bool(value) => Some(if *value { "true".into() } else { "false".into() }),
            Value::Int(value) => Some(smol_str::format_smolstr!("{value}")),
            Value::Float(value) => Some(smol_str::format_smolstr!("{value}")),
            Value::Str(value) => Some(value.clone()),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The same value for libraries that want JSON.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match &self.value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Int(value) => Json::from(*value),
            Value::Float(value) => Json::from(*value),
            Value::Str(value) => Json::String(value.as_str().to_owned()),
            Value::List(items) => Json::Array(items.iter().map(Node::to_json).collect()),
            Value::Map(map) => {
                Json::Object(map.entries().iter().map(|(key, value)| (key.text.to_string(), value.to_json())).collect())
            }
        }
    }
}
