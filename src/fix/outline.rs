//! The nodes of a file by the places they were written at.

use std::cell::OnceCell;

use crate::{
    node::{Key, Node, Value, yaml::Document},
    source::{FileId, Span},
};

/// Every node of a file, in the order in which a walk meets them.
pub(super) struct Outline<'t> {
    pub(super) file: FileId,
    pub(super) text: &'t str,
    places: Vec<Place<'t>>,
    /// The spans of nodes, sorted, with the places that have them.
    nodes: Vec<(Span, usize)>,
    /// The same of keys.
    keys: Vec<(Span, usize)>,
    pub(super) line_break: &'static str,
    pub(super) list_indent: OnceCell<usize>,
}

/// A node, and where it stands in the tree.
#[derive(Clone, Copy)]
pub(super) struct Place<'t> {
    /// Its number: a parent's is less than its children's.
    pub(super) id: usize,
    pub(super) node: &'t Node,
    /// Its key, if it stands in a map.
    pub(super) key: Option<&'t Key>,
    pub(super) parent: Option<usize>,
}

impl<'t> Outline<'t> {
    pub(super) fn new(file: FileId, text: &'t str, documents: &'t [Document]) -> Self {
        let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let list_indent = OnceCell::new();
        let mut outline =
            Self { file, text, places: Vec::new(), nodes: Vec::new(), keys: Vec::new(), line_break, list_indent };
        for document in documents {
            outline.add(&document.root, None, None);
        }
        outline.nodes.sort_unstable();
        outline.keys.sort_unstable();
        outline
    }

    fn add(&mut self, node: &'t Node, key: Option<&'t Key>, parent: Option<usize>) {
        let id = self.places.len();
        self.places.push(Place { id, node, key, parent });
        self.nodes.extend(node.span.map(|span| (span, id)));
        self.keys.extend(key.and_then(|key| key.span).map(|span| (span, id)));
        match &node.value {
            Value::List(items) => items.iter().for_each(|item| self.add(item, None, Some(id))),
            Value::Map(map) => map.entries().iter().for_each(|(key, node)| self.add(node, Some(key), Some(id))),
            _ => {}
        }
    }

    /// The only node of this span that fits. Several have one span where an alias repeats what was written once: an edit
    /// would change all of them.
    pub(super) fn node(&self, span: Span, fits: impl Fn(&Node) -> bool) -> Option<Place<'t>> {
        self.only(&self.nodes, span, |place| fits(place.node))
    }

    /// The node whose key was written here.
    pub(super) fn keyed(&self, span: Span) -> Option<Place<'t>> {
        self.only(&self.keys, span, |_| true)
    }

    fn only(&self, spans: &[(Span, usize)], span: Span, fits: impl Fn(&Place<'t>) -> bool) -> Option<Place<'t>> {
        let start = spans.partition_point(|(other, _)| *other < span);
        let same = spans[start..].iter().take_while(|(other, _)| *other == span).map(|(_, id)| self.places[*id]);
        let mut fitting = same.filter(|place| fits(place));
        fitting.next().filter(|_| fitting.next().is_none())
    }

    pub(super) fn parent(&self, place: Place<'t>) -> Option<Place<'t>> {
        place.parent.map(|parent| self.places[parent])
    }

    /// Every node.
    pub(super) fn places(&self) -> impl Iterator<Item = Place<'t>> {
        self.places.iter().copied()
    }

    /// The text of a span.
    pub(super) fn at(&self, span: Span) -> &'t str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// Whether a list or a map is written between brackets. A block starts where its first key or item does.
    pub(super) fn is_flow(&self, node: &Node) -> bool {
        let Some(span) = node.span else { return false };
        let first = match &node.value {
            Value::List(items) => items.iter().filter_map(|item| item.span).map(|item| item.start).min(),
            Value::Map(map) => map.keys().filter_map(|key| key.span).map(|key| key.start).min(),
            _ => return false,
        };
        self.at(span).starts_with(['{', '[']) && first.is_none_or(|first| first > span.start)
    }

    /// Whether a node stands between brackets.
    pub(super) fn is_in_flow(&self, place: Place<'t>) -> bool {
        self.parent(place).is_some_and(|parent| self.is_flow(parent.node) || self.is_in_flow(parent))
    }
}
