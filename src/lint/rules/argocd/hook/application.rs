//! Hooks, and how their Application is synced.

use super::{Check, Fate, Findings, Node, Operation, Operations, declare_rule, hook_at, title};
use crate::{
    manifest::Manifest,
    sync::{Application, SYNC_OPTIONS, fate, values},
};

declare_rule! {
    /// ## What it does
    /// Points out hooks of Applications that heal themselves (`selfHeal`). It is off by default: a hook that goes with the
    /// changes of git alone is most often what is meant.
    ///
    /// ## Why is this bad?
    /// A sync that only puts back what somebody has changed in the cluster skips all hooks, and so does one of chosen
    /// resources. What the hook verifies is not verified then.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {source: {path: golden/dev/cart}, syncPolicy: {automated: {selfHeal: true}}}
    /// ---
    /// # golden/dev/cart
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: smoke-test, annotations: {argocd.argoproj.io/hook: PostSync}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {source: {path: golden/dev/cart}, syncPolicy: {automated: {}}}
    /// ---
    /// # golden/dev/cart
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: smoke-test, annotations: {argocd.argoproj.io/hook: PostSync}}
    /// ```
    pub(in crate::lint::rules) static SKIPPED = {
        code: "ARG217",
        summary: "hook that is skipped when the Application heals itself",
        severity: Info,
        since: "0.1.0",
        on: Request,
        check: Check::Operations(skipped),
    }
}

fn skipped(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for operation in &operations.ordered {
        let pointer = "/spec/syncPolicy/automated/selfHeal";
        let heals = |own: &Application<'_>| own.at(pointer).and_then(Node::as_bool) == Some(true);
        let Some(application) = operation.application.filter(heals) else {
            continue;
        };
        for hook in operation.hooks.iter().filter(|hook| matches!(hook.fate, Fate::Hook(_))) {
            let message = format!("{} does not run when the Application heals itself", title(hook.manifest));
            findings
                .add(hook.manifest, hook_at(hook.manifest), message)
                .related(application.manifest, &application.pointer_to(pointer), "it does")
                .help("do not rely on it for what is changed in the cluster");
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Points out Applications with the sync option `Replace=true` that have hooks.
    ///
    /// ## Why is this bad?
    /// The option is for every object of the Application, hooks among them: these are replaced where they should be made,
    /// and the sync fails or runs no hook (issue 13100).
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {source: {path: golden/dev/cart}, syncPolicy: {syncOptions: [Replace=true]}}
    /// ---
    /// # golden/dev/cart
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: smoke-test, annotations: {argocd.argoproj.io/hook: PostSync}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {source: {path: golden/dev/cart}, syncPolicy: {syncOptions: [ServerSideApply=true]}}
    /// ---
    /// # golden/dev/cart
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: smoke-test, annotations: {argocd.argoproj.io/hook: PostSync}}
    /// ```
    pub(in crate::lint::rules) static REPLACED = {
        code: "ARG221",
        summary: "Application replaces its hooks",
        severity: Warning,
        since: "0.1.0",
        check: Check::Operations(replaced),
    }
}

const REPLACE: &str = "Replace=true";

fn replaced(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for operation in &operations.ordered {
        let hook = operation.hooks.iter().find(|hook| matches!(hook.fate, Fate::Hook(_)));
        let Some((application, hook)) = operation.application.zip(hook) else { continue };
        let option = application.items("/spec/syncPolicy/syncOptions").find(|(_, own)| own.as_str() == Some(REPLACE));
        if let Some((pointer, _)) = option {
            let message = format!("`{REPLACE}` is for the hooks of the Application, too");
            findings
                .add(application.manifest, pointer, message)
                .related(hook.manifest, &hook_at(hook.manifest), "one of them")
                .help(format!("set `{SYNC_OPTIONS}: {REPLACE}` on the objects that need it instead"));
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Points out Jobs that Argo CD applies as part of an Application, not as a hook, and neither replaces by force nor
    /// finds gone: without the sync options `Force=true,Replace=true` and without `ttlSecondsAfterFinished`.
    ///
    /// ## Why is this bad?
    /// The template of a Job cannot be changed. With the next version of its image the sync fails: `field is immutable`
    /// (issue 5882). Jobs that nothing says Argo CD syncs are left alone.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {source: {path: golden/dev/cart}}
    /// ---
    /// # golden/dev/cart
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: migrate}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {source: {path: golden/dev/cart}}
    /// ---
    /// # golden/dev/cart
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: migrate, annotations: {argocd.argoproj.io/hook: PreSync}}
    /// ---
    /// # golden/dev/cart
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: import, annotations: {argocd.argoproj.io/sync-options: "Force=true,Replace=true"}}
    /// ```
    pub(in crate::lint::rules) static IMMUTABLE = {
        code: "ARG222",
        summary: "Job that no sync can change",
        severity: Warning,
        since: "0.1.0",
        check: Check::Operations(immutable),
    }
}

fn immutable(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    let ordered = operations.ordered.iter().flat_map(|operation: &Operation<'_>| operation.objects);
    let plain = operations.plain.iter().flat_map(|objects| objects.iter());
    let known = plain.filter(|manifest| operations.synced.application(manifest).is_some());
    for job in ordered.chain(known).filter(|manifest| is_kept_job(manifest)) {
        let message = format!("no sync can change the template of {}, such as its image", title(job));
        let help = "make it a hook, or set `argocd.argoproj.io/sync-options: Force=true,Replace=true`";
        findings.add(job, "/metadata/name", message).help(help);
    }
}

fn is_kept_job(manifest: &Manifest) -> bool {
    manifest.kind() == "Job"
        && !manifest.is_namesake()
        && !manifest.id.name.is_empty()
        && manifest.object.at("/spec/ttlSecondsAfterFinished").is_none()
        && fate(manifest) == Fate::Resource
        && !["Force=true", REPLACE].iter().all(|option| values(manifest, SYNC_OPTIONS).contains(option))
}
