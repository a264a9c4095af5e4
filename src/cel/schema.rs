//! What a structural schema says of values: the types that rules see.

use serde_json::{Map, Value as Json};

use super::{Field, Fields, Type, escape};

impl Type {
    /// The type of a value that a structural schema describes; nothing where rules cannot see the value.
    ///
    /// Of a resource, and of one inside of another, rules see `apiVersion`, `kind`, and of the metadata the two names.
    pub fn of_schema(schema: &Json, is_resource: bool) -> Option<Self> {
        let Json::Object(keywords) = schema else { return None };
        if is_true(keywords, "x-kubernetes-int-or-string") {
            return Some(Self::Dyn);
        }
        let of_part = |part: &Json| Self::of_schema(part, is_embedded(part));
        match text(keywords, "type") {
            "array" => Some(of_part(keywords.get("items")?)?.list()),
            "object" => match keywords.get("additionalProperties") {
                Some(values @ Json::Object(_)) => Some(of_part(values)?.map_of()),
                _ => Some(object(keywords, is_resource)),
            },
            "string" => Some(match text(keywords, "format") {
                "byte" => Self::Bytes,
                "duration" => Self::Duration,
                "date" | "date-time" => Self::Timestamp,
                _ => Self::String,
            }),
            "boolean" => Some(Self::Bool),
            "number" => Some(Self::Double),
            "integer" => Some(Self::Int),
            _ if is_resource => Some(object(keywords, is_resource)),
            _ => None,
        }
    }
}

/// Whether a schema describes a resource inside of another.
pub fn is_embedded(schema: &Json) -> bool {
    schema.as_object().is_some_and(|keywords| is_true(keywords, "x-kubernetes-embedded-resource"))
}

fn is_true(keywords: &Map<String, Json>, name: &str) -> bool {
    keywords.get(name).is_some_and(|value| value == true)
}

fn text<'s>(keywords: &'s Map<String, Json>, name: &str) -> &'s str {
    keywords.get(name).and_then(Json::as_str).unwrap_or_default()
}

fn object(keywords: &Map<String, Json>, is_resource: bool) -> Type {
    let mut fields = Fields::default();
    let declared = keywords.get("properties").and_then(Json::as_object);
    for (name, schema) in declared.into_iter().flatten() {
        let shape = Type::of_schema(schema, is_embedded(schema));
        if let (Some(escaped), Some(shape)) = (escape(name), shape) {
            let field = Field { name: name.into(), shape };
            // After a dot, the words of other languages are names like any other.
            fields.insert(name.into(), field.clone());
            fields.insert(escaped, field);
        }
    }
    if is_resource {
        let names =
            ["name", "generateName"].map(|name| (name.into(), Field { name: name.into(), shape: Type::String }));
        let metadata = Type::Object(Fields::from_iter(names).into());
        for (name, shape) in [("apiVersion", Type::String), ("kind", Type::String), ("metadata", metadata)] {
            fields.insert(name.into(), Field { name: name.into(), shape });
        }
    }
    Type::Object(fields.into())
}
