//! What a project permits: the sources, destinations and kinds that its Applications need.
//!
//! Argo CD neither sees nor prunes an object of a kind that the project of its Application does not permit. So all kinds
//! that a spec's own fields can make are permitted in namespaces: the last CronJob of a team must still be deleted by a
//! project that has no more of them. Kinds outside of namespaces reach further than a team, and only those that are
//! rendered are permitted.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::{KINDS, Render};
use crate::{
    diagnostic::Gvk,
    manifest::{Manifest, Owner, is_cluster_scoped},
    node::{Node, object},
    sync::Application,
};

/// The permissions of one project, in a stable order.
pub(super) struct Permissions {
    pub(super) project: Node,
    repositories: BTreeMap<SmolStr, Node>,
    /// By cluster and namespace.
    destinations: BTreeMap<(SmolStr, SmolStr), Node>,
    cluster_wide: BTreeSet<(SmolStr, SmolStr)>,
    namespaced: BTreeSet<(SmolStr, SmolStr)>,
}

impl Permissions {
    /// None but that of reading a repository.
    pub(super) fn new(project: Node, repository: &Node) -> Self {
        let mut new = Self {
            project,
            repositories: BTreeMap::new(),
            destinations: BTreeMap::new(),
            cluster_wide: BTreeSet::new(),
            namespaced: BTreeSet::new(),
        };
        new.permit_repository(repository);
        new
    }

    /// What an Application is synced to, as its `destination` has it.
    pub(super) fn permit_destination(&mut self, destination: &Node) {
        let text = |key: &str| destination.get(key).and_then(Node::scalar_text).unwrap_or_default();
        let cluster = if destination.get("name").is_some() { text("name") } else { text("server") };
        self.destinations.entry((cluster, text("namespace"))).or_insert_with(|| destination.clone());
    }

    /// The kind of an object.
    pub(super) fn permit_kind(&mut self, manifest: &Manifest) {
        let gvk = &manifest.id.gvk;
        let is_namespaced = manifest.id.namespace.is_some();
        if is_namespaced && matches!(manifest.owner, Owner::App(_)) && self.namespaced.is_empty() {
            self.namespaced = own_kinds().collect();
        }
        let kinds = if is_namespaced { &mut self.namespaced } else { &mut self.cluster_wide };
        kinds.insert((gvk.group.clone(), gvk.kind.clone()));
    }

    /// What Argo CD needs for an Application beside the objects in it. Of one that is not rendered from an app, nobody
    /// knows the kinds.
    pub(super) fn permit_application(&mut self, application: Application<'_>, is_child: bool) {
        let sources = application.sources();
        sources.iter().filter_map(|(_, source)| source.get("repoURL")).for_each(|url| self.permit_repository(url));
        application.at("/spec/destination").into_iter().for_each(|to| self.permit_destination(to));
        if application.has_option("CreateNamespace=true") {
            self.cluster_wide.insert((SmolStr::default(), SmolStr::new_static("Namespace")));
        }
        if !is_child {
            let any = (SmolStr::new_static("*"), SmolStr::new_static("*"));
            self.cluster_wide = BTreeSet::from([any.clone()]);
            self.namespaced = BTreeSet::from([any]);
        }
    }

    fn permit_repository(&mut self, url: &Node) {
        self.repositories.entry(url.scalar_text().unwrap_or_default()).or_insert_with(|| url.clone());
    }

    /// The project's `spec`. Where a list of namespaced kinds is missing, Argo CD permits all of them.
    pub(super) fn spec(&self) -> Node {
        let kinds = |kinds: &BTreeSet<(SmolStr, SmolStr)>| {
            let listed = kinds.iter().map(|(group, kind)| object! { "group": group.clone(), "kind": kind.clone() });
            (!kinds.is_empty()).then(|| listed.collect::<Vec<Node>>())
        };
        let none = || vec![object! { "group": "*", "kind": "*" }];
        object! {
            "sourceRepos": self.repositories.values().cloned().collect::<Vec<_>>(),
            "destinations": self.destinations.values().cloned().collect::<Vec<_>>(),
            "clusterResourceWhitelist": kinds(&self.cluster_wide),
            "namespaceResourceWhitelist": kinds(&self.namespaced),
            "namespaceResourceBlacklist": self.namespaced.is_empty().then(none),
        }
    }
}

/// The namespaced kinds that are made from the fields of an app, as groups and kinds.
fn own_kinds() -> impl Iterator<Item = (SmolStr, SmolStr)> {
    let of_apps = KINDS.iter().filter(|kind| matches!(kind.render, Render::App(_)));
    let kinds = of_apps.map(|kind| Gvk::new(kind.api_version, kind.name));
    kinds.filter(|gvk| !is_cluster_scoped(gvk)).map(|gvk| (gvk.group, gvk.kind))
}
