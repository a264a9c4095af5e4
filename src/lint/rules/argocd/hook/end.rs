//! How hooks end.

use super::{Check, Fate, Findings, Hook, Node, Operations, Phase, Safety, declare_rule, hook_at, running, title};
use crate::{diagnostic::Severity, manifest::Manifest, sync::Application};

declare_rule! {
    /// ## What it does
    /// Checks that a Pod that is a hook has the `restartPolicy` `Never` or `OnFailure`.
    ///
    /// ## Why is this bad?
    /// One that is restarted for ever, which is the default, never ends: Argo CD takes it for done as soon as it is ready,
    /// whatever it has yet to do (`health_pod.go` of gitops-engine).
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: migrate, annotations: {argocd.argoproj.io/hook: PreSync}}
    /// spec: {containers: [{name: migrate}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: migrate, annotations: {argocd.argoproj.io/hook: PreSync}}
    /// spec: {restartPolicy: Never, containers: [{name: migrate}]}
    /// ```
    pub(in crate::lint::rules) static RESTARTED = {
        code: "ARG213",
        summary: "hook that is over before it has done its work",
        severity: Warning,
        since: "0.1.0",
        check: Check::Operations(restarted),
    }
}

fn restarted(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for hook in running(operations).filter(|hook| hook.manifest.kind() == "Pod") {
        let pointer = "/spec/restartPolicy";
        let policy = hook.manifest.object.at(pointer).and_then(Node::as_str).unwrap_or("Always");
        if policy == "Always" {
            let message = format!("{} counts as done as soon as it is ready", title(hook.manifest));
            let mut finding = findings.add(hook.manifest, pointer, message);
            finding.help("set `restartPolicy: Never`, or make it a Job");
            finding.set(hook.manifest, pointer, "Never", Safety::Unsafe, "set `restartPolicy: Never`");
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that a Job that is a hook has an `activeDeadlineSeconds`. Where it is a hook of Helm, which has a timeout of
    /// its own, this is a note.
    ///
    /// ## Why is this bad?
    /// A sync waits for its hooks, and has no timeout by default. A Job whose image cannot be pulled, or whose database does
    /// not answer, holds up every later sync until somebody ends it by hand. A `backoffLimit` ends only what fails.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: migrate, annotations: {argocd.argoproj.io/hook: PreSync}}
    /// spec: {backoffLimit: 0, template: {spec: {restartPolicy: Never}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: migrate, annotations: {argocd.argoproj.io/hook: PreSync}}
    /// spec: {activeDeadlineSeconds: 600, template: {spec: {restartPolicy: Never}}}
    /// ```
    pub(in crate::lint::rules) static ENDLESS = {
        code: "ARG214",
        summary: "hook that may hold up the sync for ever",
        severity: Warning,
        since: "0.1.0",
        check: Check::Operations(endless),
    }
}

fn endless(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for hook in running(operations).filter(|hook| is_job(hook.manifest) && deadline(hook.manifest).is_none()) {
        let message =
            format!("{} has no deadline, and holds up the sync for as long as it hangs", title(hook.manifest));
        let mut finding = findings.add(hook.manifest, "/spec", message);
        finding.help("set `activeDeadlineSeconds` to more than the longest run takes");
        if hook.is_of_helm() {
            finding.severity(Severity::Info);
        }
    }
}

fn is_job(manifest: &Manifest) -> bool {
    manifest.kind() == "Job" && !manifest.is_namesake()
}

fn deadline(job: &Manifest) -> Option<i64> {
    let fields = ["/spec/activeDeadlineSeconds", "/spec/template/spec/activeDeadlineSeconds"];
    fields.into_iter().find_map(|field| job.object.at(field).and_then(Node::as_int))
}

declare_rule! {
    /// ## What it does
    /// Points out Jobs that are hooks and remove themselves within a minute of their end.
    ///
    /// ## Why is this bad?
    /// Argo CD may look only when the Job is gone, and then it waits for it for ever (issues 6880, 18884 and 21055). Since
    /// 3.0 a finalizer keeps the Job until its end has been seen; the delete policy of the hook removes it in any version.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: migrate, annotations: {argocd.argoproj.io/hook: PreSync}}
    /// spec: {ttlSecondsAfterFinished: 0}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: migrate, annotations: {argocd.argoproj.io/hook: PreSync}}
    /// spec: {ttlSecondsAfterFinished: 3600}
    /// ```
    pub(in crate::lint::rules) static SHORT_LIVED = {
        code: "ARG215",
        summary: "hook may be gone before its end is seen",
        severity: Info,
        since: "0.1.0",
        check: Check::Operations(short_lived),
    }
}

/// Seconds in which Argo CD may not look.
const UNSEEN: i64 = 60;

fn short_lived(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for hook in running(operations).filter(|hook| is_job(hook.manifest)) {
        let pointer = "/spec/ttlSecondsAfterFinished";
        if hook.manifest.object.at(pointer).and_then(Node::as_int).is_some_and(|seconds| seconds < UNSEEN) {
            let message = format!("{} may be gone before Argo CD has seen its end", title(hook.manifest));
            let help = "remove the field: the delete policy of the hook says when it goes";
            let mut finding = findings.add(hook.manifest, pointer, message);
            finding.help(help).remove(hook.manifest, pointer, Safety::Unsafe, "remove the field");
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Points out Jobs that are hooks of `PostSync` and may take more than an hour in all, if they fail each time that Argo
    /// CD tries the sync again: their `activeDeadlineSeconds` times the tries of the Application.
    ///
    /// ## Why is this bad?
    /// An automated sync is tried five times more when it has failed, unless `retry` says otherwise, and each try runs all
    /// hooks again. A load test of half an hour that fails takes three hours, loads the environment all the while, and
    /// until it is over nothing else is synced.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {source: {path: golden/dev/cart}, syncPolicy: {automated: {}}}
    /// ---
    /// # golden/dev/cart
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: load-test, annotations: {argocd.argoproj.io/hook: PostSync}}
    /// spec: {activeDeadlineSeconds: 1800}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {source: {path: golden/dev/cart}, syncPolicy: {automated: {}, retry: {limit: 0}}}
    /// ---
    /// # golden/dev/cart
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: load-test, annotations: {argocd.argoproj.io/hook: PostSync}}
    /// spec: {activeDeadlineSeconds: 1800}
    /// ```
    pub(in crate::lint::rules) static RETRIED = {
        code: "ARG216",
        summary: "long hook that is tried again and again",
        severity: Warning,
        since: "0.1.0",
        check: Check::Operations(retried),
    }
}

/// Seconds that all tries may take.
const LONG: i64 = 3600;

fn retried(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for operation in &operations.ordered {
        let Some(application) = operation.application else { continue };
        let tries = tries(application);
        let tests = operation.hooks.iter().filter(|hook| is_job(hook.manifest) && is_after(hook));
        for hook in tests {
            let Some(seconds) = deadline(hook.manifest) else { continue };
            if tries > 1 && seconds.saturating_mul(tries) > LONG {
                let times = if tries == i64::MAX { "any number of".to_owned() } else { tries.to_string() };
                let message = format!("{} may run {times} times for {seconds} seconds each", title(hook.manifest));
                findings
                    .add(hook.manifest, hook_at(hook.manifest), message)
                    .related(application.manifest, "/spec/syncPolicy", "the Application is synced like this")
                    .help("set `retry.limit` of the Application to 0, or the deadline lower");
            }
        }
    }
}

fn is_after(hook: &Hook<'_>) -> bool {
    matches!(&hook.fate, Fate::Hook(phases) if phases.contains(&Phase::PostSync))
}

/// How often Argo CD tries a sync that fails. A negative limit means for ever.
fn tries(application: Application<'_>) -> i64 {
    let limit = application.at("/spec/syncPolicy/retry/limit").and_then(Node::as_int);
    let unsaid = if application.is_automated() { 5 } else { 0 };
    match limit.unwrap_or(unsaid) {
        limit if limit < 0 => i64::MAX,
        limit => limit.saturating_add(1),
    }
}
