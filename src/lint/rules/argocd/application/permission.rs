//! What the project of an Application permits.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Application, Check, Findings, ManifestSet, Node, Synced, declare_rule, is_templated};
use crate::{
    manifest::Manifest,
    sync::{Cluster, Fate, Project, fate},
};

declare_rule! {
    /// ## What it does
    /// Checks that the AppProject of an Application, where it is rendered here, permits the repositories, the destination,
    /// and the kinds of all objects that the Application syncs.
    ///
    /// ## Why is this bad?
    /// Argo CD refuses the Application, or to sync the objects. Traps are: a pattern with `!` denies whatever else is
    /// permitted; `*` in an address does not go beyond a `/`, so that `https://git.example.com/*` takes no groups of
    /// repositories; and without `clusterResourceWhitelist` a project permits no cluster-scoped kind at all
    /// (`app_project_types.go` of Argo CD).
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: AppProject
    /// metadata: {name: shop}
    /// spec:
    ///   sourceRepos: ["https://git.example.com/*"]
    ///   destinations: [{server: "*", namespace: "*"}, {server: "*", namespace: "!kube-system"}]
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   project: shop
    ///   source: {repoURL: https://git.example.com/shop/cart.git, path: cart}
    ///   destination: {server: https://kubernetes.default.svc, namespace: kube-system}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: AppProject
    /// metadata: {name: shop, namespace: argocd}
    /// spec: {sourceRepos: ["*"], destinations: [{server: "*", namespace: "*"}]}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart, namespace: argocd}
    /// spec:
    ///   project: shop
    ///   source: {path: golden/dev/_cluster}
    ///   destination: {server: https://kubernetes.default.svc, namespace: shop}
    /// ---
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata: {name: cart}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: AppProject
    /// metadata: {name: shop}
    /// spec:
    ///   sourceRepos: ["https://git.example.com/**"]
    ///   destinations: [{name: in-cluster, namespace: "shop-*"}]
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   project: shop
    ///   source: {repoURL: https://git.example.com/shop/cart.git, path: cart}
    ///   destination: {server: https://kubernetes.default.svc, namespace: shop-dev}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: blog}
    /// spec: {project: made-elsewhere, source: {repoURL: https://git.example.com/blog}}
    /// ```
    pub(super) static FORBIDDEN = {
        code: "ARG305",
        summary: "project forbids what its Application does",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(forbidden),
    }
}

fn forbidden(set: &ManifestSet, findings: &mut Findings<'_>) {
    for application in Application::all(set) {
        let Some(project) = Project::of(set, application) else { continue };
        forbidden_source(application, project, findings);
        forbidden_destination(application, project, findings);
    }
    // One finding for each kind of an Application: they have one cause.
    let mut seen = FxHashSet::default();
    for (application, project, object) in governed(set) {
        let gvk = &object.id.gvk;
        if !project.permits_kind(&object.id) && seen.insert((&application.manifest.id, &gvk.group, &gvk.kind)) {
            let list =
                if object.id.namespace.is_some() { "namespaceResourceWhitelist" } else { "clusterResourceWhitelist" };
            findings
                .add(object, "/kind", format!("the project of the Application does not permit {}", object.kind()))
                .related(project.manifest, "/metadata/name", "the project")
                .help(format!("add the group `{}` and this kind to `{list}` of the project", gvk.group));
        }
    }
}

/// All objects whose Application and project are known, but for those that no sync applies.
pub(super) fn governed(set: &ManifestSet) -> impl Iterator<Item = (Application<'_>, Project<'_>, &Manifest)> {
    let mut projects = FxHashMap::default();
    let objects: Vec<_> = Synced::of(set).objects(set).collect();
    objects.into_iter().filter_map(move |(application, object)| {
        let project = projects.entry(std::ptr::from_ref(application.manifest));
        let project: Option<Project<'_>> = *project.or_insert_with(|| Project::of(set, application));
        (!matches!(fate(object), Fate::Skipped | Fate::Dropped)).then_some((application, project?, object))
    })
}

fn forbidden_source(application: Application<'_>, project: Project<'_>, findings: &mut Findings<'_>) {
    for (pointer, source) in application.sources() {
        let address = source.get("repoURL").and_then(Node::as_str).filter(|address| !is_templated(address));
        if address.is_some_and(|address| !project.permits_source(address)) {
            findings
                .add(application.manifest, format!("{pointer}/repoURL"), "the project does not permit this repository")
                .related(project.manifest, "/spec/sourceRepos", "what it permits")
                .help("add it to `sourceRepos` of the project; `**` goes beyond a `/`, and `*` does not");
        }
    }
}

fn forbidden_destination(application: Application<'_>, project: Project<'_>, findings: &mut Findings<'_>) {
    let text = |field: &str| application.text(&format!("/spec/destination/{field}")).unwrap_or_default();
    let (name, server, namespace) = (text("name"), text("server"), text("namespace"));
    let is_open = [name, server, namespace].into_iter().any(is_templated) || name.is_empty() == server.is_empty();
    if !is_open && project.permits_destination(Cluster::of(application), namespace) == Some(false) {
        findings
            .add(
                application.manifest,
                application.pointer_to("/spec/destination"),
                "the project does not permit this destination",
            )
            .related(project.manifest, "/spec/destinations", "what it permits")
            .help("add the cluster and the namespace to `destinations` of the project");
    }
}
