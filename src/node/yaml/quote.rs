//! Which style a string needs, so that every reader of YAML 1.1 or 1.2 gets the same string back.
//!
//! Readers disagree on what a plain scalar is: `on`, `1_000`, `12:30`, `0o17` and `=` are strings for one of them and
//! something else for another. All of those are quoted.

/// How a string is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// As it is.
    Plain,
    /// In `'`, because an indicator would be misunderstood.
    Single,
    /// In `"`, because it looks like something else than a string, or needs escapes.
    Double,
    /// As a literal block with this chomping indicator.
    Block(&'static str),
}

/// The style of a value.
pub(super) fn style(text: &str) -> Style {
    if text.chars().any(is_special) {
        return Style::Double;
    }
    if text.contains('\n') {
        return block(text).map_or(Style::Double, Style::Block);
    }
    if text.contains('\t') || is_ambiguous(text) {
        Style::Double
    } else if has_indicator(text) {
        Style::Single
    } else {
        Style::Plain
    }
}

/// The style of a key, which is always on one line.
pub(super) fn key_style(text: &str) -> Style {
    match style(text) {
        Style::Block(_) => Style::Double,
        style => style,
    }
}

/// Whether a character is written as an escape: control characters, and what some readers take for a line break or for
/// nothing at all.
pub(super) fn is_special(character: char) -> bool {
    match character {
        '\n' | '\t' | ' '..='~' => false,
        '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => true,
        _ => character.is_control(),
    }
}

/// The chomping indicator of a literal block, when one can hold the text without an indentation indicator.
fn block(text: &str) -> Option<&'static str> {
    let starts_blank = text.starts_with([' ', '\t', '\n']);
    if starts_blank || text.lines().any(|line| line.ends_with([' ', '\t'])) {
        return None;
    }
    Some(match text.strip_suffix('\n') {
        None => "-",
        Some(rest) if rest.ends_with('\n') => "+",
        Some(_) => "",
    })
}

/// Whether some reader takes the plain text for something else than a string.
fn is_ambiguous(text: &str) -> bool {
    is_word(text) || is_numeric(text) || has_radix(text) || is_date(text)
}

fn is_word(text: &str) -> bool {
    const WORDS: [&str; 17] = [
        "", "~", "=", "<<", "y", "n", "on", "no", "yes", "off", "true", "null", "false", ".nan", ".inf", "-.inf",
        "+.inf",
    ];
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Integers, floats, base 60 numbers, versions: whatever is made of a number's characters.
fn is_numeric(text: &str) -> bool {
    let numeric = |byte| matches!(byte, b'0'..=b'9' | b'_' | b'.' | b':' | b'e' | b'E' | b'+' | b'-');
    text.bytes().all(numeric) && text.contains(|c: char| c.is_ascii_digit() || c == '.')
}

fn has_radix(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    matches!(unsigned.as_bytes(), [b'0', b'x' | b'X' | b'o' | b'O' | b'b' | b'B', ..])
}

fn is_date(text: &str) -> bool {
    matches!(text.as_bytes(), [a, b, c, d, b'-', ..] if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()))
}

/// Whether the plain text would be cut, or taken for another kind of node.
fn has_indicator(text: &str) -> bool {
    let bytes = text.as_bytes();
    let starts = match bytes {
        [] | [b'-' | b'?' | b':'] | [b'-' | b'?' | b':', b' ', ..] => true,
        [first, ..] => b" ,[]{}#&*!|>'\"%@`".contains(first),
    };
    starts
        || matches!(bytes, [.., b' ' | b':'])
        || text.starts_with("---")
        || text.starts_with("...")
        || text.contains(": ")
        || text.contains(" #")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_where_all_readers_agree() {
        for text in
            ["web", "nginx:1.27", "a b", "it's", "--flag", "-c", "http://x/#a", "über", "a:b", "k=v", "10m", "v1", "e"]
        {
            assert_eq!(style(text), Style::Plain, "{text}");
        }
    }

    #[test]
    fn double_where_some_reader_sees_no_string() {
        let words = ["", "~", "null", "Yes", "oN", "n", "true", ".NaN", "<<", "=", "0x1", "-0b1", "0o7", "2024-x"];
        let numbers = ["1", "-1", "1_000", "0777", "12:30", "1e3", "1.", ".5", "1.2.3", ".", "1E+3"];
        for text in words.into_iter().chain(numbers) {
            assert_eq!(style(text), Style::Double, "{text}");
        }
    }

    #[test]
    fn single_where_an_indicator_would_cut() {
        let texts =
            ["- a", "-", "? b", ": c", "a: b", "a:", "a #b", "#a", "*a", "&a", "!a", "[a", "{{ x }}", "@a", "%a"];
        for text in texts.into_iter().chain([" a", "a ", "|", ">", "`a`", "'a'", "\"a\"", "---x", "...x", ", a"]) {
            assert_eq!(style(text), Style::Single, "{text}");
        }
    }

    #[test]
    fn blocks_where_they_are_safe() {
        assert_eq!(style("a\nb"), Style::Block("-"));
        assert_eq!(style("a\n\n\tb\n"), Style::Block(""));
        assert_eq!(style("a\n\n"), Style::Block("+"));
        for text in ["\na", " a\nb", "\ta\nb", "a \nb", "a\n \nb", "a\r\nb", "a\u{85}\nb", "a\nb\u{7f}", "\u{feff}a\nb"]
        {
            assert_eq!(style(text), Style::Double, "{text:?}");
        }
        assert_eq!(key_style("a\nb"), Style::Double);
    }
}
