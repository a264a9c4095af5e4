//! The order of keys in output: what tells objects apart comes first, everything else by name.

use crate::node::{Key, Node, Value};

/// Brings an object's keys into canonical order, at every depth.
pub(super) fn order(object: &mut Node) {
    if let Value::Map(map) = &mut object.value {
        map.sort_by_key(|key| (rank(key, &["apiVersion", "kind", "metadata", "spec", "data"]), key.text.clone()));
        for (key, node) in map.entries_mut() {
            if key.text == "metadata" { order_metadata(node) } else { sort(node) }
        }
    }
}

fn order_metadata(metadata: &mut Node) {
    sort(metadata);
    if let Some(map) = metadata.as_map_mut() {
        map.sort_by_key(|key| rank(key, &["name", "namespace", "labels", "annotations"]));
    }
}

fn rank(key: &Key, first: &[&str]) -> usize {
    first.iter().position(|name| key.text == *name).unwrap_or(first.len())
}

fn sort(node: &mut Node) {
    match &mut node.value {
        Value::Map(map) => {
            map.sort();
            map.entries_mut().for_each(|(_, node)| sort(node));
        }
        Value::List(items) => items.iter_mut().for_each(sort),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::object;

    #[test]
    fn identity_comes_first() {
        let mut node = object! {
            "spec": object! { "b": 1, "a": 2 },
            "status": 0,
            "metadata": object! { "annotations": 1, "finalizers": 3, "name": "x" },
            "kind": "K",
            "apiVersion": "v1",
        };
        order(&mut node);
        let keys = |node: &Node| node.entries().iter().map(|(key, _)| key.text.to_string()).collect::<Vec<_>>();
        assert_eq!(keys(&node), ["apiVersion", "kind", "metadata", "spec", "status"]);
        assert_eq!(keys(node.get("metadata").unwrap()), ["name", "annotations", "finalizers"]);
        assert_eq!(keys(node.get("spec").unwrap()), ["a", "b"]);
    }
}
