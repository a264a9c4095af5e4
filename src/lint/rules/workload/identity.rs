//! Workloads and what they must agree with: their own pods, the Service that names them.

use super::{Check, Findings, declare_rule, did_you_mean};
use crate::{
    manifest::{Manifest, ManifestSet, Pod, Selector},
    node::{Node, escape},
};

declare_rule! {
    /// ## What it does
    /// Checks that the selector of a workload takes the workload's own pods.
    ///
    /// ## Why is this bad?
    /// The API server refuses such a workload, so that nothing is rolled out.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   selector: {matchLabels: {app: cart, tier: web}}
    ///   template: {metadata: {labels: {app: cart, tier: front}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   selector: {matchLabels: {app: cart}}
    ///   template: {metadata: {labels: {app: cart, tier: front}}}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `mismatching-selector`, kube-score
    /// `deployment-pod-selector-labels-match-template-metadata-labels` and
    /// `statefulset-pod-selector-labels-match-template-metadata-labels`.
    pub(super) static FOREIGN_PODS = {
        code: "WRK001",
        summary: "selector does not match the workload's own pods",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest {
            kinds: &["DaemonSet", "Deployment", "ReplicaSet", "Rollout", "StatefulSet"],
            check: foreign_pods,
        },
    }
}

fn foreign_pods(workload: &Manifest, findings: &mut Findings<'_>) {
    let (Some(node), Some(pod)) = (workload.object.at("/spec/selector"), Pod::of(workload)) else { return };
    let selector = Selector::from_node(node);
    if selector.matches(pod.labels()) {
        return;
    }
    let label = |key: &str| pod.labels().and_then(|labels| labels.get(key));
    let wrong = selector.labels().iter().find(|(key, value)| label(key.as_str()) != Some(value));
    let key = wrong.map(|(key, _)| format!("/{}", escape(key.as_str()))).unwrap_or_default();
    let pointer = if key.is_empty() { "/spec/selector".to_owned() } else { format!("/spec/selector/matchLabels{key}") };
    let message =
        format!("the selector of {} `{}` does not match the labels of its pods", workload.kind(), workload.id.name);
    findings
        .add(workload, pointer, message)
        .related(workload, &pod.pointer_to(&format!("/metadata/labels{key}")), "the labels of the pods")
        .help("make the selector a part of the pods' labels");
}

declare_rule! {
    /// ## What it does
    /// Checks that the `serviceName` of a `StatefulSet` is a `Service`.
    ///
    /// ## Why is this bad?
    /// The pods have stable names of their own only through that `Service`. Without it `db-0.db` does not resolve, and
    /// the members of a cluster do not find each other.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata: {name: db}
    /// spec: {serviceName: database}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: db}
    /// spec: {clusterIP: None, selector: {app: db}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata: {name: db}
    /// spec: {serviceName: db}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: db}
    /// spec: {clusterIP: None, selector: {app: db}}
    /// ```
    ///
    /// Known elsewhere as: kube-score `statefulset-has-servicename`.
    pub(super) static MISSING_GOVERNING_SERVICE = {
        code: "WRK005",
        summary: "StatefulSet is named by a Service that does not exist",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(missing_governing_service),
    }
}

fn missing_governing_service(set: &ManifestSet, findings: &mut Findings<'_>) {
    for workload in set.of_kind("StatefulSet") {
        let Some(name) = workload.object.at("/spec/serviceName").and_then(Node::as_str) else { continue };
        let namespace = workload.id.namespace.as_deref();
        // The name is optional since Kubernetes 1.33.
        if name.is_empty() || set.find("Service", namespace, name).is_some() {
            continue;
        }
        let message = format!("StatefulSet `{}` names Service `{name}`, which does not exist", workload.id.name);
        let help = did_you_mean(name, set.names("Service", namespace), "add a headless Service of this name");
        findings.add(workload, "/spec/serviceName", message).suggest(workload, help);
    }
}
