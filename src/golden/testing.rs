//! What the tests of golden files stand on.

use super::{
    Directory,
    layout::{Homes, arrange},
};
use crate::{
    diagnostic::{Diagnostic, Label},
    manifest::{Manifest, ManifestSet, Owner},
    node::{object, yaml},
    source::SourceMap,
};

/// An object with nothing but its identity.
pub(super) fn manifest(owner: Owner, api_version: &str, kind: &str, namespace: Option<&str>, name: &str) -> Manifest {
    let metadata = object! { "name": name, "namespace": namespace };
    Manifest::new(owner, None, object! { "apiVersion": api_version, "kind": kind, "metadata": metadata })
}

/// The objects of a text, rendered for an app of `dev`. They know their places in it.
pub(super) fn rendered(app: &str, text: &str, sources: &mut SourceMap) -> ManifestSet {
    let file = sources.add(format!("envs/dev/{app}.yaml"), text);
    let documents = yaml::read(file, text).documents.into_iter();
    let manifests = documents.map(|document| Manifest::new(Owner::App(app.into()), Some(app.into()), document.root));
    ManifestSet::new("dev".into(), "1.34".into(), manifests.collect())
}

/// The files of objects.
pub(super) fn directories(set: &ManifestSet) -> Vec<Directory<'_>> {
    arrange(set, &Homes::default(), &mut Vec::new())
}

/// Findings as text: code, place and message, then the related places.
pub(super) fn listed(diagnostics: &[Diagnostic], sources: &SourceMap) -> String {
    let mut lines = Vec::new();
    for diagnostic in diagnostics {
        let place = |label: &Label| sources.describe(label.span);
        let at = diagnostic.primary.as_ref().map_or("-".to_owned(), place);
        lines.push(format!("{} {at} {}", diagnostic.code.name, diagnostic.message));
        lines.extend(diagnostic.related.iter().map(|label| format!("  {} {}", place(label), label.message)));
    }
    lines.join("\n")
}
