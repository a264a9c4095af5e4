//! One edit: its bytes, and what it does to the tree.

use std::ops::Range;

use serde_json::Value as Json;
use smol_str::SmolStr;

use super::{
    outline::{Outline, Place},
    scalar,
};
use crate::{
    diagnostic::{Change, Edit, Fix},
    node::{Node, Value},
    source::Span,
};

/// An edit that has a place.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// The number of the node that changes.
    pub(super) node: usize,
    /// What becomes of it.
    pub(super) act: Act,
    /// The map that gets a field of a new name, and the name.
    pub(super) name: Option<(usize, SmolStr)>,
    /// The bytes.
    pub(super) change: Change,
}

impl Step {
    /// Whether something is added below or behind what is there, and takes no bytes.
    pub(super) fn adds(&self) -> bool {
        matches!(self.act, Act::Insert(..) | Act::Append(_)) && self.change.span.start == self.change.span.end
    }
}

/// What becomes of a node.
#[derive(Clone, Debug)]
pub(super) enum Act {
    Replace(Node),
    Rename(SmolStr),
    Insert(SmolStr, Node),
    Append(Node),
    Remove,
}

/// Bytes, and what is to stand there.
pub(super) type Bytes = (Range<usize>, String);

impl<'t> Outline<'t> {
    /// The steps of a fix; nothing when one of its edits has no place.
    pub(super) fn plan(&self, fix: &Fix) -> Option<Vec<Step>> {
        let mut steps: Vec<Step> = fix.edits.iter().map(|edit| self.step(edit)).collect::<Option<_>>()?;
        steps.sort_by_key(|step| step.change.span);
        let apart = steps.is_sorted_by(|one, next| one.change.span.end <= next.change.span.start);
        apart.then_some(steps)
    }

    fn step(&self, edit: &Edit) -> Option<Step> {
        let (place, act, (bytes, text)) = match edit {
            Edit::Replace { at, was, with } => self.replace(*at, was, &with.into())?,
            Edit::Quote { at, was } => self.quote(*at, was)?,
            Edit::Rename { key, was, to } => self.rename(*key, was, to)?,
            Edit::Insert { into, beside, key, value } => self.insert(*into, beside, key, value.into())?,
            Edit::Append { to, was, item } => self.append(*to, was, item.into())?,
            Edit::Remove { key, name, was } => self.remove(self.field(*key, name)?, was)?,
            Edit::RemoveItem { item, was } => self.remove(self.item(*item, was)?, was)?,
        };
        let name = match &act {
            Act::Insert(key, _) => Some((place.id, key.clone())),
            Act::Rename(to) => place.parent.map(|parent| (parent, to.clone())),
            _ => None,
        };
        Some(Step { node: place.id, act, name, change: Change { span: Span::of_bytes(self.file, bytes), text } })
    }

    fn replace(&self, at: Span, was: &Json, with: &Node) -> Option<(Place<'t>, Act, Bytes)> {
        let place = self.scalar(at, was)?;
        let text = scalar::replacing(self.at(at), with, self.is_in_flow(place))?;
        // Where nothing is written, the key's colon stands right before.
        let before = self.text.get(..at.start as usize)?;
        let blank = if at.start == at.end && before.ends_with([':', '-']) { " " } else { "" };
        Some((place, Act::Replace(with.clone()), (range(at), format!("{blank}{text}"))))
    }

    fn quote(&self, at: Span, was: &Json) -> Option<(Place<'t>, Act, Bytes)> {
        let place = self.scalar(at, was)?;
        let text = self.at(at);
        let act = Act::Replace(Node::made(text));
        Some((place, act, (range(at), scalar::quoted(text)?)))
    }

    fn rename(&self, key: Span, was: &str, to: &SmolStr) -> Option<(Place<'t>, Act, Bytes)> {
        let place = self.field(key, was)?;
        let text = scalar::replacing(self.at(key), &Node::made(to.clone()), true)?;
        Some((place, Act::Rename(to.clone()), (range(key), text)))
    }

    fn insert(&self, into: Span, beside: &[SmolStr], key: &SmolStr, value: Node) -> Option<(Place<'t>, Act, Bytes)> {
        let place = self.node(into, |node| {
            let mut keys: Vec<&str> = node.entries().iter().map(|(key, _)| key.as_str()).collect();
            keys.sort_unstable();
            node.as_map().is_some() && keys == beside
        })?;
        let bytes = if self.is_flow(place.node) {
            self.flow_entry(into, &scalar::entry(key, &value))?
        } else {
            self.block_entry(place, key, &value)?
        };
        Some((place, Act::Insert(key.clone(), value), bytes))
    }

    fn append(&self, to: Span, was: &Json, item: Node) -> Option<(Place<'t>, Act, Bytes)> {
        let place = self.node(to, |node| node.as_list().is_some() && node.to_json() == *was)?;
        let bytes = if self.is_flow(place.node) {
            self.flow_entry(to, &crate::node::yaml::write_flow(&item))?
        } else {
            self.block_item(place, &item)?
        };
        Some((place, Act::Append(item), bytes))
    }

    fn remove(&self, place: Place<'t>, was: &Json) -> Option<(Place<'t>, Act, Bytes)> {
        let parent = self.parent(place).filter(|_| place.node.to_json() == *was)?;
        let bytes = if self.is_flow(parent.node) {
            (self.without_flow(place, parent)?, String::new())
        } else if parent.node.items().len() + parent.node.entries().len() > 1 {
            (self.without_block(place, parent)?, String::new())
        } else {
            self.emptied(place, parent)?
        };
        Some((place, Act::Remove, bytes))
    }

    fn scalar(&self, at: Span, was: &Json) -> Option<Place<'t>> {
        self.node(at, |node| !matches!(node.value, Value::List(_) | Value::Map(_)) && node.to_json() == *was)
    }

    fn field(&self, key: Span, name: &str) -> Option<Place<'t>> {
        self.keyed(key).filter(|place| place.key.is_some_and(|key| key.text == name))
    }

    fn item(&self, item: Span, was: &Json) -> Option<Place<'t>> {
        self.node(item, |node| node.to_json() == *was).filter(|place| place.key.is_none())
    }
}

pub(super) fn range(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}
