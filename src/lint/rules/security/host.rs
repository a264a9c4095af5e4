//! Directories of the node, where the Pod Security Standards let pods have them.

use super::{Check, Findings, declare_rule};
use crate::{
    lint::PodSecurity,
    manifest::{Container, Pod},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Points out volumes that are directories of the node's system: `/`, `/boot`, `/dev`, `/etc`, `/lib`, `/proc`,
    /// `/sys` and `/usr`, or are inside of one of them. It is for pods of the level `privileged`: all others may have no
    /// directory of the node at all (`PSS004`).
    ///
    /// ## Why is this bad?
    /// Who can read these knows the secrets of the node, and who can write them has it.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: agent, namespace: agents}
    /// spec: {volumes: [{name: etc, hostPath: {path: /etc/kubernetes}}], containers: [{name: agent}]}
    /// ---
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: agents, labels: {pod-security.kubernetes.io/enforce: privileged}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: agent, namespace: agents}
    /// spec: {volumes: [{name: logs, hostPath: {path: /var/log}}], containers: [{name: agent}]}
    /// ---
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: agents, labels: {pod-security.kubernetes.io/enforce: privileged}}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `sensitive-host-mounts`.
    pub(super) static SYSTEM_DIRECTORY = {
        code: "SEC008",
        summary: "directory of the node's system",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Pod(system_directory),
    }
}

const SYSTEM: [&str; 7] = ["/boot", "/dev", "/etc", "/lib", "/proc", "/sys", "/usr"];

fn system_directory(pod: Pod<'_>, findings: &mut Findings<'_>) {
    for (at, _, path) in host_paths(pod, findings) {
        let path = path.trim_end_matches('/');
        let is_inside =
            |directory: &str| path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if path.is_empty() || SYSTEM.into_iter().any(is_inside) {
            let message = format!("the pod gets `{}` of its node", if path.is_empty() { "/" } else { path });
            findings
                .add_to_pod(pod, &format!("/spec/volumes/{at}/hostPath/path"), message)
                .help("name the one directory that the program needs");
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that no pod gets the socket of the node's container runtime: `docker.sock`, `containerd.sock`, `crio.sock`
    /// and their like. It is for pods of the level `privileged`: all others may have no file of the node at all
    /// (`PSS004`).
    ///
    /// ## Why is this bad?
    /// Who can write to the socket can start a container that has the whole node.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: build, namespace: agents}
    /// spec: {volumes: [{name: docker, hostPath: {path: /var/run/docker.sock}}], containers: [{name: build}]}
    /// ---
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: agents, labels: {pod-security.kubernetes.io/enforce: privileged}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: csi, namespace: agents}
    /// spec: {volumes: [{name: csi, hostPath: {path: /var/lib/kubelet/plugins/csi/csi.sock}}], containers: [{name: csi}]}
    /// ---
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: agents, labels: {pod-security.kubernetes.io/enforce: privileged}}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `docker-sock`.
    pub(super) static RUNTIME_SOCKET = {
        code: "SEC009",
        summary: "socket of the container runtime",
        severity: Warning,
        since: "0.1.0",
        check: Check::Pod(runtime_socket),
    }
}

const SOCKETS: [&str; 6] =
    ["docker.sock", "dockershim.sock", "containerd.sock", "crio.sock", "podman.sock", "cri-dockerd.sock"];

fn runtime_socket(pod: Pod<'_>, findings: &mut Findings<'_>) {
    for (at, name, path) in host_paths(pod, findings) {
        if is_runtime_socket(path) {
            findings
                .add_to_pod(
                    pod,
                    &format!("/spec/volumes/{at}/hostPath/path"),
                    format!("volume `{name}` is the socket of the node's container runtime"),
                )
                .help("build images without a daemon; read the state of containers from the kubelet or the API server");
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Points out mounts of directories of the node that are not `readOnly`. It is for pods of the level `privileged`:
    /// all others may have no directory of the node at all (`PSS004`).
    ///
    /// ## Why is this bad?
    /// What the program writes there stays when the pod is gone, and is for all pods of the node to read. Many an agent
    /// only reads.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: agent, namespace: agents}
    /// spec:
    ///   volumes: [{name: logs, hostPath: {path: /var/log}}]
    ///   containers: [{name: agent, volumeMounts: [{name: logs, mountPath: /logs}]}]
    /// ---
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: agents, labels: {pod-security.kubernetes.io/enforce: privileged}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: agent, namespace: agents}
    /// spec:
    ///   volumes: [{name: logs, hostPath: {path: /var/log}}]
    ///   containers: [{name: agent, volumeMounts: [{name: logs, mountPath: /logs, readOnly: true}]}]
    /// ---
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: agents, labels: {pod-security.kubernetes.io/enforce: privileged}}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `writable-host-mount`.
    pub(super) static WRITABLE_HOST = {
        code: "SEC010",
        summary: "directory of the node that a container can write",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Container(writable_host),
    }
}

fn writable_host(container: Container<'_>, findings: &mut Findings<'_>) {
    for (_, volume, path) in
        host_paths(container.pod, findings).into_iter().filter(|(_, _, path)| !is_runtime_socket(path))
    {
        for (pointer, mount) in container.items("/volumeMounts") {
            let is_read_only = mount.get("readOnly").and_then(Node::as_bool) == Some(true);
            if mount.get("name").and_then(Node::as_str) == Some(volume) && !is_read_only {
                let message = format!("container `{}` can write `{path}` of its node", container.name());
                findings.add(container.pod.manifest, pointer, message).help("set `readOnly: true`");
            }
        }
    }
}

/// The volumes of the node that a pod is let have: position, name and path.
fn host_paths<'a>(pod: Pod<'a>, findings: &Findings<'_>) -> Vec<(usize, &'a str, &'a str)> {
    let volumes = pod.at("/spec/volumes").map_or(&[][..], Node::items).iter().enumerate();
    let mut found: Vec<_> = volumes
        .filter_map(|(at, volume)| {
            Some((at, volume.get("name")?.as_str()?, volume.get("hostPath")?.get("path")?.as_str()?))
        })
        .collect();
    found.retain(|_| findings.standard(pod).level == PodSecurity::Privileged);
    found
}

fn is_runtime_socket(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|file| SOCKETS.contains(&file))
}
