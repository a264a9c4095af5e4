//! JSON pointers and jq paths, as `ignoreDifferences` has them.

use std::borrow::Cow;

use super::did_you_mean;
use crate::{lint::schema::field, node::escape};

/// What is wrong with a text that should name a field.
pub(super) struct Flaw {
    /// In words.
    pub(super) reason: Cow<'static, str>,
    /// The next step.
    pub(super) help: String,
    /// What was meant.
    pub(super) meant: Option<String>,
}

impl Flaw {
    fn new(reason: &'static str, help: impl Into<String>) -> Self {
        Self { reason: reason.into(), help: help.into(), meant: None }
    }

    fn meaning(reason: &'static str, meant: String) -> Self {
        Self { reason: reason.into(), help: format!("write `{meant}`"), meant: Some(meant) }
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

/// What is wrong with a text whose form is right, if a kind of Kubernetes has no such field.
pub(super) fn in_kind(text: &str, (group, kind): (&str, &str), kube_version: &str) -> Option<Flaw> {
    let (steps, separator) = if text.starts_with('/') { (in_slashes(text), "/") } else { (in_dots(text)?, ".") };
    let words: Vec<&str> = steps.iter().map(AsRef::as_ref).collect();
    let absent = field::absent(group, kind, &words, kube_version)?;
    let wrong = words[absent.step];
    let hint =
        did_you_mean(wrong, absent.known.iter().map(String::as_str), "name a field that the kind has, or remove it");
    let reason = format!("leads to no field of {kind}: there is no `{wrong}`").into();
    let from = format!("{separator}{wrong}");
    let is_plain = text.matches(&from).count() == 1;
    let meant = hint.meant.filter(|_| is_plain).map(|meant| text.replacen(&from, &format!("{separator}{meant}"), 1));
    Some(Flaw { reason, help: hint.help, meant })
}

/// The steps of a JSON pointer.
fn in_slashes(text: &str) -> Vec<Cow<'_, str>> {
    let steps = text.split('/').skip(1);
    steps
        .map(|step| if step.contains('~') { step.replace("~1", "/").replace("~0", "~").into() } else { step.into() })
        .collect()
}

/// The steps of a jq expression that is a path of keys and lists, such as `.webhooks[]?.clientConfig`; nothing for any
/// other.
fn in_dots(text: &str) -> Option<Vec<Cow<'_, str>>> {
    let mut steps = Vec::new();
    for part in text.trim().strip_prefix('.')?.split('.') {
        let word = part.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(part.len());
        let (key, rest) = part.split_at(word);
        if key.is_empty() || !matches!(rest, "" | "?" | "[]" | "[]?") {
            return None;
        }
        steps.push(key.into());
        if rest.starts_with('[') {
            steps.push("0".into());
        }
    }
    Some(steps)
}

/// What is plainly wrong with a jq path expression: a start without a dot, brackets or quotes that are left open, a string
/// that jq cannot read, or a key that it takes for a subtraction. Anything else is up to jq.
pub(super) fn in_jq(text: &str) -> Option<Flaw> {
    if text.trim().is_empty() {
        return Some(Flaw::new("is empty", "name a field, such as `.spec.replicas`"));
    }
    if starts_with_key(text) {
        return Some(Flaw::meaning("does not start with `.`", format!(".{}", text.trim_start())));
    }
    let (mut open, mut characters) = (Vec::new(), text.chars().peekable());
    let mut word = Word::Other;
    while let Some(c) = characters.next() {
        match c {
            '"' => {
                if let Some(flaw) = in_string(&mut characters) {
                    return Some(flaw);
                }
            }
            '\'' => return Some(Flaw::new("has a `'`, which starts no string in jq", "put strings in double quotes")),
            // A comment.
            '#' => while characters.next().is_some_and(|c| c != '\n') {},
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

/// The fields of any object. jq takes such a word for a function, which it does not have.
const FIELDS: [&str; 4] = ["data", "metadata", "spec", "status"];

/// Whether an expression starts with a field that no dot stands before.
fn starts_with_key(text: &str) -> bool {
    let word = |c: char| !c.is_ascii_alphanumeric() && c != '_';
    let text = text.trim_start();
    let first = text.split(word).next().unwrap_or_default();
    FIELDS.contains(&first) && text[first.len()..].starts_with(['.', '['])
}

/// Goes to the end of an expression in a string, `\\(…)`; what is wrong with it.
fn in_interpolation(characters: &mut dyn Iterator<Item = char>) -> Option<Flaw> {
    let mut open = 1_usize;
    while let Some(c) = characters.next() {
        match c {
            '(' => open += 1,
            ')' => open -= 1,
            '"' => {
                if let Some(flaw) = in_string(characters) {
                    return Some(flaw);
                }
            }
            _ => {}
        }
        if open == 0 {
            return None;
        }
    }
    Some(Flaw::new("has a bracket that is never closed", "make each bracket one of a pair"))
}

/// Goes to the end of a string; what is wrong with it.
fn in_string(characters: &mut dyn Iterator<Item = char>) -> Option<Flaw> {
    while let Some(c) = characters.next() {
        match c {
            '"' => return None,
            // What stands in the brackets is another expression, which may have strings of its own.
            '\\' => match characters.next() {
                Some('(') => {
                    if let Some(flaw) = in_interpolation(characters) {
                        return Some(flaw);
                    }
                }
                Some('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u') => {}
                Some(_) => {
                    return Some(Flaw::new("has a `\\` in a string that escapes nothing", "write `\\\\` for a `\\`"));
                }
                None => break,
            },
            _ => {}
        }
    }
    Some(Flaw::new("has a `\"` that is never closed", "close the quotes"))
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
            "spec.replicas",
            " metadata[\"labels\"]",
            ".spec.containers[] | select(.name == 'web')",
            ".spec.containers[] | select(.image | test(\"^shop\\.example\"))",
            ".metadata.annotations[\"a\\(.b[\"c\"]\"]",
            ".a.\"b\\",
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
            ".data | to_entries[] | select(.key|test(\"a\\\\.b\\u0020\"))",
            ".metadata.annotations[\"a-\\(.metadata.labels[\"(b\"])'s\"]",
            "# that's all\n.spec.replicas",
            "paths",
            "first(.spec[])",
        ] {
            assert!(in_jq(text).is_none(), "{text}");
        }
    }
}
