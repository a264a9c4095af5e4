//! From a schema to something that checks objects.

use jsonschema::{Draft, PatternOptions, ValidationError, Validator, error::ValidationErrorKind as Kind};
use serde_json::Value;

use super::{
    constraint,
    instance::Tree,
    keywords::{self, LIST_MAP_KEYS},
    rules::Rules,
};
use crate::{cel, grammar::formats};

/// Where a schema is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// Kubernetes itself.
    Kubernetes,
    /// The snapshot of custom resources that is part of the program.
    Snapshot,
    /// The user's repository.
    User,
    /// A file at a location that a command names. Schemas that do not say so are of draft 4, as for kubeconform.
    Location,
}

/// A schema that is ready to check objects.
pub(super) struct Compiled {
    /// Checks objects.
    pub(super) validator: Validator<Tree>,
    /// The schema, for the sake of messages.
    pub(super) document: Value,
    /// Where it is from.
    pub(super) origin: Origin,
    /// What only the schemas of definitions have.
    pub(super) custom: Option<Custom>,
}

/// What the API server does with a custom resource beyond JSON Schema.
pub(super) struct Custom {
    /// The schema as it was written.
    pub(super) schema: Value,
    /// Its rules.
    pub(super) rules: Option<Rules>,
    /// Whether objects may hold whole other objects.
    pub(super) embeds: bool,
}

/// What is wrong with a schema.
#[derive(Debug)]
pub(super) struct Broken {
    /// The place in the schema, as a JSON pointer.
    pub(super) pointer: String,
    /// One sentence.
    pub(super) message: String,
}

impl Compiled {
    /// Compiles a schema; a reference out of it is an error, for nothing is ever fetched.
    pub(super) fn new(mut document: Value, origin: Origin) -> Result<Self, Broken> {
        let mut options = jsonschema::options_for::<Tree>()
            .offline()
            .should_validate_formats(true)
            .with_format("quantity", formats::is_quantity)
            .with_format("byte", is_base64)
            .with_format("duration", |text| cel::duration(text).is_some())
            .with_pattern_options(PatternOptions::regex())
            .with_keyword(LIST_MAP_KEYS, keywords::list_map_keys);
        let own = if origin == Origin::Location { Draft::Draft4 } else { Draft::Draft202012 };
        if Draft::Unknown.detect(&document) == Draft::Unknown {
            // Collections for Kubernetes name the latest draft by `http://json-schema.org/schema#`, which is none.
            document.as_object_mut().and_then(|schema| schema.shift_remove("$schema"));
            options = options.with_draft(own);
        }
        match options.build(&document) {
            Ok(validator) => Ok(Self { validator, document, origin, custom: None }),
            Err(error) => Err(Broken { pointer: error.instance_path().as_str().to_owned(), message: reason(&error) }),
        }
    }
}

/// Why a schema is refused, without printing it.
fn reason(error: &ValidationError<'_>) -> String {
    match error.kind() {
        Kind::Type { kind } => format!("this must be {}", constraint::type_words(&constraint::types(kind))),
        Kind::Referencing(_) => "it refers to a schema outside of this file, or to none".to_owned(),
        Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } => {
            format!(
                "`{}` cannot have this value",
                error.instance_path().as_str().rsplit('/').next().unwrap_or_default()
            )
        }
        kind => format!("this must {}", constraint::words(kind)),
    }
}

/// Whether the text is base64 (RFC 4648, section 4); line breaks may stand in it, as Go allows.
fn is_base64(text: &str) -> bool {
    let text: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect();
    let digits = text.iter().rposition(|byte| *byte != b'=').map_or(0, |last| last + 1);
    let digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    text.len().is_multiple_of(4) && text.len() - digits <= 2 && text[..digits].iter().all(digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64() {
        for right in ["", "YQ==", "YWI=", "YWJj", "YW\nJj\n", "+/+/"] {
            assert!(is_base64(right), "{right}");
        }
        for wrong in ["YQ", "YQ=", "====", "Y=Q=", "YW-_", "a b="] {
            assert!(!is_base64(wrong), "{wrong}");
        }
    }
}
