//! Vectors of our own for each rule of the gates.

use super::*;
use crate::{
    manifest::{Manifest, ManifestSet, Owner},
    node::yaml,
    source::FileId,
};

fn objects(text: &str) -> ManifestSet {
    let documents = yaml::read(FileId::from_index(0), text).documents;
    let objects = documents.into_iter().map(|document| Manifest::new(Owner::Cluster, None, document.root));
    ManifestSet::new("dev".into(), "1.34".into(), objects.collect())
}

/// An object of a wave; hook types, if any, stand behind the wave: `1 PreSync`.
fn object(api_version: &str, kind: &str, name: &str, step: &str, rest: &str) -> String {
    let (wave, hook) = step.split_once(' ').unwrap_or((step, ""));
    let hook = if hook.is_empty() { String::new() } else { format!(", argocd.argoproj.io/hook: {hook}") };
    let annotations = format!("annotations: {{argocd.argoproj.io/sync-wave: \"{wave}\"{hook}}}");
    format!("---\napiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: {name}, {annotations}}}\n{rest}\n")
}

/// The gates of a sync, a line each: `Sync 0 pause: Deployment/a (is paused)!`, with `!` for one that never opens.
fn gates_with(checks: &HealthChecks, text: &str) -> Vec<String> {
    let set = objects(text);
    let plan = Plan::of(set.manifests(), "home");
    let wait = |wait: &Wait<'_, '_>| {
        let causes: Vec<String> = wait.causes.iter().map(|cause| format!(" ({cause})")).collect();
        let sign = if wait.is_for_ever() { "!" } else { "" };
        format!("{}/{}{}{sign}", wait.task.manifest.kind(), wait.task.manifest.id.name, causes.concat())
    };
    let gate = |gate: &Gate<'_, '_>| {
        let Task { phase, wave, .. } = &gate.step[0];
        let pause = if gate.is_followed { " pause" } else { "" };
        format!("{} {wave}{pause}: {}", phase.name(), gate.waits.iter().map(wait).collect::<Vec<_>>().join(", "))
    };
    plan.gates(checks, &Dependencies::new(&set)).iter().map(gate).collect()
}

fn gates(text: &str) -> Vec<String> {
    gates_with(&HealthChecks::default(), text)
}

/// What a gate says of one object, with a step behind it.
fn wait(api_version: &str, kind: &str, rest: &str) -> String {
    let text = object(api_version, kind, "a", "0", rest) + &object("v1", "ConfigMap", "z", "1", "");
    gates(&text)[0].trim_start_matches("Sync 0 pause: ").to_owned()
}

#[test]
fn one_step_waits_for_nothing() {
    let deployment = object("apps/v1", "Deployment", "a", "0", "spec: {paused: true}");
    assert_eq!(gates(&deployment), ["Sync 0: "]);
    assert!(gates("").is_empty());
}

#[test]
fn hooks_are_waited_for_in_the_last_step_and_in_the_only_one() {
    let job = |step| object("batch/v1", "Job", "j", step, "spec: {activeDeadlineSeconds: 60}");
    let deployment = object("apps/v1", "Deployment", "a", "0", "");
    assert_eq!(gates(&(job("0 Sync") + &deployment)), ["Sync 0: Job/j"]);
    let found = gates(&(job("0 PostSync") + &deployment));
    assert_eq!(found, ["Sync 0 pause: Deployment/a", "PostSync 0: Job/j"]);
    let found = gates(&(job("1 Sync") + &deployment + &object("apps/v1", "Deployment", "b", "1", "")));
    assert_eq!(found, ["Sync 0 pause: Deployment/a", "Sync 1: Deployment/b, Job/j"]);
}

#[test]
fn hooks_of_a_failure_hold_up_nothing_but_the_end_and_come_together() {
    let job = |name, step| object("batch/v1", "Job", name, step, "spec: {activeDeadlineSeconds: 60}");
    let text = object("apps/v1", "Deployment", "a", "0", "") + &job("x", "0 SyncFail") + &job("z", "5 SyncFail");
    assert_eq!(gates(&text), ["Sync 0: ", "SyncFail 0: Job/x, Job/z"]);
}

#[test]
fn what_nobody_assesses_is_not_waited_for() {
    assert_eq!(wait("v1", "Secret", ""), "");
    assert_eq!(wait("argoproj.io/v1alpha1", "AppProject", ""), "");
    assert_eq!(wait("acme.example/v1", "Widget", ""), "");
    assert_eq!(wait("cert-manager.io/v1", "Certificate", ""), "Certificate/a");
}

#[test]
fn an_application_counts_where_argo_cd_is_told_so() {
    let child = |wave, policy: &str| {
        object("argoproj.io/v1alpha1", "Application", &format!("a{wave}"), wave, &format!("spec: {{{policy}}}"))
    };
    let text = child("0", "syncPolicy: {automated: {}}") + &child("1", "") + &child("2", "");
    assert_eq!(gates(&text), ["Sync 0 pause: ", "Sync 1 pause: ", "Sync 2: "]);
    let checks = HealthChecks::default().with_applications();
    let expected =
        ["Sync 0 pause: Application/a0", "Sync 1 pause: Application/a1 (is synced by hand only)!", "Sync 2: "];
    assert_eq!(gates_with(&checks, &text), expected);
}

#[test]
fn what_is_paused_never_opens_its_gate() {
    for (api_version, kind, rest) in [
        ("apps/v1", "Deployment", "spec: {paused: true}"),
        ("argoproj.io/v1alpha1", "Rollout", "spec: {paused: true}"),
        ("helm.toolkit.fluxcd.io/v2", "HelmRelease", "spec: {suspend: true}"),
    ] {
        assert_eq!(wait(api_version, kind, rest), format!("{kind}/a (is paused)!"));
    }
    assert_eq!(wait("batch/v1", "Job", "spec: {suspend: true, activeDeadlineSeconds: 1}"), "Job/a (is paused)!");
    assert_eq!(wait("apps/v1", "Deployment", "spec: {paused: false}"), "Deployment/a");
    // Argo CD calls a suspended CronJob healthy.
    assert_eq!(wait("batch/v1", "CronJob", "spec: {suspend: true}"), "CronJob/a");
}

#[test]
fn keda_is_paused_by_an_annotation() {
    let scaled = |annotation: &str| {
        let metadata = format!("metadata: {{name: a, annotations: {{{annotation}}}}}");
        let text = format!("apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\n{metadata}\n");
        gates(&(text + &object("v1", "ConfigMap", "z", "1", "")))[0].clone()
    };
    assert_eq!(scaled("autoscaling.keda.sh/paused: \"true\""), "Sync 0 pause: ScaledObject/a (is paused)!");
    assert_eq!(scaled("autoscaling.keda.sh/paused-replicas: \"0\""), "Sync 0 pause: ScaledObject/a (is paused)!");
    assert_eq!(scaled("autoscaling.keda.sh/paused: \"false\""), "Sync 0 pause: ScaledObject/a");
}

#[test]
fn a_rollout_may_wait_for_somebody() {
    let rollout = |strategy: &str| wait("argoproj.io/v1alpha1", "Rollout", &format!("spec: {{strategy: {strategy}}}"));
    let waiting = "Rollout/a (goes on only when somebody promotes it)";
    assert_eq!(rollout("{canary: {steps: [{setWeight: 5}, {pause: {}}]}}"), waiting);
    assert_eq!(rollout("{blueGreen: {autoPromotionEnabled: false}}"), waiting);
    assert_eq!(rollout("{canary: {steps: [{pause: {duration: 10s}}]}}"), "Rollout/a");
    assert_eq!(rollout("{blueGreen: {}}"), "Rollout/a");
}

#[test]
fn an_address_comes_from_outside() {
    let waiting = "(needs an address from a controller)";
    assert_eq!(wait("v1", "Service", "spec: {type: LoadBalancer}"), format!("Service/a {waiting}"));
    assert_eq!(wait("v1", "Service", "spec: {type: ClusterIP}"), "Service/a");
    assert_eq!(wait("networking.k8s.io/v1", "Ingress", ""), format!("Ingress/a {waiting}"));
    assert_eq!(wait("acme.example/v1", "Ingress", ""), "");
}

#[test]
fn what_ends_needs_a_deadline() {
    assert_eq!(wait("batch/v1", "Job", "spec: {}"), "Job/a (has no deadline)");
    assert_eq!(wait("batch/v1", "Job", "spec: {activeDeadlineSeconds: 60}"), "Job/a");
    assert_eq!(wait("batch/v1", "Job", "spec: {template: {spec: {activeDeadlineSeconds: 60}}}"), "Job/a");
    let pod =
        |step, spec: &str| gates(&(object("v1", "Pod", "a", step, spec) + &object("v1", "ConfigMap", "z", "1", "")));
    assert_eq!(pod("0", "spec: {restartPolicy: Never}")[0], "Sync 0 pause: Pod/a (is healthy only when it has ended)");
    assert_eq!(pod("0", "spec: {restartPolicy: Always}")[0], "Sync 0 pause: Pod/a");
    assert_eq!(pod("0 Sync", "spec: {restartPolicy: Never}")[0], "Sync 0 pause: Pod/a (has no deadline)");
    assert_eq!(pod("0 Sync", "spec: {restartPolicy: Never, activeDeadlineSeconds: 9}")[0], "Sync 0 pause: Pod/a");
}

#[test]
fn pods_cannot_start_without_what_comes_later() {
    let pods = "spec: {template: {spec: {volumes: [{configMap: {name: settings}}, {configMap: {name: spare, optional: true}}], \
                containers: [{envFrom: [{configMapRef: {name: settings}}, {secretRef: {name: early}}]}]}}}";
    let text = object("apps/v1", "Deployment", "a", "0", pods)
        + &object("v1", "Secret", "early", "-1", "")
        + &object("v1", "ConfigMap", "settings", "1", "")
        + &object("v1", "ConfigMap", "spare", "1", "");
    let found = gates(&text);
    assert_eq!(found[1], "Sync 0 pause: Deployment/a (needs ConfigMap `settings` of a later step)!");
    let cron = text.replace("apps/v1", "batch/v1").replace("kind: Deployment", "kind: CronJob");
    assert_eq!(gates(&cron)[1], "Sync 0 pause: CronJob/a");
    let last = text.replace("sync-wave: \"0\"", "sync-wave: \"1\"");
    assert_eq!(gates(&last).last().unwrap(), "Sync 1: ");
}

#[test]
fn a_claim_may_wait_for_its_first_pod() {
    let claim = |spec: &str| object("v1", "PersistentVolumeClaim", "data", "0", &format!("spec: {{{spec}}}"));
    let class =
        |mode: &str| object("storage.k8s.io/v1", "StorageClass", "ssd", "-1", &format!("volumeBindingMode: {mode}"));
    let mounting = |wave| {
        let spec = "spec: {template: {spec: {volumes: [{persistentVolumeClaim: {claimName: data}}]}}}";
        object("apps/v1", "Deployment", "a", wave, spec)
    };
    let gate = |text: String| gates(&text).into_iter().find(|gate| gate.starts_with("Sync 0")).unwrap();
    let may = "PersistentVolumeClaim/data (may be bound only when a pod mounts it, and none does by then)";
    let never = "PersistentVolumeClaim/data (is bound only when a pod of a later step mounts it)!";
    assert_eq!(gate(claim("") + &mounting("1")), format!("Sync 0 pause: {may}"));
    assert_eq!(gate(claim("") + &mounting("0")), "Sync 0: ");
    let ssd = || claim("storageClassName: ssd") + &mounting("1");
    assert_eq!(gate(ssd() + &class("WaitForFirstConsumer")), format!("Sync 0 pause: {never}"));
    assert_eq!(gate(ssd() + &class("Immediate")), "Sync 0 pause: PersistentVolumeClaim/data");
    assert_eq!(gate(claim("volumeName: v") + &mounting("1")), "Sync 0 pause: PersistentVolumeClaim/data");
    assert_eq!(gate(claim("storageClassName: \"\"") + &mounting("1")), "Sync 0 pause: PersistentVolumeClaim/data");
}

#[test]
fn every_cause_points_at_a_field() {
    let text = "spec: {paused: true, strategy: {canary: {steps: [{pause: {}}]}}}";
    let set = objects(&object("argoproj.io/v1alpha1", "Rollout", "a", "0 Sync", text));
    let plan = Plan::of(set.manifests(), "home");
    let gates = plan.gates(&HealthChecks::default(), &Dependencies::new(&set));
    let pointers: Vec<&str> = gates[0].waits[0].causes.iter().map(Cause::pointer).collect();
    assert_eq!(pointers, ["/spec/paused", "/spec/strategy/canary/steps/0/pause"]);
    assert!(pointers.iter().all(|pointer| set.manifests()[0].object.at(pointer).is_some()));
}
