//! References to what an operator needs.

use super::{Check, Findings, declare_rule, did_you_mean};
use crate::{
    manifest::Manifest,
    node::{Node, escape},
    sync::Named,
};

declare_rule! {
    /// ## What it does
    /// Points out issuers of cert-manager that a Certificate or an Ingress names and that nothing here renders. A
    /// ClusterIssuer is missed only among others.
    ///
    /// ## Why is this bad?
    /// The certificate is never issued, and says so only in its status.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: cert-manager.io/v1
    /// kind: Certificate
    /// metadata: {name: cart}
    /// spec: {secretName: cart-tls, issuerRef: {name: letsencrpyt, kind: ClusterIssuer}}
    /// ---
    /// apiVersion: cert-manager.io/v1
    /// kind: ClusterIssuer
    /// metadata: {name: letsencrypt}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: cert-manager.io/v1
    /// kind: Certificate
    /// metadata: {name: cart}
    /// spec: {secretName: cart-tls, issuerRef: {name: letsencrypt, kind: ClusterIssuer}}
    /// ---
    /// apiVersion: cert-manager.io/v1
    /// kind: Certificate
    /// metadata: {name: stock}
    /// spec: {secretName: stock-tls, issuerRef: {name: pca, kind: AWSPCAIssuer, group: awspca.cert-manager.io}}
    /// ```
    pub(super) static MISSING_ISSUER = {
        code: "OPS001",
        summary: "issuer of a certificate that nothing renders",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["Certificate", "Ingress", "Gateway"], check: missing_issuer },
    }
}

fn missing_issuer(manifest: &Manifest, findings: &mut Findings<'_>) {
    for (kind, key) in [("Issuer", "cert-manager.io/issuer"), ("ClusterIssuer", "cert-manager.io/cluster-issuer")] {
        let pointer = format!("/metadata/annotations/{}", escape(key));
        if let Some(name) = manifest.object.at(&pointer).and_then(Node::as_str) {
            missing(manifest, kind, name, pointer, findings);
        }
    }
    let text = |field: &str| manifest.object.at(field).and_then(Node::as_str);
    let is_known = text("/spec/issuerRef/group").is_none_or(|group| group == "cert-manager.io");
    for Named { pointer, kind, name } in manifest.names_of("Issuer").into_iter().filter(|_| is_known) {
        let kind = if kind == "ClusterIssuer" { kind } else { "Issuer" };
        missing(manifest, kind, name, pointer, findings);
    }
}

/// Reports a reference to an object of the same namespace that is not here, or to one of the cluster that is not among
/// the others here.
fn missing(manifest: &Manifest, kind: &str, name: &str, pointer: String, findings: &mut Findings<'_>) {
    let is_of_cluster = kind.starts_with("Cluster");
    let namespace = manifest.id.namespace.as_deref().filter(|_| !is_of_cluster);
    let set = findings.set;
    let is_elsewhere = is_of_cluster && set.of_kind(kind).next().is_none();
    if is_elsewhere || set.find(kind, namespace, name).is_some() {
        return;
    }
    let message = format!("{} `{}` needs {kind} `{name}`, which nothing renders", manifest.kind(), manifest.id.name);
    let help = did_you_mean(name, set.names(kind, namespace), format!("render the {kind}, or name one that is"));
    findings.add(manifest, pointer, message).suggest(manifest, help);
}

declare_rule! {
    /// ## What it does
    /// Points out stores that an ExternalSecret or PushSecret names and that nothing here renders. A ClusterSecretStore is
    /// missed only among others.
    ///
    /// ## Why is this bad?
    /// The Secret is never made, and the pods that need it do not start.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: external-secrets.io/v1
    /// kind: ExternalSecret
    /// metadata: {name: db}
    /// spec: {secretStoreRef: {name: valut}, dataFrom: [{extract: {key: db}}]}
    /// ---
    /// apiVersion: external-secrets.io/v1
    /// kind: SecretStore
    /// metadata: {name: vault}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: external-secrets.io/v1
    /// kind: ExternalSecret
    /// metadata: {name: db}
    /// spec: {secretStoreRef: {name: vault, kind: ClusterSecretStore}, dataFrom: [{extract: {key: db}}]}
    /// ```
    pub(super) static MISSING_STORE = {
        code: "OPS002",
        summary: "store of secrets that nothing renders",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["ExternalSecret", "PushSecret"], check: missing_store },
    }
}

fn missing_store(manifest: &Manifest, findings: &mut Findings<'_>) {
    for Named { pointer, kind, name } in manifest.names_of("SecretStore") {
        missing(manifest, kind, name, pointer, findings);
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that the Services that a Rollout of Argo switches between exist.
    ///
    /// ## Why is this bad?
    /// The Rollout is degraded from its first moment, and rolls nothing out.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Rollout
    /// metadata: {name: cart}
    /// spec: {strategy: {canary: {stableService: cart, canaryService: cart-canray}}}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart-canary}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Rollout
    /// metadata: {name: cart}
    /// spec: {strategy: {canary: {steps: [{setWeight: 20}]}}}
    /// ```
    pub(super) static MISSING_ROLLOUT_SERVICE = {
        code: "OPS003",
        summary: "Service of a Rollout that does not exist",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["Rollout"], check: missing_rollout_service },
    }
}

fn missing_rollout_service(manifest: &Manifest, findings: &mut Findings<'_>) {
    for Named { pointer, name, .. } in manifest.names_of("Service") {
        let namespace = manifest.id.namespace.as_deref();
        if findings.set.find("Service", namespace, name).is_none() {
            let message = format!("Rollout `{}` switches to Service `{name}`, which does not exist", manifest.id.name);
            let help = did_you_mean(name, findings.set.names("Service", namespace), "render the Service");
            findings.add(manifest, pointer, message).suggest(manifest, help);
        }
    }
}
