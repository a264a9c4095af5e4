//! What the parts of one pod must agree on.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::{Check, Findings, declare_rule, did_you_mean};
use crate::{
    diagnostic::Safety,
    manifest::{Manifest, ManifestSet, Pod},
    node::Node,
};

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
        check: Check::Set(missing_volume),
    }
}

fn missing_volume(set: &ManifestSet, findings: &mut Findings<'_>) {
    for pod in set.pods() {
        for (pointer, name) in mounts(pod) {
            if volumes(pod).any(|known| known == name) {
                continue;
            }
            let help = did_you_mean(name, volumes(pod), "add the volume, or remove the mount");
            findings
                .add(pod.manifest, pointer, format!("containers mount volume `{name}`, which their pods do not have"))
                .related(pod.manifest, &pod.pointer_to("/spec/volumes"), "the volumes of the pods")
                .suggest(pod.manifest, help);
        }
    }
}

/// The names of the volumes that containers mount, with the pointers to them.
fn mounts(pod: Pod<'_>) -> impl Iterator<Item = (String, &str)> {
    let lists = ["/volumeMounts", "/volumeDevices"];
    let mounts =
        pod.containers().flat_map(move |container| lists.into_iter().flat_map(move |list| container.items(list)));
    mounts.filter_map(|(pointer, mount)| Some((pointer + "/name", mount.get("name")?.as_str()?)))
}

/// The names of all volumes that the pods have.
fn volumes(pod: Pod<'_>) -> impl Iterator<Item = &str> {
    let claims = pod.manifest.items("/spec/volumeClaimTemplates").map(|(_, claim)| claim.at("/metadata/name"));
    let own = pod.items("/spec/volumes").map(|(_, volume)| volume.get("name"));
    own.chain(claims).filter_map(|name| name?.as_str())
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
    pub(super) static DUPLICATE_NAME = {
        code: "WRK004",
        summary: "two parts of a pod have the same name",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(duplicate_name),
    }
}

/// Lists of a container: where they stand, what tells their items apart, and what two of them are called.
const CONTAINER_LISTS: &[(&str, &str, &str)] = &[
    ("/env", "name", "environment variables named"),
    ("/ports", "name", "ports named"),
    ("/volumeMounts", "mountPath", "mounts at"),
];

fn duplicate_name(set: &ManifestSet, findings: &mut Findings<'_>) {
    for pod in set.pods() {
        let containers = pod.containers().map(|container| (container.pointer_to(""), container.node));
        unique(pod.manifest, containers, "name", "containers named", findings);
        unique(pod.manifest, pod.items("/spec/volumes"), "name", "volumes named", findings);
        for container in pod.containers() {
            for (list, key, what) in CONTAINER_LISTS {
                unique(pod.manifest, container.items(list), key, what, findings);
            }
        }
    }
}

/// Reports each item whose `key` another one before it has.
fn unique<'a>(
    manifest: &Manifest,
    items: impl Iterator<Item = (String, &'a Node)>,
    key: &str,
    what: &str,
    findings: &mut Findings<'_>,
) {
    let mut seen = FxHashMap::default();
    for (at, item) in items {
        let Some(name) = item.get(key).and_then(Node::as_str) else { continue };
        let pointer = format!("{at}/{key}");
        match seen.entry(name) {
            Entry::Vacant(entry) => {
                entry.insert((pointer, item));
            }
            Entry::Occupied(first) => {
                let (place, twin) = first.get();
                let mut finding = findings.add(manifest, pointer, format!("pods have two {what} `{name}`"));
                finding.related(manifest, place, "the first one").help("rename or remove one of them");
                if *twin == item {
                    finding.remove(manifest, &at, Safety::Safe, "remove the second one");
                }
            }
        }
    }
}
