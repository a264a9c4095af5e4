//! Whole apps, from their spec to every object of their workload.

use super::testing::{Rendered, rendered};
use crate::{diagnostic::Diagnostic, manifest::Manifest, node::yaml};

/// The kinds of a workload. The objects of the network have tests of their own.
const WORKLOAD: &[&str] = &[
    "ClusterRole",
    "ClusterRoleBinding",
    "ConfigMap",
    "CronJob",
    "DaemonSet",
    "Deployment",
    "ExternalSecret",
    "Job",
    "PersistentVolumeClaim",
    "Role",
    "RoleBinding",
    "ServiceAccount",
    "StatefulSet",
];

#[test]
fn deployment() {
    let rendered = rendered(include_str!("../../tests/fixtures/render/deployment.yaml"));
    assert_eq!(rendered.diagnostics, Vec::<Diagnostic>::new());
    insta::assert_snapshot!(text(&rendered));
}

#[test]
fn stateful_set() {
    let rendered = rendered(include_str!("../../tests/fixtures/render/stateful_set.yaml"));
    assert_eq!(rendered.diagnostics, Vec::<Diagnostic>::new());
    insta::assert_snapshot!(text(&rendered));
}

/// The scalars that no line of the spec caused: what renderers make up, and nothing else.
#[test]
fn what_renderers_make_up() {
    let rendered = rendered(include_str!("../../tests/fixtures/render/deployment.yaml"));
    let made: Vec<String> = workload(&rendered).flat_map(made_up).collect();
    insta::assert_snapshot!(made.join("\n"));
}

fn workload(rendered: &Rendered) -> impl Iterator<Item = &Manifest> {
    rendered.set.manifests().iter().filter(|manifest| WORKLOAD.contains(&manifest.kind()))
}

fn text(rendered: &Rendered) -> String {
    workload(rendered).map(|manifest| yaml::write(&manifest.object)).collect::<Vec<_>>().join("---\n")
}

/// Leaves without a place, save those that every object has alike.
fn made_up(manifest: &Manifest) -> Vec<String> {
    let common = ["/apiVersion", "/kind", "/metadata/name", "/metadata/namespace", "/metadata/labels/"];
    let leaves = manifest.object.leaves();
    let made = leaves.iter().filter(|leaf| leaf.node.span.is_none());
    let lines = made.map(|leaf| format!("{}: {}", leaf.pointer, leaf.node.scalar_text().unwrap_or_default()));
    let own = lines.filter(|line| !common.iter().any(|start| line.starts_with(start)));
    own.map(|line| format!("{} {line}", manifest.id)).collect()
}
