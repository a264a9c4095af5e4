//! Hooks that are no jobs.

use super::{Check, DeletePolicy, Findings, Operations, declare_rule, hook_at, running, title};
use crate::diagnostic::Severity;

declare_rule! {
    /// ## What it does
    /// Points out objects that are meant to stay, and are hooks: Namespaces, CustomResourceDefinitions, claims and volumes,
    /// StatefulSets, which are errors; and Deployments, DaemonSets, Services, Rollouts, autoscalers. One that goes when the
    /// sync has succeeded is for the hooks alone, and fine. So are a Secret, a ConfigMap or an account.
    ///
    /// ## Why is this bad?
    /// A hook is deleted and made anew in each sync, with all that it holds, and it is no part of the Application: not
    /// compared, not healthy or degraded, not pruned. A claim that pods use is never gone, so that the sync hangs
    /// (issue 3837).
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: PersistentVolumeClaim
    /// metadata: {name: data, annotations: {helm.sh/hook: pre-install}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: db, annotations: {argocd.argoproj.io/hook: PreSync}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: db, annotations: {argocd.argoproj.io/hook: PreSync}}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata:
    ///   name: mock
    ///   annotations: {argocd.argoproj.io/hook: PostSync, argocd.argoproj.io/hook-delete-policy: HookSucceeded}
    /// ```
    pub(in crate::lint::rules) static RECREATED = {
        code: "ARG212",
        summary: "hook that is meant to stay",
        severity: Error,
        since: "0.1.0",
        check: Check::Operations(recreated),
    }
}

/// Kinds that hold data, or all of something.
const HOLDING: [&str; 5] =
    ["CustomResourceDefinition", "Namespace", "PersistentVolume", "PersistentVolumeClaim", "StatefulSet"];

/// Kinds that serve.
const SERVING: [&str; 8] = [
    "DaemonSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "Ingress",
    "ReplicaSet",
    "Rollout",
    "ScaledObject",
    "Service",
];

fn recreated(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for hook in running(operations).filter(|hook| !hook.has_policy(DeletePolicy::HookSucceeded)) {
        let (kind, is_own) = (hook.manifest.kind(), !hook.manifest.is_namesake());
        let severity = match (HOLDING.contains(&kind), SERVING.contains(&kind) && is_own) {
            (true, _) => Severity::Error,
            (_, true) => Severity::Warning,
            _ => continue,
        };
        let message = format!("each sync deletes {} and makes it anew, since it is a hook", title(hook.manifest));
        let help = "take the annotation away, and give it an early wave if it has to come first";
        findings.add(hook.manifest, hook_at(hook.manifest), message).severity(severity).help(help);
    }
}
