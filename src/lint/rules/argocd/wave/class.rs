//! What others refer to, in the wave of those that do.

use super::{Check, Edge, Findings, Operation, Operations, declare_rule, set_wave, step, title, wave_at};

declare_rule! {
    /// ## What it does
    /// Points out PriorityClasses, RuntimeClasses, GatewayClasses, AnalysisTemplates and TriggerAuthentications that are in
    /// the same wave as what refers to them, and are applied behind it.
    ///
    /// ## Why is this bad?
    /// Argo CD does not know these kinds, and applies what it does not know last. A Pod is refused then, pods of a workload
    /// are made late, a Rollout is degraded, and that ends the sync. The same wave without any other step is no matter:
    /// nothing looks at the health then.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: scheduling.k8s.io/v1
    /// kind: PriorityClass
    /// metadata: {name: high}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {priorityClassName: high}}}
    /// ---
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: smoke-test, annotations: {argocd.argoproj.io/hook: PostSync}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: scheduling.k8s.io/v1
    /// kind: PriorityClass
    /// metadata: {name: high, annotations: {argocd.argoproj.io/sync-wave: "-1"}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {priorityClassName: high}}}
    /// ```
    pub(in crate::lint::rules) static SAME_WAVE = {
        code: "ARG111",
        summary: "class in the same wave as what is of it",
        severity: Warning,
        since: "0.1.0",
        check: Check::Operations(same_wave),
    }
}

/// Kinds that others need at once, and that Argo CD applies last.
const CLASSES: &[&str] = &[
    "AnalysisTemplate",
    "ClusterAnalysisTemplate",
    "ClusterTriggerAuthentication",
    "GatewayClass",
    "PriorityClass",
    "RuntimeClass",
    "TriggerAuthentication",
];

fn same_wave(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    behind(operations, CLASSES, findings);
}

declare_rule! {
    /// ## What it does
    /// Points out issuers and secret stores that are in the same wave as what they issue or hold, and are applied behind
    /// it.
    ///
    /// ## Why is this bad?
    /// Argo CD applies kinds that it does not know in the order of their names alone (issue 29742): Issuer `web` after
    /// Certificate `cart`. The Certificate is degraded until its Issuer is there, and that ends the sync if Argo CD looks
    /// in between.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: cert-manager.io/v1
    /// kind: Certificate
    /// metadata: {name: cart}
    /// spec: {secretName: cart, issuerRef: {name: web}}
    /// ---
    /// apiVersion: cert-manager.io/v1
    /// kind: Issuer
    /// metadata: {name: web}
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/sync-wave: "1"}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: cert-manager.io/v1
    /// kind: Certificate
    /// metadata: {name: cart}
    /// spec: {secretName: cart, issuerRef: {name: web}}
    /// ---
    /// apiVersion: cert-manager.io/v1
    /// kind: Issuer
    /// metadata: {name: web, annotations: {argocd.argoproj.io/sync-wave: "-1"}}
    /// ```
    pub(in crate::lint::rules) static ISSUER = {
        code: "ARG112",
        summary: "issuer or store behind what needs it, in the same wave",
        severity: Warning,
        since: "0.1.0",
        check: Check::Operations(issuer),
    }
}

const ISSUERS: &[&str] = &["ClusterIssuer", "ClusterSecretStore", "Issuer", "SecretStore"];

fn issuer(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    behind(operations, ISSUERS, findings);
}

/// Reports objects of some kinds that come behind what needs them in the same step, each of them once.
fn behind(operations: &Operations<'_>, kinds: &[&str], findings: &mut Findings<'_>) {
    for operation in &operations.ordered {
        let mut found: Vec<&Edge<'_>> =
            operation.edges.iter().filter(|edge| is_behind(operation, edge, kinds)).collect();
        found.sort_by_key(|edge| edge.provider);
        found.dedup_by_key(|edge| edge.provider);
        for edge in found {
            let (user, provider) = edge.ends(operation);
            let (user, class) = (user.manifest, provider.manifest);
            let message = format!("{} is applied behind {}, which needs it", title(class), title(user));
            let wave = provider.wave.saturating_sub(1);
            let mut finding = findings.add(class, wave_at(class), message);
            finding.related(user, &edge.dependency.pointer, "this needs it");
            set_wave(finding.help(format!("give it an earlier wave, such as {wave}")), class, wave);
        }
    }
}

fn is_behind(operation: &Operation<'_>, edge: &Edge<'_>, kinds: &[&str]) -> bool {
    let (user, provider) = edge.ends(operation);
    kinds.contains(&provider.manifest.kind())
        && step(user) == step(provider)
        && edge.user < edge.provider
        && edge.holds_up(operation)
}
