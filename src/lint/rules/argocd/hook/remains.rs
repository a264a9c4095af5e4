//! What is left of hooks, and what is not.

use super::{
    Check, DeletePolicy, Findings, HELM_HOOK, HOOK, Hook, HookType, Manifest, Operations, Safety, annotation,
    annotation_at, declare_rule, hook_type, policy_at, policy_name, running, title, values,
};

declare_rule! {
    /// ## What it does
    /// Checks that a hook of an Application's deletion (`PreDelete`, `PostDelete`, or Helm's) is deleted when it has
    /// succeeded.
    ///
    /// ## Why is this bad?
    /// Nothing else deletes it: there is no next sync, and no Application that it would belong to
    /// (`controller/hook.go` of Argo CD; issues 17191 and 26404). If an Application of the same name comes back, the old
    /// hook is taken for one that has run.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: clean-up, annotations: {argocd.argoproj.io/hook: PostDelete}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: clean-up
    ///   annotations: {argocd.argoproj.io/hook: PostDelete, argocd.argoproj.io/hook-delete-policy: HookSucceeded}
    /// ```
    pub(in crate::lint::rules) static LEFT_BEHIND = {
        code: "ARG210",
        summary: "hook of a deletion stays behind",
        severity: Warning,
        since: "0.1.0",
        check: Check::Operations(left_behind),
    }
}

fn left_behind(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for hook in operations.ordered.iter().flat_map(|operation| &operation.hooks) {
        let manifest = hook.manifest;
        if !is_of_deletion(manifest) || hook.has_policy(DeletePolicy::HookSucceeded) {
            continue;
        }
        let message = format!("{} stays behind when its Application is gone", title(manifest));
        let mut finding = findings.add(manifest, policy_at(manifest), message);
        let name = policy_name(manifest);
        let policy = if name == super::HOOK_DELETE_POLICY { "HookSucceeded" } else { "hook-succeeded" };
        finding.help(format!("set `{name}: {policy}`"));
        if annotation(manifest, name).is_none() {
            finding.set(manifest, &annotation_at(name), policy, Safety::Unsafe, format!("set the policy `{policy}`"));
        }
    }
}

fn is_of_deletion(manifest: &Manifest) -> bool {
    let words =
        [HOOK, HELM_HOOK].into_iter().flat_map(|name| values(manifest, name).into_iter().map(move |word| (name, word)));
    let mut types = words.filter_map(|(name, word)| hook_type(name, word));
    types.any(|kind| matches!(kind, HookType::PreDelete | HookType::PostDelete))
}

declare_rule! {
    /// ## What it does
    /// Points out Jobs and Pods that are hooks and are deleted both when they have succeeded and when they have failed.
    ///
    /// ## Why is this bad?
    /// When one fails, its logs are gone with it, before anybody can read why (issue 3837).
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: migrate
    ///   annotations:
    ///     argocd.argoproj.io/hook: PreSync
    ///     argocd.argoproj.io/hook-delete-policy: HookSucceeded,HookFailed
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: migrate
    ///   annotations:
    ///     argocd.argoproj.io/hook: PreSync
    ///     argocd.argoproj.io/hook-delete-policy: HookSucceeded,BeforeHookCreation
    /// ```
    pub(in crate::lint::rules) static NO_LOGS = {
        code: "ARG211",
        summary: "hook takes its logs along",
        severity: Warning,
        since: "0.1.0",
        check: Check::Operations(no_logs),
    }
}

fn no_logs(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    let policies = [DeletePolicy::HookFailed, DeletePolicy::HookSucceeded];
    let is_gone = |hook: &&Hook<'_>| policies.into_iter().all(|policy| hook.has_policy(policy));
    for hook in running(operations).filter(|hook| hook.runs_once()).filter(is_gone) {
        let message = format!("{} is deleted when it has failed, and its logs with it", title(hook.manifest));
        let help = "delete it before the next one is made (`BeforeHookCreation`) instead of when it has failed";
        findings.add(hook.manifest, policy_at(hook.manifest), message).help(help);
    }
}
