//! The keys of one map while it is read: duplicates and merges (`<<`, <https://yaml.org/type/merge.html>).

use std::collections::HashMap;

use smol_str::SmolStr;

use super::{DUPLICATE_KEY, SYNTAX};
use crate::{
    diagnostic::{Diagnostic, Severity},
    node::{Key, Map, Node, Value},
    source::Span,
};

/// How many keys are searched one by one before an index of them pays.
const INDEXED_FROM: usize = 16;

/// A map that is being read.
#[derive(Default)]
pub(super) struct Mapping {
    entries: Vec<(Key, Node)>,
    index: HashMap<SmolStr, usize>,
    slot: Slot,
    /// The maps of each `<<`. The last `<<` is the strongest, and its first map.
    merged: Vec<Vec<Node>>,
}

/// What the next node is.
#[derive(Default)]
enum Slot {
    /// A key.
    #[default]
    Key,
    /// The value of this key.
    Value(Key),
    /// The value of the `<<` here.
    Merge(Span),
    /// The value of a key that was refused.
    Ignored,
}

impl Mapping {
    /// Whether the next node is a key.
    pub(super) fn awaits_key(&self) -> bool {
        matches!(self.slot, Slot::Key)
    }

    /// Takes a key; a second one with the same text is refused, with its value.
    #[must_use]
    pub(super) fn key(&mut self, key: Key) -> Option<Diagnostic> {
        if let Some(first) = self.find(&key.text) {
            let message = format!("key `{}` is written twice in one map", key.text);
            let first = self.entries[first].0.span;
            self.slot = Slot::Ignored;
            let found = Diagnostic::new(&DUPLICATE_KEY, message).at(key.span).related(first, "first written here");
            return Some(found.help("remove one of the two, or rename it"));
        }
        self.slot = Slot::Value(key);
        None
    }

    /// Takes an entry whose key is new; nothing for another one.
    pub(super) fn add(&mut self, key: Key, node: Node) -> Option<()> {
        self.find(&key.text).is_none().then(|| self.push(key, node))
    }

    /// Takes the key `<<`.
    pub(super) fn merge_key(&mut self, span: Span) {
        self.slot = Slot::Merge(span);
    }

    /// Takes a key that cannot be one.
    pub(super) fn ignore_key(&mut self) {
        self.slot = Slot::Ignored;
    }

    /// Takes the value of the last key.
    #[must_use]
    pub(super) fn value(&mut self, node: Node) -> Option<Diagnostic> {
        match std::mem::take(&mut self.slot) {
            Slot::Value(key) => self.push(key, node),
            Slot::Merge(key) => return self.merge(key, node),
            Slot::Key | Slot::Ignored => {}
        }
        None
    }

    fn merge(&mut self, key: Span, node: Node) -> Option<Diagnostic> {
        let maps = match node.value {
            Value::Map(_) => vec![node],
            Value::List(maps) if maps.iter().all(|map| map.as_map().is_some()) => maps,
            _ => {
                let found = Diagnostic::new(&SYNTAX, "`<<` needs a map or a list of maps").at(key);
                return Some(found.help("quote `\"<<\"` if it is meant to be a key like any other"));
            }
        };
        let overwritten = self.overwritten(key, &maps);
        self.merged.push(maps);
        overwritten
    }

    /// go-yaml v2 goes through a map from top to bottom, so that `<<` beats the keys that stand before it.
    fn overwritten(&self, merge: Span, maps: &[Node]) -> Option<Diagnostic> {
        let own = maps.iter().flat_map(Node::entries).find_map(|(key, _)| self.find(&key.text))?;
        let (own, _) = &self.entries[own];
        let message = format!("Kubernetes lets `<<` overwrite the key `{}` that stands before it", own.text);
        let found = Diagnostic::new(&SYNTAX, message).severity(Severity::Warning).at(merge);
        Some(found.related(own.span, "written here").help("move `<<` to the first line of its map"))
    }

    /// The map, with what it merges behind what it says itself. A key of its own wins.
    pub(super) fn finish(mut self) -> Map {
        for node in std::mem::take(&mut self.merged).into_iter().rev().flatten() {
            let Value::Map(map) = node.value else { continue };
            for (key, value) in map {
                if self.find(&key.text).is_none() {
                    self.push(key, value);
                }
            }
        }
        self.entries.into_iter().collect()
    }

    fn push(&mut self, key: Key, node: Node) {
        let at = self.entries.len();
        if at == INDEXED_FROM {
            self.index = self.entries.iter().enumerate().map(|(at, (key, _))| (key.text.clone(), at)).collect();
        }
        if at >= INDEXED_FROM {
            self.index.insert(key.text.clone(), at);
        }
        self.entries.push((key, node));
    }

    fn find(&self, key: &str) -> Option<usize> {
        if self.entries.len() > INDEXED_FROM {
            return self.index.get(key).copied();
        }
        self.entries.iter().position(|(own, _)| own.text == key)
    }
}
