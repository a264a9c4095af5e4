//! The namespaces that Argo CD makes.

use super::{Application, Check, Findings, ManifestSet, Node, Synced, declare_rule, is_templated};
use crate::{
    diagnostic::{Gvk, ResourceId},
    sync::Project,
};

declare_rule! {
    /// ## What it does
    /// Points out `managedNamespaceMetadata` of an Application without the sync option `CreateNamespace=true`, or beside a
    /// Namespace that is rendered.
    ///
    /// ## Why is this bad?
    /// Argo CD gives these labels and annotations to the namespace that it makes. Without the option it makes none, and a
    /// Namespace in git replaces what is said here, as its page on sync options has it: a label that a policy goes by is
    /// not there.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   destination: {namespace: shop}
    ///   syncPolicy: {managedNamespaceMetadata: {labels: {pod-security.kubernetes.io/enforce: restricted}}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   destination: {namespace: shop}
    ///   source: {path: golden/dev/_cluster}
    ///   syncPolicy:
    ///     managedNamespaceMetadata: {labels: {pod-security.kubernetes.io/enforce: restricted}}
    ///     syncOptions: [CreateNamespace=true]
    /// ---
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: shop}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   destination: {namespace: shop}
    ///   source: {path: golden/dev/_cluster}
    ///   syncPolicy:
    ///     managedNamespaceMetadata: {labels: {pod-security.kubernetes.io/enforce: restricted}}
    ///     syncOptions: [CreateNamespace=true]
    /// ---
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: blog}
    /// ```
    pub(super) static METADATA = {
        code: "ARG319",
        summary: "metadata of a namespace that Argo CD does not make",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(metadata),
    }
}

fn metadata(set: &ManifestSet, findings: &mut Findings<'_>) {
    let synced = Synced::of(set);
    for application in Application::all(set) {
        if application.at("/spec/syncPolicy/managedNamespaceMetadata").is_none_or(Node::is_null) {
            continue;
        }
        let manifest = application.manifest;
        let pointer = application.pointer_to("/spec/syncPolicy/managedNamespaceMetadata");
        if !application.has_option("CreateNamespace=true") {
            findings
                .add(manifest, pointer, "Argo CD gives metadata to namespaces that it makes, and it makes none here")
                .at_key(manifest)
                .help("add the sync option `CreateNamespace=true`");
            continue;
        }
        let name = application.text("/spec/destination/namespace").unwrap_or_default();
        let namespace = set.find("Namespace", None, name);
        let own = |namespace| synced.application(namespace).is_some_and(|by| std::ptr::eq(by.manifest, manifest));
        if let Some(namespace) = namespace.filter(|namespace| own(namespace)) {
            findings
                .add(manifest, pointer, "the Namespace that is rendered replaces this metadata")
                .at_key(manifest)
                .related(namespace, "/metadata/name", "this one")
                .help("write the labels and annotations into the Namespace");
        }
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
    pub(super) static FORBIDDEN = {
        code: "ARG306",
        summary: "project forbids the Namespace that its Application makes",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(forbidden),
    }
}

fn forbidden(set: &ManifestSet, findings: &mut Findings<'_>) {
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
