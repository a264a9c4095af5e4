//! What several objects have in common, and what each of them has beside it: the template of an ApplicationSet and the
//! patches of its elements.

use crate::{
    node::{Map, Node, Value},
    source::Span,
};

/// The part that two trees have in common: nothing where they differ. Lists are alike or they are not.
pub(super) fn common(first: &Node, second: &Node) -> Option<Node> {
    let (Value::Map(one), Value::Map(other)) = (&first.value, &second.value) else {
        return (first == second).then(|| first.clone());
    };
    let shared =
        one.entries().iter().filter_map(|(key, node)| Some((key.clone(), common(node, other.get(key.as_str())?)?)));
    let shared: Map = shared.collect();
    // A map that they fill with different things is of no use to either.
    (!shared.is_empty() || one.is_empty() && other.is_empty()).then(|| Node::new(shared, first.span))
}

/// The JSON Merge Patch (RFC 7396) that makes `to` of `from`; nothing where they are the same.
pub(super) fn difference(from: &Node, to: &Node) -> Option<Node> {
    let (Value::Map(before), Value::Map(after)) = (&from.value, &to.value) else {
        return (from != to).then(|| to.clone());
    };
    let mut patch = Map::new();
    for (key, node) in after.entries() {
        match before.get(key.as_str()) {
            None => patch.push(key.clone(), node.clone()),
            Some(old) => difference(old, node).into_iter().for_each(|changed| patch.push(key.clone(), changed)),
        }
    }
    for (key, _) in before.entries().iter().filter(|(key, _)| !after.contains(key.as_str())) {
        patch.push(key.clone(), Node::made(Value::Null));
    }
    (!patch.is_empty()).then(|| Node::new(patch, to.span))
}

/// The value at the end of a path of keys.
pub(super) fn get<'a>(node: &'a Node, path: &[&str]) -> Option<&'a Node> {
    path.iter().try_fold(node, |node, key| node.get(key))
}

/// Takes the value at the end of a path of keys out.
pub(super) fn take(node: &mut Node, path: &[&str]) -> Option<Node> {
    let (last, around) = path.split_last()?;
    around.iter().try_fold(node, |node, key| node.as_map_mut()?.get_mut(key))?.as_map_mut()?.remove(last)
}

/// Puts a value at the end of a path of keys, and maps on the way there.
pub(super) fn put(node: &mut Node, path: &[&str], value: Node) {
    let Some((key, rest)) = path.split_first() else {
        *node = value;
        return;
    };
    let Some(map) = node.as_map_mut() else { return };
    if !map.contains(key) {
        map.push(*key, Node::made(Map::new()));
    }
    map.get_mut(key).into_iter().for_each(|inner| put(inner, rest, value.clone()));
}

/// The same tree, in which every value without a place was caused by `span`.
pub(super) fn caused(mut node: Node, span: Option<Span>) -> Node {
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| *item = caused(item.clone(), span)),
        Value::Map(map) => map.entries_mut().for_each(|(_, inner)| *inner = caused(inner.clone(), span)),
        _ => node.span = node.span.or(span),
    }
    node
}

/// The same tree for a template of Go, with nothing in it that Go would fill in.
pub(super) fn literal(node: &Node) -> Node {
    let value = match &node.value {
        Value::Str(text) if text.contains("{{") => Value::from(escape(text)),
        Value::List(items) => Value::List(items.iter().map(literal).collect()),
        Value::Map(map) => Value::Map(map.entries().iter().map(|(key, node)| (key.clone(), literal(node))).collect()),
        other => other.clone(),
    };
    Node { value, span: node.span }
}

/// A text that a template of Go gives back as it is.
pub(super) fn escape(text: &str) -> String {
    text.replace("{{", "{{\"{{\"}}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::node::object;

    /// Trees of maps, without nulls: no object has them.
    fn tree() -> impl Strategy<Value = Node> {
        let leaf = prop_oneof![
            (0_i64..3).prop_map(Node::made),
            prop::collection::vec((0_i64..2).prop_map(Node::made), 0..2).prop_map(Node::made),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop::collection::btree_map("[a-c]", inner, 0..3).prop_map(|map| {
                Node::made(map.into_iter().map(|(key, node)| (key.as_str().into(), node)).collect::<Map>())
            })
        })
    }

    /// Keys in order: a patch adds new ones at the end.
    fn sorted(mut node: Node) -> Node {
        if let Some(map) = node.as_map_mut() {
            map.sort();
            map.entries_mut().for_each(|(_, inner)| *inner = sorted(inner.clone()));
        }
        node
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn a_template_and_its_patches_give_every_object_back(objects in prop::collection::vec(tree(), 1..4)) {
            let maps: Vec<Node> = objects.into_iter().map(|inner| object! { "it": inner }).collect();
            let empty = || Node::made(Map::new());
            let template = maps.iter().skip(1).fold(maps[0].clone(), |shared, map| common(&shared, map).unwrap_or_else(empty));
            for map in &maps {
                let mut made = template.clone();
                if let Some(patch) = difference(&template, map) {
                    made.merge(&patch);
                }
                prop_assert_eq!(sorted(made), sorted(map.clone()));
            }
        }
    }

    #[test]
    fn go_gives_back_what_is_literal() {
        let node = object! { "a": vec![Node::made("{{ x }}"), Node::made(1_i64)], "b": "{" };
        assert_eq!(literal(&node), object! { "a": vec![Node::made("{{\"{{\"}} x }}"), Node::made(1_i64)], "b": "{" });
    }

    #[test]
    fn values_are_moved_by_their_paths() {
        let mut node = object! { "a": object! { "b": 1_i64 } };
        assert_eq!(take(&mut node, &["a", "b"]), Some(1_i64.into()));
        assert_eq!(take(&mut node, &["a", "c", "d"]), None);
        put(&mut node, &["x", "y"], "z".into());
        assert_eq!(get(&node, &["x", "y"]), Some(&"z".into()));
    }
}
