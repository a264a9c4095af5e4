//! Finds `${…}` in a text.

use std::ops::Range;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Segment<'a> {
    /// Text as it stands.
    Text(&'a str),
    /// `$${`, which stands for `${`.
    Escape,
    /// The expression between `${` and `}`, and the bytes of the whole.
    Reference(&'a str, Range<usize>),
    /// `${` without its `}`.
    Unclosed(Range<usize>),
}

/// The pieces of a text, in order. With `foreign` only expressions over the closed set are taken; anything else, such as
/// a shell's `${HOME}`, stays text.
pub(super) fn scan(text: &str, foreign: bool) -> Vec<Segment<'_>> {
    let mut segments = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(found) = text[at..].find("${").map(|found| at + found) {
        let escaped = text[..found].ends_with('$');
        let end = closing_brace(&text[found + 2..]).map(|length| found + 2 + length);
        let body = end.map(|end| text[found + 2..end].trim());
        if foreign && !body.is_some_and(is_ours) {
            at = found + 2;
            continue;
        }
        let start = if escaped { found - 1 } else { found };
        if start > from {
            segments.push(Segment::Text(&text[from..start]));
        }
        at = match (escaped, body, end) {
            (true, ..) => {
                segments.push(Segment::Escape);
                found + 2
            }
            (false, Some(body), Some(end)) => {
                segments.push(Segment::Reference(body, found..end + 1));
                end + 1
            }
            _ => {
                segments.push(Segment::Unclosed(found..text.len()));
                text.len()
            }
        };
        from = at;
    }
    if from < text.len() {
        segments.push(Segment::Text(&text[from..]));
    }
    segments
}

/// The length of an expression up to the brace that closes it: not one in quotes, nor one of a nested pair.
fn closing_brace(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0_usize, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) => quote = (c != open).then_some(open),
            (None, '\'' | '"') => quote = Some(c),
            (None, '{') => depth += 1,
            (None, '}') if depth == 0 => return Some(at),
            (None, '}') => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Whether an expression starts with a name of the closed set.
fn is_ours(expression: &str) -> bool {
    let name = expression.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
    let rest = &expression[name.len()..];
    match name {
        "image" => rest.is_empty() || rest.starts_with(['.', '[', ' ', '|']),
        "env" | "app" | "connections" => rest.starts_with(['.', '[']),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_references_and_escapes() {
        let text = "a ${env.name} $${b} ${ {'x': '}'}['x'] }";
        let found = scan(text, false);
        assert_eq!(found[0], Segment::Text("a "));
        assert_eq!(found[1], Segment::Reference("env.name", 2..13));
        assert_eq!(found[2..4], [Segment::Text(" "), Segment::Escape]);
        assert_eq!(found[4], Segment::Text("b} "));
        assert_eq!(found[5], Segment::Reference("{'x': '}'}['x']", 20..40));
    }

    #[test]
    fn leaves_foreign_syntax_alone() {
        for text in ["${HOME}", "${env:HOME}", "${app}", "$${HOME}", "${unclosed", "${imageName}"] {
            assert_eq!(scan(text, true), [Segment::Text(text)]);
        }
        assert_eq!(scan("${env.name}", true).len(), 1);
        assert_eq!(scan("$${image}", true), [Segment::Escape, Segment::Text("image}")]);
    }

    #[test]
    fn reports_what_is_not_closed() {
        assert_eq!(scan("x ${env.name", false)[1], Segment::Unclosed(2..12));
    }
}
