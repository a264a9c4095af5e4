//! Text from files, made safe for a terminal: what could move the cursor, hide text or change its order is replaced.

/// A text on one line.
pub(super) fn line(text: &str) -> String {
    text.chars().map(|own| if own == '\t' || own == '\n' { ' ' } else { character(own) }).collect()
}

/// A line of a source file. Tabs stay: whoever shows the line knows how wide they are.
pub(super) fn source(text: &str) -> String {
    text.chars().map(|own| if own == '\t' { own } else { character(own) }).collect()
}

/// Stands for what must not be printed; an ASCII control character has a picture of its own (U+2400 and on).
fn character(own: char) -> char {
    match own {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(own)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\u{7f}' => '\u{2421}',
        own if is_control(own) => char::REPLACEMENT_CHARACTER,
        own => own,
    }
}

/// Whether a character controls how others are shown: C1 controls, line separators, and marks of direction. U+FFFE and
/// U+FFFF are no characters, and XML and YAML refuse them.
pub(super) fn is_control(own: char) -> bool {
    let marks = matches!(own, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    own.is_control() || marks || matches!(own, '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_drives_a_terminal() {
        let hostile = "a\u{1b}[2J\u{9b}31m\u{202e}b\r\u{7}\t\n\u{7f}é\u{ffff}";
        assert_eq!(line(hostile), "a␛[2J\u{fffd}31m\u{fffd}b␍␇  ␡é\u{fffd}");
        assert_eq!(source(hostile), "a␛[2J\u{fffd}31m\u{fffd}b␍␇\t␊␡é\u{fffd}");
    }
}
