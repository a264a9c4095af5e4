//! What the parts of one pod must agree on.

use std::collections::hash_map::Entry;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Check, Findings, declare_rule, did_you_mean};
use crate::{diagnostic::Safety, manifest::Pod, node::Node};

declare_rule! {
    /// ## What it does
    /// Checks that every volume that a container mounts is a volume of its pod, or a claim that a `StatefulSet` makes
    /// for each of its pods.
    ///
    /// ## Why is this bad?
    /// The API server refuses such a workload, so that nothing is rolled out.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec:
    ///       volumes: [{name: cache, emptyDir: {}}]
    ///       containers: [{name: cart, volumeMounts: [{name: cahce, mountPath: /cache}]}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata: {name: db}
    /// spec:
    ///   volumeClaimTemplates: [{metadata: {name: data}}]
    ///   template:
    ///     spec:
    ///       volumes: [{name: tmp, emptyDir: {}}]
    ///       containers:
    ///         - name: db
    ///           volumeMounts: [{name: data, mountPath: /data}, {name: tmp, mountPath: /tmp}]
    /// ```
    pub(super) static MISSING_VOLUME = {
        code: "WRK003",
        summary: "mount of a volume that the pod does not have",
        severity: Error,
        since: "0.1.0",
        check: Check::Pod(missing_volume),
    }
}

fn missing_volume(pod: Pod<'_>, findings: &mut Findings<'_>) {
    let mut known: Option<FxHashSet<&str>> = None;
    for container in pod.containers() {
        for list in ["/volumeMounts", "/volumeDevices"] {
            for (at, mount) in container.list(list).iter().enumerate() {
                let Some(name) = mount.get("name").and_then(Node::as_str) else { continue };
                if known.get_or_insert_with(|| volumes(pod).collect()).contains(name) {
                    continue;
                }
                let hint = did_you_mean(name, volumes(pod), "add the volume, or remove the mount");
                let message = format!("containers mount volume `{name}`, which their pods do not have");
                findings
                    .add_to_container(container, &format!("{list}/{at}/name"), message)
                    .related(pod.manifest, &pod.pointer_to("/spec/volumes"), "the volumes of the pods")
                    .suggest(pod.manifest, hint);
            }
        }
    }
}

/// The names of all volumes that the pods have.
fn volumes(pod: Pod<'_>) -> impl Iterator<Item = &str> {
    let claims = pod.manifest.object.at("/spec/volumeClaimTemplates").map_or(&[][..], Node::items);
    let own = pod.template.at("/spec/volumes").map_or(&[][..], Node::items);
    let claims = claims.iter().map(|claim| claim.at("/metadata/name"));
    own.iter().map(|volume| volume.get("name")).chain(claims).filter_map(|name| name?.as_str())
}

declare_rule! {
    /// ## What it does
    /// Checks that the containers and volumes of a pod, and the ports, variables and mounts of a container, are told
    /// apart by their names or paths.
    ///
    /// ## Why is this bad?
    /// The API server refuses most of them. Of two variables of one name it takes the last, and with server-side apply
    /// it refuses them too.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec:
    ///       initContainers: [{name: cart}]
    ///       containers:
    ///         - name: cart
    ///           env: [{name: MODE, value: a}, {name: MODE, value: b}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec:
    ///       initContainers: [{name: init, env: [{name: MODE, value: a}]}]
    ///       containers: [{name: cart, env: [{name: MODE, value: b}]}]
    /// ```
    ///
    /// Known elsewhere as: kube-linter `duplicate-env-var`, kube-score
    /// `environment-variable-key-duplication` and `container-ports-check`.
    pub(super) static DUPLICATE_NAME = {
        code: "WRK004",
        summary: "two parts of a pod have the same name",
        severity: Error,
        since: "0.1.0",
        check: Check::Pod(duplicate_name),
    }
}

/// Lists of a container: where they stand, what tells their items apart, and what two of them are called.
const CONTAINER_LISTS: &[(&str, &str, &str)] = &[
    ("/env", "name", "environment variables named"),
    ("/ports", "name", "ports named"),
    ("/volumeMounts", "mountPath", "mounts at"),
];

fn duplicate_name(pod: Pod<'_>, findings: &mut Findings<'_>) {
    for (first, second) in duplicates(pod.containers().map(|container| container.node), "name") {
        let pointer = |at: usize| pod.containers().nth(at).map(|it| it.pointer_to("")).unwrap_or_default();
        report(pod, "name", "containers named", [pointer(first), pointer(second)], findings);
    }
    let volumes = pod.template.at("/spec/volumes").map_or(&[][..], Node::items);
    for (first, second) in duplicates(volumes.iter(), "name") {
        let pointer = |at: usize| pod.pointer_to(&format!("/spec/volumes/{at}"));
        report(pod, "name", "volumes named", [pointer(first), pointer(second)], findings);
    }
    for container in pod.containers() {
        for (list, key, what) in CONTAINER_LISTS {
            for (first, second) in duplicates(container.list(list).iter(), key) {
                let pointer = |at: usize| container.pointer_to(&format!("{list}/{at}"));
                report(pod, key, what, [pointer(first), pointer(second)], findings);
            }
        }
    }
}

/// Reports the second of two items. Where both are the same, one of them can go.
fn report(pod: Pod<'_>, key: &str, what: &str, [first, second]: [String; 2], findings: &mut Findings<'_>) {
    let pointer = format!("{second}/{key}");
    let name = pod.manifest.object.at(&pointer).and_then(Node::as_str).unwrap_or_default();
    let message = format!("pods have two {what} `{name}`");
    let mut finding = findings.add(pod.manifest, pointer, message);
    finding.related(pod.manifest, &format!("{first}/{key}"), "the first one").help("rename or remove one of them");
    if pod.manifest.object.at(&first) == pod.manifest.object.at(&second) {
        finding.remove(pod.manifest, &second, Safety::Safe, "remove the second one");
    }
}

/// The places of each item whose `key` another one before it has, behind the place of that one.
fn duplicates<'a>(items: impl Iterator<Item = &'a Node>, key: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut seen = FxHashMap::default();
    let items = items.enumerate().filter_map(move |(at, item)| Some((at, item.get(key)?.as_str()?)));
    items.filter_map(move |(at, name)| match seen.entry(name) {
        Entry::Vacant(entry) => {
            entry.insert(at);
            None
        }
        Entry::Occupied(first) => Some((*first.get(), at)),
    })
}
