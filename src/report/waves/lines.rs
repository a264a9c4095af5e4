//! Lines that are broken where they are too long.

use crate::report::printable;

/// Characters of a line.
const WIDTH: usize = 100;

/// Puts words behind one another, the first line behind `first` and the others under its end. A word stays whole.
pub(super) fn wrap<'a>(first: &str, words: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let indent = first.chars().count();
    let (mut lines, mut line, mut width) = (Vec::new(), first.to_owned(), indent);
    for word in words {
        let word = printable::line(word);
        let own = word.chars().count();
        let is_first = width == indent;
        if !is_first && width + 1 + own > WIDTH {
            lines.push(std::mem::replace(&mut line, " ".repeat(indent)));
            width = indent;
        }
        if width > indent {
            line.push(' ');
            width += 1;
        }
        line.push_str(&word);
        width += own;
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_between_words() {
        let word = "x".repeat(40);
        let lines = wrap("  a ", [word.as_str(); 3]);
        assert_eq!(lines, [format!("  a {word} {word}"), format!("    {word}")]);
        assert_eq!(wrap("a ", []), ["a "]);
        let long = "y".repeat(200);
        assert_eq!(wrap("a ", [long.as_str(), "z"]), [format!("a {long}"), "  z".to_owned()]);
    }
}
