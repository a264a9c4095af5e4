//! What the API server changes in a custom resource before it checks it: absent fields get their defaults, and a null
//! where none may be is taken for an absent field:
//! <https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting>.

use serde_json::Value as Json;

use crate::node::{self, Key, Map, Node, Value};

/// The object as the API server sees it; nothing where that is how it was written.
pub(super) fn fill(object: &Node, schema: &Json) -> Option<Node> {
    if !is_changed(object, schema) {
        return None;
    }
    let mut filled = object.clone();
    change(&mut filled, schema);
    Some(filled)
}

/// The schema of a field, declared or not.
fn of_field<'s>(schema: &'s Json, name: &str) -> Option<&'s Json> {
    let declared = schema.get("properties").and_then(|fields| fields.get(name));
    declared.or_else(|| schema.get("additionalProperties").filter(|values| values.is_object()))
}

fn is_misplaced_null(node: &Node, schema: &Json) -> bool {
    node.is_null() && schema.get("nullable") != Some(&Json::Bool(true))
}

fn defaults(schema: &Json) -> impl Iterator<Item = (&String, &Json)> {
    let fields = schema.get("properties").and_then(Json::as_object).into_iter().flatten();
    fields.filter_map(|(name, field)| Some((name, field.get("default")?)))
}

fn is_changed(node: &Node, schema: &Json) -> bool {
    match &node.value {
        Value::Map(map) => {
            let fields = map.entries().iter().filter_map(|(key, value)| Some((value, of_field(schema, key.as_str())?)));
            let mut fields = fields;
            defaults(schema).any(|(name, _)| !map.contains(name))
                || fields.any(|(value, schema)| is_misplaced_null(value, schema) || is_changed(value, schema))
        }
        Value::List(items) => {
            let of_items = schema.get("items");
            of_items.is_some_and(|schema| {
                let has_default = schema.get("default").is_some();
                items.iter().any(|item| (has_default && is_misplaced_null(item, schema)) || is_changed(item, schema))
            })
        }
        _ => false,
    }
}

fn change(node: &mut Node, schema: &Json) {
    match &mut node.value {
        Value::Map(map) => change_map(map, schema),
        Value::List(items) => {
            let Some(schema) = schema.get("items") else { return };
            for item in items {
                if let Some(default) = schema.get("default").filter(|_| is_misplaced_null(item, schema)) {
                    item.value = made(default).value;
                }
                change(item, schema);
            }
        }
        _ => {}
    }
}

fn change_map(map: &mut Map, schema: &Json) {
    map.retain(|key, value| !of_field(schema, key.as_str()).is_some_and(|schema| is_misplaced_null(value, schema)));
    for (name, default) in defaults(schema) {
        if !map.contains(name) {
            map.push(Key::new(name.as_str(), None), made(default));
        }
    }
    for (key, value) in map.entries_mut() {
        if let Some(schema) = of_field(schema, key.as_str()) {
            change(value, schema);
        }
    }
}

/// A value that no file holds.
fn made(json: &Json) -> Node {
    Node::made(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Value::Int(number),
            None => number.as_f64().map_or(Value::Null, Value::Float),
        },
        Json::String(text) => Value::Str(text.into()),
        Json::Array(items) => Value::List(items.iter().map(made).collect()),
        Json::Object(entries) => {
            let mut map = node::Map::new();
            entries.iter().for_each(|(name, value)| map.push(Key::new(name.as_str(), None), made(value)));
            Value::Map(map)
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn defaults_and_nulls() {
        let schema = json!({"properties": {
            "size": {"type": "integer", "default": 3},
            "note": {"type": "string", "nullable": true, "default": "none"},
            "gone": {"type": "string"},
            "inner": {"properties": {"deep": {"default": {"a": 1.5}, "properties": {"b": {"default": [true]}}}}},
            "list": {"items": {"default": 7, "properties": {"c": {"default": null}}}},
            "map": {"additionalProperties": {"properties": {"d": {"default": "e"}}}},
        }});
        let filled = |object: Json| fill(&made(&object), &schema).map(|node| node.to_json());
        assert_eq!(filled(json!({"size": 1, "note": "x"})), None);
        assert_eq!(filled(json!({"size": null, "note": null, "gone": null})), Some(json!({"note": null, "size": 3})));
        assert_eq!(
            filled(json!({"size": 1, "note": "x", "inner": {}, "list": [null, {}], "map": {"m": {}}})),
            Some(json!({
                "size": 1, "note": "x", "inner": {"deep": {"a": 1.5, "b": [true]}}, "list": [7, {"c": null}],
                "map": {"m": {"d": "e"}},
            })),
        );
        assert_eq!(filled(json!({"inner": null})), Some(json!({"size": 3, "note": "none"})));
    }
}
