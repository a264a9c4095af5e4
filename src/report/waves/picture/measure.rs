//! How much room texts take. No fonts are at hand, so every character is as wide as a wide one is on average.

/// Pixels of a character of a name.
pub(super) const NAME: i32 = 7;

/// Pixels of a character of a note.
pub(super) const NOTE: i32 = 6;

/// The width of a text.
pub(super) fn width(text: &str, character: i32) -> i32 {
    i32::try_from(text.chars().count()).unwrap_or(i32::MAX / 100).saturating_mul(character)
}

/// A text that fits into a width; what is cut off is said by `…`.
pub(super) fn fit(text: &str, room: i32, character: i32) -> String {
    let most = usize::try_from(room / character).unwrap_or_default().max(2);
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

/// A text in lines that fit into a width, broken between words. A word that is longer is cut.
pub(super) fn lines(text: &str, room: i32, character: i32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let longer = lines.last().map(|line| format!("{line} {word}")).filter(|line| width(line, character) <= room);
        match (longer, lines.last_mut()) {
            (Some(longer), Some(line)) => *line = longer,
            _ => lines.push(fit(word, room, character)),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_and_broken() {
        assert_eq!(fit("abcdef", 60, 10), "abcdef");
        assert_eq!(fit("abcdefg", 60, 10), "abcde…");
        assert_eq!(lines("a bc  def gehijklm", 60, 10), ["a bc", "def", "gehij…"]);
        assert!(lines(" ", 60, 10).is_empty());
    }
}
