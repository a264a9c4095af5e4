//! Workloads that take each other's pods.

use super::{Check, Findings, declare_rule};
use crate::{
    manifest::{Manifest, ManifestSet, Pod, Selector},
    node::Node,
};

/// Kinds whose controllers look for their pods by labels.
const KINDS: [&str; 5] = ["DaemonSet", "Deployment", "ReplicaSet", "Rollout", "StatefulSet"];

declare_rule! {
    /// ## What it does
    /// Checks that no two workloads of a namespace have selectors that take each other's pods.
    ///
    /// ## Why is this bad?
    /// Services, disruption budgets and autoscalers cannot tell their pods apart, and a controller that comes across
    /// pods without an owner adopts, and perhaps deletes, those of the other.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   selector: {matchLabels: {app: cart}}
    ///   template: {metadata: {labels: {app: cart}}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart-worker}
    /// spec:
    ///   selector: {matchLabels: {app: cart}}
    ///   template: {metadata: {labels: {app: cart, tier: worker}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   selector: {matchLabels: {app: cart, tier: web}}
    ///   template: {metadata: {labels: {app: cart, tier: web}}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart-worker}
    /// spec:
    ///   selector: {matchLabels: {app: cart, tier: worker}}
    ///   template: {metadata: {labels: {app: cart, tier: worker}}}
    /// ```
    pub(super) static SHARED_PODS = {
        code: "WRK043",
        summary: "two workloads take each other's pods",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(shared_pods),
    }
}

fn shared_pods(set: &ManifestSet, findings: &mut Findings<'_>) {
    for workload in KINDS.into_iter().flat_map(|kind| set.of_kind(kind)) {
        let (Some(selector), Some(pod)) = (selector(workload), Pod::of(workload)) else { continue };
        // One finding about the second of the two.
        let mut others = set.select(workload.id.namespace.as_deref(), selector).map(|pod| pod.manifest);
        let other = others.find(|other| other.id < workload.id && takes(other, pod));
        if let Some(other) = other {
            let [one, two] = [other, workload].map(|it| format!("{} `{}`", it.kind(), it.id.name));
            findings
                .add(workload, "/spec/selector", format!("{one} and {two} take each other's pods"))
                .related(other, "/spec/selector", "the other selector")
                .help("give each of them a label of its own, in its selector and in its pods");
        }
    }
}

fn takes(workload: &Manifest, pod: Pod<'_>) -> bool {
    KINDS.contains(&workload.kind()) && selector(workload).is_some_and(|selector| selector.matches(pod.labels()))
}

/// The selector of a workload, unless it is empty, which the API server refuses.
fn selector(workload: &Manifest) -> Option<Selector<'_>> {
    let selector: Option<&Node> = workload.object.get("spec")?.get("selector");
    selector.map(Selector::from_node).filter(|selector| !selector.is_empty())
}
