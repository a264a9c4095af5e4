//! What Argo CD's own objects have in common: where they live, what they read, and in which wave they are synced.

use smol_str::format_smolstr;

use crate::{
    diagnostic::Gvk,
    model::{App, Environment},
    node::{Map, Node, object},
};

pub(super) const API_VERSION: &str = "argoproj.io/v1alpha1";

/// The annotation that Argo CD reads an object's wave from.
const SYNC_WAVE: &str = "argocd.argoproj.io/sync-wave";

/// The cluster that Argo CD itself runs in, as Argo CD calls it.
pub(super) const OWN_CLUSTER: &str = "https://kubernetes.default.svc";

/// An Application names a namespace even if all that it syncs has none; this one always exists.
pub(super) const ANY_NAMESPACE: &str = "default";

/// The last part of the names of what the environment's apps share.
pub(super) const CLUSTER: &str = "cluster";

/// Where Argo CD reads the golden files of an environment. A project without `argocd` has nothing to do with it.
pub(super) struct Repository<'a> {
    url: &'a Node,
    revision: Node,
    environment: &'a Environment,
}

impl<'a> Repository<'a> {
    pub(super) fn of(environment: &'a Environment) -> Option<Self> {
        let argocd = environment.project.argocd.as_ref()?;
        let revision = argocd.target_revision.clone().unwrap_or_else(|| "HEAD".into());
        Some(Self { url: argocd.repo_url.as_ref()?, revision, environment })
    }

    pub(super) fn url(&self) -> &'a Node {
        self.url
    }

    /// An Application's source: one directory of the environment's golden files.
    pub(super) fn source(&self, directory: &str) -> Node {
        let path = format_smolstr!("golden/{}/{directory}", self.environment.name.text);
        object! { "repoURL": self.url, "targetRevision": &self.revision, "path": path }
    }
}

/// Whether a kind is one of Argo CD's own, which live in its namespace and its cluster.
pub(super) fn is_own(gvk: &Gvk) -> bool {
    gvk.group == "argoproj.io" && matches!(gvk.kind.as_str(), "Application" | "ApplicationSet" | "AppProject")
}

/// Argo CD's namespace.
pub(super) fn namespace(environment: &Environment) -> Node {
    let given = environment.project.argocd.as_ref().and_then(|argocd| argocd.namespace.clone());
    given.unwrap_or_else(|| "argocd".into())
}

/// A namespace of the environment's cluster, as Applications and projects name it.
pub(super) fn destination(environment: &Environment, namespace: &Node) -> Node {
    let cluster = environment.spec.cluster.as_ref();
    let name = cluster.and_then(|cluster| cluster.name.as_ref());
    let server = cluster.and_then(|cluster| cluster.server.clone()).unwrap_or_else(|| OWN_CLUSTER.into());
    object! { "name": name, "server": name.is_none().then_some(server), "namespace": namespace }
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
