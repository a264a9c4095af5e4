//! JSON pointers and jq paths, as `ignoreDifferences` has them.

use crate::node::escape;

/// What is wrong with a text that should name a field.
pub(super) struct Flaw {
    /// In words.
    pub(super) reason: &'static str,
    /// The next step.
    pub(super) help: String,
    /// What was meant.
    pub(super) meant: Option<String>,
}

impl Flaw {
    fn new(reason: &'static str, help: impl Into<String>) -> Self {
        Self { reason, help: help.into(), meant: None }
    }

    fn meaning(reason: &'static str, meant: String) -> Self {
        Self { reason, help: format!("write `{meant}`"), meant: Some(meant) }
    }
}

/// Maps whose keys often hold a `/`.
const LABELLED: [&str; 4] = ["annotations", "labels", "matchLabels", "nodeSelector"];

/// What is wrong with a JSON pointer (RFC 6901).
pub(super) fn in_pointer(text: &str) -> Option<Flaw> {
    let Some(rest) = text.strip_prefix('/') else {
        let steps = text.trim_start_matches("$.").trim_start_matches('.').replace('.', "/");
        return Some(Flaw::meaning("does not start with `/`", format!("/{steps}")));
    };
    let steps: Vec<&str> = rest.split('/').collect();
    if steps.iter().any(|step| step.split('~').skip(1).any(|after| !after.starts_with(['0', '1']))) {
        return Some(Flaw::new(
            "has a `~` that is followed by neither 0 nor 1",
            "write `~0` for `~`, and `~1` for `/`",
        ));
    }
    if steps.contains(&"*") || steps.iter().any(|step| step.ends_with(']')) {
        let help = "name each item by its number, or use `jqPathExpressions`, such as `.spec.containers[].image`";
        return Some(Flaw::new("would need a wildcard or an index in brackets, which pointers lack", help));
    }
    let at = steps.iter().position(|step| LABELLED.contains(step))?;
    let (before, key) = steps.split_at(at + 1);
    (key.len() > 1).then(|| {
        let key = key.join("/").replace("~1", "/").replace("~0", "~");
        Flaw::meaning(
            "has a `/` in a key, where it starts another step",
            format!("/{}/{}", before.join("/"), escape(&key)),
        )
    })
}

/// What is plainly wrong with a jq path expression: brackets or quotes that are left open, or a key that jq takes for a
/// subtraction. Anything else is up to jq.
pub(super) fn in_jq(text: &str) -> Option<Flaw> {
    if text.trim().is_empty() {
        return Some(Flaw::new("is empty", "name a field, such as `.spec.replicas`"));
    }
    let (mut open, mut characters) = (Vec::new(), text.chars().peekable());
    let mut word = Word::Other;
    while let Some(c) = characters.next() {
        match c {
            '"' if !skip_string(&mut characters) => {
                return Some(Flaw::new("has a `\"` that is never closed", "close the quotes"));
            }
            '(' | '[' | '{' => open.push(c),
            ')' | ']' | '}' if open.pop() != Some(opening(c)) => {
                return Some(Flaw::new("closes a bracket that is not open", "make each bracket one of a pair"));
            }
            '-' if word == Word::Key && characters.peek().is_some_and(char::is_ascii_alphabetic) => {
                let help = "put a key with a `-` in quotes, such as `.metadata.labels.\"my-label\"`";
                return Some(Flaw::new("subtracts, where a key with a `-` is meant", help));
            }
            _ => {}
        }
        word = word.then(c);
    }
    (!open.is_empty()).then(|| Flaw::new("has a bracket that is never closed", "make each bracket one of a pair"))
}

/// What a place in a jq expression is part of.
#[derive(Clone, Copy, PartialEq)]
enum Word {
    /// Right behind a `.`.
    Dot,
    /// A key behind a `.`.
    Key,
    Other,
}

impl Word {
    fn then(self, c: char) -> Self {
        match (self, c) {
            (_, '.') => Self::Dot,
            (Self::Dot | Self::Key, c) if c.is_ascii_alphanumeric() || c == '_' => Self::Key,
            _ => Self::Other,
        }
    }
}

fn opening(closing: char) -> char {
    match closing {
        ')' => '(',
        ']' => '[',
        _ => '{',
    }
}

/// Goes to the end of a string; whether there is one.
fn skip_string(characters: &mut impl Iterator<Item = char>) -> bool {
    while let Some(c) = characters.next() {
        match c {
            '\\' => {
                characters.next();
            }
            '"' => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_read_as_json_patch_does() {
        for (text, meant) in [
            ("spec/replicas", Some("/spec/replicas")),
            (".spec.replicas", Some("/spec/replicas")),
            ("/metadata/annotations/example.com/a", Some("/metadata/annotations/example.com~1a")),
            ("/metadata/labels/example.com~1a/b", Some("/metadata/labels/example.com~1a~1b")),
        ] {
            assert_eq!(in_pointer(text).and_then(|flaw| flaw.meant).as_deref(), meant, "{text}");
        }
        for text in ["/spec/containers/*/image", "/spec/containers[0]/image", "/metadata/labels/a~b"] {
            assert!(in_pointer(text).is_some_and(|flaw| flaw.meant.is_none()), "{text}");
        }
        for text in
            ["/spec/replicas", "/metadata/annotations", "/metadata/annotations/a~1b", "/webhooks/0/clientConfig"]
        {
            assert!(in_pointer(text).is_none(), "{text}");
        }
    }

    #[test]
    fn only_what_is_plainly_wrong_in_jq_is_reported() {
        for text in [
            ".spec.template.spec.containers[] | select(.name == \"a\")).image",
            ".spec.containers[.image",
            ".metadata.annotations.\"a",
            ".metadata.labels.my-label",
            " ",
            ".spec(]",
        ] {
            assert!(in_jq(text).is_some(), "{text}");
        }
        for text in [
            ".spec.template.spec.containers[] | select(.name == \"a)\").image",
            ".webhooks[]?.clientConfig.caBundle",
            ".metadata.annotations.\"example.com/my-label\"",
            ".metadata.labels[\"my-label\"]",
            ".spec.items[.spec.count-1]",
            "select(.aggregationRule != null) | .rules",
            ".spec.a - .spec.b",
            ".data | to_entries[] | select(.key|test(\"a\\\"(b\"))",
        ] {
            assert!(in_jq(text).is_none(), "{text}");
        }
    }
}
