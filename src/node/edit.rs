//! What a fix says of a node: edits that know what the file must hold for them to be right.
//!
//! A node that nobody wrote cannot be edited: there is no edit for it.

use smol_str::SmolStr;

use super::{Key, Node, Value};
use crate::diagnostic::Edit;

/// Another scalar in the place of this one.
pub fn replace(node: &Node, with: &Node) -> Option<Edit> {
    let is_scalar = |node: &Node| node.as_list().is_none() && node.as_map().is_none();
    let scalars = is_scalar(node) && is_scalar(with);
    scalars.then_some(Edit::Replace { at: node.span?, was: node.to_json(), with: with.to_json() })
}

/// A number or a boolean as a string of the characters that stand in the file.
pub fn quote(node: &Node) -> Option<Edit> {
    let looks_else = node.scalar_text().is_some() && node.as_str().is_none();
    looks_else.then_some(Edit::Quote { at: node.span?, was: node.to_json() })
}

/// A string that says a number or a boolean as just that. Nothing where the characters would be others: `007` is no
/// number that anybody writes.
pub fn unquote(node: &Node) -> Option<Edit> {
    let text = node.as_str()?;
    let number = || text.parse().ok().map(Value::Int);
    let fraction = || text.parse().ok().filter(|value: &f64| value.fract() != 0.0).map(Value::Float);
    let plain = text.parse().ok().map(Value::Bool).or_else(number).or_else(fraction).map(Node::made)?;
    if plain.scalar_text()? == text { replace(node, &plain) } else { None }
}

/// Another name for a field of a map that has none of that name.
pub fn rename(map: &Node, key: &str, to: &str) -> Option<Edit> {
    let (Key { text, span }, _) = map.as_map()?.entry(key)?;
    let free = map.get(to).is_none();
    free.then_some(Edit::Rename { key: (*span)?, was: text.clone(), to: to.into() })
}

/// A new field of a map that has none of that name.
pub fn insert(map: &Node, key: &str, value: &Node) -> Option<Edit> {
    if map.as_map()?.contains(key) {
        return None;
    }
    let mut beside: Vec<SmolStr> = map.entries().iter().map(|(key, _)| key.text.clone()).collect();
    beside.sort_unstable();
    Some(Edit::Insert { into: map.span?, beside, key: key.into(), value: value.to_json() })
}

/// A new item of a list.
pub fn append(list: &Node, item: &Node) -> Option<Edit> {
    list.as_list()?;
    Some(Edit::Append { to: list.span?, was: list.to_json(), item: item.to_json() })
}

/// A map without the field of this name.
pub fn remove(map: &Node, key: &str) -> Option<Edit> {
    let (key, value) = map.as_map()?.entry(key)?;
    Some(Edit::Remove { key: key.span?, name: key.text.clone(), was: value.to_json() })
}

/// A list without one of its items.
pub fn remove_item(list: &Node, at: usize) -> Option<Edit> {
    let item = list.as_list()?.get(at)?;
    Some(Edit::RemoveItem { item: item.span?, was: item.to_json() })
}
