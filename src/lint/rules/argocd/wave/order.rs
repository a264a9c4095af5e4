//! Objects that wait for what comes after them.

use rustc_hash::FxHashSet;

use super::{
    AUTOSCALERS, Check, Edge, Findings, MOVED, Need, Operation, Operations, Phase, Task, cycle::in_cycles,
    declare_rule, step, title, wave_at, when,
};

declare_rule! {
    /// ## What it does
    /// Checks that no object needs, in order to become healthy, what a later step of the same sync brings: that the
    /// ConfigMap, Secret, claim, account or class of a workload is in no later wave.
    ///
    /// ## Why is this bad?
    /// Argo CD begins a wave when all objects of the one before are healthy. The pods never start, so that the later wave
    /// never comes, and nothing ends the wait: a sync has no timeout by default.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/sync-wave: "1"}}
    /// spec: {template: {spec: {containers: [{name: cart, envFrom: [{configMapRef: {name: cart}}]}]}}}
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/sync-wave: "2"}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/sync-wave: "2"}}
    /// spec:
    ///   template:
    ///     spec:
    ///       containers: [{name: cart, envFrom: [{configMapRef: {name: cart}}, {secretRef: {name: more, optional: true}}]}]
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/sync-wave: "2"}}
    /// ---
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: more, annotations: {argocd.argoproj.io/sync-wave: "3"}}
    /// ```
    pub(in crate::lint::rules) static DEADLOCK = {
        code: "ARG106",
        summary: "object needs what a later wave brings",
        severity: Error,
        since: "0.1.0",
        check: Check::Operations(deadlock),
    }
}

fn deadlock(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for operation in &operations.ordered {
        let cycles = in_cycles(operation);
        let edges = operation.edges.iter().enumerate().filter(|(at, _)| !cycles.contains(at));
        let edges = edges.map(|(_, edge)| edge).filter(|edge| is_plain(operation, edge) && edge.is_forward(operation));
        report(operation, edges.filter(|edge| edge.holds_up(operation)), findings);
    }
}

/// Whether no other rule is about an edge.
fn is_plain(operation: &Operation<'_>, edge: &Edge<'_>) -> bool {
    let (user, provider) = edge.ends(operation);
    let is_hook = user.is_hook && step(user).0 <= Phase::Sync;
    let kinds = (user.manifest.kind(), provider.manifest.kind());
    !is_hook
        && !edge.dependency.is_made()
        && !MOVED.contains(&kinds.1)
        && !AUTOSCALERS.contains(&kinds.0)
        && kinds.0 != "Application"
}

/// Reports what is needed and comes later, each pair of objects once.
pub(in crate::lint::rules::argocd) fn report<'e, 'a: 'e>(
    operation: &Operation<'a>,
    edges: impl Iterator<Item = &'e Edge<'a>>,
    findings: &mut Findings<'_>,
) {
    let mut told = FxHashSet::default();
    for edge in edges.filter(|edge| told.insert((edge.user, edge.provider))) {
        let (user, provider) = edge.ends(operation);
        let needed = &edge.dependency;
        let made = if needed.is_made() { format!(", which {} makes", title(provider.manifest)) } else { String::new() };
        let message = format!(
            "{} of {} needs {} `{}` of {}{made}",
            title(user.manifest),
            when(user),
            needed.kind,
            needed.name,
            when(provider)
        );
        findings
            .add(user.manifest, needed.pointer.as_str(), message)
            .related(provider.manifest, &wave_at(provider.manifest), format!("this comes in {}", when(provider)))
            .related(user.manifest, &wave_at(user.manifest), format!("{} needs it", when(user)))
            .help(earlier(provider, user));
    }
}

/// How something comes before what needs it. In one wave with it, it has come too late already.
fn earlier(provider: &Task<'_>, user: &Task<'_>) -> String {
    let title = title(provider.manifest);
    if step(provider) == step(user) {
        return format!("give {title} an earlier wave, such as {}", provider.wave.saturating_sub(1));
    }
    if provider.phase == user.phase {
        return format!("give {title} the wave {} or an earlier one", user.wave);
    }
    let phase = user.phase.name();
    let other = match user.phase {
        Phase::PreSync => ", or run the hook in the sync itself: in a spec, `hook: Sync` with `wave: -1`",
        _ => ", or bring it with another Application",
    };
    format!("make {title} a hook of {phase} in an earlier wave{other}")
}

declare_rule! {
    /// ## What it does
    /// Checks that no workload needs a Secret which a controller makes out of an object of a later wave: an
    /// ExternalSecret, SealedSecret or Certificate. A hook must not be in one wave with such an object either.
    ///
    /// ## Why is this bad?
    /// The workload waits for the Secret, and Argo CD for the workload, so that the later wave never comes. Inside of one
    /// wave the Secret takes a while: a Deployment waits for it, a Job may have failed by then (issue 13429).
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {containers: [{name: cart, envFrom: [{secretRef: {name: db}}]}]}}}
    /// ---
    /// apiVersion: external-secrets.io/v1
    /// kind: ExternalSecret
    /// metadata: {name: db, annotations: {argocd.argoproj.io/sync-wave: "1"}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: migrate, annotations: {argocd.argoproj.io/hook: PreSync}}
    /// spec: {template: {spec: {containers: [{name: migrate, envFrom: [{secretRef: {name: db}}]}]}}}
    /// ---
    /// apiVersion: external-secrets.io/v1
    /// kind: ExternalSecret
    /// metadata: {name: db, annotations: {argocd.argoproj.io/hook: PreSync}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {containers: [{name: cart, envFrom: [{secretRef: {name: db}}]}]}}}
    /// ---
    /// apiVersion: external-secrets.io/v1
    /// kind: ExternalSecret
    /// metadata: {name: db, annotations: {argocd.argoproj.io/sync-wave: "-1"}}
    /// ```
    pub(in crate::lint::rules) static MADE_SECRET = {
        code: "ARG114",
        summary: "workload needs a Secret that is made too late",
        severity: Warning,
        since: "0.1.0",
        check: Check::Operations(made_secret),
    }
}

fn made_secret(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for operation in &operations.ordered {
        let cycles = in_cycles(operation);
        let made =
            operation.edges.iter().enumerate().filter(|(at, edge)| edge.dependency.is_made() && !cycles.contains(at));
        let late = made.map(|(_, edge)| edge).filter(|edge| {
            let (user, provider) = edge.ends(operation);
            let is_needed = edge.dependency.need != Need::Use;
            let is_together = is_needed && step(user) == step(provider);
            let is_later = edge.is_forward(operation) && edge.holds_up(operation);
            if user.is_hook { is_together } else { is_later }
        });
        report(operation, late, findings);
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that no HorizontalPodAutoscaler and no ScaledObject is in an earlier wave than what it scales.
    ///
    /// ## Why is this bad?
    /// It reports that it cannot get the scale of its target. To Argo CD it is degraded then, and that ends the sync.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: autoscaling/v2
    /// kind: HorizontalPodAutoscaler
    /// metadata: {name: cart}
    /// spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: cart}, maxReplicas: 5}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/sync-wave: "1"}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: autoscaling/v2
    /// kind: HorizontalPodAutoscaler
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/sync-wave: "1"}}
    /// spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: cart}, maxReplicas: 5}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/sync-wave: "1"}}
    /// ```
    pub(in crate::lint::rules) static AUTOSCALER = {
        code: "ARG115",
        summary: "autoscaler in an earlier wave than its target",
        severity: Warning,
        since: "0.1.0",
        check: Check::Operations(autoscaler),
    }
}

fn autoscaler(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for operation in &operations.ordered {
        let edges = operation.edges.iter().filter(|edge| {
            let (user, _) = edge.ends(operation);
            AUTOSCALERS.contains(&user.manifest.kind()) && edge.dependency.pointer.contains("scaleTargetRef")
        });
        report(operation, edges.filter(|edge| edge.is_forward(operation)), findings);
    }
}
