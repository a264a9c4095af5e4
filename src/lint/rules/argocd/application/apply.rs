//! How objects are applied: by whom, by force, or not at all.

use super::{Application, Check, Findings, Manifest, ManifestSet, Node, Synced, declare_rule};
use crate::sync::{SYNC_OPTIONS, SYNC_OPTIONS_AT, values};

declare_rule! {
    /// ## What it does
    /// Points out objects that are to be applied by the API server and by force: with `ServerSideApply=true`, their own or
    /// their Application's, and `Force=true`, but without `Replace=true`.
    ///
    /// ## Why is this bad?
    /// The two exclude each other in `kubectl apply`: Argo CD up to 3.5.2 fails to sync the object with `--force cannot
    /// be used with --server-side` ([argo-cd#29624](https://github.com/argoproj/argo-cd/issues/29624)). Later ones ignore
    /// the force, so that the object is not made anew.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: migrate
    ///   annotations: {argocd.argoproj.io/sync-options: "Force=true,ServerSideApply=true"}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   source: {path: golden/dev/_cluster}
    ///   syncPolicy: {syncOptions: [ServerSideApply=true]}
    /// ---
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: migrate, annotations: {argocd.argoproj.io/sync-options: Force=true}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: migrate
    ///   annotations: {argocd.argoproj.io/sync-options: "Force=true,Replace=true,ServerSideApply=true"}
    /// ---
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: seed, annotations: {argocd.argoproj.io/sync-options: Force=true}}
    /// ```
    pub(super) static FORCE = {
        code: "ARG302",
        summary: "object that is applied by the API server and by force",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(force),
    }
}

fn force(set: &ManifestSet, findings: &mut Findings<'_>) {
    let synced = Synced::of(set);
    for manifest in set.manifests() {
        let own = values(manifest, SYNC_OPTIONS);
        let says = |option| own.contains(&option);
        if !says("Force=true") || says("Replace=true") || says("ServerSideApply=false") {
            continue;
        }
        let application = synced.application(manifest);
        let inherits = |option| application.is_some_and(|application| application.has_option(option));
        if !inherits("Replace=true") && (says("ServerSideApply=true") || inherits("ServerSideApply=true")) {
            findings
                .add(manifest, SYNC_OPTIONS_AT, "`Force=true` and `ServerSideApply=true` exclude each other")
                .help("add `Replace=true` to make the object anew, or `ServerSideApply=false`");
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Points out `Replace=true` beside `ServerSideApply=true`, both of an Application or both of an object.
    ///
    /// ## Why is this bad?
    /// The first one counts alone, as Argo CD's page on sync options says: the object is replaced, and what others have
    /// written into it is lost.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {syncPolicy: {syncOptions: [ServerSideApply=true, Replace=true]}}
    /// ```
    ///
    /// An object may be an exception from its Application, and a Job that is made anew says both.
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {source: {path: golden/dev/_cluster}, syncPolicy: {syncOptions: [ServerSideApply=true]}}
    /// ---
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: migrate
    ///   annotations: {argocd.argoproj.io/sync-options: "Force=true,Replace=true,ServerSideApply=true"}
    /// ```
    pub(super) static REPLACE = {
        code: "ARG303",
        summary: "objects that are replaced, and not applied by the API server",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &[], check: replace },
    }
}

fn replace(manifest: &Manifest, findings: &mut Findings<'_>) {
    let both = |options: &[&str]| ["Replace=true", "ServerSideApply=true"].iter().all(|it| options.contains(it));
    let own = values(manifest, SYNC_OPTIONS);
    let policy = Application::of(manifest).map(|application| {
        let options = application.at("/spec/syncPolicy/syncOptions").map_or(&[][..], Node::items);
        (application.pointer_to("/spec/syncPolicy/syncOptions"), options.iter().filter_map(Node::as_str).collect())
    });
    let lists: [Option<(String, Vec<&str>)>; 2] =
        [Some((SYNC_OPTIONS_AT.to_owned(), own)).filter(|(_, own)| !own.contains(&"Force=true")), policy];
    for (pointer, _) in lists.into_iter().flatten().filter(|(_, options)| both(options)) {
        findings
            .add(manifest, pointer, "`Replace=true` counts, and `ServerSideApply=true` does not")
            .help("remove one of them");
    }
}
