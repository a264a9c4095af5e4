//! CustomResourceDefinitions as JSON Schemas.
//!
//! Their dialect is OpenAPI v3 with extensions of Kubernetes:
//! <https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/>.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;
use serde_json::{Map, Value, json};

use super::{
    compile::{Broken, Compiled, Custom, Origin},
    embedded, nested,
    rules::Rules,
    strict::{self, UnknownFields},
    structural,
};
use crate::{diagnostic::Gvk, node::Node};

/// The formats that mean the same to Kubernetes and to JSON Schema; the others are not checked.
const FORMATS: [&str; 7] = ["byte", "date", "date-time", "duration", "ipv4", "ipv6", "uuid"];

/// What every object has, whatever its own definition says.
static METADATA: LazyLock<Value> = LazyLock::new(|| {
    let newest = embedded::releases().last();
    newest
        .map_or_else(|| json!({}), |release| release.closure_of("meta.v1.ObjectMeta", Origin::Kubernetes).definitions())
});

/// A version of a definition.
pub(super) struct Version {
    /// The kind that it defines.
    pub(super) gvk: Gvk,
    /// Its schema.
    pub(super) compiled: Result<Compiled, Broken>,
    /// What the API server would refuse, though objects can be checked.
    pub(super) flaws: Vec<Broken>,
}

/// Every version that a definition declares.
pub(super) fn compile(definition: &Node, unknown: UnknownFields) -> Vec<Version> {
    let text = |node: &Node, pointer: &str| node.at(pointer).and_then(Node::as_str).unwrap_or_default().to_owned();
    let (group, kind) = (text(definition, "/spec/group"), text(definition, "/spec/names/kind"));
    let versions = definition.at("/spec/versions").map(Node::items).unwrap_or_default();
    let compiled = versions.iter().enumerate().map(|(at, version)| {
        let gvk = Gvk::new(&format!("{group}/{}", text(version, "/name")), &kind);
        let pointer = format!("/spec/versions/{at}/schema/openAPIV3Schema");
        let within = |broken: Broken| Broken { pointer: pointer.clone() + &broken.pointer, message: broken.message };
        let Some(schema) = definition.at(&pointer).map(Node::to_json) else {
            let message = "the version has no `schema.openAPIV3Schema`".to_owned();
            let broken = Broken { pointer: format!("/spec/versions/{at}"), message };
            return Version { gvk, compiled: Err(broken), flaws: Vec::new() };
        };
        let mut flaws = structural::schema(&schema);
        let compiled = version_schema(&schema, &gvk, unknown).map_err(within).map(|compiled| {
            let rules = Rules::new(&schema, &|place| definition.span_at(&(pointer.clone() + place)), &mut flaws);
            let embeds = nested::occur(&schema);
            Compiled { custom: Some(Custom { schema, rules, embeds }), ..compiled }
        });
        Version { gvk, compiled, flaws: flaws.into_iter().map(within).collect() }
    });
    compiled.collect()
}

fn version_schema(schema: &Value, gvk: &Gvk, unknown: UnknownFields) -> Result<Compiled, Broken> {
    let mut document = schema.clone();
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
    if embedded {
        embed(object);
    }
    if nullable {
        allow_null(object);
    }
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

/// An object inside of another says what it is, and has the metadata of every object.
fn embed(object: &mut Map<String, Value>) {
    let text = json!({"type": "string", "minLength": 1});
    let own = object.entry("properties").or_insert_with(|| json!({}));
    if let Value::Object(fields) = own {
        fields.insert("apiVersion".to_owned(), text.clone());
        fields.insert("kind".to_owned(), text);
        fields.insert("metadata".to_owned(), json!({"$ref": "#/$defs/meta.v1.ObjectMeta"}));
    }
    let required = object.entry("required").or_insert_with(|| json!([]));
    if let Value::Array(fields) = required {
        fields.extend(["apiVersion", "kind"].map(Value::from));
        let mut seen = FxHashSet::default();
        fields.retain(|field| seen.insert(field.to_string()));
    }
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
            "required": ["a", "b"],
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
