//! When hooks are deleted.

use super::{
    Check, DeletePolicy, Findings, HELM_HOOK_DELETE_POLICY, HOOK_DELETE_POLICY, Operations, Safety, annotation,
    annotation_at, declare_rule, delete_policies, policy_at, running, title, values,
};
use crate::grammar::similar;

declare_rule! {
    /// ## What it does
    /// Checks that every word of a hook's delete policy is one that Argo CD knows, case and all.
    ///
    /// ## Why is this bad?
    /// It ignores the others. A hook that is left without any policy is deleted when the next sync makes it anew
    /// (`BeforeHookCreation`), and until then it stays, with its pods.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: migrate
    ///   annotations: {argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: hook-succeeded}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: migrate
    ///   annotations:
    ///     argocd.argoproj.io/hook: PreSync
    ///     argocd.argoproj.io/hook-delete-policy: BeforeHookCreation, HookSucceeded
    /// ```
    pub(in crate::lint::rules) static UNKNOWN = {
        code: "ARG203",
        summary: "delete policy that does not exist",
        severity: Warning,
        since: "0.1.0",
        check: Check::Operations(unknown),
    }
}

/// The two annotations.
const ANNOTATIONS: [&str; 2] = [HOOK_DELETE_POLICY, HELM_HOOK_DELETE_POLICY];

fn unknown(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    let hooks = operations.ordered.iter().flat_map(|operation| &operation.hooks);
    for (manifest, name) in hooks.flat_map(|hook| ANNOTATIONS.map(|name| (hook.manifest, name))) {
        let words = values(manifest, name);
        let Some(word) = words.into_iter().find(|word| DeletePolicy::parse(name, word).is_none()) else { continue };
        let message = format!("{} has `{word}` for a delete policy, which Argo CD does not know", title(manifest));
        let known = DeletePolicy::ALL.map(|policy| policy.word(name));
        let plain = |word: &str| word.replace('-', "").to_lowercase();
        let same = known.into_iter().find(|known| plain(known) == plain(word));
        let meant = same.or_else(|| similar(word, known.into_iter()));
        let pointer = annotation_at(name);
        let mut finding = findings.add(manifest, pointer.as_str(), message);
        finding.help(format!("the policies are `{}`", known.join("`, `")));
        if let Some((meant, said)) = meant.zip(annotation(manifest, name)) {
            let fixed = said.replacen(word, meant, 1);
            finding.replace(manifest, &pointer, fixed.as_str(), Safety::Unsafe, format!("write `{meant}`"));
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that a Job or Pod that is a hook with a fixed name is deleted in every case: before the next one is made, or
    /// both when it has succeeded and when it has failed.
    ///
    /// ## Why is this bad?
    /// The one that stays is in the way of the next sync: its template cannot be changed (`field is immutable`), and what
    /// has failed does not run again. Without a delete policy, Argo CD deletes the old one first.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: migrate
    ///   annotations: {argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: HookSucceeded}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: migrate
    ///   annotations:
    ///     argocd.argoproj.io/hook: PreSync
    ///     argocd.argoproj.io/hook-delete-policy: BeforeHookCreation,HookSucceeded
    /// ---
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: warm-up, annotations: {argocd.argoproj.io/hook: PostSync}}
    /// ```
    pub(in crate::lint::rules) static KEPT = {
        code: "ARG206",
        summary: "hook that is in the way of the next one",
        severity: Warning,
        since: "0.1.0",
        check: Check::Operations(kept),
    }
}

fn kept(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    use DeletePolicy::{BeforeHookCreation, HookFailed, HookSucceeded};
    for hook in running(operations).filter(|hook| hook.runs_once() && hook.is_named()) {
        let policies = delete_policies(hook.manifest);
        let is_gone = [HookFailed, HookSucceeded].iter().all(|policy| policies.contains(policy));
        if is_gone || policies.contains(&BeforeHookCreation) {
            continue;
        }
        let (outcome, pointer) = (outcome(&policies), policy_at(hook.manifest));
        let message = format!("{} stays when it has {outcome}, and the next sync cannot make it", title(hook.manifest));
        let mut finding = findings.add(hook.manifest, pointer.as_str(), message);
        finding.help("add the policy `BeforeHookCreation` (Helm: `before-hook-creation`)");
        for name in ANNOTATIONS.into_iter().filter(|name| pointer == annotation_at(name)) {
            let word = BeforeHookCreation.word(name);
            let more = format!("{},{word}", annotation(hook.manifest, name).unwrap_or_default());
            let title = format!("add `{word}`");
            finding.replace(hook.manifest, &pointer, more.as_str(), Safety::Unsafe, title);
        }
    }
}

fn outcome(policies: &[DeletePolicy]) -> &'static str {
    if policies.contains(&DeletePolicy::HookSucceeded) { "failed" } else { "succeeded" }
}
