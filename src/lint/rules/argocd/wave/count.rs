//! How many steps a sync has.

use super::{Check, Findings, Operations, Phase, declare_rule, title, wave_at};
use crate::manifest::{Manifest, Owner, Pod};

declare_rule! {
    /// ## What it does
    /// Points out Applications with workloads, one wave and no hooks. It is off by default: most are like that.
    ///
    /// ## Why is this bad?
    /// Argo CD calls their sync a success as soon as everything is applied, even if it fails a moment later. What goes by
    /// that success, such as a test or a promotion to the next environment, has to look at the health as well. A hook of
    /// `PostSync` waits for it.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {}}
    /// ---
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: smoke-test, annotations: {argocd.argoproj.io/hook: PostSync}}
    /// ```
    pub(in crate::lint::rules) static UNAWAITED = {
        code: "ARG117",
        summary: "sync succeeds before anything is healthy",
        severity: Info,
        since: "0.1.0",
        on: Request,
        check: Check::Operations(unawaited),
    }
}

fn unawaited(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    let single = operations.ordered.iter().filter(|operation| {
        let is_hook = operation.plan.tasks.iter().any(|task| task.is_hook);
        !is_hook && !operation.plan.is_multi_step()
    });
    let all = operations.plain.iter().copied().chain(single.map(|operation| operation.objects));
    for objects in all.filter(|objects| objects.first().is_some_and(|first| first.owner != Owner::Argocd)) {
        let runs = |manifest: &&Manifest| Pod::of(manifest).is_some_and(|pod| !pod.ends());
        if let Some(workload) = objects.iter().find(runs) {
            let message = format!("the sync of {} succeeds before it is healthy", title(workload));
            let help = "add a hook of `PostSync` to what has to be healthy before others go on";
            findings.add(workload, "/metadata/name", message).help(help);
        }
    }
}

/// As many waves take over twenty seconds even when nothing is to be done.
const MANY: usize = 10;

declare_rule! {
    /// ## What it does
    /// Points out Applications with more than ten waves.
    ///
    /// ## Why is this bad?
    /// Argo CD pauses for two seconds after each (`ARGOCD_SYNC_WAVE_DELAY`), in every sync, even if nothing has changed; and
    /// each is one more place to wait at. What need not wait for something can be in the same wave: inside of a wave, kinds
    /// come in a sensible order of their own.
    ///
    /// ## Example
    /// ```yaml,fires
    /// {apiVersion: v1, kind: ConfigMap, metadata: {name: w1, annotations: {argocd.argoproj.io/sync-wave: "1"}}}
    /// ---
    /// {apiVersion: v1, kind: ConfigMap, metadata: {name: w2, annotations: {argocd.argoproj.io/sync-wave: "2"}}}
    /// ---
    /// {apiVersion: v1, kind: ConfigMap, metadata: {name: w3, annotations: {argocd.argoproj.io/sync-wave: "3"}}}
    /// ---
    /// {apiVersion: v1, kind: ConfigMap, metadata: {name: w4, annotations: {argocd.argoproj.io/sync-wave: "4"}}}
    /// ---
    /// {apiVersion: v1, kind: ConfigMap, metadata: {name: w5, annotations: {argocd.argoproj.io/sync-wave: "5"}}}
    /// ---
    /// {apiVersion: v1, kind: ConfigMap, metadata: {name: w6, annotations: {argocd.argoproj.io/sync-wave: "6"}}}
    /// ---
    /// {apiVersion: v1, kind: ConfigMap, metadata: {name: w7, annotations: {argocd.argoproj.io/sync-wave: "7"}}}
    /// ---
    /// {apiVersion: v1, kind: ConfigMap, metadata: {name: w8, annotations: {argocd.argoproj.io/sync-wave: "8"}}}
    /// ---
    /// {apiVersion: v1, kind: ConfigMap, metadata: {name: w9, annotations: {argocd.argoproj.io/sync-wave: "9"}}}
    /// ---
    /// {apiVersion: v1, kind: ConfigMap, metadata: {name: w10, annotations: {argocd.argoproj.io/sync-wave: "10"}}}
    /// ---
    /// {apiVersion: v1, kind: ConfigMap, metadata: {name: w11, annotations: {argocd.argoproj.io/sync-wave: "11"}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: a, annotations: {argocd.argoproj.io/sync-wave: "1"}}
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: b, annotations: {argocd.argoproj.io/sync-wave: "100"}}
    /// ```
    pub(in crate::lint::rules) static MANY_WAVES = {
        code: "ARG118",
        summary: "more waves than are good",
        severity: Info,
        since: "0.1.0",
        check: Check::Operations(many_waves),
    }
}

fn many_waves(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for operation in &operations.ordered {
        let mut waves: Vec<_> = operation.plan.tasks.iter().filter(|task| task.phase == Phase::Sync).collect();
        waves.dedup_by_key(|task| task.wave);
        if let Some(last) = waves.last().filter(|_| waves.len() > MANY) {
            let message =
                format!("{} waves take {} seconds of pauses in each sync", waves.len(), 2 * (waves.len() - 1));
            let help = "put what need not wait for something into the same wave";
            findings.add(last.manifest, wave_at(last.manifest), message).help(help);
        }
    }
}
