//! Replicas that may all be on one node.

use super::{Check, Findings, declare_rule};
use crate::{
    manifest::{Manifest, Pod},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Points out workloads with several replicas that nothing keeps on different nodes: neither a topology spread
    /// constraint nor a `podAntiAffinity`.
    ///
    /// ## Why is this bad?
    /// The scheduler spreads them if it can. Where it cannot, all of them go down with one node, and nobody has noticed
    /// that before.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {replicas: 3, template: {spec: {containers: [{name: cart}]}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   replicas: 3
    ///   template:
    ///     metadata: {labels: {app: cart}}
    ///     spec:
    ///       topologySpreadConstraints:
    ///         - maxSkew: 1
    ///           topologyKey: kubernetes.io/hostname
    ///           whenUnsatisfiable: ScheduleAnyway
    ///           labelSelector: {matchLabels: {app: cart}}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `no-anti-affinity`, kube-score `deployment-has-host-podantiaffinity` and
    /// `statefulset-has-host-podantiaffinity`, polaris `topologySpreadConstraint`.
    pub(super) static TOGETHER = {
        code: "SCA013",
        summary: "all replicas may be on one node",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Manifest { kinds: &["Deployment", "Rollout", "StatefulSet"], check: together },
    }
}

fn together(workload: &Manifest, findings: &mut Findings<'_>) {
    let replicas = workload.object.at("/spec/replicas").and_then(Node::as_int);
    let Some(pod) = Pod::of(workload).filter(|_| replicas.is_some_and(|replicas| replicas > 1)) else { return };
    let has = |pointer| pod.template.at(pointer).is_some();
    if !has("/spec/topologySpreadConstraints") && !has("/spec/affinity/podAntiAffinity") {
        let message = format!("all replicas of {} `{}` may be on one node", workload.kind(), workload.id.name);
        findings
            .add_to_pod(pod, "/spec", message)
            .related(workload, "/spec/replicas", "the replicas")
            .help("add a topology spread constraint for `kubernetes.io/hostname`, or a `podAntiAffinity`");
    }
}

declare_rule! {
    /// ## What it does
    /// Points out pods that do not say which nodes they may run on: neither by a `nodeAffinity` nor by a `nodeSelector`.
    ///
    /// ## Why is this bad?
    /// In a cluster with nodes of several kinds, they end up on any of them.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {containers: [{name: cart}]}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {nodeSelector: {kubernetes.io/arch: amd64}, containers: [{name: cart}]}}}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `no-node-affinity`.
    pub(super) static ANYWHERE = {
        code: "SCA014",
        summary: "pods may run on any node",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Pod(anywhere),
    }
}

fn anywhere(pod: Pod<'_>, findings: &mut Findings<'_>) {
    let has = |pointer| pod.template.at(pointer).is_some();
    if !has("/spec/affinity/nodeAffinity") && !has("/spec/nodeSelector") {
        let message = format!("the pods of {} `{}` may run on any node", pod.manifest.kind(), pod.manifest.id.name);
        findings.add_to_pod(pod, "/spec", message).help("add a `nodeSelector` or a `nodeAffinity`");
    }
}
