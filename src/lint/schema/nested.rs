//! Whole objects inside of custom resources: `x-kubernetes-embedded-resource`.

use serde_json::Value as Json;

use crate::{
    cel::is_embedded,
    diagnostic::Gvk,
    node::{Node, Pointer, Value},
};

/// Whether a schema, or one inside of it, has objects that it leaves to their own schemas.
pub(super) fn occur(schema: &Json) -> bool {
    is_open(schema) || inner(schema).any(occur)
}

/// The objects that a custom resource leaves to their own schemas, and where they are.
pub(super) fn objects<'n>(object: &'n Node, schema: &Json) -> Vec<(Pointer, &'n Node)> {
    let mut found = Vec::new();
    collect(object, schema, &Pointer::default(), &mut found);
    found
}

/// The kind of an object inside of another.
pub(super) fn gvk(object: &Node) -> Option<Gvk> {
    let text = |field: &str| object.get(field).and_then(Node::as_str);
    Some(Gvk::new(text("apiVersion")?, text("kind")?))
}

fn is_open(schema: &Json) -> bool {
    is_embedded(schema) && schema.get("x-kubernetes-preserve-unknown-fields") == Some(&Json::Bool(true))
}

fn inner(schema: &Json) -> impl Iterator<Item = &Json> {
    let fields = schema.get("properties").and_then(Json::as_object).into_iter().flatten().map(|(_, field)| field);
    fields.chain(["items", "additionalProperties"].into_iter().filter_map(|keyword| schema.get(keyword)))
}

fn collect<'n>(node: &'n Node, schema: &Json, place: &Pointer, found: &mut Vec<(Pointer, &'n Node)>) {
    if is_open(schema) {
        found.push((place.clone(), node));
    }
    match &node.value {
        Value::Map(map) => {
            for (key, value) in map.entries() {
                let field = schema.get("properties").and_then(|fields| fields.get(key.as_str()));
                if let Some(schema) = field.or_else(|| schema.get("additionalProperties")) {
                    collect(value, schema, &place.then(key.as_str()), found);
                }
            }
        }
        Value::List(items) => {
            let Some(schema) = schema.get("items") else { return };
            for (at, item) in items.iter().enumerate() {
                collect(item, schema, &place.then(at.to_string()), found);
            }
        }
        _ => {}
    }
}
