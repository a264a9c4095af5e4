//! What a schema asks of a value, in words.

use jsonschema::{
    JsonType,
    error::{TypeKind, ValidationErrorKind as Kind},
};
use serde_json::Value;

/// The types that would do; null goes without saying.
pub(super) fn types(kind: &TypeKind) -> Vec<JsonType> {
    let all = match kind {
        TypeKind::Single(single) => vec![*single],
        TypeKind::Multiple(several) => several.iter().collect(),
    };
    all.into_iter().filter(|found| *found != JsonType::Null).collect()
}

/// `an integer or a string`.
pub(super) fn type_words(types: &[JsonType]) -> String {
    let words = types.iter().map(|found| match found {
        JsonType::Null => "null",
        JsonType::Boolean => "a boolean",
        JsonType::Integer => "an integer",
        JsonType::Number => "a number",
        JsonType::String => "a string",
        JsonType::Array => "a list",
        JsonType::Object => "a map",
    });
    words.collect::<Vec<_>>().join(" or ")
}

/// The strings among the values that an `enum` allows.
pub(super) fn choices(options: &Value) -> impl Iterator<Item = &str> + Clone {
    options.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// What the value must be, to follow the word `must`.
pub(super) fn words(kind: &Kind) -> String {
    match kind {
        Kind::Enum { options } => {
            let options = options.as_array().into_iter().flatten().filter(|option| !option.is_null());
            format!("be one of {}", options.map(quoted).collect::<Vec<_>>().join(", "))
        }
        Kind::Constant { expected_value } => format!("be {}", quoted(expected_value)),
        Kind::Minimum { limit } => format!("be at least {limit}"),
        Kind::Maximum { limit } => format!("be at most {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("be more than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("be less than {limit}"),
        Kind::MultipleOf { multiple_of } => format!("be a multiple of {multiple_of}"),
        Kind::MinLength { limit } => format!("have at least {}", counted(*limit, "character")),
        Kind::MaxLength { limit } => format!("have at most {}", counted(*limit, "character")),
        Kind::MinItems { limit } => format!("have at least {}", counted(*limit, "item")),
        Kind::MaxItems { limit } => format!("have at most {}", counted(*limit, "item")),
        Kind::MinProperties { limit } => format!("have at least {}", counted(*limit, "field")),
        Kind::MaxProperties { limit } => format!("have at most {}", counted(*limit, "field")),
        Kind::Pattern { pattern } => format!("match the regular expression `{pattern}`"),
        Kind::Format { format } => format_words(format),
        Kind::FalseSchema => "not be set".to_owned(),
        _ => format!("satisfy the keyword `{}` of its schema", kind.keyword()),
    }
}

fn format_words(format: &str) -> String {
    match format {
        "quantity" => "be a quantity such as `500m` or `1Gi`".to_owned(),
        "duration" => "be a duration such as `1h30m`".to_owned(),
        "byte" => "be encoded in base64".to_owned(),
        "date-time" => "be a time such as `2026-01-31T12:00:00Z`".to_owned(),
        format => format!("have the format `{format}`"),
    }
}

fn quoted(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{text}`"),
        value => format!("`{value}`"),
    }
}

fn counted(limit: u64, noun: &str) -> String {
    if limit == 1 { format!("1 {noun}") } else { format!("{limit} {noun}s") }
}
