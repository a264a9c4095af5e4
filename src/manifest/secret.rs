//! Which values must never be shown.

use super::{Manifest, ManifestSet};
use crate::{
    node::{Node, Pointer, Value},
    source::Span,
};

/// The fields of a Secret that hold its values.
const FIELDS: [&str; 2] = ["data", "stringData"];

/// Whether an object is a Secret, whatever its API group: better one value too few is shown than one too many.
pub fn is_secret(object: &Node) -> bool {
    object.get("kind").and_then(Node::as_str) == Some("Secret")
}

/// Whether a field of a Secret, named by the first step of the way to it, holds its values.
pub fn holds_secrets(field: &str) -> bool {
    FIELDS.contains(&field)
}

impl Manifest {
    /// The node at a pointer, unless it is one of the values of a Secret, or all of them.
    pub fn public_at(&self, pointer: &Pointer) -> Option<&Node> {
        let hidden = is_secret(&self.object) && pointer.0.first().is_some_and(|field| holds_secrets(field));
        if hidden { None } else { pointer.0.iter().try_fold(&self.object, |node, step| node.step(step)) }
    }

    /// Where the values of a Secret were written; nothing for any other object.
    fn secret_values(&self) -> Vec<Span> {
        let mut found = Vec::new();
        if is_secret(&self.object) {
            FIELDS.iter().filter_map(|field| self.object.get(field)).for_each(|values| collect(values, &mut found));
        }
        found
    }
}

impl ManifestSet {
    /// Where the values of all Secrets were written.
    pub fn secret_values(&self) -> impl Iterator<Item = Span> {
        self.of_kind("Secret").flat_map(Manifest::secret_values)
    }
}

fn collect(node: &Node, found: &mut Vec<Span>) {
    match &node.value {
        Value::Map(map) => map.entries().iter().for_each(|(_, value)| collect(value, found)),
        Value::List(items) => items.iter().for_each(|item| collect(item, found)),
        _ => found.extend(node.span),
    }
}
