//! What VerticalPodAutoscalers look at.

use super::{Check, Findings, VPA, declare_rule, did_you_mean, target};
use crate::{
    manifest::{Container, Manifest, Pod},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Checks that the target of every VerticalPodAutoscaler exists, if it is one of Kubernetes' own workloads.
    ///
    /// ## Why is this bad?
    /// It recommends nothing, and says so only in its own status.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: autoscaling.k8s.io/v1
    /// kind: VerticalPodAutoscaler
    /// metadata: {name: cart}
    /// spec: {targetRef: {apiVersion: apps/v1, kind: Deployment, name: crat}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: autoscaling.k8s.io/v1
    /// kind: VerticalPodAutoscaler
    /// metadata: {name: prometheus}
    /// spec: {targetRef: {apiVersion: monitoring.coreos.com/v1, kind: Prometheus, name: main}}
    /// ```
    pub(super) static MISSING_TARGET = {
        code: "SCA060",
        summary: "target of a VerticalPodAutoscaler does not exist",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: VPA, check: missing_target },
    }
}

/// Kubernetes' own workloads that can be a target.
const WORKLOADS: &[&str] =
    &["CronJob", "DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController", "StatefulSet"];

fn missing_target(manifest: &Manifest, findings: &mut Findings<'_>) {
    let Some((kind, name)) = target(manifest) else { return };
    let namespace = manifest.id.namespace.as_deref();
    if !WORKLOADS.contains(&kind) || findings.set.find(kind, namespace, name).is_some() {
        return;
    }
    let message =
        format!("VerticalPodAutoscaler `{}` looks at {kind} `{name}`, which does not exist", manifest.id.name);
    let help = did_you_mean(name, findings.set.names(kind, namespace), "name a workload of the same namespace");
    findings.add(manifest, "/spec/targetRef/name", message).suggest(manifest, help);
}

declare_rule! {
    /// ## What it does
    /// Checks that the containers that a VerticalPodAutoscaler has policies for are containers of its target.
    ///
    /// ## Why is this bad?
    /// The policy never applies, and the container that was meant goes without its bounds.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: autoscaling.k8s.io/v1
    /// kind: VerticalPodAutoscaler
    /// metadata: {name: cart}
    /// spec:
    ///   targetRef: {apiVersion: apps/v1, kind: Deployment, name: cart}
    ///   resourcePolicy: {containerPolicies: [{containerName: web, maxAllowed: {cpu: 2}}]}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {containers: [{name: cart}]}}}
    /// ```
    ///
    /// Meshes put a sidecar into the pods.
    /// ```yaml,silent
    /// apiVersion: autoscaling.k8s.io/v1
    /// kind: VerticalPodAutoscaler
    /// metadata: {name: cart}
    /// spec:
    ///   targetRef: {apiVersion: apps/v1, kind: Deployment, name: cart}
    ///   resourcePolicy: {containerPolicies: [{containerName: istio-proxy, mode: "Off"}, {containerName: "*"}]}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {containers: [{name: cart}]}}}
    /// ```
    pub(super) static MISSING_CONTAINER = {
        code: "SCA064",
        summary: "policy of a VerticalPodAutoscaler for a container that its target lacks",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: VPA, check: missing_container },
    }
}

/// Containers that nobody writes: a webhook puts them into pods.
const INJECTED: &[&str] = &["*", "daprd", "envoy-sidecar", "istio-proxy", "linkerd-proxy", "vault-agent"];

fn missing_container(manifest: &Manifest, findings: &mut Findings<'_>) {
    let found = target(manifest)
        .and_then(|(kind, name)| Pod::of(findings.set.find(kind, manifest.id.namespace.as_deref(), name)?));
    let Some(pod) = found else { return };
    let known = || pod.containers().map(Container::name);
    for (pointer, policy) in manifest.items("/spec/resourcePolicy/containerPolicies") {
        let Some(name) = policy.get("containerName").and_then(Node::as_str) else { continue };
        if INJECTED.contains(&name) || known().any(|known| known == name) {
            continue;
        }
        let message = format!(
            "VerticalPodAutoscaler `{}` has a policy for container `{name}`, which its target lacks",
            manifest.id.name
        );
        findings
            .add(manifest, format!("{pointer}/containerName"), message)
            .related(pod.manifest, &pod.pointer_to("/spec/containers"), "the containers of the target")
            .suggest(manifest, did_you_mean(name, known(), "name a container of the target, or `*` for all others"));
    }
}
