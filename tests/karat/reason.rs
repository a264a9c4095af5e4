//! Every field of every rendered object is explained: by a line of a spec, or by a rule of rendering.

use std::{collections::BTreeSet, path::Path};

use karat::{
    diagnostic::Severity,
    manifest::ManifestSet,
    model::{LoadOptions, load},
    node::Pointer,
    render::{self, reason},
    source::DiskTree,
};

/// Repositories whose objects have all fields that a renderer can make up.
const REPOSITORIES: [&str; 5] = [
    "",
    "tests/fixtures/examples",
    "tests/fixtures/reason",
    "tests/fixtures/render/argocd",
    "tests/fixtures/render/environment",
];

#[test]
fn every_field_is_explained_and_no_reason_is_idle() {
    let (mut unexplained, mut used) = (BTreeSet::new(), BTreeSet::new());
    for set in REPOSITORIES.into_iter().flat_map(rendered) {
        for manifest in set.manifests() {
            for leaf in manifest.object.leaves() {
                let reasons: Vec<_> = reason::of(manifest.kind(), &leaf.pointer).collect();
                if leaf.span().is_none() && reasons.is_empty() {
                    unexplained.insert(format!("{} {}", manifest.kind(), pattern(&leaf.pointer)));
                }
                used.extend(reasons.into_iter().map(|(_, reason)| std::ptr::from_ref(reason)));
            }
        }
    }
    assert!(unexplained.is_empty(), "src/render/reason has no sentence for {unexplained:#?}");
    let idle: Vec<_> = reason::all().filter(|reason| !used.contains(&std::ptr::from_ref(*reason))).collect();
    assert!(idle.is_empty(), "no object has such a field: {idle:#?}");
}

/// A pointer with `*` in place of indexes.
fn pattern(pointer: &Pointer) -> Pointer {
    let step = |step: &String| if step.parse::<usize>().is_ok() { "*".to_owned() } else { step.clone() };
    Pointer(pointer.0.iter().map(step).collect())
}

/// The environments of a repository that has nothing wrong.
fn rendered(root: &str) -> Vec<ManifestSet> {
    let tree = DiskTree::new(&Path::new(env!("CARGO_MANIFEST_DIR")).join(root)).unwrap();
    let loaded = load(&tree, &LoadOptions::default()).unwrap();
    let mut diagnostics = loaded.diagnostics;
    let sets = loaded.environments.iter().map(|environment| render::render(environment, &mut diagnostics)).collect();
    diagnostics.retain(|finding| finding.severity == Severity::Error);
    assert!(diagnostics.is_empty(), "{root}: {diagnostics:#?}");
    sets
}
