//! Volumes.

use super::{Check, Findings, declare_rule};
use crate::{
    manifest::Pod,
    node::{Key, Node},
};

declare_rule! {
    /// ## What it does
    /// Checks that pods mount no directory of their node.
    ///
    /// ## Why is this bad?
    /// What is written there is the node's; what is read there may be the secrets of other pods. A pod that comes back
    /// on another node finds other files.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {volumes: [{name: logs, hostPath: {path: /var/log}}], containers: [{name: cart}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {volumes: [{name: logs, emptyDir: {}}], containers: [{name: cart}]}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `sensitive-host-mounts`, `docker-sock`, polaris `hostPathSet`.
    pub(super) static HOST_PATH = {
        code: "PSS004",
        summary: "directory of the node",
        severity: Warning,
        since: "0.1.0",
        on: Baseline,
        check: Check::Pod(host_path),
    }
}

fn host_path(pod: Pod<'_>, findings: &mut Findings<'_>) {
    for (at, volume) in volumes(pod) {
        let is_of_host = volume.get("hostPath").is_some_and(|source| !source.is_null());
        // The rule about all volumes takes the place of this one.
        if is_of_host && !findings.standard(pod).is_restricted_since(0) {
            let name = name(volume);
            findings
                .add_to_pod(pod, &format!("/spec/volumes/{at}/hostPath"), format!("volume `{name}` is of the node"))
                .help("use a PersistentVolumeClaim, or an `emptyDir` for what need not last");
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that volumes are a `configMap`, `csi`, `downwardAPI`, `emptyDir`, `ephemeral`, `image`,
    /// `persistentVolumeClaim`, `projected` or `secret`. Where this rule counts, it takes the place of `PSS004`.
    ///
    /// ## Why is this bad?
    /// The others are a storage system that every author of a pod would have to know, with its addresses and
    /// credentials, or the node itself. A claim leaves that to who runs the cluster.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {volumes: [{name: data, nfs: {server: nfs.example.com, path: /}}], containers: [{name: cart}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {volumes: [{name: data, persistentVolumeClaim: {claimName: cart}}], containers: [{name: cart}]}
    /// ```
    pub(super) static OTHER_VOLUME = {
        code: "PSS104",
        summary: "kind of volume that pods should not know",
        severity: Warning,
        since: "0.1.0",
        on: Restricted,
        check: Check::Pod(other_volume),
    }
}

const ALLOWED: [&str; 9] = [
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

fn other_volume(pod: Pod<'_>, findings: &mut Findings<'_>) {
    for (at, volume) in volumes(pod) {
        let mut sources = volume.entries().iter().filter(|(key, node)| key.as_str() != "name" && !node.is_null());
        let is_allowed = |(key, _): &(Key, Node)| ALLOWED.contains(&key.as_str());
        // One without a source is an `emptyDir`.
        if sources.clone().any(is_allowed) {
            continue;
        }
        if let Some((source, _)) = sources.next() {
            let (name, pointer) = (name(volume), format!("/spec/volumes/{at}/{}", source.text));
            findings
                .add_to_pod(pod, &pointer, format!("volume `{name}` is of the kind `{}`", source.text))
                .help("use a PersistentVolumeClaim, or one of the kinds that hold no state of their own");
        }
    }
}

fn volumes(pod: Pod<'_>) -> impl Iterator<Item = (usize, &Node)> {
    pod.at("/spec/volumes").map_or(&[][..], Node::items).iter().enumerate()
}

fn name(volume: &Node) -> &str {
    volume.get("name").and_then(Node::as_str).unwrap_or_default()
}
