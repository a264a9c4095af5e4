//! Patterns for paths and names: `*` stands for any characters of one part, `**` for any number of parts.

/// Whether a text of parts between `/` matches a pattern.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    matches_parts(&pattern.split('/').collect::<Vec<_>>(), &text.split('/').collect::<Vec<_>>())
}

fn matches_parts(pattern: &[&str], parts: &[&str]) -> bool {
    match (pattern.split_first(), parts.split_first()) {
        (None, None) => true,
        (Some((&"**", rest)), _) => (0..=parts.len()).any(|at| matches_parts(rest, &parts[at..])),
        (Some((first, rest)), Some((part, parts))) => matches_part(first, part) && matches_parts(rest, parts),
        _ => false,
    }
}

/// The same for one part: what stands between two stars is taken where it comes first.
fn matches_part(pattern: &str, part: &str) -> bool {
    let Some((head, mut pattern)) = pattern.split_once('*') else { return pattern == part };
    let Some(mut part) = part.strip_prefix(head) else { return false };
    while let Some((middle, rest)) = pattern.split_once('*') {
        let Some(at) = part.find(middle) else { return false };
        part = &part[at + middle.len()..];
        pattern = rest;
    }
    part.ends_with(pattern)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_stand_for_parts() {
        for (pattern, text) in [
            ("a/b.yaml", "a/b.yaml"),
            ("a/*.yaml", "a/b.yaml"),
            ("**", "a/b.yaml"),
            ("**/*.yaml", "b.yaml"),
            ("**/b.yaml", "a/c/b.yaml"),
            ("a/**", "a/b/c.yaml"),
            ("a/**/c.yaml", "a/c.yaml"),
            ("*b*d*", "abcd"),
            ("a*", "a"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("", "a"),
            ("*", "a/b"),
            ("a", "a/b"),
            ("a/**", "b/a"),
            ("*.yaml", "a/b.yaml"),
            ("ab*ba", "aba"),
            ("*b*b", "ab"),
            ("a*c", "ab"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn hostile_patterns_come_to_an_end() {
        assert!(!matches(&"*a".repeat(40), &"a".repeat(30)));
        assert!(!matches(&format!("{}b", "*a".repeat(1000)), &"a".repeat(5000)));
    }
}
