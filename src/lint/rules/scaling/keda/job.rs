//! ScaledJobs.

use super::{Check, Findings, declare_rule, is_resource, triggers};
use crate::{manifest::Manifest, node::Node};

declare_rule! {
    /// ## What it does
    /// Checks that no ScaledJob has a `cpu` or `memory` trigger.
    ///
    /// ## Why is this bad?
    /// KEDA leaves those two to Kubernetes' own autoscaler, which a ScaledJob does not have: the trigger never starts a
    /// job.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledJob
    /// metadata: {name: reports}
    /// spec:
    ///   jobTargetRef: {template: {spec: {containers: [{name: reports, image: reports:1.2}]}}}
    ///   triggers: [{type: cpu, metricType: Utilization, metadata: {value: "70"}}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledJob
    /// metadata: {name: reports}
    /// spec:
    ///   jobTargetRef: {template: {spec: {containers: [{name: reports, image: reports:1.2}]}}}
    ///   triggers: [{type: redis, metadata: {address: redis.shop:6379, listName: reports, listLength: "1"}}]
    /// ```
    pub(super) static RESOURCE_OF_JOB = {
        code: "SCA046",
        summary: "ScaledJob has a trigger that starts no jobs",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["ScaledJob"], check: resource_of_job },
    }
}

fn resource_of_job(manifest: &Manifest, findings: &mut Findings<'_>) {
    for trigger in triggers(manifest).filter(|trigger| is_resource(trigger.node)) {
        let message = format!("ScaledJob `{}` never starts a job by its `{}` trigger", manifest.id.name, trigger.kind);
        let help = "use a trigger that counts work, such as a queue's, or make a ScaledObject of it";
        findings.add(manifest, format!("{}/type", trigger.pointer), message).help(help);
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that the minimum of a ScaledJob is at most its maximum.
    ///
    /// ## Why is this bad?
    /// KEDA then keeps to the maximum, and what the minimum promises does not happen.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledJob
    /// metadata: {name: reports}
    /// spec: {minReplicaCount: 5, maxReplicaCount: 3}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledJob
    /// metadata: {name: reports}
    /// spec: {minReplicaCount: 5}
    /// ```
    pub(super) static IMPOSSIBLE_JOB_RANGE = {
        code: "SCA047",
        summary: "limits of a ScaledJob contradict each other",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["ScaledJob"], check: impossible_job_range },
    }
}

/// What KEDA takes for the maximum when there is none.
const DEFAULT_MAX: i64 = 100;

fn impossible_job_range(manifest: &Manifest, findings: &mut Findings<'_>) {
    let number = |field: &str| manifest.object.at(field).and_then(Node::as_int);
    let (min, max) = (number("/spec/minReplicaCount"), number("/spec/maxReplicaCount").unwrap_or(DEFAULT_MAX));
    if min.is_some_and(|min| min > max) {
        let message = format!("the minimum of ScaledJob `{}` is above its maximum", manifest.id.name);
        findings
            .add(manifest, "/spec/minReplicaCount", message)
            .related(manifest, "/spec/maxReplicaCount", "the maximum")
            .help("lower the minimum, or raise the maximum");
    }
}
