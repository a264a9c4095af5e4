//! What jobs need that run before the rest of their app, or after it.
//!
//! A migration runs before the Deployment: as a job of a wave below 0 in the phase `Sync`. What its pods cannot start
//! without would come with the rest of the app, in wave 0, and the first sync would wait until the job's deadline. So it
//! comes one wave before the job. That is what the field does, too, for a hook of the phase `PreSync` runs before any object
//! of the app is there, on updates with the configuration of the release before (argoproj/argo-cd#9891).

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Context, codes::ABSENT_PART};
use crate::{
    diagnostic::{Diagnostic, ResourceId},
    manifest::{Manifest, ManifestSet, Pod, Selector},
    node::{Map, Node},
    source::Span,
    sync::{
        Dependencies, Dependency, Fate, HOOK, HookType, Need, Phase, SYNC_WAVE, SYNC_WAVE_AT, annotation, fate,
        hook_type, wave,
    },
};

/// A wave, and the place that asks for it.
type Wave = (i64, Option<Span>);

/// Puts what early jobs need before them, and reports what late ones need.
pub(super) fn place(context: &Context<'_>, manifests: &mut [Manifest], diagnostics: &mut Vec<Diagnostic>) {
    if !manifests.iter().any(|manifest| is_early(manifest) || is_late(manifest)) {
        return;
    }
    let environment = context.environment;
    let set = ManifestSet::new(environment.name.text.clone(), environment.kube_version.clone(), manifests.to_vec());
    let dependencies = Dependencies::new(&set);
    let jobs = || set.of_kind("Job");
    jobs().filter(|job| is_late(job)).for_each(|job| diagnostics.extend(gone(job, &dependencies)));
    let mut waves = FxHashMap::default();
    jobs().filter(|job| is_early(job)).for_each(|job| needed(job, &set, &dependencies, &mut waves));
    for manifest in manifests {
        if let Some((wave, span)) = waves.get(&manifest.id) {
            set_wave(manifest, *wave, *span);
        }
    }
}

/// Whether it is a job that runs in the phase `Sync`, before wave 0.
fn is_early(manifest: &Manifest) -> bool {
    manifest.kind() == "Job" && fate(manifest).phases().contains(&Phase::Sync) && wave(manifest) < 0
}

/// Whether it is a job that runs when its app has been deleted.
fn is_late(manifest: &Manifest) -> bool {
    let hook = || annotation(manifest, HOOK).and_then(|word| hook_type(HOOK, word));
    manifest.kind() == "Job" && hook() == Some(HookType::PostDelete)
}

/// Notes the waves of all that a job needs, directly or by what it needs.
fn needed<'a>(
    job: &'a Manifest,
    set: &'a ManifestSet,
    dependencies: &Dependencies<'a>,
    waves: &mut FxHashMap<Arc<ResourceId>, Wave>,
) {
    let span = job.object.span_at(SYNC_WAVE_AT);
    let mut open: Vec<&Manifest> = vec![job];
    let mut seen: Vec<&Manifest> = Vec::new();
    while let Some(manifest) = open.pop() {
        if seen.iter().any(|other| std::ptr::eq(*other, manifest)) {
            continue;
        }
        seen.push(manifest);
        open.extend(dependencies.of(manifest).into_iter().map(|dependency| dependency.on));
        open.extend(set.manifests().iter().filter(|other| grants(other, manifest)));
    }
    seen.extend(set.of_kind("NetworkPolicy").filter(|policy| isolates(policy, job)));
    for manifest in seen.into_iter().skip(1).filter(|manifest| annotation(manifest, SYNC_WAVE).is_none()) {
        // A volume may be made only for its first pod; nothing can wait for it before.
        let before = i64::from(manifest.kind() != "PersistentVolumeClaim");
        let wanted = wave(job) - before;
        let known = waves.entry(manifest.id.clone()).or_insert((wanted, span));
        *known = if known.0 <= wanted { *known } else { (wanted, span) };
    }
}

/// Whether an object gives rights to a ServiceAccount.
fn grants(binding: &Manifest, account: &Manifest) -> bool {
    account.kind() == "ServiceAccount"
        && matches!(binding.kind(), "RoleBinding" | "ClusterRoleBinding")
        && binding.object.at("/subjects").is_some_and(|subjects| {
            subjects.items().iter().any(|subject| {
                let text = |key| subject.get(key).and_then(Node::as_str);
                text("name") == Some(account.id.name.as_str()) && text("kind") == Some("ServiceAccount")
            })
        })
}

/// Whether a NetworkPolicy is about the pods of a job.
fn isolates(policy: &Manifest, job: &Manifest) -> bool {
    let selector = policy.object.at("/spec/podSelector").map(Selector::from_node);
    selector.zip(Pod::of(job)).is_some_and(|(selector, pod)| selector.matches_pod(pod.labels()))
}

fn set_wave(manifest: &mut Manifest, wave: i64, span: Option<Span>) {
    let mut object = manifest.object.clone();
    let Some(metadata) = object.as_map_mut().and_then(|map| map.get_mut("metadata")?.as_map_mut()) else { return };
    if metadata.get("annotations").is_none() {
        metadata.push("annotations", Node::made(Map::new()));
    }
    if let Some(annotations) = metadata.get_mut("annotations").and_then(Node::as_map_mut) {
        annotations.insert(SYNC_WAVE, Node::new(wave.to_string(), span));
    }
    *manifest = Manifest::new(manifest.owner.clone(), manifest.app.clone(), object);
}

/// What a job needs that has been deleted with the app.
fn gone(job: &Manifest, dependencies: &Dependencies<'_>) -> Vec<Diagnostic> {
    let needed = dependencies.of(job).into_iter().filter(|dependency| dependency.need != Need::Use);
    let lost = needed.filter(|dependency| fate(dependency.on) == Fate::Resource);
    let finding = |dependency: Dependency<'_>| {
        let message = format!("{} `{}` is gone when a `PostDelete` hook runs", dependency.kind, dependency.name);
        Diagnostic::new(&ABSENT_PART, message)
            .at(job.object.span_at(&dependency.pointer))
            .help("use `hook: PreDelete`, or name one that is not the app's own")
    };
    lost.map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::SYNC_WAVE_AT;
    use crate::render::testing::{Rendered, rendered};

    const APP: &str = "image: web:1
workload: { type: deployment, serviceAccount: { create: true } }
containers: { app: {} }
config: { main: { data: { level: info } }, other: { data: { level: info } } }
secrets: { db: { externalSecret: { store: vault, path: web/db } } }
volumes: { data: { claim: { size: 1Gi } } }
network: { defaultDeny: true, allow: { dns: false } }
";

    const USES: &str = "container: { env: { A: { config: main, key: level }, B: { secret: db, key: b } }, mounts: { /data: { volume: data } } }";

    fn with_jobs(jobs: &str) -> Rendered {
        rendered(&format!("{APP}jobs: {{ {jobs} }}"))
    }

    /// The wave of every object that says one.
    fn waves(web: &Rendered) -> Vec<String> {
        let line = |manifest: &crate::manifest::Manifest| {
            let wave = manifest.object.at(SYNC_WAVE_AT)?.as_str()?;
            Some(format!("{wave} {} {}", manifest.kind(), manifest.id.name))
        };
        let mut waves: Vec<String> = web.set.manifests().iter().filter_map(line).collect();
        waves.sort();
        waves
    }

    #[test]
    fn what_an_early_job_needs_comes_before_it() {
        let web = with_jobs(&format!("migrate: {{ type: job, hook: Sync, wave: -1, {USES} }}"));
        assert_eq!(
            waves(&web),
            [
                "-1 Job web-migrate",
                "-1 PersistentVolumeClaim web-data",
                "-2 ConfigMap web",
                "-2 ExternalSecret web-db",
                "-2 NetworkPolicy web",
                "-2 ServiceAccount web",
            ]
        );
        assert_eq!(web.cause("ServiceAccount", SYNC_WAVE_AT), "-1");
        assert_eq!(web.findings(), [""; 0]);
    }

    #[test]
    fn rights_come_with_the_account() {
        let rbac = "rbac: { rules: { pods: { resources: [pods], verbs: [get] } }, clusterRules: { nodes: { resources: [nodes], verbs: [get] } } }";
        let web = rendered(&format!("{APP}{rbac}\njobs: {{ seed: {{ type: job, wave: -5, container: {{}} }} }}"));
        assert_eq!(
            waves(&web),
            [
                "-5 Job web-seed",
                "-6 ClusterRole shop-web",
                "-6 ClusterRoleBinding shop-web",
                "-6 NetworkPolicy web",
                "-6 Role web",
                "-6 RoleBinding web",
                "-6 ServiceAccount web",
            ]
        );
    }

    #[test]
    fn the_earliest_job_counts() {
        let web = with_jobs(&format!(
            "backup: {{ type: job, hook: Sync, wave: -2, container: {{}} }}, migrate: {{ type: job, hook: Sync, wave: -1, {USES} }}"
        ));
        let found = waves(&web);
        assert!(found.contains(&"-3 ServiceAccount web".to_owned()), "{found:?}");
        assert!(found.contains(&"-2 ConfigMap web".to_owned()), "{found:?}");
    }

    #[test]
    fn other_jobs_change_nothing() {
        for hook in ["PreSync", "PostSync", "SyncFail", "PreDelete"] {
            let web = with_jobs(&format!("a: {{ type: job, hook: {hook}, wave: -1, {USES} }}"));
            assert_eq!(waves(&web), ["-1 Job web-a"], "{hook}");
        }
        assert_eq!(waves(&with_jobs(&format!("a: {{ type: job, hook: Sync, {USES} }}"))), [""; 0]);
    }

    #[test]
    fn what_is_written_stays() {
        let patch = "patches: { late: { target: { kind: ConfigMap, name: web }, merge: { metadata: { annotations: { argocd.argoproj.io/sync-wave: '-9' } } } } }";
        let web = rendered(&format!("{APP}{patch}\njobs: {{ a: {{ type: job, hook: Sync, wave: -1, {USES} }} }}"));
        assert!(waves(&web).contains(&"-9 ConfigMap web".to_owned()));
    }

    #[test]
    fn a_late_job_is_alone() {
        let web = with_jobs(&format!("last: {{ type: job, hook: PostDelete, {USES} }}"));
        assert_eq!(
            web.findings(),
            [
                "REN019 data: PersistentVolumeClaim `web-data` is gone when a `PostDelete` hook runs",
                "REN019 main: ConfigMap `web` is gone when a `PostDelete` hook runs",
                "REN019 db: Secret `web-db` is gone when a `PostDelete` hook runs",
            ]
        );
        assert_eq!(web.json("Job", "/spec/template/spec/serviceAccountName"), "nothing");
        assert_eq!(web.cause("Job", "/spec/template/spec/automountServiceAccountToken"), "PostDelete");
    }

    #[test]
    fn an_absent_account_has_no_rights() {
        let rbac = "rbac: { rules: { pods: { resources: [pods], verbs: [get] } } }";
        let web = rendered(&format!("{APP}{rbac}\njobs: {{ a: {{ type: job, hook: PreSync, container: {{}} }} }}"));
        assert_eq!(
            web.findings(),
            ["REN019 PreSync: a `PreSync` hook cannot be the app's ServiceAccount, which is not there"]
        );
    }
}
