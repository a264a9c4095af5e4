//! Jobs that the API server refuses.

use super::{Check, Findings, declare_rule, spec};
use crate::{manifest::Manifest, node::Node};

declare_rule! {
    /// ## What it does
    /// Checks what the API server asks of jobs and no schema says: no negative numbers; `completions` for indexed jobs;
    /// a limit per index for indexed jobs only; a `podFailurePolicy` only where the `restartPolicy` is `Never`; and no
    /// selector of one's own.
    ///
    /// ## Why is this bad?
    /// The API server refuses the job, or the CronJob that would make it.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: render}
    /// spec: {completionMode: Indexed, parallelism: 4, template: {spec: {restartPolicy: Never}}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: CronJob
    /// metadata: {name: report}
    /// spec:
    ///   jobTemplate:
    ///     spec:
    ///       podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [42]}}]}
    ///       template: {spec: {restartPolicy: OnFailure}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: render}
    /// spec:
    ///   completionMode: Indexed
    ///   completions: 8
    ///   backoffLimitPerIndex: 1
    ///   podFailurePolicy: {rules: []}
    ///   template: {spec: {restartPolicy: Never}}
    /// ```
    pub(super) static REFUSED_JOB = {
        code: "WRK038",
        summary: "job that the API server refuses",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["CronJob", "Job", "ScaledJob"], check: refused_job },
    }
}

/// Numbers of a job, none of which may be negative.
const NUMBERS: [&str; 6] = [
    "activeDeadlineSeconds",
    "backoffLimit",
    "backoffLimitPerIndex",
    "completions",
    "parallelism",
    "ttlSecondsAfterFinished",
];

fn refused_job(job: &Manifest, findings: &mut Findings<'_>) {
    let Some((pointer, spec)) = spec(job) else { return };
    let name = || format!("{} `{}`", job.kind(), job.id.name);
    for field in NUMBERS {
        if spec.get(field).and_then(Node::as_int).is_some_and(|number| number < 0) {
            let message = format!("`{field}` cannot be negative");
            findings.add(job, format!("{pointer}/{field}"), message).help("give it a number from 0 up");
        }
    }
    let indexed = spec.get("completionMode").and_then(Node::as_str) == Some("Indexed");
    if indexed && spec.get("completions").is_none() {
        let message = format!("{} is indexed and does not say how many completions there are", name());
        findings.add(job, format!("{pointer}/completionMode"), message).help("set `completions`");
    }
    if !indexed && spec.get("backoffLimitPerIndex").is_some() {
        let message = format!("{} has a limit for each index and is not indexed", name());
        findings
            .add(job, format!("{pointer}/backoffLimitPerIndex"), message)
            .help("set `completionMode: Indexed`, or use `backoffLimit`");
    }
    let policy = spec.at("/template/spec/restartPolicy").and_then(Node::as_str);
    if spec.get("podFailurePolicy").is_some() && policy.is_some_and(|policy| policy != "Never") {
        let message = format!("{} has a `podFailurePolicy` though its pods are restarted", name());
        findings
            .add(job, format!("{pointer}/podFailurePolicy"), message)
            .related(job, &format!("{pointer}/template/spec/restartPolicy"), "restarts them")
            .help("set `restartPolicy: Never`");
    }
    if spec.get("selector").is_some() && spec.get("manualSelector").and_then(Node::as_bool) != Some(true) {
        findings
            .add(job, format!("{pointer}/selector"), format!("{} has a selector of its own", name()))
            .at_key(job)
            .help("remove `selector`: each job gets one");
    }
}
