//! The ends of a tree: what is neither a map nor a list, or holds nothing.

use super::{Key, Node, Pointer, Value};
use crate::source::Span;

/// One end of a tree.
#[derive(Clone, Debug)]
pub struct Leaf<'a> {
    /// The way to it.
    pub pointer: Pointer,
    /// The key that it stands under; nothing in a list.
    pub key: Option<&'a Key>,
    /// The scalar, or the empty map or list.
    pub node: &'a Node,
}

impl Leaf<'_> {
    /// Where the value was written, or else its key; nothing if a renderer made both up.
    pub fn span(&self) -> Option<Span> {
        self.node.span.or_else(|| self.key?.span)
    }
}

impl Node {
    /// Every leaf, in the order in which the tree is written.
    pub fn leaves(&self) -> Vec<Leaf<'_>> {
        let mut leaves = Vec::new();
        collect(Leaf { pointer: Pointer::default(), key: None, node: self }, &mut leaves);
        leaves
    }
}

fn collect<'a>(place: Leaf<'a>, leaves: &mut Vec<Leaf<'a>>) {
    match &place.node.value {
        Value::Map(map) if !map.is_empty() => {
            for (key, node) in map.entries() {
                collect(Leaf { pointer: place.pointer.then(key.as_str()), key: Some(key), node }, leaves);
            }
        }
        Value::List(items) if !items.is_empty() => {
            for (at, node) in items.iter().enumerate() {
                collect(Leaf { pointer: place.pointer.then(at.to_string()), key: None, node }, leaves);
            }
        }
        _ => leaves.push(place),
    }
}

#[cfg(test)]
mod tests {
    use crate::node::{Key, Map, Node, object};

    #[test]
    fn what_holds_nothing_is_a_leaf() {
        let node = object! { "a": vec![Node::made(1), object! { "b": Map::new() }], "c": object! { "d": "x" } };
        let leaves = node.leaves();
        let pointers: Vec<String> = leaves.iter().map(|leaf| leaf.pointer.to_string()).collect();
        assert_eq!(pointers, ["/a/0", "/a/1/b", "/c/d"]);
        assert_eq!(leaves[2].key.map(Key::as_str), Some("d"));
        assert_eq!(Node::made(Map::new()).leaves().len(), 1);
    }
}
