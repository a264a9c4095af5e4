//! Vectors of our own for each rule of the order.

use super::*;
use crate::{
    manifest::{Manifest, Owner},
    node::{Map, object},
    sync::annotation::{HOOK, SYNC_WAVE},
};

/// An object from a line such as `Job migrate PreSync 5 in shop`: kind, name, then in any order its hook types, its wave and
/// its namespace. A kind of another group than the core's is written `Issuer.cert-manager.io`; a
/// CustomResourceDefinition is called after the kind that it makes.
fn object(line: &str) -> Manifest {
    let mut words = line.split_whitespace();
    let (kind, group) = words.next().map(|kind| kind.split_once('.').unwrap_or((kind, ""))).unwrap();
    let name = words.next().unwrap();
    let (mut annotations, mut namespace) = (Map::new(), None);
    while let Some(word) = words.next() {
        match word {
            "in" => namespace = words.next(),
            wave if wave.parse::<i64>().is_ok() => annotations.insert(SYNC_WAVE, wave.into()),
            hook => annotations.insert(HOOK, hook.into()),
        }
    }
    let is_definition = kind == "CustomResourceDefinition";
    let group = if is_definition { "apiextensions.k8s.io" } else { group };
    let version = if group.is_empty() { "v1".to_owned() } else { format!("{group}/v1") };
    let metadata = object! { "name": name, "namespace": namespace, "annotations": annotations };
    let (made, made_group) = name.split_once('.').unwrap_or((name, ""));
    let spec = is_definition.then(|| object! { "group": made_group, "names": object! { "kind": made } });
    let object = object! { "apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec };
    Manifest::new(Owner::Cluster, None, object)
}

/// The plan for some objects, a line each: `PreSync 5 Job/migrate`, with `!` behind what was moved.
fn plan(lines: &[&str]) -> Vec<String> {
    let manifests: Vec<Manifest> = lines.iter().map(|line| object(line)).collect();
    let shown = |task: &Task<'_>| {
        let moved = if task.moved_for.is_some() { "!" } else { "" };
        format!("{} {} {}/{}{moved}", task.phase.name(), task.wave, task.manifest.kind(), task.manifest.id.name)
    };
    let forwards: Vec<String> = Plan::of(&manifests, "home").tasks.iter().map(shown).collect();
    let backwards: Vec<String> = Plan::of(manifests.iter().rev(), "home").tasks.iter().map(shown).collect();
    assert_eq!(forwards, backwards, "the order of files must not matter");
    forwards
}

#[test]
fn phase_comes_before_wave() {
    let found =
        plan(&["Job late PreSync 100", "ConfigMap early -100", "Job check PostSync -7", "Job mourn SyncFail -9"]);
    assert_eq!(
        found,
        ["PreSync 100 Job/late", "Sync -100 ConfigMap/early", "PostSync -7 Job/check", "SyncFail -9 Job/mourn"]
    );
}

#[test]
fn wave_comes_before_kind() {
    assert_eq!(plan(&["Namespace a 1", "Ingress b 0"]), ["Sync 0 Ingress/b", "Sync 1 Namespace/a"]);
}

#[test]
fn kind_comes_before_name() {
    let found = plan(&["APIService a", "Ingress a", "Deployment a", "Service b", "Secret z", "NetworkPolicy z"]);
    let kinds: Vec<&str> = found.iter().map(|line| &line["Sync 0 ".len()..]).collect();
    assert_eq!(kinds, ["NetworkPolicy/z", "Secret/z", "Service/b", "Deployment/a", "Ingress/a", "APIService/a"]);
}

#[test]
fn kinds_that_it_does_not_know_come_last_by_name_alone() {
    let found = plan(&[
        "Issuer.cert-manager.io z",
        "Certificate.cert-manager.io a",
        "APIService m",
        "PriorityClass.scheduling.k8s.io b",
    ]);
    let kinds: Vec<&str> = found.iter().map(|line| &line["Sync 0 ".len()..]).collect();
    assert_eq!(kinds, ["APIService/m", "Certificate/a", "PriorityClass/b", "Issuer/z"]);
}

#[test]
fn a_hook_of_two_phases_runs_twice() {
    assert_eq!(plan(&["Job a PreSync,PostSync 3"]), ["PreSync 3 Job/a", "PostSync 3 Job/a"]);
}

#[test]
fn what_no_phase_takes_is_not_there() {
    assert!(plan(&["Job a Skip", "Job b presync", "Job c PostDelete"]).is_empty());
}

#[test]
fn a_namespace_moves_before_its_first_object() {
    let found = plan(&["Namespace shop 5", "ConfigMap a 2 in shop", "Deployment b 3 in shop"]);
    assert_eq!(found, ["Sync 2 Namespace/shop!", "Sync 2 ConfigMap/a", "Sync 3 Deployment/b"]);
}

#[test]
fn a_namespace_moves_into_another_phase() {
    let found = plan(&["Namespace shop", "Job migrate PreSync 4 in shop"]);
    assert_eq!(found, ["PreSync 4 Namespace/shop!", "PreSync 4 Job/migrate"]);
}

#[test]
fn the_destination_is_the_namespace_of_what_names_none() {
    let found = plan(&["Namespace home 1", "Namespace other 1", "ClusterRole a -3"]);
    assert_eq!(found, ["Sync -3 Namespace/home!", "Sync -3 ClusterRole/a", "Sync 1 Namespace/other"]);
}

#[test]
fn a_definition_moves_before_its_first_object() {
    let found = plan(&[
        "CustomResourceDefinition Widget.acme.example 9",
        "Widget.acme.example a 1",
        "Widget.other.example b -1",
        "ConfigMap c 0",
    ]);
    let expected = [
        "Sync -1 Widget/b",
        "Sync 0 ConfigMap/c",
        "Sync 1 CustomResourceDefinition/Widget.acme.example!",
        "Sync 1 Widget/a",
    ];
    assert_eq!(found, expected);
}

#[test]
fn what_comes_early_enough_is_not_moved() {
    let found = plan(&[
        "Namespace shop -2",
        "CustomResourceDefinition Widget.acme.example -1",
        "Widget.acme.example a in shop",
    ]);
    let expected =
        ["Sync -2 Namespace/shop", "Sync -1 CustomResourceDefinition/Widget.acme.example", "Sync 0 Widget/a"];
    assert_eq!(found, expected);
}

#[test]
fn two_moves_do_not_lose_each_other() {
    let mut lines = vec!["ConfigMap a -2 in one", "ConfigMap b -1 in two", "Namespace two 3", "Namespace one 4"];
    let expected = ["Sync -2 Namespace/one!", "Sync -2 ConfigMap/a", "Sync -1 Namespace/two!", "Sync -1 ConfigMap/b"];
    assert_eq!(plan(&lines), expected);
    lines.push("CustomResourceDefinition ConfigMap 8");
    let found = plan(&lines);
    assert_eq!(found[1], "Sync -2 CustomResourceDefinition/ConfigMap!", "after the namespaces, before its first use");
    assert_eq!([&found[..1], &found[2..]].concat(), expected);
}

#[test]
fn steps_are_phases_and_waves() {
    let manifests = ["ConfigMap a", "Service b", "Deployment c 1", "Job d PostSync"].map(object);
    let plan = Plan::of(&manifests, "home");
    assert_eq!(plan.steps().map(<[_]>::len).collect::<Vec<_>>(), [2, 1, 1]);
    assert!(plan.is_multi_step());
    assert!(!Plan::of(&manifests[..2], "home").is_multi_step());
    assert!(!Plan::of([], "home").is_multi_step());
}
