//! Objects that a step waits for, and why it may wait for ever.

use super::{
    Check, Findings, Operation, Operations, Phase, Task, annotation_at, declare_rule, set_wave, title, wave_at, when,
};
use crate::{
    diagnostic::Severity,
    sync::{Cause, annotation},
};

declare_rule! {
    /// ## What it does
    /// Checks that no PersistentVolumeClaim is in an earlier wave than everything that mounts it, unless it is known to be
    /// bound without that.
    ///
    /// ## Why is this bad?
    /// Most classes of storage bind a claim when its first pod is scheduled (`WaitForFirstConsumer`). Until then the claim
    /// is pending, and Argo CD waits for it before it makes the pod (issues 12840 and 29201). Where the class is known to
    /// wait, this is an error.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: PersistentVolumeClaim
    /// metadata: {name: data, annotations: {argocd.argoproj.io/sync-wave: "-1"}}
    /// spec: {resources: {requests: {storage: 1Gi}}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: PersistentVolumeClaim
    /// metadata: {name: data, annotations: {argocd.argoproj.io/sync-wave: "1"}}
    /// ---
    /// apiVersion: v1
    /// kind: PersistentVolumeClaim
    /// metadata: {name: bound}
    /// spec: {volumeName: old}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/sync-wave: "1"}}
    /// spec:
    ///   template:
    ///     spec:
    ///       volumes:
    ///         - {name: data, persistentVolumeClaim: {claimName: data}}
    ///         - {name: bound, persistentVolumeClaim: {claimName: bound}}
    /// ```
    pub(in crate::lint::rules) static CLAIM = {
        code: "ARG108",
        summary: "claim in an earlier wave than what mounts it",
        severity: Warning,
        since: "0.1.0",
        check: Check::Operations(claim),
    }
}

fn claim(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for operation in &operations.ordered {
        for (task, causes) in operation.waiting() {
            let unmounted = causes.iter().find_map(|cause| match cause {
                Cause::Unmounted { is_certain } => Some(*is_certain),
                _ => None,
            });
            let Some((is_certain, user)) = unmounted.zip(first_user(operation, task)) else { continue };
            let message = format!("{} of {} is mounted in {} only", title(task.manifest), when(task), when(user));
            let mut finding = findings.add(task.manifest, wave_at(task.manifest), message);
            finding.related(user.manifest, &wave_at(user.manifest), format!("{} mounts it", title(user.manifest)));
            finding.help(format!("give the claim the wave {}, that of what mounts it", user.wave));
            set_wave(&mut finding, task.manifest, user.wave);
            if is_certain {
                finding.severity(Severity::Error);
            }
        }
    }
}

/// What mounts a claim first.
fn first_user<'o, 'a>(operation: &'o Operation<'a>, claim: &Task<'_>) -> Option<&'o Task<'a>> {
    let mounts = |edge: &&super::Edge<'a>| std::ptr::eq(edge.dependency.on, claim.manifest);
    operation.edges.iter().find(mounts).map(|edge| operation.task(edge.user))
}

declare_rule! {
    /// ## What it does
    /// Points out Services of type `LoadBalancer` and Ingresses that other waves of the same sync follow.
    ///
    /// ## Why is this bad?
    /// To Argo CD they are healthy when they have an address. Where nothing gives them one, as in a cluster without a cloud
    /// or with a controller that publishes none, the next wave never comes. Put last, they hold up nothing but the hooks
    /// after the sync.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: cart}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/sync-wave: "1"}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/sync-wave: "1"}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// ---
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: smoke-test, annotations: {argocd.argoproj.io/hook: PostSync}}
    /// ```
    pub(in crate::lint::rules) static ADDRESS = {
        code: "ARG109",
        summary: "later waves wait for an address",
        severity: Warning,
        since: "0.1.0",
        check: Check::Operations(address),
    }
}

fn address(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for operation in &operations.ordered {
        let waves = operation.plan.tasks.iter().filter(|task| task.phase == Phase::Sync).map(|task| task.wave);
        let last = waves.max().unwrap_or_default();
        for (task, causes) in operation.waiting() {
            let waits = causes.iter().any(|cause| matches!(cause, Cause::Address));
            if waits && task.phase == Phase::Sync && task.wave < last {
                let message =
                    format!("wave {last} waits until {} of {} has an address", title(task.manifest), when(task));
                let help = format!("give it the wave {last}, the last one");
                set_wave(findings.add(task.manifest, wave_at(task.manifest), message).help(help), task.manifest, last);
            }
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Points out what is paused or suspended and has a step behind it, be it a wave or a hook: Deployments, Jobs and
    /// Rollouts, ScaledObjects, and Rollouts with a pause that only a human ends.
    ///
    /// ## Why is this bad?
    /// It is neither healthy nor failed, so that Argo CD waits. Hooks of `PostSync` never start (issues 19422 and 25054).
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Rollout
    /// metadata: {name: cart}
    /// spec: {strategy: {canary: {steps: [{setWeight: 20}, {pause: {}}]}}}
    /// ---
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: smoke-test, annotations: {argocd.argoproj.io/hook: PostSync}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Rollout
    /// metadata: {name: cart}
    /// spec: {strategy: {canary: {steps: [{setWeight: 20}, {pause: {duration: 5m}}]}}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: last, annotations: {argocd.argoproj.io/sync-wave: "1"}}
    /// spec: {paused: true}
    /// ```
    pub(in crate::lint::rules) static PAUSED = {
        code: "ARG110",
        summary: "the sync waits for what is paused",
        severity: Warning,
        since: "0.1.0",
        check: Check::Operations(paused),
    }
}

fn paused(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for (task, causes) in operations.ordered.iter().flat_map(Operation::waiting) {
        let paused = |cause: &&Cause<'_>| matches!(cause, Cause::Paused { .. } | Cause::Promotion { .. });
        let Some(cause) = causes.iter().find(paused) else { continue };
        let message = format!("what comes after {} waits for {}, which {cause}", when(task), title(task.manifest));
        let help = "let it run, give pauses a `duration`, or put it into the last wave of a sync without later hooks";
        findings.add(task.manifest, cause.pointer(), message).help(help);
    }
}

/// Takes an object out of the health of its Application.
const IGNORE_HEALTH: &str = "argocd.argoproj.io/ignore-healthcheck";

declare_rule! {
    /// ## What it does
    /// Points out objects with `argocd.argoproj.io/ignore-healthcheck` that another wave or a hook waits for.
    ///
    /// ## Why is this bad?
    /// The annotation keeps an object out of the health of the Application, and out of nothing else: the sync waits until
    /// it is healthy all the same.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/ignore-healthcheck: "true"}}
    /// ---
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: smoke-test, annotations: {argocd.argoproj.io/hook: PostSync}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: cart
    ///   annotations: {argocd.argoproj.io/ignore-healthcheck: "true", argocd.argoproj.io/sync-wave: "1"}
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/ignore-healthcheck: "true"}}
    /// ```
    pub(in crate::lint::rules) static IGNORED_HEALTH = {
        code: "ARG116",
        summary: "the sync waits for an object whose health is ignored",
        severity: Info,
        since: "0.1.0",
        check: Check::Operations(ignored_health),
    }
}

fn ignored_health(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for (task, _) in operations.ordered.iter().flat_map(Operation::waiting) {
        if annotation(task.manifest, IGNORE_HEALTH) == Some("true") {
            let message = format!("what comes after {} waits for {} all the same", when(task), title(task.manifest));
            let help = "put it into the last wave if nothing is to wait for it";
            findings.add(task.manifest, annotation_at(IGNORE_HEALTH), message).help(help);
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Points out pods that are to end, are no hooks, and have another wave or a hook behind them.
    ///
    /// ## Why is this bad?
    /// A pod with the `restartPolicy` `Never` or `OnFailure` is healthy only when it has ended, so that the next wave waits
    /// for its end. If it was meant to run on, that never comes.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {restartPolicy: Never}
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/sync-wave: "1"}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/ignore-restart-policy: "true"}}
    /// spec: {restartPolicy: Never}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: stock}
    /// spec: {restartPolicy: Always}
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/sync-wave: "1"}}
    /// ```
    pub(in crate::lint::rules) static ENDING_POD = {
        code: "ARG119",
        summary: "the sync waits for the end of a pod",
        severity: Warning,
        since: "0.1.0",
        check: Check::Operations(ending_pod),
    }
}

fn ending_pod(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for (task, causes) in operations.ordered.iter().flat_map(Operation::waiting) {
        if causes.iter().any(|cause| matches!(cause, Cause::Endless)) {
            let message = format!("what comes after {} waits for the end of {}", when(task), title(task.manifest));
            let help = "make it a hook, or say `argocd.argoproj.io/ignore-restart-policy: \"true\"` if it runs on";
            findings.add(task.manifest, "/spec/restartPolicy", message).help(help);
        }
    }
}
