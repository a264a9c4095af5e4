//! A mapping that keeps the order of its keys.

use rustc_hash::FxHashMap;

use super::{Key, Node};

/// How many entries are searched one by one before an index of them pays.
const INDEXED_FROM: usize = 32;

/// Entries in the order in which they were written. Keys are unique. Equality ignores the order.
#[derive(Clone, Debug, Default)]
pub struct Map {
    entries: Vec<(Key, Node)>,
}

impl Map {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// The entries in order.
    pub fn entries(&self) -> &[(Key, Node)] {
        &self.entries
    }

    /// The entries in order, values open to change.
    pub fn entries_mut(&mut self) -> impl Iterator<Item = (&Key, &mut Node)> {
        self.entries.iter_mut().map(|(key, node)| (&*key, node))
    }

    /// The keys in order.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.entries.iter().map(|(key, _)| key)
    }

    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.iter().find(|(own, _)| own.text == key).map(|(_, node)| node)
    }

    /// The value under a key.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entries.iter_mut().find(|(own, _)| own.text == key).map(|(_, node)| node)
    }

    /// The entry under a key.
    pub fn entry(&self, key: &str) -> Option<&(Key, Node)> {
        self.entries.iter().find(|(own, _)| own.text == key)
    }

    /// Whether there is such a key.
    pub fn contains(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Adds an entry at the end, or replaces the value of the key that is there.
    pub fn insert(&mut self, key: impl Into<Key>, node: Node) {
        let key = key.into();
        match self.entries.iter_mut().find(|(own, _)| *own == key) {
            Some(entry) => *entry = (key, node),
            None => self.entries.push((key, node)),
        }
    }

    /// Adds an entry whose key is known to be new; it is not looked for.
    pub fn push(&mut self, key: impl Into<Key>, node: Node) {
        self.entries.push((key.into(), node));
    }

    /// Takes an entry out; the others keep their order.
    pub fn remove(&mut self, key: &str) -> Option<Node> {
        let at = self.entries.iter().position(|(own, _)| own.text == key)?;
        Some(self.entries.remove(at).1)
    }

    /// Keeps the entries that a predicate takes; it may change their values.
    pub fn retain(&mut self, mut takes: impl FnMut(&Key, &mut Node) -> bool) {
        self.entries.retain_mut(|(key, node)| takes(key, node));
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Sorts the entries by a key of the caller's; equal ones keep their order.
    pub fn sort_by_key<K: Ord>(&mut self, mut rank: impl FnMut(&Key) -> K) {
        self.entries.sort_by_key(|(key, _)| rank(key));
    }

    /// Sorts the entries by their keys' bytes.
    pub fn sort(&mut self) {
        self.entries.sort_by(|(a, _), (b, _)| a.text.cmp(&b.text));
    }
}

impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        let others = Lookup::new(&other.entries);
        self.len() == other.len() && self.entries.iter().all(|(key, node)| others.get(&key.text) == Some(node))
    }
}

/// Entries by key, for those who ask for most of them: a [`Map`] looks through all of its entries each time.
pub struct Lookup<'a> {
    entries: &'a [(Key, Node)],
    /// Nothing where the entries are few.
    index: FxHashMap<&'a str, &'a Node>,
}

impl<'a> Lookup<'a> {
    /// The entries of a map, whose keys are unique.
    pub fn new(entries: &'a [(Key, Node)]) -> Self {
        let many = if entries.len() < INDEXED_FROM { &[] } else { entries };
        Self { entries, index: many.iter().map(|(key, node)| (key.as_str(), node)).collect() }
    }

    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<&'a Node> {
        if self.index.is_empty() {
            return self.entries.iter().find(|(own, _)| own.text == key).map(|(_, node)| node);
        }
        self.index.get(key).copied()
    }
}

impl FromIterator<(Key, Node)> for Map {
    /// The keys must be unique.
    fn from_iter<T: IntoIterator<Item = (Key, Node)>>(entries: T) -> Self {
        Self { entries: entries.into_iter().collect() }
    }
}

impl Extend<(Key, Node)> for Map {
    /// The keys must be new.
    fn extend<T: IntoIterator<Item = (Key, Node)>>(&mut self, entries: T) {
        self.entries.extend(entries);
    }
}

impl IntoIterator for Map {
    type Item = (Key, Node);
    type IntoIter = std::vec::IntoIter<(Key, Node)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}
