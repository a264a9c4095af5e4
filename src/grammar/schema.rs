//! The editors' view of the table: one JSON Schema for each kind of spec file.
//!
//! Draft-07, which is what the yaml-language-server reads best. An editor knows one layer at a time, and not what the
//! others add, so that a schema holds a file to its fields and types; what must be there is said in descriptions.

mod scalar;

use scalar::{key_pattern, scalar_schema};
use serde_json::{Map as Json, Value, json};

use super::{
    Field, LIST_OPERATORS, Object, REPLACE, Scalar, Short, Type,
    fields::{APP, FileKind, OVERLAY, SECTIONS},
    words::{sentences, slug},
};

/// The schema of a kind of spec file.
pub fn json_schema(file: &FileKind) -> Value {
    let mut definitions = Definitions::default();
    let layer = Layer::Outside.inside(file.object);
    let fields = file.object.fields.iter();
    let properties: Json<String, Value> = fields
        .map(|field| {
            let schema = header(field, file).unwrap_or_else(|| definitions.property(field, layer));
            (field.name.to_owned(), schema)
        })
        .collect();
    let mut schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": file.kind,
        "description": format!("Karat's `{}`.", file.path),
        "type": "object",
        "required": ["apiVersion", "kind"],
        "properties": properties,
        "patternProperties": { "^x-": {} },
        "additionalProperties": false,
    });
    schema["definitions"] = Value::Object(definitions.sorted());
    schema
}

/// The schema of a field that says what kind of file this is.
fn header(field: &Field, file: &FileKind) -> Option<Value> {
    let value = match (field.name, &field.ty) {
        ("kind", _) => file.kind,
        ("apiVersion", Type::Scalar(Scalar::Enum([version]))) => version,
        _ => return None,
    };
    Some(json!({ "const": value, "description": field.doc }))
}

/// Whether a place is merged with other files.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layer {
    /// It is not: null and operators mean nothing here.
    Outside,
    /// It is: null deletes, `$replace` sets, and the list operators edit.
    App,
    /// It is, with every app of an environment: `"*"` stands for each entry of a map.
    Environment,
}

impl Layer {
    fn inside(self, object: &Object) -> Self {
        match object.name {
            name if name == APP.name || name == OVERLAY.name => Self::App,
            name if name == SECTIONS.name => Self::Environment,
            _ => self,
        }
    }
}

/// The types that were met so far, by their names. No object stands both inside and outside of a layer.
#[derive(Default)]
struct Definitions(Json<String, Value>);

impl Definitions {
    fn sorted(self) -> Json<String, Value> {
        let mut entries: Vec<_> = self.0.into_iter().collect();
        entries.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        entries.into_iter().collect()
    }

    fn properties(&mut self, object: &Object, layer: Layer) -> Json<String, Value> {
        object.fields.iter().map(|field| (field.name.to_owned(), self.property(field, layer))).collect()
    }

    /// Draft-07 ignores what stands beside a `$ref`; editors show the description all the same.
    fn property(&mut self, field: &Field, layer: Layer) -> Value {
        let note = if let Type::Object(object) = &field.ty { object.note() } else { String::new() };
        let mut schema = self.schema(&field.ty, layer);
        schema["description"] = sentences([field.doc, &note]).into();
        schema
    }

    /// The schema of a place: that of its type and, in a layer, of the operators.
    fn schema(&mut self, ty: &Type, layer: Layer) -> Value {
        match ty {
            Type::Tree | Type::MergePatch => json!({}),
            Type::Object(object) => self.define(ty, layer.inside(object)),
            _ if layer == Layer::Outside => self.plain(ty, layer),
            _ => self.define(ty, layer),
        }
    }

    fn define(&mut self, ty: &Type, layer: Layer) -> Value {
        let name = slug(&ty.words(|object| object.noun().into()));
        let reference = json!({ "$ref": format!("#/definitions/{name}") });
        if !self.0.contains_key(&name) {
            // Nothing refers to itself but by `$replace`, which has no need to wait.
            self.0.insert(name.clone(), Value::Null);
            let mut schema = self.plain(ty, layer);
            if layer != Layer::Outside {
                add_operators(&mut schema, &reference);
            }
            self.0.insert(name, schema);
        }
        reference
    }

    /// The schema of a type without null and `$replace`.
    fn plain(&mut self, ty: &Type, layer: Layer) -> Value {
        match ty {
            Type::Scalar(scalar) => scalar_schema(*scalar),
            Type::Object(object) => self.object(object, layer),
            Type::Map(keys, of) => {
                let mut schema = json!({ "type": "object", "additionalProperties": self.schema(of, layer) });
                if layer == Layer::App && !matches!(of, Type::Tree | Type::Scalar(Scalar::Data)) {
                    schema["properties"] = json!({ "*": false });
                }
                if let Some(pattern) = key_pattern(*keys) {
                    schema["propertyNames"] = json!({ "pattern": pattern });
                }
                schema
            }
            // Items are whole: operators never reach into a list.
            Type::List(of) => list(&self.schema(of, Layer::Outside), layer),
            Type::Tree | Type::MergePatch => json!({}),
        }
    }

    /// A short form is no `anyOf`: the keywords of a map and those of a scalar leave each other's values alone, and an
    /// editor's message then names the one thing that is wrong.
    fn object(&mut self, object: &Object, layer: Layer) -> Value {
        let mut schema = match object.short {
            Short::None => json!({ "type": "object" }),
            Short::Image => json!({ "type": ["object", "string"], "minLength": 1 }),
            Short::Scalar(name) => match object.field(name).map(|field| &field.ty) {
                Some(Type::Scalar(scalar)) => {
                    let mut schema = scalar_schema(*scalar);
                    add_type(&mut schema, "object");
                    schema
                }
                _ => json!({ "type": "object" }),
            },
        };
        let note = object.note();
        if !note.is_empty() {
            schema["description"] = note.into();
        }
        schema["properties"] = self.properties(object, layer).into();
        schema["patternProperties"] = json!({ "^x-": {} });
        schema["additionalProperties"] = false.into();
        schema
    }
}

fn list(items: &Value, layer: Layer) -> Value {
    let mut schema = json!({ "type": "array", "items": items });
    if layer != Layer::Outside {
        add_type(&mut schema, "object");
        let edit = json!({ "anyOf": [{ "type": "array", "items": items }, items] });
        schema["properties"] = LIST_OPERATORS.iter().map(|operator| ((*operator).to_owned(), edit.clone())).collect();
        schema["additionalProperties"] = false.into();
    }
    schema
}

/// Lets a place of a layer be null, or `{$replace: V}`.
fn add_operators(schema: &mut Value, reference: &Value) {
    let replace = json!({ REPLACE: reference });
    if let Some(choices) = schema.get_mut("anyOf").and_then(Value::as_array_mut) {
        choices.push(json!({ "type": "null" }));
        choices.push(json!({ "type": "object", "properties": replace, "additionalProperties": false }));
        return;
    }
    let is_map = match &schema["type"] {
        Value::Array(types) => types.contains(&"object".into()),
        one => one == "object",
    };
    add_type(schema, "null");
    if is_map {
        schema["properties"][REPLACE] = reference.clone();
    } else {
        add_type(schema, "object");
        schema["properties"] = replace;
        schema["additionalProperties"] = false.into();
    }
}

fn add_type(schema: &mut Value, name: &str) {
    match &mut schema["type"] {
        Value::Array(types) => types.push(name.into()),
        one => *one = json!([one.take(), name]),
    }
}
