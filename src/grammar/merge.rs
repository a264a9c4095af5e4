//! Merges layers: RFC 7396 JSON Merge Patch, with the table's unions and list operators.
//!
//! All layers are merged at once, place by place, instead of one into the next. At every place the values of all layers
//! are then at hand, in order: what `"*"` and provenance need, and what a merge two by two has lost.

use rustc_hash::FxHashSet;

use super::{ENFORCED, LAYER_KIND, LIST_OPERATORS, REPLACE, Scalar, Type, union};
use crate::{
    diagnostic::Diagnostic,
    node::{Key, Lookup, Map, Node, Value},
    source::Span,
};

/// How strong a layer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Built-in values and defaults: an enforced value may replace them.
    Weak,
    /// What somebody wrote for this app or environment: an enforced value must be the same.
    Strong,
    /// What an environment enforces.
    Enforced,
}

/// What one layer has at a place.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// The layer's strength.
    pub strength: Strength,
    /// The value; null deletes.
    pub node: &'a Node,
}

/// What a merge found on its way.
#[derive(Debug, Default)]
pub struct MergeLog {
    /// Guard errors.
    pub diagnostics: Vec<Diagnostic>,
    /// Nulls and removals that deleted something.
    pub effective: FxHashSet<Span>,
    /// Nulls and removals that deleted nothing. One may stand in both sets: a shared layer meets many apps.
    pub void: FxHashSet<Span>,
}

/// Someone who watches a merge, place by place.
pub trait Observer {
    /// The merge goes down to a key.
    fn enter(&mut self, _key: &Key) {}
    /// These parts, weakest first, made this result.
    fn merged(&mut self, _parts: &[Part<'_>], _result: Option<&Node>) {}
    /// The merge comes back up.
    fn leave(&mut self) {}
}

/// Nobody watches.
impl Observer for () {}

/// Merges the parts, weakest first; nothing when the last of them deletes.
pub fn merge(parts: &[Part<'_>], ty: &'static Type, log: &mut MergeLog, observer: &mut impl Observer) -> Option<Node> {
    let mut state = State::Absent;
    for part in parts {
        state = state.lay(*part, ty, log);
    }
    let merged = match state {
        State::Absent => None,
        State::Value(node, _) => Some(node),
        State::Maps(parts) => Some(merge_maps(&parts, ty, log, observer)),
    };
    observer.merged(parts, merged.as_ref());
    merged
}

/// What the layers so far come to.
enum State<'a> {
    Absent,
    /// A scalar or a list, and the strength of the layer that wrote it.
    Value(Node, Strength),
    /// Maps since the last reset: they merge key by key.
    Maps(Vec<Part<'a>>),
}

impl<'a> State<'a> {
    fn lay(self, part: Part<'a>, ty: &'static Type, log: &mut MergeLog) -> Self {
        let node = part.node;
        if node.is_null() {
            return self.delete(part, ty, log);
        }
        if let Some(inner) = node.get(REPLACE) {
            return Self::Absent.lay(Part { node: inner, ..part }, ty, log);
        }
        match (&node.value, ty) {
            (Value::Map(operators), Type::List(_)) => self.edit(part, operators, log),
            (Value::Map(_), _) => self.lay_map(part, ty, log),
            _ => self.lay_value(part, log),
        }
    }

    fn delete(self, part: Part<'a>, ty: &Type, log: &mut MergeLog) -> Self {
        if let Some(span) = part.node.span.filter(|_| !matches!(ty, Type::MergePatch)) {
            let deletes = if matches!(self, Self::Absent) { &mut log.void } else { &mut log.effective };
            deletes.insert(span);
        }
        if let (Strength::Enforced, Some((span, Strength::Strong))) = (part.strength, self.written()) {
            log.diagnostics.push(enforced(part.node, span));
        }
        Self::Absent
    }

    fn lay_map(self, part: Part<'a>, ty: &'static Type, log: &mut MergeLog) -> Self {
        match self {
            Self::Maps(mut parts) => {
                if union::changes_member(parts.iter().map(|part| part.node), part.node, ty) {
                    return Self::Maps(vec![part]);
                }
                parts.push(part);
                Self::Maps(parts)
            }
            Self::Value(below, _) => {
                log.diagnostics.push(kind_changes(part.node, &below));
                Self::Maps(vec![part])
            }
            Self::Absent => Self::Maps(vec![part]),
        }
    }

    fn lay_value(self, part: Part<'a>, log: &mut MergeLog) -> Self {
        if let Self::Maps(parts) = &self
            && let Some(below) = parts.last()
        {
            log.diagnostics.push(kind_changes(part.node, below.node));
        }
        if let (Strength::Enforced, Self::Value(below, Strength::Strong)) = (part.strength, &self)
            && below != part.node
        {
            log.diagnostics.push(enforced(part.node, below.span));
        }
        Self::Value(part.node.clone(), part.strength)
    }

    /// Edits a true list by its operators.
    fn edit(self, part: Part<'a>, operators: &Map, log: &mut MergeLog) -> Self {
        let (mut items, span) = match self {
            Self::Value(Node { value: Value::List(items), span }, _) => (items, span),
            _ => (Vec::new(), None),
        };
        let [append, prepend, remove] = LIST_OPERATORS.map(|operator| operators.get(operator).map(Node::items));
        for unwanted in remove.unwrap_or_default() {
            let before = items.len();
            items.retain(|item| item != unwanted);
            if let Some(span) = unwanted.span {
                let removals = if items.len() == before { &mut log.void } else { &mut log.effective };
                removals.insert(span);
            }
        }
        items.splice(0..0, prepend.unwrap_or_default().iter().cloned());
        items.extend(append.unwrap_or_default().iter().cloned());
        Self::Value(Node::new(items, span.or(part.node.span)), part.strength)
    }

    fn written(&self) -> Option<(Option<Span>, Strength)> {
        match self {
            Self::Absent => None,
            Self::Value(node, strength) => Some((node.span, *strength)),
            Self::Maps(parts) => {
                parts.iter().max_by_key(|part| part.strength).map(|part| (part.node.span, part.strength))
            }
        }
    }
}

fn kind_changes(above: &Node, below: &Node) -> Diagnostic {
    Diagnostic::new(&LAYER_KIND, format!("{} stands over {} of a weaker layer", above.kind(), below.kind()))
        .at(above.span)
        .related(below.span, format!("{} here", below.kind()))
        .help("write `{$replace: …}` if the whole value is meant to change")
}

fn enforced(node: &Node, written: Option<Span>) -> Diagnostic {
    Diagnostic::new(&ENFORCED, "the environment enforces another value")
        .at(written)
        .related(node.span, "enforced here")
        .help("take the value out of this layer, or change what is enforced")
}

fn merge_maps(parts: &[Part<'_>], ty: &'static Type, log: &mut MergeLog, observer: &mut impl Observer) -> Node {
    let wildcards = has_wildcards(ty);
    let layers = parts.iter().map(|part| Layer { part: *part, entries: Lookup::new(part.node.entries()) });
    let layers: Vec<Layer<'_>> = layers.collect();
    let mut merged = Map::new();
    for key in keys(parts) {
        if wildcards && key.text == "*" {
            continue;
        }
        observer.enter(key);
        if wildcards && deleted_by_name(&layers, key) {
            // `"*"` of a stronger layer must not bring the entry back; the null itself still counts.
            merge(&without_later_wildcards(&layers, key), child(ty, key), log, observer);
        } else {
            let values = values(&layers, key, wildcards);
            match merge(&values, child(ty, key), log, observer) {
                Some(node) => merged.push(key.clone(), node),
                None if matches!(ty, Type::MergePatch) => merged.push(key.clone(), null(&values)),
                None => {}
            }
        }
        observer.leave();
    }
    Node::new(merged, parts.first().and_then(|part| part.node.span))
}

/// The null that deletes last, where it was written.
fn null(values: &[Part<'_>]) -> Node {
    Node::new(Value::Null, values.last().and_then(|part| part.node.span))
}

/// Under a map by name, `"*"` stands for every entry; where keys are the user's own texts, it is one of them.
fn has_wildcards(ty: &Type) -> bool {
    matches!(ty, Type::Map(_, of) if !matches!(of, Type::Tree | Type::Scalar(Scalar::Data)))
}

/// The type under a key. What the check let through has one.
fn child(ty: &'static Type, key: &Key) -> &'static Type {
    match ty {
        Type::Tree | Type::MergePatch => ty,
        _ => ty.child(key.as_str()).unwrap_or(&Type::Tree),
    }
}

/// The keys of all parts, in the order in which they first appear.
fn keys<'a>(parts: &[Part<'a>]) -> Vec<&'a Key> {
    let entries = parts.iter().flat_map(|part| part.node.entries());
    if let [part] = parts {
        return part.node.entries().iter().map(|(key, _)| key).collect();
    }
    let mut seen = FxHashSet::default();
    entries.map(|(key, _)| key).filter(|key| seen.insert(key.as_str())).collect()
}

/// What one layer has at a place that is a map.
struct Layer<'a> {
    part: Part<'a>,
    entries: Lookup<'a>,
}

/// What the layers have under a key, each layer's `"*"` just before its named value.
fn values<'a>(layers: &[Layer<'a>], key: &Key, wildcards: bool) -> Vec<Part<'a>> {
    let mut values = Vec::with_capacity(layers.len());
    for layer in layers {
        let wildcard = if wildcards { layer.entries.get("*") } else { None };
        let found = wildcard.into_iter().chain(layer.entries.get(key.as_str()));
        values.extend(found.map(|node| Part { node, ..layer.part }));
    }
    values
}

fn deleted_by_name(layers: &[Layer<'_>], key: &Key) -> bool {
    layers.iter().rev().find_map(|layer| layer.entries.get(key.as_str())).is_some_and(Node::is_null)
}

fn without_later_wildcards<'a>(layers: &[Layer<'a>], key: &Key) -> Vec<Part<'a>> {
    let named = layers.iter().rposition(|layer| layer.entries.get(key.as_str()).is_some());
    values(&layers[..named.map_or(0, |at| at + 1)], key, true)
}

#[cfg(test)]
mod tests;
