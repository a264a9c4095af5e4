//! A value in a few words.

use super::Change;
use crate::node::{Node, Value};

/// The longest value that is shown whole, in characters.
const LIMIT: usize = 60;

/// How much of what two long strings have in common is shown before they part, in characters.
const LEAD: usize = 12;

/// Which value of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one before.
    From,
    /// The one after.
    To,
}

/// A value of a change as compact JSON, cut to about sixty characters around the first difference.
pub fn excerpt(change: &Change<'_>, side: Side) -> Option<String> {
    let texts = [change.from, change.to].map(|node| node.map(compact));
    let (text, other) = match (side, texts) {
        (Side::From, [text, other]) | (Side::To, [other, text]) => (text?, other),
    };
    let common = other.map_or(0, |other| text.chars().zip(other.chars()).take_while(|(a, b)| a == b).count());
    Some(cut(&text, common))
}

fn cut(text: &str, common: usize) -> String {
    let length = text.chars().count();
    if length <= LIMIT {
        return text.to_owned();
    }
    let start = if common + LEAD < LIMIT { 0 } else { (common - LEAD).min(length - LIMIT) };
    let middle: String = text.chars().skip(start).take(LIMIT).collect();
    let (before, after) = (if start > 0 { "…" } else { "" }, if start + LIMIT < length { "…" } else { "" });
    format!("{before}{middle}{after}")
}

/// JSON on one line. A float keeps its point, so that it never looks like the integer it differs from.
fn compact(node: &Node) -> String {
    match &node.value {
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(compact).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(map) => {
            let entries = map.entries().iter();
            let entries: Vec<String> = entries.map(|(key, node)| format!("{}: {}", key.text, compact(node))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        _ => node.to_json().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{diff::changes, node::object};

    fn both(from: &Node, to: &Node) -> (Option<String>, Option<String>) {
        let changes = changes(from, to);
        (excerpt(&changes[0], Side::From), excerpt(&changes[0], Side::To))
    }

    #[test]
    fn types_stay_apart() {
        let shown = both(&object! { "a": "3" }, &object! { "a": 3 });
        assert_eq!(shown, (Some("\"3\"".into()), Some("3".into())));
        assert_eq!(compact(&Node::made(Value::Float(1.0))), "1.0");
    }

    #[test]
    fn long_texts_are_cut_around_the_difference() {
        let text = |tail: &str| object! { "a": format!("{}{tail}", "x".repeat(90)) };
        let (from, to) = both(&text("one"), &text("two"));
        assert_eq!(from.unwrap(), format!("…{}one\"", "x".repeat(56)));
        assert!(to.unwrap().ends_with("two\""));
        assert_eq!(both(&object! {}, &text("")), (None, Some(format!("\"{}…", "x".repeat(59)))));
    }
}
