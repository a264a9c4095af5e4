//! `AppProject` (argoproj.io/v1alpha1): what the Applications of a team may touch, and nothing more.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::{
    Graph, Kind, Render,
    argocd::{self, Repository},
};
use crate::{
    diagnostic::Diagnostic,
    manifest::{Manifest, Owner},
    model::{App, Environment},
    node::{Node, object},
};

pub(super) static KIND: Kind =
    Kind { api_version: argocd::API_VERSION, name: "AppProject", render: Render::Environment(render) };

/// Renders the project of every team, and that of what is shared.
fn render(
    environment: &Environment,
    graph: &Graph<'_>,
    rendered: &[Manifest],
    _: &mut Vec<Diagnostic>,
) -> Vec<Manifest> {
    let Some(repository) = Repository::of(environment) else { return Vec::new() };
    // Argo CD refuses an Application whose project does not exist yet.
    let wave = graph.wave_of_cluster().saturating_sub(1);
    let projects = permissions(environment, rendered);
    projects.into_values().map(|project| manifest(environment, &repository, project, wave)).collect()
}

/// What a project permits, in a stable order.
struct Permissions {
    project: Node,
    namespaces: BTreeMap<SmolStr, Node>,
    /// Groups and kinds of cluster-scoped objects.
    kinds: BTreeSet<(SmolStr, SmolStr)>,
}

impl Permissions {
    fn new(project: Node) -> Self {
        Self { project, namespaces: BTreeMap::new(), kinds: BTreeSet::new() }
    }

    fn permit_namespace(&mut self, namespace: &Node) {
        let name = namespace.scalar_text().unwrap_or_default();
        self.namespaces.entry(name).or_insert_with(|| namespace.clone());
    }

    fn permit(&mut self, manifest: &Manifest) {
        match manifest.object.at("/metadata/namespace") {
            Some(namespace) => self.permit_namespace(namespace),
            None => {
                self.kinds.insert((manifest.id.gvk.group.clone(), manifest.id.gvk.kind.clone()));
            }
        }
    }
}

/// The permissions that the rendered objects need, by project.
fn permissions(environment: &Environment, rendered: &[Manifest]) -> BTreeMap<SmolStr, Permissions> {
    let apps: FxHashMap<&str, &App> = environment.apps.iter().map(|app| (app.name.as_str(), app)).collect();
    let mut projects = BTreeMap::new();
    for manifest in rendered {
        let (project, home) = match &manifest.owner {
            Owner::Argocd => continue,
            Owner::Cluster => (argocd::name(environment, &argocd::CLUSTER.into()), argocd::ANY_NAMESPACE.into()),
            Owner::App(name) => {
                let Some(app) = apps.get(name.as_str()) else { continue };
                (argocd::project(environment, app), app.namespace.clone())
            }
        };
        let name = project.scalar_text().unwrap_or_default();
        let permissions = projects.entry(name).or_insert_with(|| Permissions::new(project));
        permissions.permit_namespace(&home);
        permissions.permit(manifest);
    }
    projects
}

fn manifest(environment: &Environment, repository: &Repository<'_>, permissions: Permissions, wave: i64) -> Manifest {
    let metadata = object! {
        "name": permissions.project,
        "namespace": argocd::namespace(environment),
        "labels": argocd::labels(),
        "annotations": argocd::in_wave(wave),
    };
    let namespaces = permissions.namespaces.values();
    let destinations: Vec<Node> = namespaces.map(|namespace| argocd::destination(environment, namespace)).collect();
    let kinds = permissions.kinds.into_iter();
    let kinds: Vec<Node> = kinds.map(|(group, kind)| object! { "group": group, "kind": kind }).collect();
    let spec = object! {
        "sourceRepos": vec![repository.url().clone()],
        "destinations": destinations,
        // Without this list, Argo CD refuses every cluster-scoped object.
        "clusterResourceWhitelist": (!kinds.is_empty()).then_some(kinds),
    };
    KIND.with_metadata(Owner::Argocd, None, metadata, object! { "spec": spec })
}
