//! `AppProject` (argoproj.io/v1alpha1): what the Applications of a team may touch, and nothing more.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::{Graph, Kind, Render, argocd, cluster, permissions::Permissions, source::Repository, sync_window};
use crate::{
    diagnostic::Diagnostic,
    manifest::{Manifest, Owner},
    model::{App, Environment, Orphaned},
    node::{Node, object},
    sync::Application,
};

pub(super) static KIND: Kind =
    Kind { api_version: argocd::API_VERSION, name: "AppProject", render: Render::Environment(render) };

/// Renders the project of every team, and that of what is shared.
fn render(
    environment: &Environment,
    graph: &Graph<'_>,
    rendered: &[Manifest],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Manifest> {
    let Some(repository) = Repository::of(environment) else { return Vec::new() };
    let windows = sync_window::render(environment, diagnostics);
    // Argo CD refuses an Application whose project does not exist yet.
    let wave = graph.wave_of_cluster().saturating_sub(1);
    let projects = permissions(environment, repository.url(), rendered);
    projects.into_values().map(|project| manifest(environment, &project, windows.clone(), wave)).collect()
}

/// The permissions that the rendered objects need, by project.
fn permissions(environment: &Environment, repository: &Node, rendered: &[Manifest]) -> BTreeMap<SmolStr, Permissions> {
    let apps: FxHashMap<&str, &App> = environment.apps.iter().map(|app| (app.name.as_str(), app)).collect();
    let mut projects = BTreeMap::<SmolStr, Permissions>::new();
    for manifest in rendered {
        let (project, destinations) = match &manifest.owner {
            // Nobody renders what is found in a directory.
            Owner::Argocd | Owner::Directory(_) => continue,
            Owner::Cluster => (argocd::name(environment, &argocd::CLUSTER.into()), shared(environment)),
            Owner::App(name) => {
                let Some(app) = apps.get(name.as_str()) else { continue };
                let namespace = manifest.object.at("/metadata/namespace").unwrap_or(&app.namespace);
                (argocd::project(environment, app), vec![cluster::destination_of(environment, app, namespace)])
            }
        };
        let name = project.scalar_text().unwrap_or_default();
        let permissions = projects.entry(name).or_insert_with(|| Permissions::new(project, repository));
        for destination in &destinations {
            permissions.permit_destination(destination);
        }
        permissions.permit_kind(manifest);
    }
    let applications = rendered.iter().filter_map(Application::of);
    for application in applications.filter(|application| !application.is_template()) {
        if let Some(permissions) = projects.get_mut(application.project()) {
            permissions.permit_application(application, argocd::is_child(environment, application.manifest));
        }
    }
    projects
}

/// Where the objects of `_cluster` are synced to.
fn shared(environment: &Environment) -> Vec<Node> {
    let namespace = argocd::ANY_NAMESPACE.into();
    let others = cluster::others(environment).into_iter().map(|(_, other)| cluster::destination_in(other, &namespace));
    std::iter::once(cluster::destination(environment, &namespace)).chain(others).collect()
}

fn manifest(environment: &Environment, permissions: &Permissions, windows: Option<Vec<Node>>, wave: i64) -> Manifest {
    let settings = environment.spec.argocd.as_ref().and_then(|argocd| argocd.project.as_ref());
    let metadata = object! {
        "name": &permissions.project,
        "namespace": argocd::namespace(environment),
        "labels": argocd::labels(),
        "annotations": argocd::in_wave(wave),
    };
    let mut spec = permissions.spec();
    if let Some(spec) = spec.as_map_mut() {
        let more = object! {
            "sourceNamespaces": settings.and_then(|settings| settings.source_namespaces.as_ref()),
            "orphanedResources": settings.and_then(|settings| settings.orphaned.as_ref()).map(orphaned),
            "syncWindows": windows,
        };
        spec.extend(more.entries().iter().cloned());
    }
    KIND.with_metadata(Owner::Argocd, None, metadata, object! { "spec": spec })
}

fn orphaned(orphaned: &Orphaned) -> Node {
    let ignored = orphaned.ignore.iter().map(|(_, orphan)| {
        object! { "group": &orphan.group, "kind": &orphan.kind, "name": &orphan.name }
    });
    let ignored: Vec<Node> = ignored.collect();
    object! { "warn": &orphaned.warn, "ignore": (!ignored.is_empty()).then_some(ignored) }
}
