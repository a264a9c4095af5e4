//! Walks two trees side by side.

use rustc_hash::FxHashMap;
use smol_str::{SmolStr, ToSmolStr};

use super::{Change, Kind, Place, identity};
use crate::node::{Lookup, Map, Node, Value};

/// What turns `from` into `to`, in the order of `to`'s fields. Nothing exactly when the two are equal.
pub fn changes<'a>(from: &'a Node, to: &'a Node) -> Vec<Change<'a>> {
    let mut changes = Vec::new();
    compare(&Place::default(), from, to, &mut changes);
    changes
}

fn compare<'a>(place: &Place, from: &'a Node, to: &'a Node, changes: &mut Vec<Change<'a>>) {
    match (&from.value, &to.value) {
        (Value::Map(old), Value::Map(new)) => compare_maps(place, old, new, changes),
        (Value::List(old), Value::List(new)) => match identity::of(old, new) {
            Some(fields) => compare_by_identity(place, fields, (from, old), (to, new), changes),
            None => compare_by_position(place, old, new, changes),
        },
        (old, new) if old == new => {}
        _ => changes.push(Change { place: place.clone(), kind: Kind::Changed, from: Some(from), to: Some(to) }),
    }
}

fn compare_maps<'a>(place: &Place, from: &'a Map, to: &'a Map, changes: &mut Vec<Change<'a>>) {
    let (before, after) = (Lookup::new(from.entries()), Lookup::new(to.entries()));
    for (key, new) in to.entries() {
        let step = || place.then(key.text.clone(), None);
        match before.get(&key.text) {
            Some(old) if old == new => {}
            Some(old) => compare(&step(), old, new, changes),
            None => changes.push(added(step(), new)),
        }
    }
    for (key, old) in from.entries().iter().filter(|(key, _)| after.get(&key.text).is_none()) {
        changes.push(removed(place.then(key.text.clone(), None), old));
    }
}

fn compare_by_position<'a>(place: &Place, from: &'a [Node], to: &'a [Node], changes: &mut Vec<Change<'a>>) {
    let shorter = from.len().min(to.len());
    let head = from.iter().zip(to).take_while(|(old, new)| old == new).count();
    // An item that came or went moves those behind it; they have not changed.
    let tail = from.iter().rev().zip(to.iter().rev()).take(shorter - head).take_while(|(old, new)| old == new).count();
    let (from, to) = (&from[..from.len() - tail], &to[..to.len() - tail]);
    for at in head..from.len().max(to.len()) {
        let step = place.then(at.to_smolstr(), None);
        match (from.get(at), to.get(at)) {
            (Some(old), Some(new)) => compare(&step, old, new, changes),
            (None, Some(new)) => changes.push(added(step, new)),
            (Some(old), None) => changes.push(removed(step, old)),
            (None, None) => {}
        }
    }
}

/// A list node and its items.
type List<'a> = (&'a Node, &'a [Node]);

fn compare_by_identity<'a>(
    place: &Place,
    fields: &[&str],
    (old_list, old): List<'a>,
    (new_list, new): List<'a>,
    changes: &mut Vec<Change<'a>>,
) {
    let before = positions(fields, old);
    let after = positions(fields, new);
    let mut kept = Vec::new();
    for (at, item) in new.iter().enumerate() {
        let key = identity::key(fields, item);
        let step = place.then(at.to_smolstr(), key.clone());
        match key.and_then(|key| before.get(&key).copied()) {
            Some(was) => {
                kept.push(was);
                compare(&step, &old[was], item, changes);
            }
            None => changes.push(added(step, item)),
        }
    }
    for (at, item) in old.iter().enumerate() {
        let key = identity::key(fields, item);
        if key.as_ref().is_none_or(|key| !after.contains_key(key)) {
            changes.push(removed(place.then(at.to_smolstr(), key), item));
        }
    }
    if !kept.is_sorted() {
        changes.push(Change { place: place.clone(), kind: Kind::Reordered, from: Some(old_list), to: Some(new_list) });
    }
}

fn positions(fields: &[&str], items: &[Node]) -> FxHashMap<SmolStr, usize> {
    let keys = items.iter().map(|item| identity::key(fields, item));
    keys.enumerate().filter_map(|(at, key)| Some((key?, at))).collect()
}

fn added(place: Place, to: &Node) -> Change<'_> {
    Change { place, kind: Kind::Added, from: None, to: Some(to) }
}

fn removed(place: Place, from: &Node) -> Change<'_> {
    Change { place, kind: Kind::Removed, from: Some(from), to: None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::node::{Key, object};

    fn shown(from: &Node, to: &Node) -> Vec<String> {
        let changes = changes(from, to);
        changes.iter().map(|change| format!("{:?} {} {}", change.kind, change.place, change.place.pointer())).collect()
    }

    fn container(name: &str, image: &str) -> Node {
        object! { "name": name, "image": image }
    }

    #[test]
    fn items_are_matched_by_name() {
        let from =
            object! { "containers": vec![container("app", "a:1"), container("old", "o"), container("proxy", "p")] };
        let to =
            object! { "containers": vec![container("proxy", "p"), container("app", "a:2"), container("a/b", "n")] };
        insta::assert_snapshot!(shown(&from, &to).join("\n"), @r"
        Changed /containers/[name=app]/image /containers/1/image
        Added /containers/[name=a~1b] /containers/2
        Removed /containers/[name=old] /containers/1
        Reordered /containers /containers
        ");
    }

    #[test]
    fn other_lists_are_compared_by_position() {
        let list = |items: &[i64]| object! { "args": items.iter().map(|item| Node::made(*item)).collect::<Vec<_>>() };
        insta::assert_snapshot!(shown(&list(&[1, 2]), &list(&[1, 3, 4])).join("\n"), @r"
        Changed /args/1 /args/1
        Added /args/2 /args/2
        ");
    }

    #[test]
    fn what_moved_has_not_changed() {
        let rule = |from: &str| object! { "from": from };
        let list = |rules: &[&str]| object! { "rules": rules.iter().map(|from| rule(from)).collect::<Vec<_>>() };
        assert_eq!(shown(&list(&["a", "b", "c"]), &list(&["b", "c"])), ["Removed /rules/0 /rules/0"]);
        assert_eq!(shown(&list(&["a", "c"]), &list(&["a", "b", "c"])), ["Added /rules/1 /rules/1"]);
        assert_eq!(shown(&list(&["a", "a"]), &list(&["a"])), ["Removed /rules/1 /rules/1"]);
    }

    #[test]
    fn a_map_that_became_a_scalar_is_one_change() {
        let changed = shown(&object! { "a": object! { "b": 1 } }, &object! { "a": 1 });
        assert_eq!(changed, ["Changed /a /a"]);
    }

    fn tree() -> impl Strategy<Value = Node> {
        let scalar = prop_oneof![
            Just(Node::made(Value::Null)),
            any::<bool>().prop_map(Node::made),
            (0i64..3).prop_map(Node::made),
            "[ab]{0,2}".prop_map(Node::made),
        ];
        scalar.prop_recursive(4, 24, 4, |inner| {
            let key = prop_oneof![Just("name"), Just("key"), Just("x")];
            let map = prop::collection::btree_map(key, inner.clone(), 0..3);
            prop_oneof![
                prop::collection::vec(inner, 0..4).prop_map(Node::made),
                map.prop_map(|map| Node::made(
                    map.into_iter().map(|(key, node)| (Key::from(key), node)).collect::<Map>()
                )),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn no_change_exactly_when_equal(a in tree(), b in tree()) {
            prop_assert!(changes(&a, &a.clone()).is_empty());
            prop_assert_eq!(changes(&a, &b).is_empty(), a == b);
        }

        #[test]
        fn every_pointer_leads_to_its_value(a in tree(), b in tree()) {
            for change in changes(&a, &b) {
                let pointer = change.place.pointer().to_string();
                let (tree, node) = if change.to.is_some() { (&b, change.to) } else { (&a, change.from) };
                prop_assert_eq!(tree.at(&pointer), node);
            }
        }
    }
}
