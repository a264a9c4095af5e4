//! The tree that was to be.

use rustc_hash::FxHashMap;

use super::plan::{Act, Step};
use crate::node::{Map, Node, Value, yaml::Document};

/// The documents with what these steps do to them, and nothing else.
pub(super) fn expected<'s>(documents: &[Document], steps: impl Iterator<Item = &'s Step>) -> Vec<Node> {
    let mut acts = FxHashMap::<usize, Vec<&Act>>::default();
    steps.for_each(|step| acts.entry(step.node).or_default().push(&step.act));
    let mut walk = Walk { acts, next: 0 };
    documents.iter().map(|document| walk.node(&document.root)).collect()
}

/// A walk that counts nodes as an outline does.
struct Walk<'s> {
    acts: FxHashMap<usize, Vec<&'s Act>>,
    next: usize,
}

impl Walk<'_> {
    fn node(&mut self, node: &Node) -> Node {
        let id = self.next;
        self.next += 1;
        let mut changed = match &node.value {
            Value::List(items) => Node::made(items.iter().filter_map(|item| self.item(item)).collect::<Vec<_>>()),
            Value::Map(map) => Node::made(self.map(map)),
            _ => node.clone(),
        };
        for act in self.acts.get(&id).into_iter().flatten() {
            match (act, &mut changed.value) {
                (Act::Replace(with), _) => changed = with.clone(),
                (Act::Insert(key, value), Value::Map(map)) => map.push(key.as_str(), value.clone()),
                (Act::Append(item), Value::List(items)) => items.push(item.clone()),
                _ => {}
            }
        }
        changed
    }

    fn item(&mut self, item: &Node) -> Option<Node> {
        let id = self.next;
        let changed = self.node(item);
        (!self.is_removed(id)).then_some(changed)
    }

    fn map(&mut self, map: &Map) -> Map {
        let mut changed = Map::new();
        for (key, value) in map.entries() {
            let id = self.next;
            let value = self.node(value);
            if self.is_removed(id) {
                continue;
            }
            let name = self.acts.get(&id).into_iter().flatten().find_map(|act| match act {
                Act::Rename(name) => Some(name),
                _ => None,
            });
            changed.push(name.unwrap_or(&key.text).as_str(), value);
        }
        changed
    }

    fn is_removed(&self, id: usize) -> bool {
        self.acts.get(&id).is_some_and(|acts| acts.iter().any(|act| matches!(act, Act::Remove)))
    }
}
