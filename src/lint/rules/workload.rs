//! `WRK`: workloads whose pods cannot start, or are not theirs.

use super::{Check, Findings, Rule, declare_rule};
use crate::{
    manifest::{Manifest, Pod, Selector},
    node::escape,
};

pub(super) static RULES: &[&Rule] = &[&FOREIGN_PODS];

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
