//! Where one document ends and the next begins.
//!
//! Kubernetes cuts a file into documents before it parses any of them: at the lines that start with `---`, wherever
//! they stand. What may follow on such a line is blanks or a comment.

use std::ops::Range;

/// One document, by its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// The content, without the line of its `---`.
    pub(super) content: Range<usize>,
    /// The `---` before it; absent at the start of a file.
    pub(super) separator: Option<Range<usize>>,
    /// What stands behind the `---` on its line and may not.
    pub(super) stray: Option<Range<usize>>,
}

const SEPARATOR: &str = "---";
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The documents of a text, in order. Text before the first `---` is the first of them.
pub(super) fn split(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let start = skip_mark(text, 0);
    let mut part = Part { content: start..start, separator: None, stray: None };
    for at in separators(text, start) {
        part.content.end = at;
        parts.push(part);
        part = after_separator(text, at);
    }
    part.content.end = text.len();
    parts.push(part);
    parts
}

fn separators(text: &str, start: usize) -> impl Iterator<Item = usize> {
    let first = text[start..].starts_with(SEPARATOR).then_some(start);
    first.into_iter().chain(text.match_indices("\n---").map(|(at, _)| at + 1))
}

fn after_separator(text: &str, at: usize) -> Part {
    let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
    let separator = at..at + SEPARATOR.len();
    let rest = text[separator.end..end].trim();
    let stray = (!rest.is_empty() && !rest.starts_with('#')).then(|| {
        let start = separator.end + text[separator.end..end].find(rest).unwrap_or_default();
        start..start + rest.len()
    });
    let content = skip_mark(text, text.len().min(end + 1));
    Part { content: content..content, separator: Some(separator), stray }
}

fn skip_mark(text: &str, at: usize) -> usize {
    if text[at..].starts_with(BYTE_ORDER_MARK) { at + BYTE_ORDER_MARK.len() } else { at }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(text: &str) -> Vec<&str> {
        split(text).into_iter().map(|part| &text[part.content]).collect()
    }

    #[test]
    fn cuts_where_kubernetes_cuts() {
        assert_eq!(contents(""), [""]);
        assert_eq!(contents("a: 1\n---\nb: 2\n"), ["a: 1\n", "b: 2\n"]);
        assert_eq!(contents("---\r\na: 1\n---  # comment\nb: 2\n---"), ["", "a: 1\n", "b: 2\n", ""]);
        assert_eq!(contents("a: 1\n---#c\nb: 2"), ["a: 1\n", "b: 2"]);
        assert_eq!(contents("a: |\n  ---\n --- b\n"), ["a: |\n  ---\n --- b\n"]);
    }

    #[test]
    fn byte_order_marks_are_no_content() {
        assert_eq!(contents("\u{feff}---\n\u{feff}a: 1\n"), ["", "a: 1\n"]);
    }

    #[test]
    fn finds_what_may_not_follow() {
        let text = "---  {a: 1} \n----\n--- # fine\n";
        let strays: Vec<_> = split(text).into_iter().filter_map(|part| part.stray).map(|stray| &text[stray]).collect();
        assert_eq!(strays, ["{a: 1}", "-"]);
    }
}
