//! What becomes of containers that end.

use super::{Check, Findings, declare_rule};
use crate::{diagnostic::Safety, manifest::Pod, node::Node};

declare_rule! {
    /// ## What it does
    /// Checks that the pods of jobs have the `restartPolicy` `OnFailure` or `Never`, and that all other pods that a
    /// controller makes have `Always`, which is what they have unless they say otherwise.
    ///
    /// ## Why is this bad?
    /// The API server refuses the workload: a job could never end, and any other workload would.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: report}
    /// spec: {template: {spec: {containers: [{name: report}]}}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {restartPolicy: OnFailure, containers: [{name: cart}]}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: batch/v1
    /// kind: CronJob
    /// metadata: {name: report}
    /// spec: {jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: report}]}}}}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {containers: [{name: cart}]}}}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `restart-policy`, kube-score `cronjob-restartpolicy`.
    pub(super) static RESTART_POLICY = {
        code: "WRK030",
        summary: "restart policy that the workload cannot have",
        severity: Error,
        since: "0.1.0",
        check: Check::Pod(restart_policy),
    }
}

fn restart_policy(pod: Pod<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = pod.template.get("spec") else { return };
    let policy = spec.get("restartPolicy").and_then(Node::as_str).unwrap_or("Always");
    let kind = pod.manifest.kind();
    let pointer = || pod.pointer_to("/spec/restartPolicy");
    if kind == "Pod" {
        return;
    }
    if pod.ends() && policy == "Always" {
        findings
            .add(pod.manifest, pointer(), format!("the pods of {kind} `{}` can never end", pod.manifest.id.name))
            .help("set `restartPolicy` to `OnFailure`, or to `Never`, which keeps the logs of failed attempts")
            .set(pod.manifest, &pointer(), "OnFailure", Safety::Unsafe, "set `restartPolicy: OnFailure`");
    } else if !pod.ends() && policy != "Always" {
        let message = format!("the pods of {kind} `{}` must always be restarted", pod.manifest.id.name);
        findings.add(pod.manifest, pointer(), message).help("remove `restartPolicy`; what is to end is a Job").set(
            pod.manifest,
            &pointer(),
            "Always",
            Safety::Safe,
            "set `restartPolicy: Always`",
        );
    }
}
