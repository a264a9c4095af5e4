//! The text of a value, in the style of the one that it replaces.

use crate::node::{Node, yaml};

/// A scalar in the place of the one that is written as `old`. Nothing for a block scalar, whose header may have a
/// comment.
pub(super) fn replacing(old: &str, new: &Node, in_flow: bool) -> Option<String> {
    let is_simple = |text: &&str| !text.chars().any(char::is_control);
    match (old.as_bytes().first(), new.as_str().filter(is_simple)) {
        (Some(b'|' | b'>'), _) => None,
        (Some(b'"'), Some(text)) => Some(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))),
        (Some(b'\''), Some(text)) => Some(format!("'{}'", text.replace('\'', "''"))),
        _ if in_flow => Some(yaml::write_flow(new)),
        _ => Some(value(new)),
    }
}

/// A value behind a key or a `- `: as it would be written on a line, or between brackets.
pub(super) fn value(node: &Node) -> String {
    let line = yaml::write(node);
    match line.strip_suffix('\n') {
        Some(line) if !line.contains('\n') && node.as_list().is_none() && node.as_map().is_none() => line.to_owned(),
        _ => yaml::write_flow(node),
    }
}

/// The characters of a plain scalar as a string.
pub(super) fn quoted(text: &str) -> Option<String> {
    let is_plain = !text.is_empty() && !text.starts_with(['"', '\'', '|', '>']) && !text.chars().any(char::is_control);
    if !is_plain {
        return None;
    }
    Some(if text.contains(['"', '\\']) { format!("'{}'", text.replace('\'', "''")) } else { format!("\"{text}\"") })
}

/// `key: value` between brackets.
pub(super) fn entry(key: &str, value: &Node) -> String {
    format!("{}: {}", yaml::write_flow(&Node::made(key)), yaml::write_flow(value))
}
