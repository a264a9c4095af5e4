//! Objects that are there twice.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::{Check, Findings, declare_rule};
use crate::manifest::ManifestSet;

declare_rule! {
    /// ## What it does
    /// Checks that no two objects have the same group, kind, namespace and name. Of those that apps of Karat render,
    /// `REN015` says it.
    ///
    /// ## Why is this bad?
    /// The second one overwrites the first one, or each sync puts the other one back.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart}
    /// data: {mode: fast}
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart}
    /// data: {mode: slow}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart}
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, namespace: other}
    /// ```
    pub(super) static DUPLICATE_OBJECT = {
        code: "CFG005",
        summary: "two objects have the same name",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(duplicate_object),
    }
}

fn duplicate_object(set: &ManifestSet, findings: &mut Findings<'_>) {
    let mut seen = FxHashMap::default();
    let named = set.manifests().iter().filter(|manifest| manifest.app.is_none() && !manifest.id.name.is_empty());
    for manifest in named {
        let id = &manifest.id;
        match seen.entry((&id.gvk.group, &id.gvk.kind, &id.namespace, &id.name)) {
            Entry::Vacant(entry) => {
                entry.insert(manifest);
            }
            Entry::Occupied(first) => {
                findings
                    .add(manifest, "/metadata/name", format!("{} `{}` is there twice", manifest.kind(), id.name))
                    .related(first.get(), "/metadata/name", "the first one")
                    .help("rename or remove one of them, or lint one environment at a time");
            }
        }
    }
}
