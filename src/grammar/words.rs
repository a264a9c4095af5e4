//! The table in words: what the reference page and the editors' schemas call a type.
//!
//! Two types of the same words are the same type; the schemas name their definitions after them.

use super::{Object, Scalar, Short, Type, Union};

impl Type {
    /// The type in words, such as `map of container`, with `object` for the name of an object.
    pub(super) fn words(&self, object: fn(&Object) -> String) -> String {
        match self {
            Self::Scalar(scalar) => scalar.words(),
            Self::Object(of) => object(of),
            Self::Map(_, of) => format!("map of {}", of.words(object)),
            Self::List(of) => format!("list of {}", of.words(object)),
            Self::Tree => "any YAML".into(),
            Self::MergePatch => "JSON Merge Patch".into(),
        }
    }

    /// The object that this type is made of: its own, or that of its entries.
    pub(super) fn object(&self) -> Option<&'static Object> {
        match self {
            Self::Object(object) => Some(object),
            Self::Map(_, of) | Self::List(of) => of.object(),
            Self::Scalar(_) | Self::Tree | Self::MergePatch => None,
        }
    }
}

impl Object {
    /// The name without its article.
    pub(super) fn noun(&self) -> &'static str {
        self.name.strip_prefix("a ").or_else(|| self.name.strip_prefix("an ")).unwrap_or(self.name)
    }

    /// What may stand for it, and what makes it one thing or another; empty when there is nothing to say.
    pub(super) fn note(&self) -> String {
        let union = match self.union {
            Union::None => String::new(),
            Union::Key(keys) => format!("Exactly one of {} says what it is.", or(keys)),
            Union::Value(key) => format!("`{key}` says what it is."),
        };
        let short = match self.short {
            Short::None => String::new(),
            Short::Scalar(key) => format!("Short form: the value of `{key}` alone."),
            Short::Image => "Short form: `repository:tag@digest`.".into(),
        };
        sentences([union.as_str(), short.as_str()])
    }
}

impl Scalar {
    /// The type in a few words; [`Scalar::expected`] has more of them.
    pub(super) fn words(self) -> String {
        match self {
            Self::String => "string".into(),
            Self::Name => "name".into(),
            Self::Text | Self::Data => "text".into(),
            Self::Bool => "boolean".into(),
            Self::Int { min, max } if max == i64::from(i32::MAX) => format!("integer from {min}"),
            Self::Int { min, max } => format!("integer from {min} to {max}"),
            Self::Number => "number from 0".into(),
            Self::Limit => "limit".into(),
            Self::Mode => "file mode".into(),
            Self::Duration => "duration".into(),
            Self::Quantity => "quantity".into(),
            Self::IntOrPercent => "count or percentage".into(),
            Self::PortOrName => "port number or name".into(),
            Self::SwitchOrPort => "boolean or port name".into(),
            Self::Enum(words) => or(words),
            Self::Digest => "digest".into(),
            Self::Cron => "cron line".into(),
            Self::CronFields => "five cron fields".into(),
            Self::KubeVersion => "minor version".into(),
            Self::Wave => "integer or `auto`".into(),
            Self::SyncOption => "sync option".into(),
            Self::Pointer => "JSON pointer".into(),
        }
    }
}

/// Texts one after the other; empty ones leave no gap.
pub(super) fn sentences<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Words as the part of a link: `app's metadata` is `apps-metadata`, as GitHub has it.
pub(crate) fn slug(words: &str) -> String {
    let keep = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-');
    let kept: String = words.chars().filter(|c| keep(*c)).collect();
    kept.trim().replace(' ', "-").to_ascii_lowercase()
}

/// `a`, `b` or `c`.
fn or(words: &[&str]) -> String {
    let quoted: Vec<_> =
        words.iter().map(|word| if word.is_empty() { "`\"\"`".into() } else { format!("`{word}`") }).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::grammar::fields::FILES;

    /// The schemas' definitions and the page's links are named after the words.
    #[test]
    fn different_types_have_different_words() {
        fn add(ty: &'static Type, known: &mut BTreeMap<String, String>) {
            let text = format!("{ty:?}").replace("Scalar(Data)", "Scalar(Text)");
            let name = slug(&ty.words(|object| object.noun().into()));
            let first = known.entry(name.clone()).or_insert_with(|| text.clone());
            assert_eq!(*first, text, "two types are called `{name}`");
            match ty {
                Type::Object(object) => object.fields.iter().for_each(|field| add(&field.ty, known)),
                Type::Map(_, of) | Type::List(of) => add(of, known),
                Type::Scalar(_) | Type::Tree | Type::MergePatch => {}
            }
        }
        let mut known = BTreeMap::new();
        for field in FILES.iter().flat_map(|file| file.object.fields) {
            add(&field.ty, &mut known);
        }
        assert!(known.len() > 60);
    }

    #[test]
    fn slugs() {
        assert_eq!(slug("app's metadata"), "apps-metadata");
        assert_eq!(slug(&Scalar::Enum(&["", "Memory"]).words()), "or-memory");
        assert_eq!(slug(&Scalar::Int { min: -1, max: 5 }.words()), "integer-from--1-to-5");
    }
}
