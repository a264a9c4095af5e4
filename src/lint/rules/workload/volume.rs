//! Volumes: who mounts them, and who else does.

use rustc_hash::FxHashSet;

use super::{Check, Findings, declare_rule, did_you_mean};
use crate::{
    manifest::{Container, Manifest, ManifestSet, Pod},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Points out volumes, and claims of a StatefulSet, that no container mounts.
    ///
    /// ## Why is this bad?
    /// Pods wait for them all the same: a missing Secret that nobody reads keeps a pod from starting. Usually the mount
    /// was forgotten, and the container does not find its files, or writes to where they are lost.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec:
    ///       volumes: [{name: cache, emptyDir: {}}, {name: tmp, emptyDir: {}}]
    ///       containers: [{name: cart, volumeMounts: [{name: tmp, mountPath: /tmp}]}]
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
    ///       initContainers: [{name: init, volumeMounts: [{name: tmp, mountPath: /tmp}]}]
    ///       containers: [{name: db, volumeDevices: [{name: data, devicePath: /dev/data}]}]
    /// ```
    pub(super) static UNUSED_VOLUME = {
        code: "WRK048",
        summary: "volume that no container mounts",
        severity: Warning,
        since: "0.1.0",
        check: Check::Pod(unused_volume),
    }
}

fn unused_volume(pod: Pod<'_>, findings: &mut Findings<'_>) {
    let volumes = pod.template.at("/spec/volumes").map_or(&[][..], Node::items);
    let claims = pod.manifest.object.at("/spec/volumeClaimTemplates").map_or(&[][..], Node::items);
    if volumes.is_empty() && claims.is_empty() {
        return;
    }
    let mounted: FxHashSet<&str> = pod.all_containers().flat_map(mounted).collect();
    let unused = |name: Option<&Node>| name.and_then(Node::as_str).is_some_and(|name| !mounted.contains(name));
    for at in (0..volumes.len()).filter(|at| unused(volumes[*at].get("name"))) {
        report(pod.manifest, pod.pointer_to(&format!("/spec/volumes/{at}/name")), findings);
    }
    for at in (0..claims.len()).filter(|at| unused(claims[*at].at("/metadata/name"))) {
        report(pod.manifest, format!("/spec/volumeClaimTemplates/{at}/metadata/name"), findings);
    }
}

/// The names of the volumes that a container mounts.
fn mounted(container: Container<'_>) -> impl Iterator<Item = &str> {
    let mounts = ["/volumeMounts", "/volumeDevices"].into_iter().flat_map(move |list| container.list(list));
    mounts.filter_map(|mount| mount.get("name")?.as_str())
}

fn report(manifest: &Manifest, pointer: String, findings: &mut Findings<'_>) {
    let name = manifest.object.at(&pointer).and_then(Node::as_str).unwrap_or_default();
    let message = format!("no container mounts volume `{name}`");
    findings.add(manifest, pointer, message).help("add it to the `volumeMounts` of a container, or remove it");
}

declare_rule! {
    /// ## What it does
    /// Points out Deployments whose pods share a disk that one node alone can use (`ReadWriteOnce`) or one pod alone
    /// (`ReadWriteOncePod`): those with several replicas, and those whose rollouts start the new pod before the old one
    /// has ended, which is what they do unless they say otherwise.
    ///
    /// ## Why is this bad?
    /// The new pod may be put on another node. There it waits for the disk, which the old pod has; and the old pod
    /// waits for the new one to be ready. The rollout never ends.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: PersistentVolumeClaim
    /// metadata: {name: wiki}
    /// spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: wiki}
    /// spec:
    ///   replicas: 1
    ///   template:
    ///     spec:
    ///       volumes: [{name: data, persistentVolumeClaim: {claimName: wiki}}]
    ///       containers: [{name: wiki, volumeMounts: [{name: data, mountPath: /data}]}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: PersistentVolumeClaim
    /// metadata: {name: wiki}
    /// spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: wiki}
    /// spec:
    ///   replicas: 1
    ///   strategy: {type: Recreate}
    ///   template:
    ///     spec:
    ///       volumes: [{name: data, persistentVolumeClaim: {claimName: wiki}}]
    ///       containers: [{name: wiki, volumeMounts: [{name: data, mountPath: /data}]}]
    /// ```
    pub(super) static CONTENDED_CLAIM = {
        code: "WRK049",
        summary: "pods of a Deployment wait for each other's disk",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["Deployment"], check: contended_claim },
    }
}

fn contended_claim(workload: &Manifest, findings: &mut Findings<'_>) {
    let Some(pod) = Pod::of(workload) else { return };
    let replicas = workload.object.at("/spec/replicas").and_then(Node::as_int).unwrap_or(1);
    let volumes = pod.template.at("/spec/volumes").map_or(&[][..], Node::items);
    for (at, volume) in volumes.iter().enumerate() {
        let Some(name) = volume.at("/persistentVolumeClaim/claimName").and_then(Node::as_str) else { continue };
        let claim = findings.set.find("PersistentVolumeClaim", workload.id.namespace.as_deref(), name);
        let Some(claim) = claim.filter(|claim| is_exclusive(claim)) else { continue };
        let (message, help) = if replicas > 1 {
            ("several replicas share", "use a StatefulSet with `volumeClaimTemplates`, or a claim for many nodes")
        } else if replicas == 1 && overlaps(workload) {
            ("at a rollout, two pods share", "set `strategy.type` to `Recreate`, or use a StatefulSet")
        } else {
            continue;
        };
        let message = format!("{message} claim `{name}`, which one node alone can use");
        findings
            .add_to_pod(pod, &format!("/spec/volumes/{at}/persistentVolumeClaim/claimName"), message)
            .related(claim, "/spec/accessModes", "the claim")
            .help(help);
    }
}

/// Whether a claim is for one node, or one pod, alone.
fn is_exclusive(claim: &Manifest) -> bool {
    let modes = claim.object.at("/spec/accessModes").map_or(&[][..], Node::items);
    let once = |mode: &Node| matches!(mode.as_str(), Some("ReadWriteOnce" | "ReadWriteOncePod"));
    !modes.is_empty() && modes.iter().all(once)
}

/// Whether a new pod starts before the old one has ended.
fn overlaps(workload: &Manifest) -> bool {
    let Some(strategy) = workload.object.at("/spec/strategy") else { return true };
    let recreates = strategy.get("type").and_then(Node::as_str) == Some("Recreate");
    let surge = strategy.at("/rollingUpdate/maxSurge");
    let none = surge.is_some_and(|surge| surge.as_int() == Some(0) || surge.as_str() == Some("0%"));
    !recreates && !none
}

declare_rule! {
    /// ## What it does
    /// Points out mounts of single files (`subPath`) of a ConfigMap or Secret.
    ///
    /// ## Why is this bad?
    /// Such a file keeps its content until the pod ends, whatever becomes of the ConfigMap. Mounts of the whole volume
    /// follow it within a minute.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec:
    ///   volumes: [{name: settings, configMap: {name: cart}}]
    ///   containers:
    ///     - {name: cart, volumeMounts: [{name: settings, mountPath: /etc/cart.yaml, subPath: cart.yaml}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec:
    ///   volumes: [{name: settings, configMap: {name: cart}}, {name: data, emptyDir: {}}]
    ///   containers:
    ///     - name: cart
    ///       volumeMounts:
    ///         - {name: settings, mountPath: /etc/cart}
    ///         - {name: data, mountPath: /var/lib/cart, subPath: cart}
    /// ```
    pub(super) static FROZEN_FILE = {
        code: "WRK050",
        summary: "file of a ConfigMap or Secret that never changes",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Container(frozen_file),
    }
}

fn frozen_file(container: Container<'_>, findings: &mut Findings<'_>) {
    for (at, mount) in container.list("/volumeMounts").iter().enumerate() {
        let path = mount.get("subPath").or_else(|| mount.get("subPathExpr"));
        let (Some(name), Some(_)) = (mount.get("name"), path) else { continue };
        let volumes = container.pod.template.at("/spec/volumes").map_or(&[][..], Node::items);
        let volume = volumes.iter().find(|volume| volume.get("name") == Some(name));
        let is_file = |volume: &Node| ["configMap", "projected", "secret"].iter().any(|it| volume.get(it).is_some());
        if volume.is_some_and(is_file) {
            let message = format!("a file of container `{}` does not follow its ConfigMap or Secret", container.name());
            findings
                .add_to_container(container, &format!("/volumeMounts/{at}/subPath"), message)
                .help("mount the whole volume to a directory of its own, without `subPath`");
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Points out claims that name a StorageClass which is not among the objects.
    ///
    /// ## Why is this bad?
    /// A claim of a class that the cluster does not have waits for ever, and its pod with it. The rule is off by
    /// default, because classes usually come with the cluster.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: PersistentVolumeClaim
    /// metadata: {name: wiki}
    /// spec: {storageClassName: fsat}
    /// ---
    /// apiVersion: storage.k8s.io/v1
    /// kind: StorageClass
    /// metadata: {name: fast}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: PersistentVolumeClaim
    /// metadata: {name: wiki}
    /// spec: {storageClassName: fast}
    /// ---
    /// apiVersion: storage.k8s.io/v1
    /// kind: StorageClass
    /// metadata: {name: fast}
    /// ---
    /// apiVersion: v1
    /// kind: PersistentVolumeClaim
    /// metadata: {name: blog}
    /// spec: {storageClassName: ""}
    /// ```
    ///
    /// Known elsewhere as: gatekeeper-library `storageclass`.
    pub(super) static UNKNOWN_STORAGE_CLASS = {
        code: "WRK059",
        summary: "claim of a StorageClass that nothing renders",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Manifest { kinds: &["PersistentVolumeClaim", "StatefulSet"], check: unknown_storage_class },
    }
}

fn unknown_storage_class(manifest: &Manifest, findings: &mut Findings<'_>) {
    let templates = manifest.object.at("/spec/volumeClaimTemplates").map_or(0, |it| it.items().len());
    let templates = (0..templates).map(|at| format!("/spec/volumeClaimTemplates/{at}/spec/storageClassName"));
    for pointer in std::iter::once("/spec/storageClassName".to_owned()).chain(templates) {
        let Some(name) = manifest.object.at(&pointer).and_then(Node::as_str).filter(|name| !name.is_empty()) else {
            continue;
        };
        let set: &ManifestSet = findings.set;
        if set.of_kind("StorageClass").all(|class| class.id.name != name) {
            let known = set.of_kind("StorageClass").map(|class| class.id.name.as_str());
            let help = did_you_mean(name, known, "see to it that every cluster has it, or leave the class out");
            findings.add(manifest, pointer, format!("nothing renders StorageClass `{name}`")).suggest(manifest, help);
        }
    }
}
