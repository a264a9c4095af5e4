//! Two objects with one name.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::codes::NAME_COLLISION;
use crate::{diagnostic::Diagnostic, manifest::Manifest};

/// Reports every object whose group, kind, namespace and name another one before it has.
pub(super) fn find(manifests: &[Manifest], diagnostics: &mut Vec<Diagnostic>) {
    let mut seen = FxHashMap::default();
    for manifest in manifests {
        let (id, gvk) = (&manifest.id, &manifest.id.gvk);
        match seen.entry((&gvk.group, &gvk.kind, &id.namespace, &id.name)) {
            Entry::Vacant(entry) => {
                entry.insert(manifest);
            }
            Entry::Occupied(entry) => diagnostics.push(collision(entry.get(), manifest)),
        }
    }
}

fn collision(first: &Manifest, second: &Manifest) -> Diagnostic {
    let message = format!("two objects are called {} `{}`", second.kind(), second.id.name);
    Diagnostic::new(&NAME_COLLISION, message)
        .at(second.object.span_at("/metadata/name"))
        .related(first.object.span_at("/metadata/name"), "the other one comes from here")
        .help("rename one of them, or move it to another namespace")
}
