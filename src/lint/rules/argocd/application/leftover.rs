//! What Argo CD keeps in a cluster, and what it leaves out of it.

use super::{Application, Check, Findings, Manifest, ManifestSet, Synced, declare_rule};
use crate::{diagnostic::Safety, node::escape, sync::Settings};

/// Annotations that Argo CD writes.
const WRITTEN: [&str; 2] = ["argocd.argoproj.io/installation-id", "argocd.argoproj.io/tracking-id"];
/// Annotations of an Application that ask Argo CD to do something once; it removes them when it has done it.
const ASKED: [&str; 3] =
    ["argocd.argoproj.io/deletion-approved", "argocd.argoproj.io/hydrate", "argocd.argoproj.io/refresh"];

declare_rule! {
    /// ## What it does
    /// Points out what Argo CD itself writes into objects: the annotations `tracking-id` and `installation-id`; and in an
    /// Application `operation`, and the annotations that ask for something once, such as `refresh`. What the API server
    /// writes, `CFG013` points out; of an object that still has its `uid`, that is enough.
    ///
    /// ## Why is this bad?
    /// The object was copied from a cluster. A `tracking-id` of another Application makes the object that one's: it is
    /// pruned there, or shown as a conflict ([argo-cd#23815](https://github.com/argoproj/argo-cd/issues/23815)). An
    /// `operation` is a sync that starts whenever the file is applied, and a `refresh` that Argo CD removes comes back with
    /// each sync of the parent, for ever.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: cart
    ///   annotations: {argocd.argoproj.io/tracking-id: "shop:/ConfigMap:shop/cart"}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/refresh: hard}}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: shop}
    /// operation: {sync: {revision: HEAD}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/manifest-generate-paths: .}}
    /// spec:
    ///   syncPolicy:
    ///     managedNamespaceMetadata: {annotations: {argocd.argoproj.io/tracking-id: "cart:/Namespace:/shop"}}
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: cart
    ///   uid: 6e1f5a3c-0000-4000-8000-000000000000
    ///   annotations: {argocd.argoproj.io/tracking-id: "shop:/ConfigMap:shop/cart"}
    /// ```
    pub(super) static WRITTEN_BY_ARGO_CD = {
        code: "ARG328",
        summary: "field that is Argo CD's to write",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &[], check: written },
    }
}

fn written(manifest: &Manifest, findings: &mut Findings<'_>) {
    let metadata = manifest.object.get("metadata");
    if metadata.is_some_and(|metadata| metadata.get("uid").is_some()) {
        return;
    }
    let application = Application::of(manifest).filter(|application| !application.is_template());
    let asked = application.map_or(&[][..], |_| &ASKED[..]);
    let annotations = metadata.and_then(|metadata| metadata.get("annotations"));
    let has = |annotation: &&&str| annotations.is_some_and(|annotations| annotations.get(annotation).is_some());
    let place = match WRITTEN.iter().chain(asked).find(has) {
        Some(annotation) => format!("/metadata/annotations/{}", escape(annotation)),
        None if application.is_some() && manifest.object.get("operation").is_some() => "/operation".to_owned(),
        None => return,
    };
    let name = place.rsplit('/').next().unwrap_or_default().replace("~1", "/");
    findings
        .add(manifest, place.as_str(), format!("`{name}` is Argo CD's to write"))
        .at_key(manifest)
        .help("remove it: it belongs to a cluster, and not into git")
        .remove(manifest, &place, Safety::Unsafe, format!("remove `{name}`"));
}

/// Kinds that Argo CD leaves out unless it is told otherwise: `resource.exclusions` of the `argocd-cm` that 3.0 and later
/// install.
const EXCLUDED: [(&str, &str); 25] = [
    ("", "Endpoints"),
    ("authentication.k8s.io", "SelfSubjectReview"),
    ("authentication.k8s.io", "TokenReview"),
    ("authorization.k8s.io", "LocalSubjectAccessReview"),
    ("authorization.k8s.io", "SelfSubjectAccessReview"),
    ("authorization.k8s.io", "SelfSubjectRulesReview"),
    ("authorization.k8s.io", "SubjectAccessReview"),
    ("cert-manager.io", "CertificateRequest"),
    ("certificates.k8s.io", "CertificateSigningRequest"),
    ("cilium.io", "CiliumEndpoint"),
    ("cilium.io", "CiliumEndpointSlice"),
    ("cilium.io", "CiliumIdentity"),
    ("coordination.k8s.io", "Lease"),
    ("discovery.k8s.io", "EndpointSlice"),
    ("kyverno.io", "AdmissionReport"),
    ("kyverno.io", "BackgroundScanReport"),
    ("kyverno.io", "ClusterAdmissionReport"),
    ("kyverno.io", "ClusterBackgroundScanReport"),
    ("kyverno.io", "UpdateRequest"),
    ("reports.kyverno.io", "ClusterEphemeralReport"),
    ("reports.kyverno.io", "EphemeralReport"),
    ("wgpolicyk8s.io", "ClusterPolicyReport"),
    ("wgpolicyk8s.io", "PolicyReport"),
    ("kyverno.io", "ClusterPolicyReport"),
    ("kyverno.io", "PolicyReport"),
];

declare_rule! {
    /// ## What it does
    /// Points out objects of an Application whose kinds Argo CD leaves out by itself: Endpoints, EndpointSlices, Leases,
    /// requests and reviews, reports of policies. A ConfigMap `argocd-cm` among the input that has `resource.exclusions`
    /// decides otherwise, and then nothing is said.
    ///
    /// ## Why is this bad?
    /// The object is never applied. Argo CD adds an `ExcludedResourceWarning` to the status of the Application, which is
    /// `Synced` all the same: a Service with endpoints of its own leads nowhere.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {source: {path: golden/dev/_cluster}}
    /// ---
    /// apiVersion: discovery.k8s.io/v1
    /// kind: EndpointSlice
    /// metadata: {name: legacy-db}
    /// ```
    ///
    /// Without Argo CD there is nothing wrong with it.
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Endpoints
    /// metadata: {name: legacy-db}
    /// ```
    pub(super) static EXCLUDED_KIND = {
        code: "ARG329",
        summary: "object of a kind that Argo CD leaves out",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(excluded_kind),
    }
}

fn excluded_kind(set: &ManifestSet, findings: &mut Findings<'_>) {
    if Settings::of(set).is_some_and(|settings| settings.get("resource.exclusions").is_some()) {
        return;
    }
    for (_, object) in Synced::of(set).objects(set) {
        let gvk = &object.id.gvk;
        if EXCLUDED.contains(&(gvk.group.as_str(), gvk.kind.as_str())) {
            findings
                .add(object, "/kind", format!("Argo CD leaves out objects of the kind {}", gvk.kind))
                .help("apply it by other means, or take the kind out of `resource.exclusions` in `argocd-cm`");
        }
    }
}
