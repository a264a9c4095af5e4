//! `Namespace` (v1): one for each namespace of the environment's apps, however many live in it.

use super::{Graph, Kind, Render, argocd, labels};
use crate::{
    diagnostic::Diagnostic,
    manifest::{Manifest, Owner},
    model::Environment,
    node::{Node, object},
    sync::SYNC_OPTIONS,
};

pub(super) static KIND: Kind = Kind { api_version: "v1", name: "Namespace", render: Render::Environment(render) };

/// Argo CD neither prunes a namespace nor deletes it with its Application: all data in it would be gone.
const KEPT: &str = "Delete=false,Prune=false";

/// Renders the namespaces of all apps, by name.
fn render(environment: &Environment, _: &Graph<'_>, _: &[Manifest], _: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let mut names: Vec<&Node> = environment.apps.iter().map(|app| &app.namespace).collect();
    names.sort_by_key(|name| name.scalar_text());
    names.dedup();
    names.into_iter().map(|name| manifest(environment, name)).collect()
}

fn manifest(environment: &Environment, name: &Node) -> Manifest {
    let mut labels = argocd::labels();
    if let Some(labels) = labels.as_map_mut() {
        labels::add(labels, &environment.spec.namespace_labels);
    }
    let metadata = object! {
        "name": name,
        "labels": labels,
        "annotations": object! { SYNC_OPTIONS: KEPT },
    };
    KIND.with_metadata(Owner::Cluster, None, metadata, object! {})
}
