//! Names that are made up when a hook is made.

use super::{Check, DeletePolicy, Fate, Findings, Hook, Node, Operations, declare_rule, policy_at, running, title};
use crate::sync::fate;

declare_rule! {
    /// ## What it does
    /// Points out hooks with a `generateName` that nothing deletes: neither a policy of `HookSucceeded` or `HookFailed`,
    /// nor `ttlSecondsAfterFinished`, nor the `ttlStrategy` of a Workflow.
    ///
    /// ## Why is this bad?
    /// Each sync makes one more, under another name. `BeforeHookCreation`, which is the default, finds none to delete.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {generateName: migrate-, annotations: {argocd.argoproj.io/hook: PreSync}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {generateName: migrate-, annotations: {argocd.argoproj.io/hook: PreSync}}
    /// spec: {ttlSecondsAfterFinished: 86400}
    /// ---
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   generateName: warm-up-
    ///   annotations: {argocd.argoproj.io/hook: PostSync, argocd.argoproj.io/hook-delete-policy: HookSucceeded}
    /// ```
    pub(in crate::lint::rules) static PILES_UP = {
        code: "ARG207",
        summary: "hooks pile up, one of each sync",
        severity: Warning,
        since: "0.1.0",
        check: Check::Operations(piles_up),
    }
}

fn piles_up(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for hook in running(operations).filter(|hook| !hook.is_named() && prefix(hook).is_some()) {
        let lives = ["/spec/ttlSecondsAfterFinished", "/spec/ttlStrategy"];
        let ends = lives.iter().any(|field| hook.manifest.object.at(field).is_some());
        let is_deleted = hook.has_policy(DeletePolicy::HookSucceeded) || hook.has_policy(DeletePolicy::HookFailed);
        if !ends && !is_deleted {
            let message = format!("each sync leaves one more {} behind", title(hook.manifest));
            let help = "give it a `name`, or the delete policy `HookSucceeded`";
            findings.add(hook.manifest, policy_at(hook.manifest), message).help(help);
        }
    }
}

fn prefix<'a>(hook: &Hook<'a>) -> Option<&'a str> {
    hook.manifest.object.at("/metadata/generateName").and_then(Node::as_str)
}

declare_rule! {
    /// ## What it does
    /// Checks that the `generateName` of a hook leaves room for what Argo CD adds: in all, the name of a Job, a Workflow or
    /// a run of Tekton may have 63 characters.
    ///
    /// ## Why is this bad?
    /// Argo CD makes the name up itself, from seven characters of the revision, the phase and the time in seconds: 23 for
    /// `Sync`, 26 for `PreSync`, 27 for `PostSync` and `SyncFail`. The name becomes a label of the pods, whose value cannot
    /// be longer, so that the hook is refused (issue 18846).
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   generateName: migrate-the-orders-of-all-shops-at-once-
    ///   annotations: {argocd.argoproj.io/hook: PostSync}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   generateName: migrate-the-orders-of-all-shops-at-once-
    ///   annotations: {argocd.argoproj.io/hook: Sync}
    /// ```
    pub(in crate::lint::rules) static TOO_LONG = {
        code: "ARG208",
        summary: "generated name of a hook is too long",
        severity: Error,
        since: "0.1.0",
        check: Check::Operations(too_long),
    }
}

/// Kinds whose name becomes a label.
const LABELLED: [&str; 4] = ["Job", "PipelineRun", "TaskRun", "Workflow"];

/// The longest value of a label.
const LONGEST: usize = 63;

fn too_long(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for hook in running(operations).filter(|hook| !hook.is_named() && LABELLED.contains(&hook.manifest.kind())) {
        let Some(prefix) = prefix(hook) else { continue };
        let phases = hook.fate.phases().iter().map(|phase| phase.name().len());
        // The revision, the time, and two dashes.
        let limit = LONGEST - (7 + 10 + 2) - phases.max().unwrap_or_default();
        if prefix.len() > limit {
            let message = format!("the name that Argo CD makes of `{prefix}` is longer than {LONGEST} characters");
            let help = format!("shorten it to {limit} characters, or give it a `name`");
            findings.add(hook.manifest, "/metadata/generateName", message).help(help);
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that objects that Argo CD syncs have a `name`, unless they are hooks.
    ///
    /// ## Why is this bad?
    /// Argo CD applies objects, and one without a name cannot be applied: the sync fails (issue 1639). Only hooks are made
    /// anew, so that only they may have a `generateName`. Objects that nothing says Argo CD syncs are left alone.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {generateName: migrate-, annotations: {argocd.argoproj.io/sync-wave: "1"}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {generateName: migrate-, annotations: {argocd.argoproj.io/hook: PostSync}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Workflow
    /// metadata: {generateName: by-hand-}
    /// ```
    pub(in crate::lint::rules) static NOT_A_HOOK = {
        code: "ARG209",
        summary: "object without a name that is no hook",
        severity: Error,
        since: "0.1.0",
        check: Check::Operations(not_a_hook),
    }
}

fn not_a_hook(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    let ordered = operations.ordered.iter().flat_map(|operation| operation.objects);
    let plain = operations.plain.iter().flat_map(|objects| objects.iter());
    let known = plain.filter(|manifest| operations.synced.application(manifest).is_some());
    for manifest in ordered.chain(known).filter(|manifest| manifest.id.name.is_empty()) {
        let is_generated = manifest.object.at("/metadata/generateName").is_some();
        if is_generated && fate(manifest) == Fate::Resource {
            let message = format!("{} has no name, and is no hook", title(manifest));
            let help = "give it a `name`, or make it a hook with `argocd.argoproj.io/hook`";
            findings.add(manifest, "/metadata/generateName", message).help(help);
        }
    }
}
