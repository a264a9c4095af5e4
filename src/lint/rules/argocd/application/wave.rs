//! Waves between Applications.

use rustc_hash::FxHashMap;

use super::{Application, Check, Findings, ManifestSet, Node, Synced, declare_rule};
use crate::{
    manifest::Manifest,
    sync::{Fate, HealthChecks, Project, SYNC_WAVE, SYNC_WAVE_AT, Settings, annotation, fate, wave},
};

/// Whether an object says which wave it is in.
fn says_wave(manifest: &Manifest) -> bool {
    annotation(manifest, SYNC_WAVE).is_some()
}

/// Which Application syncs an object, as a key of tables.
fn parent(synced: &Synced<'_>, manifest: &Manifest) -> Option<*const Manifest> {
    synced.application(manifest).map(|parent| std::ptr::from_ref(parent.manifest))
}

declare_rule! {
    /// ## What it does
    /// Points out Applications that are made before their AppProject, or in the same wave.
    ///
    /// ## Why is this bad?
    /// Argo CD refuses an Application whose project is not there. In one wave it sorts Applications and projects by their
    /// names alone, as it has no rank for their kinds (`sync_tasks.go` of gitops-engine), and applies them at once.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {project: shop}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: AppProject
    /// metadata: {name: shop, annotations: {argocd.argoproj.io/sync-wave: "1"}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: dev, annotations: {argocd.argoproj.io/hook: Skip}}
    /// spec: {source: {path: golden/dev/_cluster}}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {project: shop}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: AppProject
    /// metadata: {name: shop}
    /// ```
    ///
    /// Without waves, and without an Application that syncs both, somebody may well have made the project before.
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {project: shop}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: AppProject
    /// metadata: {name: shop}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: post, annotations: {argocd.argoproj.io/sync-wave: "1"}}
    /// spec: {project: blog}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: AppProject
    /// metadata: {name: blog}
    /// ```
    pub(super) static PROJECT = {
        code: "ARG312",
        summary: "Application is not made after its project",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(project),
    }
}

fn project(set: &ManifestSet, findings: &mut Findings<'_>) {
    let synced = Synced::of(set);
    for application in Application::all(set) {
        let Some(Project { manifest: project }) = Project::of(set, application) else { continue };
        let own = application.manifest;
        let (by, with) = (parent(&synced, own), parent(&synced, project));
        if by != with || matches!(fate(own), Fate::Skipped) {
            continue;
        }
        let together = by.is_some() || (says_wave(own) && says_wave(project));
        if wave(project) > wave(own) || (together && wave(project) == wave(own)) {
            let pointer = if says_wave(own) { SYNC_WAVE_AT } else { "/metadata" };
            findings
                .add(own, pointer, "this Application is not made after its project")
                .related(project, if says_wave(project) { SYNC_WAVE_AT } else { "/metadata/name" }, "the project")
                .help("give the project a lower sync wave than its Applications");
        }
    }
}

/// The Applications that one sync makes, wherever that is known; by parent. Of others those that say a wave, as those that
/// nobody knows a parent of.
fn families<'a>(set: &'a ManifestSet, synced: &Synced<'a>) -> Vec<Vec<Application<'a>>> {
    let mut families = FxHashMap::<_, Vec<_>>::default();
    let mut order = Vec::new();
    for application in Application::all(set).filter(|application| !application.is_template()) {
        let by = parent(synced, application.manifest);
        if matches!(fate(application.manifest), Fate::Skipped) || (by.is_none() && !says_wave(application.manifest)) {
            continue;
        }
        families
            .entry(by)
            .or_insert_with(|| {
                order.push(by);
                Vec::new()
            })
            .push(application);
    }
    order.into_iter().filter_map(|by| families.remove(&by)).collect()
}

declare_rule! {
    /// ## What it does
    /// Points out Applications in several waves beside a ConfigMap `argocd-cm` that does not say how healthy an
    /// Application is.
    ///
    /// ## Why is this bad?
    /// Argo CD knows no health of Applications since 1.8, so that a wave of them is over as soon as they are made: the next
    /// one begins two seconds later, whatever becomes of the first
    /// ([argo-cd#3781](https://github.com/argoproj/argo-cd/issues/3781)). `karat waves --health-patch` prints a health check
    /// as a patch of `argocd-cm`.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: argocd-cm}
    /// data: {url: https://argocd.example.com}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: database, annotations: {argocd.argoproj.io/sync-wave: "0"}}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/sync-wave: "1"}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: argocd-cm}
    /// data: {resource.customizations.health.argoproj.io_Application: "return obj.status.health"}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: database, annotations: {argocd.argoproj.io/sync-wave: "0"}}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/sync-wave: "1"}}
    /// ```
    pub(super) static HEALTH = {
        code: "ARG313",
        summary: "waves of Applications that do not wait for each other",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(health),
    }
}

fn health(set: &ManifestSet, findings: &mut Findings<'_>) {
    let Some(settings) = Settings::of(set) else { return };
    let synced = Synced::of(set);
    let in_waves = |family: &Vec<Application<'_>>| {
        let first = family.first().map(|application| wave(application.manifest));
        family.iter().position(|application| Some(wave(application.manifest)) != first)
    };
    let families = families(set, &synced);
    let Some(other) = families.iter().find_map(|family| family.get(in_waves(family)?)) else { return };
    if HealthChecks::of([settings.manifest]).assess(&other.manifest.id.gvk) {
        return;
    }
    findings
        .add(settings.manifest, "/data", "Applications are in several waves, and Argo CD does not know their health")
        .at_key(settings.manifest)
        .related(other.manifest, SYNC_WAVE_AT, "this one, for example")
        .help("patch it with the health check that `karat waves --health-patch` prints");
}

declare_rule! {
    /// ## What it does
    /// Points out Applications that somebody has to sync by hand, in a wave before other Applications.
    ///
    /// ## Why is this bad?
    /// Once Argo CD knows how healthy an Application is, a wave waits for the health of what it makes. An Application that
    /// nobody syncs stays `Missing`, and everything in later waves waits for it.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: database, annotations: {argocd.argoproj.io/sync-wave: "0"}}
    /// spec: {syncPolicy: {automated: {enabled: false}}}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/sync-wave: "1"}}
    /// spec: {syncPolicy: {automated: {}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: database, annotations: {argocd.argoproj.io/sync-wave: "0"}}
    /// spec: {syncPolicy: {automated: {}}}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/sync-wave: "1"}}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: nobody-knows-when}
    /// ```
    pub(super) static BY_HAND = {
        code: "ARG314",
        summary: "later waves wait until somebody syncs this Application",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(by_hand),
    }
}

fn by_hand(set: &ManifestSet, findings: &mut Findings<'_>) {
    let synced = Synced::of(set);
    for family in families(set, &synced) {
        let last = family.iter().map(|application| wave(application.manifest)).max();
        let waits =
            |application: &&Application<'_>| !application.is_automated() && Some(wave(application.manifest)) < last;
        for application in family.iter().filter(waits) {
            let pointer = if application.at("/spec/syncPolicy/automated").is_some_and(|it: &Node| !it.is_null()) {
                "/spec/syncPolicy/automated"
            } else {
                "/spec/syncPolicy"
            };
            findings
                .add(application.manifest, pointer, "later waves wait until somebody syncs this Application")
                .help("add `automated: {}` to its `syncPolicy`, or move it into the last wave");
        }
    }
}
