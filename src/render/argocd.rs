//! What Argo CD's own objects have in common: where they live, what they are called, and in which wave they are synced.

use smol_str::format_smolstr;

use crate::{
    diagnostic::Gvk,
    manifest::Manifest,
    model::{App, Environment},
    node::{Map, Node, object},
    sync::{Application, SYNC_WAVE},
};

pub(super) const API_VERSION: &str = "argoproj.io/v1alpha1";

/// An Application names a namespace even if all that it syncs has none; this one always exists.
pub(super) const ANY_NAMESPACE: &str = "default";

/// The last part of the names of what the environment's apps share.
pub(super) const CLUSTER: &str = "cluster";

/// Whether a kind is one of Argo CD's own, which live in its namespace and its cluster.
pub(super) fn is_own(gvk: &Gvk) -> bool {
    gvk.group == "argoproj.io" && matches!(gvk.kind.as_str(), "Application" | "ApplicationSet" | "AppProject")
}

/// Whether an Application is that of an app's objects, and not one that the app consists of.
pub(super) fn is_child(environment: &Environment, manifest: &Manifest) -> bool {
    let is_application = Application::of(manifest).is_some_and(|application| !application.is_template());
    let app = manifest.app.as_ref().filter(|_| is_application);
    app.is_some_and(|app| manifest.id.name == format_smolstr!("{}-{app}", environment.name.text))
}

/// Argo CD's namespace.
pub(super) fn namespace(environment: &Environment) -> Node {
    environment.spec.argocd.as_ref().map_or_else(|| "argocd".into(), |argocd| argocd.namespace.clone())
}

/// `dev-cart`: Argo CD holds the Applications and projects of all environments in one namespace.
pub(super) fn name(environment: &Environment, part: &Node) -> Node {
    let part_text = part.scalar_text().unwrap_or_default();
    Node::new(format_smolstr!("{}-{part_text}", environment.name.text), part.span)
}

/// The project of an app: its team's, or `default`.
pub(super) fn project(environment: &Environment, app: &App) -> Node {
    name(environment, &app.team().cloned().unwrap_or_else(|| "default".into()))
}

/// The annotations of an object in a wave.
pub(super) fn in_wave(number: i64) -> Map {
    Map::from_iter([(SYNC_WAVE.into(), Node::made(format_smolstr!("{number}")))])
}

/// The labels of objects that belong to no app.
pub(super) fn labels() -> Node {
    object! { "app.kubernetes.io/managed-by": "karat" }
}
