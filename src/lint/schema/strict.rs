//! Makes schemas as strict as the API server's field validation: a field that no schema names is a mistake.

use serde_json::{Map, Value};

/// Keywords that say what becomes of fields beside `properties`.
const OPEN: [&str; 3] = ["additionalProperties", "x-karat-open", "x-kubernetes-preserve-unknown-fields"];

/// What becomes of a field that no schema names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownFields {
    /// It is a mistake, as for the API server with `fieldValidation: Strict`.
    #[default]
    Refused,
    /// Nobody minds it. A misspelt field is one.
    Ignored,
}

/// Refuses fields beside `properties`, unless the schema is open or unknown fields are ignored; and items of a set that
/// are there twice.
///
/// Branches of `anyOf` and the like are left alone: they describe fields that are declared beside them. So a schema that
/// is not closed lets every unknown field pass.
pub(super) fn close(schema: &mut Value, unknown: UnknownFields) {
    let Value::Object(object) = schema else { return };
    let is_open = unknown == UnknownFields::Ignored || OPEN.iter().any(|keyword| object.contains_key(*keyword));
    if object.contains_key("properties") && !is_open {
        object.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    if object.get("x-kubernetes-list-type").is_some_and(|kind| kind == "set") {
        object.insert("uniqueItems".to_owned(), Value::Bool(true));
    }
    children(object).for_each(|child| close(child, unknown));
}

/// The schemas of an object's fields and of a list's items, and the definitions.
pub(super) fn children(object: &mut Map<String, Value>) -> impl Iterator<Item = &mut Value> {
    object.iter_mut().flat_map(|(keyword, value)| {
        // The keys of these are names, not keywords: a field may well be called `items`.
        let (one, many) = match (keyword.as_str(), value) {
            ("properties" | "$defs", Value::Object(named)) => (None, Some(named.values_mut())),
            ("items" | "additionalProperties", schema) => (Some(schema), None),
            _ => (None, None),
        };
        one.into_iter().chain(many.into_iter().flatten())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn closes_what_is_not_open() {
        let mut schema = json!({"properties": {
            "items": {"properties": {"a": {}}},
            "free": {"properties": {"a": {}}, "x-kubernetes-preserve-unknown-fields": true},
            "map": {"additionalProperties": {"properties": {"b": {}}}},
        }, "anyOf": [{"properties": {"items": {}}}]});
        let open = schema.clone();
        close(&mut schema, UnknownFields::Ignored);
        assert_eq!(schema, open);
        close(&mut schema, UnknownFields::Refused);
        assert_eq!(schema["additionalProperties"], false);
        assert_eq!(schema["properties"]["items"]["additionalProperties"], false);
        assert_eq!(schema["properties"]["free"]["additionalProperties"], Value::Null);
        assert_eq!(schema["properties"]["map"]["additionalProperties"]["additionalProperties"], false);
        assert_eq!(schema["anyOf"][0]["additionalProperties"], Value::Null);
    }
}
