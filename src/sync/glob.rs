//! Globs as Argo CD matches them (<https://github.com/gobwas/glob>).

/// Whether a text matches a glob: `?` is one character and `*` any number, but not the separator; `**` is any number of
/// any; `[a-z]`, `[!a-z]` and `{a,b}` are alternatives, and `\` takes the special meaning away.
pub(super) fn matches(glob: &str, text: &str, separator: Option<char>) -> bool {
    // Most are no globs at all.
    if !glob.contains(['*', '?', '[', '{', '\\']) {
        return glob == text;
    }
    if glob == "*" {
        return separator.is_none_or(|separator| !text.contains(separator));
    }
    let glob: Vec<char> = glob.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    Matcher { text: &text, separator }.advance(&glob, reached, 0)[text.len()]
}

/// How deep alternatives may stand in others: as deep as anybody writes them.
const DEEPEST: usize = 8;

struct Matcher<'t> {
    text: &'t [char],
    separator: Option<char>,
}

impl Matcher<'_> {
    /// The ends that a glob can reach in the text, from the places that are reached already. It takes time in proportion
    /// to the lengths of both.
    fn advance(&self, mut glob: &[char], mut reached: Vec<bool>, depth: usize) -> Vec<bool> {
        while let Some((first, rest)) = glob.split_first() {
            (reached, glob) = match (first, rest) {
                ('*', ['*', rest @ ..]) => (self.skip(&reached, None), rest),
                ('*', _) => (self.skip(&reached, self.separator), rest),
                ('?', _) => (self.one(&reached, |c| Some(c) != self.separator), rest),
                ('[', _) if let Some((class, rest)) = class(rest) => (self.one(&reached, |c| class.holds(c)), rest),
                ('{', _)
                    if depth < DEEPEST
                        && let Some((ways, rest)) = alternatives(rest) =>
                {
                    let ends = ways.into_iter().map(|way| self.advance(way, reached.clone(), depth + 1));
                    (ends.reduce(either).unwrap_or_default(), rest)
                }
                ('\\', [escaped, rest @ ..]) => (self.one(&reached, |c| c == *escaped), rest),
                (literal, _) => (self.one(&reached, |c| c == *literal), rest),
            };
        }
        reached
    }

    fn one(&self, reached: &[bool], takes: impl Fn(char) -> bool) -> Vec<bool> {
        let next = self.text.iter().zip(reached).map(|(c, reached)| *reached && takes(*c));
        std::iter::once(false).chain(next).collect()
    }

    fn skip(&self, reached: &[bool], stop: Option<char>) -> Vec<bool> {
        let mut open = false;
        let mut before = None;
        let places = reached.iter().enumerate().map(|(at, reached)| {
            open = *reached || (open && before.is_none_or(|c| Some(c) != stop));
            before = self.text.get(at).copied();
            open
        });
        places.collect()
    }
}

fn either(mut one: Vec<bool>, other: Vec<bool>) -> Vec<bool> {
    one.iter_mut().zip(other).for_each(|(one, other)| *one |= other);
    one
}

/// `[abc]`, `[a-z]` or the negation of one.
struct Class<'g> {
    negated: bool,
    members: &'g [char],
}

impl Class<'_> {
    fn holds(&self, c: char) -> bool {
        let mut members = self.members;
        let mut found = false;
        while let Some((first, rest)) = members.split_first() {
            members = if let ['-', last, rest @ ..] = rest {
                found |= (*first..=*last).contains(&c);
                rest
            } else {
                found |= *first == c;
                rest
            };
        }
        found != self.negated
    }
}

/// A class behind its `[`, and what comes after it.
fn class(glob: &[char]) -> Option<(Class<'_>, &[char])> {
    let end = glob.iter().position(|c| *c == ']')?;
    let (members, rest) = (&glob[..end], &glob[end + 1..]);
    let class = match members {
        ['!' | '^', members @ ..] => Class { negated: true, members },
        members => Class { negated: false, members },
    };
    Some((class, rest))
}

/// Alternatives behind their `{`, and what comes after them.
fn alternatives(glob: &[char]) -> Option<(Vec<&[char]>, &[char])> {
    let (mut ways, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, c) in glob.iter().enumerate() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                ways.push(&glob[start..at]);
                return Some((ways, &glob[at + 1..]));
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                ways.push(&glob[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The meaning of a glob without alternatives, one character at a time and in any time it takes.
    fn means(glob: &[char], text: &[char]) -> bool {
        match glob {
            [] => text.is_empty(),
            ['*', '*', rest @ ..] => (0..=text.len()).any(|at| means(rest, &text[at..])),
            ['*', rest @ ..] => {
                let end = text.iter().position(|c| *c == '/').unwrap_or(text.len());
                (0..=end).any(|at| means(rest, &text[at..]))
            }
            ['?', rest @ ..] => text.split_first().is_some_and(|(c, text)| *c != '/' && means(rest, text)),
            [own, rest @ ..] => text.split_first().is_some_and(|(c, text)| c == own && means(rest, text)),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn the_fast_way_is_the_right_one(glob in "[ab/?*]{0,7}", text in "[ab/]{0,7}") {
            let [characters, of_text] = [&glob, &text].map(|it| it.chars().collect::<Vec<_>>());
            prop_assert_eq!(matches(&glob, &text, Some('/')), means(&characters, &of_text));
        }
    }

    #[test]
    fn globs_match_as_argo_cd_has_them() {
        for (glob, text, separated, expected) in [
            ("", "", true, true),
            ("", "a", true, false),
            ("*", "", false, true),
            ("*", "a/b", false, true),
            ("*", "a/b", true, false),
            ("**", "a/b", true, true),
            ("https://git.example.com/*", "https://git.example.com/shop", true, true),
            ("https://git.example.com/*", "https://git.example.com/shop/cart", true, false),
            ("https://git.example.com/**", "https://git.example.com/shop/cart", true, true),
            ("cart-*", "cart-dev", false, true),
            ("cart-*", "shop-dev", false, false),
            ("c?rt", "cart", false, true),
            ("a?b", "a/b", true, false),
            ("*a*a*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false, false),
            ("[a-c]art", "bart", false, true),
            ("[!a-c]art", "bart", false, false),
            ("{cart,shop}-dev", "shop-dev", false, true),
            ("{cart,sh{op,ip}}-dev", "ship-dev", false, true),
            ("{cart,shop}-dev", "blog-dev", false, false),
            (r"\*", "*", false, true),
            (r"\*", "a", false, false),
            ("a{b", "a{b", false, true),
            ("a[b", "a[b", false, true),
        ] {
            assert_eq!(matches(glob, text, separated.then_some('/')), expected, "{glob} on {text}");
        }
    }

    #[test]
    fn no_depth_of_alternatives_is_too_much() {
        let glob = format!("{}a{}", "{".repeat(100_000), "}".repeat(100_000));
        assert!(!matches(&glob, "b", None));
    }
}
