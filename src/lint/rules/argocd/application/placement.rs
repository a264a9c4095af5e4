//! The namespaces that objects are in, and those that their Application may use.

use rustc_hash::FxHashSet;

use super::{Application, Check, Findings, ManifestSet, Synced, declare_rule, permission::governed};
use crate::{diagnostic::Severity, sync::Cluster};

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
