//! Which values must never be shown.

use rayon::prelude::*;

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

/// Where `kubectl apply` keeps what it was given last, values and all.
const LAST_APPLIED: &str = "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration";

impl Manifest {
    /// The node at a pointer, unless it is one of the values of a Secret, or all of them.
    pub fn public_at(&self, pointer: &Pointer) -> Option<&Node> {
        let hidden = is_secret(&self.object) && pointer.0.first().is_some_and(|field| holds_secrets(field));
        if hidden { None } else { pointer.0.iter().try_fold(&self.object, |node, step| node.step(step)) }
    }

    /// Credentials that stand in the open, where everybody can read them who can read the object.
    pub fn exposed(&self) -> Vec<&Node> {
        let mut found = Vec::new();
        self.each_text(&mut |text| {
            if text.name_of_credential().is_some() || text.credential().is_some() {
                found.push(text.node);
            }
        });
        found
    }

    /// Where the values of a Secret were written, and in any object what is a credential all the same.
    pub fn secret_values(&self) -> Vec<Span> {
        let mut found: Vec<Span> = self.exposed().into_iter().filter_map(|node| node.span).collect();
        if is_secret(&self.object) {
            let values = FIELDS.iter().filter_map(|field| self.object.get(field));
            values.chain(self.object.at(LAST_APPLIED)).for_each(|values| collect(values, &mut found));
        }
        found
    }
}

impl ManifestSet {
    /// Where the values of all Secrets were written, and all credentials that stand in the open.
    pub fn secret_values(&self) -> Vec<Span> {
        self.manifests().par_iter().with_min_len(64).flat_map_iter(Manifest::secret_values).collect()
    }
}

fn collect(node: &Node, found: &mut Vec<Span>) {
    match &node.value {
        Value::Map(map) => map.entries().iter().for_each(|(_, value)| collect(value, found)),
        Value::List(items) => items.iter().for_each(|item| collect(item, found)),
        _ => found.extend(node.span),
    }
}
