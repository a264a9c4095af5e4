//! `Application` (argoproj.io/v1alpha1): one for each app, one for what they share, and the root that syncs them all.
//!
//! The root stands in the directory that it reads, beside its children, and would sync itself. `argocd.argoproj.io/hook:
//! Skip` keeps it out of its own sync, whatever its source is; it is applied once, by hand. It has no finalizer: who
//! deletes it by mistake loses the root alone. A child's finalizer takes the app's objects along when the app leaves the
//! environment.

use smol_str::format_smolstr;

use super::{Context, Graph, Kind, Render, argocd, cluster, labels, source::Repository, sync_policy};
use crate::{
    diagnostic::Diagnostic,
    grammar::MISSING_FIELD,
    manifest::{Manifest, Owner},
    model::{Argocd, Environment},
    node::{Map, Node, object},
    sync::{FOREGROUND_FINALIZER, HOOK, OWN_CLUSTER},
};

/// The Application of an app.
pub(super) static CHILD: Kind =
    Kind { api_version: argocd::API_VERSION, name: "Application", render: Render::Rendered(child) };

/// The Applications that an environment has whatever its apps are.
pub(super) static SHARED: Kind =
    Kind { api_version: argocd::API_VERSION, name: "Application", render: Render::Environment(shared) };

/// The project that every Argo CD has: the root must exist before the projects that it syncs.
const ROOT_PROJECT: &str = "default";

/// The annotation that says which files an Application is made from.
const PATHS: &str = "argocd.argoproj.io/manifest-generate-paths";

/// Renders the Application of an app that has objects of its own. One may consist of Applications alone, which the root
/// syncs.
fn child(context: &Context<'_>, rendered: &[Manifest], diagnostics: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let (environment, app) = (context.environment, context.app);
    cluster::check(environment, app, diagnostics);
    let owner = Owner::App(app.name.text.clone());
    let Some(repository) = Repository::of(environment) else { return Vec::new() };
    if !rendered.iter().any(|manifest| manifest.owner == owner) {
        return Vec::new();
    }
    let argocd = app.spec.argocd.as_ref();
    let metadata = object! {
        "name": argocd::name(environment, &Node::from(&app.name)),
        "namespace": argocd::namespace(environment),
        "labels": labels::object_labels(context),
        "annotations": annotations(context, argocd, repository.paths_of(context, rendered)),
        "finalizers": sync_policy::finalizers(argocd),
    };
    let spec = object! {
        "project": argocd::project(environment, app),
        "source": repository.source(&app.name.text),
        "destination": cluster::destination_of(environment, app, &app.namespace),
        "syncPolicy": sync_policy::policy(argocd.and_then(|argocd| argocd.sync.as_ref())),
        "ignoreDifferences": argocd.and_then(sync_policy::ignored_differences),
        "revisionHistoryLimit": argocd.and_then(|argocd| argocd.revision_history.as_ref()),
        "info": argocd.and_then(sync_policy::info),
    };
    vec![CHILD.with_metadata(Owner::Argocd, Some(app.name.text.clone()), metadata, object! { "spec": spec })]
}

fn annotations(context: &Context<'_>, argocd: Option<&Argocd>, paths: Node) -> Map {
    let mut annotations = argocd::in_wave(context.graph.wave(context.app));
    let wave = argocd.and_then(|argocd| argocd.wave.as_ref());
    annotations.entries_mut().for_each(|(_, node)| node.span = wave.and_then(|wave| wave.span));
    annotations.push(PATHS, paths);
    if let Some(argocd) = argocd {
        annotations.extend(sync_policy::subscriptions(argocd));
        labels::add(&mut annotations, &argocd.annotations);
    }
    annotations
}

/// Renders the root, and where anything stands in `_cluster`, an Application of it for each cluster.
fn shared(
    environment: &Environment,
    graph: &Graph<'_>,
    rendered: &[Manifest],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Manifest> {
    let Some(repository) = Repository::of(environment) else {
        diagnostics.extend(unknown_repository(environment));
        return Vec::new();
    };
    let mut applications = vec![root(environment, &repository)];
    if rendered.iter().any(|manifest| manifest.owner == Owner::Cluster) {
        let namespace = argocd::ANY_NAMESPACE.into();
        let wave = graph.wave_of_cluster();
        let own = (argocd::CLUSTER.into(), cluster::destination(environment, &namespace));
        let others = cluster::others(environment).into_iter().map(|(name, other)| {
            let part = format_smolstr!("{}-{}", argocd::CLUSTER, name.text);
            (Node::new(part, name.span), cluster::destination_in(other, &namespace))
        });
        let all = std::iter::once(own).chain(others);
        applications.extend(all.map(|(name, to)| of_cluster(environment, &repository, (&name, to), wave)));
    }
    applications
}

fn unknown_repository(environment: &Environment) -> Option<Diagnostic> {
    let argocd = environment.spec.argocd.as_ref()?;
    Some(
        Diagnostic::new(&MISSING_FIELD, "`argocd` does not say which repository Argo CD reads")
            .at(argocd.span)
            .help("add `repoURL`, the address of this repository, or remove `argocd` to render no Applications"),
    )
}

fn root(environment: &Environment, repository: &Repository<'_>) -> Manifest {
    let metadata = object! {
        "name": &environment.name,
        "namespace": argocd::namespace(environment),
        "labels": argocd::labels(),
        "annotations": Map::from_iter([
            (HOOK.into(), "Skip".into()),
            (PATHS.into(), repository.paths_of_all(Owner::Argocd.directory())),
        ]),
    };
    let spec = object! {
        "project": ROOT_PROJECT,
        "source": repository.source(Owner::Argocd.directory()),
        "destination": object! { "server": OWN_CLUSTER, "namespace": argocd::namespace(environment) },
        "syncPolicy": object! { "automated": object! { "prune": true, "selfHeal": true } },
    };
    SHARED.with_metadata(Owner::Argocd, None, metadata, object! { "spec": spec })
}

/// What the apps of a cluster share is there before them.
fn of_cluster(
    environment: &Environment,
    repository: &Repository<'_>,
    (name, destination): (&Node, Node),
    wave: i64,
) -> Manifest {
    let mut annotations = argocd::in_wave(wave);
    annotations.push(PATHS, repository.paths_of_all(Owner::Cluster.directory()));
    let metadata = object! {
        "name": argocd::name(environment, name),
        "namespace": argocd::namespace(environment),
        "labels": argocd::labels(),
        "annotations": annotations,
        "finalizers": vec![FOREGROUND_FINALIZER.into()],
    };
    let spec = object! {
        "project": argocd::name(environment, &argocd::CLUSTER.into()),
        "source": repository.source(Owner::Cluster.directory()),
        "destination": destination,
        "syncPolicy": object! { "automated": object! { "prune": true, "selfHeal": true } },
    };
    SHARED.with_metadata(Owner::Argocd, None, metadata, object! { "spec": spec })
}
