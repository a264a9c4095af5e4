//! Hooks and what they need, and the order that they are meant to run in.

use super::{
    Check, Fate, Findings, Hook, Operation, Operations, Phase, declare_rule, hook_at, report, step, title, wave_at,
};
use crate::{
    lint::Edge,
    sync::{Need, SYNC_WAVE, annotation, wave},
};

declare_rule! {
    /// ## What it does
    /// Checks that a hook of `PreSync` needs nothing that comes with the Application itself: no account, ConfigMap, Secret,
    /// or claim, nor what makes one of them.
    ///
    /// ## Why is this bad?
    /// On the first sync nothing of it is there: the pod is never made, or never starts, and the sync hangs (issues 9891,
    /// 13429 and 20119). Later, the hook runs with what the sync before has left: the old settings, and the old key.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: migrate, annotations: {argocd.argoproj.io/hook: PreSync}}
    /// spec: {template: {spec: {serviceAccountName: cart, containers: [{name: migrate}]}}}
    /// ---
    /// apiVersion: v1
    /// kind: ServiceAccount
    /// metadata: {name: cart}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: migrate, annotations: {argocd.argoproj.io/hook: PreSync}}
    /// spec: {template: {spec: {serviceAccountName: migrate, containers: [{name: migrate}]}}}
    /// ---
    /// apiVersion: v1
    /// kind: ServiceAccount
    /// metadata: {name: migrate, annotations: {argocd.argoproj.io/hook: PreSync}}
    /// ```
    pub(in crate::lint::rules) static BEFORE_SYNC = {
        code: "ARG204",
        summary: "hook before the sync needs what the sync brings",
        severity: Error,
        since: "0.1.0",
        check: Check::Operations(before_sync),
    }
}

fn before_sync(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for operation in &operations.ordered {
        let late = operation.edges.iter().filter(|edge| is_late(operation, edge, Phase::PreSync));
        report(operation, late, findings);
    }
}

/// Whether a hook of a phase needs what a later step brings.
fn is_late(operation: &Operation<'_>, edge: &Edge<'_>, phase: Phase) -> bool {
    let (user, provider) = edge.ends(operation);
    user.is_hook && user.phase == phase && edge.dependency.need != Need::Use && step(provider) > step(user)
}

declare_rule! {
    /// ## What it does
    /// Checks that a hook of `Sync` is in no earlier wave than what it needs.
    ///
    /// ## Why is this bad?
    /// Argo CD waits for the hook before it begins the next wave, and the hook for what is in that wave.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: migrate
    ///   annotations: {argocd.argoproj.io/hook: Sync, argocd.argoproj.io/sync-wave: "-1"}
    /// spec: {template: {spec: {containers: [{name: migrate, envFrom: [{configMapRef: {name: cart}}]}]}}}
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: migrate, annotations: {argocd.argoproj.io/hook: Sync}}
    /// spec: {template: {spec: {containers: [{name: migrate, envFrom: [{configMapRef: {name: cart}}]}]}}}
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/sync-wave: "-1"}}
    /// ```
    pub(in crate::lint::rules) static BEFORE_WAVE = {
        code: "ARG205",
        summary: "hook in an earlier wave than what it needs",
        severity: Error,
        since: "0.1.0",
        check: Check::Operations(before_wave),
    }
}

fn before_wave(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for operation in &operations.ordered {
        let late = operation.edges.iter().filter(|edge| is_late(operation, edge, Phase::Sync));
        report(operation, late, findings);
    }
}

declare_rule! {
    /// ## What it does
    /// Points out hooks of `PreSync` and `PostSync` whose wave only makes sense among the waves of the Application: a higher
    /// one than its first, or a lower one than its last. A wave that orders hooks of one phase is fine.
    ///
    /// ## Why is this bad?
    /// Phases come before waves: every hook of `PreSync` runs before the first wave of the Application, every hook of
    /// `PostSync` after its last one. One that is to run in between is a hook of `Sync` (issue 13429).
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: migrate
    ///   annotations: {argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/sync-wave: "1"}
    /// ---
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata: {name: db}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/sync-wave: "2"}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: migrate
    ///   annotations: {argocd.argoproj.io/hook: Sync, argocd.argoproj.io/sync-wave: "1"}
    /// ---
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata: {name: db}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/sync-wave: "2"}}
    /// ```
    pub(in crate::lint::rules) static INTERLEAVED = {
        code: "ARG218",
        summary: "hook of another phase among the waves",
        severity: Warning,
        since: "0.1.0",
        check: Check::Operations(interleaved),
    }
}

fn interleaved(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for operation in &operations.ordered {
        let waves = operation.plan.tasks.iter().filter(|task| task.phase == Phase::Sync).map(|task| task.wave);
        let Some((first, last)) = waves.clone().min().zip(waves.max()).filter(|(first, last)| first < last) else {
            continue;
        };
        for hook in operation.hooks.iter().filter(|hook| is_alone(operation, hook)) {
            let own = wave(hook.manifest);
            let (is_among, when) = match &hook.fate {
                Fate::Hook(phases) if phases == &[Phase::PreSync] => (first < own, "before all waves"),
                Fate::Hook(phases) if phases == &[Phase::PostSync] => (own < last, "after all waves"),
                _ => continue,
            };
            if is_among {
                let message = format!("{} of wave {own} runs {when} of the sync", title(hook.manifest));
                findings
                    .add(hook.manifest, wave_at(hook.manifest), message)
                    .related(hook.manifest, &hook_at(hook.manifest), "phases come before waves")
                    .help("make it a hook of `Sync` to run among the waves, or take its wave away");
            }
        }
    }
}

/// Whether a hook says a wave, and nothing of its phase is in another one.
fn is_alone(operation: &Operation<'_>, hook: &Hook<'_>) -> bool {
    let is_own = |phase: Phase| hook.fate.phases().contains(&phase);
    let mut others = operation.plan.tasks.iter().filter(|task| is_own(task.phase));
    annotation(hook.manifest, SYNC_WAVE).is_some() && others.all(|task| task.wave == wave(hook.manifest))
}
