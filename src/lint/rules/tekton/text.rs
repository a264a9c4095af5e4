//! The `$(…)` of Tekton.

use crate::node::{Node, Value, escape};

/// Every text below a node, with the pointer to it.
pub(super) fn texts<'a>(pointer: &str, node: &'a Node, found: &mut Vec<(String, &'a str)>) {
    match &node.value {
        Value::Str(text) if text.contains("$(") => found.push((pointer.to_owned(), text)),
        Value::List(items) => {
            for (at, item) in items.iter().enumerate() {
                texts(&format!("{pointer}/{at}"), item, found);
            }
        }
        Value::Map(map) => {
            for (key, item) in map.entries() {
                texts(&format!("{pointer}/{}", escape(key.as_str())), item, found);
            }
        }
        _ => {}
    }
}

/// What stands in the `$(…)` of a text.
pub(super) fn references(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("$(").filter_map(|(at, _)| text[at + 2..].split_once(')').map(|(inside, _)| inside))
}

/// The name that follows a start in a reference: `source` in `params.source`, `params["source"]`, `params.source[*]`.
pub(super) fn named<'a>(reference: &'a str, start: &str) -> Option<&'a str> {
    let rest = reference.strip_prefix(start)?;
    let quoted = [("[\"", "\"]"), ("['", "']")];
    if let Some((open, close)) = quoted.into_iter().find(|(open, _)| rest.starts_with(open)) {
        return rest[open.len()..].split_once(close).map(|(name, _)| name);
    }
    let name = rest.strip_prefix('.')?.split(['.', '[']).next()?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    (!name.is_empty() && name.chars().all(is_name)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read() {
        let found: Vec<_> = references("a $(params.x) $(params[\"a.b\"])$(tasks.t.results.r[0]) $(open").collect();
        assert_eq!(found, ["params.x", "params[\"a.b\"]", "tasks.t.results.r[0]"]);
        assert_eq!(named("params.x", "params"), Some("x"));
        assert_eq!(named("params['a.b']", "params"), Some("a.b"));
        assert_eq!(named("params.x[*]", "params"), Some("x"));
        assert_eq!(named("params x", "params"), None);
        assert_eq!(named("context.run", "params"), None);
    }
}
