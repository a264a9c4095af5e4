//! The namespaces that Argo CD makes.

use super::{Application, Check, Findings, ManifestSet, Synced, declare_rule};

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
        if application.at("/spec/syncPolicy/managedNamespaceMetadata").is_none_or(crate::node::Node::is_null) {
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
