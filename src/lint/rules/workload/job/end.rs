//! How jobs end, and what is left of them.

use super::{Check, Findings, declare_rule, spec};
use crate::{
    manifest::Manifest,
    node::Node,
    sync::{Fate, HELM_HOOK, HOOK, fate},
};

declare_rule! {
    /// ## What it does
    /// Points out Jobs without `ttlSecondsAfterFinished`, but for hooks, which Argo CD and Helm remove. It is off by
    /// default: with Argo CD, a Job that removes itself is out of sync, and runs again.
    ///
    /// ## Why is this bad?
    /// Jobs that nothing removes stay, with their pods and logs, until somebody does it by hand.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: migrate}
    /// spec: {template: {spec: {restartPolicy: Never}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: migrate}
    /// spec: {ttlSecondsAfterFinished: 3600}
    /// ---
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: warm-up, annotations: {argocd.argoproj.io/hook: PostSync}}
    /// spec: {template: {spec: {restartPolicy: Never}}}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `job-ttl-seconds-after-finished`.
    pub(super) static KEPT_JOB = {
        code: "WRK036",
        summary: "nothing removes a Job that has ended",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Manifest { kinds: &["Job"], check: kept_job },
    }
}

fn kept_job(job: &Manifest, findings: &mut Findings<'_>) {
    let annotations = job.object.at("/metadata/annotations");
    let is_hook = [HOOK, HELM_HOOK].iter().any(|key| annotations.is_some_and(|own| own.get(key).is_some()));
    if !is_hook && job.object.at("/spec/ttlSecondsAfterFinished").is_none() {
        let message = format!("nothing removes Job `{}` when it has ended", job.id.name);
        findings.add(job, "/spec", message).help("set `ttlSecondsAfterFinished`, or make it a hook");
    }
}

declare_rule! {
    /// ## What it does
    /// Points out jobs without `activeDeadlineSeconds`, on themselves or on their pods. `ARG214` is about hooks of Argo CD.
    ///
    /// ## Why is this bad?
    /// A job that hangs, for instance because its image cannot be pulled, hangs for ever: it neither succeeds nor fails.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: CronJob
    /// metadata: {name: report}
    /// spec: {jobTemplate: {spec: {template: {spec: {restartPolicy: Never}}}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: migrate}
    /// spec: {activeDeadlineSeconds: 600, template: {spec: {restartPolicy: Never}}}
    /// ```
    pub(super) static ENDLESS_JOB = {
        code: "WRK037",
        summary: "job may hang for ever",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Manifest { kinds: &["CronJob", "Job", "ScaledJob"], check: endless_job },
    }
}

fn endless_job(job: &Manifest, findings: &mut Findings<'_>) {
    let Some((pointer, spec)) = spec(job) else { return };
    let deadline = |node: &Node| node.get("activeDeadlineSeconds").is_some();
    let is_limited = deadline(spec) || spec.at("/template/spec").is_some_and(deadline);
    if !is_limited && !matches!(fate(job), Fate::Hook(_)) {
        let message = format!("{} `{}` may hang for ever", job.kind(), job.id.name);
        findings.add(job, pointer, message).help("set `activeDeadlineSeconds` to more than the longest run takes");
    }
}
