//! One change in words, and where to point.

use crate::{
    diff::{Change, Kind, Side, excerpt},
    manifest::{holds_secrets, is_secret},
    node::Node,
    source::{FileId, Span},
};

/// A change as a finding shows it.
#[derive(Debug)]
pub(super) struct Shown {
    /// `` `/spec/replicas` 3 → 4 ``.
    pub(super) text: String,
    /// The line of the spec that caused it, or else of the golden file.
    pub(super) span: Span,
    /// Whether `span` is a line that somebody wrote.
    pub(super) written: bool,
    /// The field as a JSON pointer.
    pub(super) pointer: String,
}

/// A rendered object beside that of its golden file.
#[derive(Clone, Copy)]
pub(super) struct Beside<'a> {
    pub(super) golden: &'a Node,
    pub(super) rendered: &'a Node,
    /// The golden file.
    pub(super) file: FileId,
    /// The credentials that stand in the open in one of the two.
    pub(super) exposed: &'a [Node],
}

impl Shown {
    /// A change from one object to the other.
    pub(super) fn new(change: &Change<'_>, beside: Beside<'_>) -> Self {
        let Beside { golden, rendered, file, exposed } = beside;
        let hidden = hides(change, golden) || hides(change, rendered);
        let exposes = [change.from, change.to].into_iter().flatten().any(|node| holds(node, exposed));
        let pointer = change.place.pointer().to_string();
        let cause = change.to.and_then(Node::any_span).filter(|_| !hidden);
        let trace = change.from.and_then(Node::any_span).or_else(|| golden.span_at(&pointer)).filter(|_| !hidden);
        Self {
            text: if hidden || exposes { without_values(change) } else { with_values(change) },
            // A Secret's finding shows the first lines of its file, where kind and name stand.
            span: cause.or(trace).unwrap_or(Span::new(file, 0, 0)),
            written: cause.is_some(),
            pointer,
        }
    }
}

fn with_values(change: &Change<'_>) -> String {
    let place = &change.place;
    let value = |side| excerpt(change, side).unwrap_or_default();
    match change.kind {
        Kind::Added => format!("`{place}` added: {}", value(Side::To)),
        Kind::Removed => format!("`{place}` removed: {}", value(Side::From)),
        Kind::Changed => format!("`{place}` {} → {}", value(Side::From), value(Side::To)),
        Kind::Reordered => format!("`{place}` in another order"),
    }
}

fn without_values(change: &Change<'_>) -> String {
    let what = match change.kind {
        Kind::Added => "added",
        Kind::Removed => "removed",
        Kind::Changed | Kind::Reordered => "changed",
    };
    format!("`{}` {what} (secret values are not shown)", change.place)
}

/// Whether a change's values are those of a Secret.
fn hides(change: &Change<'_>, object: &Node) -> bool {
    is_secret(object) && change.place.first().is_some_and(holds_secrets)
}

/// Whether a value is one of some others, or holds one.
fn holds(node: &Node, others: &[Node]) -> bool {
    others.contains(node)
        || node.items().iter().any(|item| holds(item, others))
        || node.entries().iter().any(|(_, value)| holds(value, others))
}
