//! What the project of an Application permits.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Application, Check, Findings, ManifestSet, Node, Synced, declare_rule, is_templated};
use crate::{
    diagnostic::{Gvk, ResourceId, Severity},
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
fn governed(set: &ManifestSet) -> impl Iterator<Item = (Application<'_>, Project<'_>, &Manifest)> {
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

declare_rule! {
    /// ## What it does
    /// Checks that the project of an Application with `CreateNamespace=true` permits Namespaces.
    ///
    /// ## Why is this bad?
    /// A Namespace that Argo CD makes is held against the project like any other object (`autoCreateNamespace` in
    /// gitops-engine): until somebody else makes the namespace, no sync succeeds.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: AppProject
    /// metadata: {name: shop}
    /// spec: {destinations: [{server: "*", namespace: "*"}]}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   project: shop
    ///   destination: {server: https://kubernetes.default.svc, namespace: shop}
    ///   syncPolicy: {syncOptions: [CreateNamespace=true]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: AppProject
    /// metadata: {name: shop}
    /// spec:
    ///   clusterResourceWhitelist: [{group: "", kind: Namespace}]
    ///   destinations: [{server: "*", namespace: "*"}]
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   project: shop
    ///   destination: {server: https://kubernetes.default.svc, namespace: shop}
    ///   syncPolicy: {syncOptions: [CreateNamespace=true]}
    /// ```
    pub(super) static NAMESPACE = {
        code: "ARG306",
        summary: "project forbids the Namespace that its Application makes",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(namespace),
    }
}

fn namespace(set: &ManifestSet, findings: &mut Findings<'_>) {
    for application in Application::all(set) {
        let name = application.text("/spec/destination/namespace").filter(|name| !is_templated(name));
        let (Some(name), Some(project)) = (name, Project::of(set, application)) else { continue };
        let id = ResourceId { gvk: Gvk::new("v1", "Namespace"), namespace: None, name: name.into() };
        if project.permits_kind(&id) {
            continue;
        }
        let mut options = application.items("/spec/syncPolicy/syncOptions");
        if let Some((pointer, _)) = options.find(|(_, option)| option.as_str() == Some("CreateNamespace=true")) {
            findings
                .add(application.manifest, pointer, "the project does not permit the Namespace that Argo CD is to make")
                .related(project.manifest, "/metadata/name", "the project")
                .help("add `{group: \"\", kind: Namespace}` to `clusterResourceWhitelist` of the project");
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Checks the namespaces of objects: that the project of their Application permits them; and, where the Application
    /// has `CreateNamespace=true`, that something makes a namespace which is not its destination.
    ///
    /// ## Why is this bad?
    /// Argo CD fails to sync an object in a namespace that the project does not permit (`validateSyncPermissions` in its
    /// `sync.go`). And it makes the namespace of the destination only: any other one must be there before.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: AppProject
    /// metadata: {name: shop}
    /// spec: {destinations: [{server: "*", namespace: shop}]}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   project: shop
    ///   source: {path: golden/dev/_cluster}
    ///   destination: {server: https://kubernetes.default.svc, namespace: shop}
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: dashboard, namespace: monitoring}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart, namespace: argocd}
    /// spec:
    ///   source: {path: golden/dev/_cluster}
    ///   destination: {server: https://kubernetes.default.svc, namespace: shop}
    ///   syncPolicy: {syncOptions: [CreateNamespace=true]}
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: dashboard, namespace: monitoring}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart, namespace: argocd}
    /// spec:
    ///   source: {path: golden/dev/_cluster}
    ///   destination: {server: https://kubernetes.default.svc, namespace: shop}
    ///   syncPolicy: {syncOptions: [CreateNamespace=true]}
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: dashboard, namespace: monitoring}
    /// ---
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: monitoring}
    /// ```
    pub(super) static OUTSIDE = {
        code: "ARG307",
        summary: "object outside of the namespaces of its Application",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(outside),
    }
}

fn outside(set: &ManifestSet, findings: &mut Findings<'_>) {
    let mut seen = FxHashSet::default();
    for (application, project, object) in governed(set) {
        let Some(namespace) = object.id.namespace.as_deref() else { continue };
        let permitted = || project.permits_destination(Cluster::of(application), namespace);
        if seen.insert((&application.manifest.id, namespace)) && permitted() == Some(false) {
            findings
                .add(object, "/metadata/namespace", "the project of the Application does not permit this namespace")
                .related(project.manifest, "/spec/destinations", "what it permits")
                .help("add the namespace to `destinations` of the project");
        }
    }
    let synced = Synced::of(set);
    let made: FxHashSet<&str> = made_namespaces(set).collect();
    let mut seen = FxHashSet::default();
    for (application, object) in synced.objects(set) {
        let Some(namespace) = object.id.namespace.as_deref().filter(|namespace| !made.contains(namespace)) else {
            continue;
        };
        if application.has_option("CreateNamespace=true") && seen.insert((&application.manifest.id, namespace)) {
            findings
                .add(
                    object,
                    "/metadata/namespace",
                    "Argo CD makes the destination's namespace, and nothing makes this one",
                )
                .severity(Severity::Warning)
                .related(application.manifest, "/spec/destination/namespace", "the destination")
                .help("render a Namespace, or deploy the object by an Application of its own");
        }
    }
}

/// The namespaces that every cluster has, Argo CD's own, and those that something makes.
fn made_namespaces(set: &ManifestSet) -> impl Iterator<Item = &str> {
    let always = ["default", "kube-node-lease", "kube-public", "kube-system"].into_iter();
    let rendered = set.of_kind("Namespace").map(|namespace| namespace.id.name.as_str());
    let destinations = Application::all(set)
        .filter(|application| application.has_option("CreateNamespace=true"))
        .filter_map(|application| application.text("/spec/destination/namespace"));
    let own = Application::all(set).filter_map(|application| application.manifest.id.namespace.as_deref());
    always.chain(rendered).chain(destinations).chain(own)
}
