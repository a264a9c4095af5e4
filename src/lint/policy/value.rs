//! Our trees as the policy engine's values.

use regorus::Value as Rego;

use crate::node::{Node, Value};

/// The same value for policies.
pub(super) fn from_node(node: &Node) -> Rego {
    match &node.value {
        Value::Null => Rego::Null,
        Value::Bool(value) => Rego::from(*value),
        Value::Int(value) => Rego::from(*value),
        Value::Float(value) => Rego::from(*value),
        Value::Str(value) => Rego::from(value.as_str()),
        Value::List(items) => Rego::from(items.iter().map(from_node).collect::<Vec<_>>()),
        Value::Map(map) => object(map.entries().iter().map(|(key, value)| (key.as_str(), from_node(value)))),
    }
}

/// An object from its fields.
pub(super) fn object<'a>(fields: impl Iterator<Item = (&'a str, Rego)>) -> Rego {
    let mut object = Rego::new_object();
    if let Ok(own) = object.as_object_mut() {
        own.extend(fields.map(|(key, value)| (Rego::from(key), value)));
    }
    object
}

/// The text of a string.
pub(super) fn text(value: &Rego) -> Option<&str> {
    value.as_string().ok().map(AsRef::as_ref)
}

/// A field of an object.
pub(super) fn field<'a>(value: &'a Rego, name: &str) -> Option<&'a Rego> {
    value.as_object().ok()?.get(&Rego::from(name))
}
