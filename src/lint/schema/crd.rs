//! CustomResourceDefinitions as JSON Schemas.
//!
//! Their dialect is OpenAPI v3 with extensions of Kubernetes:
//! <https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/>.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::{
    compile::{Broken, Compiled, Origin},
    embedded,
    strict::{self, UnknownFields},
};
use crate::{diagnostic::Gvk, node::Node};

/// The formats that mean the same to Kubernetes and to JSON Schema; the others are not checked.
const FORMATS: [&str; 6] = ["byte", "date", "date-time", "ipv4", "ipv6", "uuid"];

/// What every object has, whatever its own definition says.
static METADATA: LazyLock<Value> = LazyLock::new(|| {
    let newest = embedded::releases().last();
    newest
        .map_or_else(|| json!({}), |release| release.closure_of("meta.v1.ObjectMeta", Origin::Kubernetes).definitions())
});

/// The schema of each version that a definition declares.
pub(super) fn compile(definition: &Node, unknown: UnknownFields) -> Vec<(Gvk, Result<Compiled, Broken>)> {
    let text = |node: &Node, pointer: &str| node.at(pointer).and_then(Node::as_str).unwrap_or_default().to_owned();
    let (group, kind) = (text(definition, "/spec/group"), text(definition, "/spec/names/kind"));
    let versions = definition.at("/spec/versions").map(Node::items).unwrap_or_default();
    let compiled = versions.iter().enumerate().map(|(at, version)| {
        let gvk = Gvk::new(&format!("{group}/{}", text(version, "/name")), &kind);
        let pointer = format!("/spec/versions/{at}/schema/openAPIV3Schema");
        let compiled = match definition.at(&pointer) {
            Some(schema) => version_schema(schema, &gvk, unknown)
                .map_err(|broken| Broken { pointer: pointer + &broken.pointer, message: broken.message }),
            None => Err(Broken {
                pointer: format!("/spec/versions/{at}"),
                message: "the version has no `schema.openAPIV3Schema`".to_owned(),
            }),
        };
        (gvk, compiled)
    });
    compiled.collect()
}

fn version_schema(schema: &Node, gvk: &Gvk, unknown: UnknownFields) -> Result<Compiled, Broken> {
    let mut document = schema.to_json();
    translate(&mut document);
    if let Value::Object(root) = &mut document {
        let own = root.entry("properties").or_insert_with(|| json!({}));
        if let Value::Object(fields) = own {
            fields.insert("apiVersion".to_owned(), json!({"const": gvk.api_version().as_str()}));
            fields.insert("kind".to_owned(), json!({"const": gvk.kind.as_str()}));
            fields.insert("metadata".to_owned(), json!({"$ref": "#/$defs/meta.v1.ObjectMeta"}));
        }
        root.insert("$defs".to_owned(), METADATA.clone());
    }
    strict::close(&mut document, unknown);
    Compiled::new(document, Origin::User)
}

/// Turns the dialect into JSON Schema, below this schema too.
fn translate(schema: &mut Value) {
    let Value::Object(object) = schema else { return };
    for branches in ["allOf", "anyOf", "oneOf"] {
        object.get_mut(branches).and_then(Value::as_array_mut).into_iter().flatten().for_each(translate);
    }
    object.get_mut("not").into_iter().for_each(translate);
    strict::children(object).for_each(translate);
    let extension = |name: &str| object.get(name).is_some_and(|value| value == true);
    let (mixed, embedded, nullable) =
        (extension("x-kubernetes-int-or-string"), extension("x-kubernetes-embedded-resource"), extension("nullable"));
    if mixed {
        object.remove("type");
        object.entry("anyOf").or_insert_with(|| json!([{"type": "integer"}, {"type": "string"}]));
    }
    if embedded && let Some(Value::Object(fields)) = object.get_mut("properties") {
        for field in ["apiVersion", "kind", "metadata"] {
            fields.entry(field).or_insert(Value::Bool(true));
        }
    }
    if nullable {
        allow_null(object);
    }
    forgive_defaults(object);
    exclusive(object, "minimum", "exclusiveMinimum");
    exclusive(object, "maximum", "exclusiveMaximum");
    if object.get("format").and_then(Value::as_str).is_some_and(|format| !FORMATS.contains(&format)) {
        object.remove("format");
    }
}

fn allow_null(object: &mut Map<String, Value>) {
    if let Some(own @ Value::String(_)) = object.get_mut("type") {
        *own = json!([own.take(), "null"]);
    }
    if let Some(Value::Array(values)) = object.get_mut("enum") {
        values.push(Value::Null);
    }
}

/// A required field with a default may be absent: the API server fills it in before it checks.
fn forgive_defaults(object: &mut Map<String, Value>) {
    let Some(Value::Array(mut required)) = object.remove("required") else { return };
    let has_default = |name: &Value| {
        let field = name.as_str().and_then(|name| object.get("properties")?.get(name));
        field.is_some_and(|field| field.get("default").is_some())
    };
    required.retain(|name| !has_default(name));
    object.insert("required".to_owned(), Value::Array(required));
}

/// `minimum: 1, exclusiveMinimum: true` becomes `exclusiveMinimum: 1`.
fn exclusive(object: &mut Map<String, Value>, limit: &str, exclusive: &str) {
    let Some(Value::Bool(is_exclusive)) = object.get(exclusive) else { return };
    let limit = if *is_exclusive { object.remove(limit) } else { None };
    match limit {
        Some(limit) => object.insert(exclusive.to_owned(), limit),
        None => object.remove(exclusive),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dialect_becomes_json_schema() {
        let mut schema = json!({
            "required": ["a", "b"],
            "properties": {
                "a": {"type": "integer", "default": 1, "minimum": 0, "exclusiveMinimum": true, "format": "int32"},
                "b": {"type": "string", "nullable": true, "enum": ["x"]},
                "c": {"x-kubernetes-int-or-string": true, "type": "string"},
                "d": {"type": "array", "items": {"maximum": 3, "exclusiveMaximum": false}},
            },
        });
        translate(&mut schema);
        let expected = json!({
            "required": ["b"],
            "properties": {
                "a": {"type": "integer", "default": 1, "exclusiveMinimum": 0},
                "b": {"type": ["string", "null"], "nullable": true, "enum": ["x", null]},
                "c": {"x-kubernetes-int-or-string": true, "anyOf": [{"type": "integer"}, {"type": "string"}]},
                "d": {"type": "array", "items": {"maximum": 3}},
            },
        });
        assert_eq!(schema, expected);
    }
}
