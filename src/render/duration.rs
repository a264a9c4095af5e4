//! Durations, which Kubernetes counts in whole seconds.

use crate::{
    diagnostic::Diagnostic,
    grammar::{BAD_VALUE, formats},
    node::Node,
};

/// The most that Kubernetes counts: its fields hold 32 bits with a sign.
const LONGEST: f64 = 2_147_483_647.0;

/// A duration such as `1m30s` in seconds; it keeps its place. One that is no whole number of them is reported.
pub(super) fn whole_seconds(duration: &Node, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let text = duration.as_str()?;
    let seconds = formats::seconds(text)?;
    // Fractions such as `1.1m` are a whole number of seconds up to what a float rounds away.
    let whole = seconds.round();
    if (seconds - whole).abs() > 1e-6 {
        diagnostics.push(refused(duration, format!("`{text}` is not a whole number of seconds")));
        return None;
    }
    if whole > LONGEST {
        diagnostics.push(refused(duration, format!("`{text}` is longer than 2147483647 seconds")));
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "a whole number from 0 to 2147483647 stands there")]
    let whole = whole as i64;
    Some(Node::new(whole, duration.span))
}

fn refused(duration: &Node, message: String) -> Diagnostic {
    Diagnostic::new(&BAD_VALUE, message)
        .at(duration.span)
        .help("Kubernetes counts this duration in whole seconds, such as `1s` or `1m30s`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn of(text: &str) -> (Option<Node>, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let span = Span::new(FileId::from_index(0), 3, 7);
        (whole_seconds(&Node::new(text, span), &mut diagnostics), diagnostics)
    }

    #[test]
    fn whole_seconds_keep_their_place() {
        for (text, expected) in [("45s", 45), ("1h30m", 5400), ("1000ms", 1), ("1.1m", 66), ("0s", 0)] {
            let (node, diagnostics) = of(text);
            let node = node.unwrap();
            assert_eq!(node.as_int(), Some(expected), "{text}");
            assert_eq!(node.span.unwrap().start, 3);
            assert_eq!(diagnostics, []);
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["250ms", "1.5s", "999999999h"] {
            let (node, diagnostics) = of(text);
            assert_eq!(node, None, "{text}");
            assert_eq!(diagnostics.len(), 1);
            assert_eq!(diagnostics[0].code.name, "SPC012");
            assert_eq!(diagnostics[0].primary.as_ref().unwrap().span.end, 7);
        }
    }
}
