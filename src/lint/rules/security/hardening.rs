//! What makes it harder to do harm from inside of a container.

use super::{Check, Findings, declare_rule};
use crate::{
    diagnostic::Safety,
    manifest::{Container, Pod},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Checks that every container runs as a user and as a group above 10000, of its own or of its pod.
    ///
    /// ## Why is this bad?
    /// The users of a node have low numbers. A process that leaves its container with one of these has the rights of
    /// that user; with a high one it is nobody.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {securityContext: {runAsUser: 1000, runAsGroup: 20001}, containers: [{name: cart}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec:
    ///   securityContext: {runAsGroup: 20001}
    ///   containers: [{name: cart, securityContext: {runAsUser: 20001}}]
    /// ```
    ///
    /// Known elsewhere as: kube-score `container-security-context-user-group-id`.
    pub(super) static LOW_USER = {
        code: "SEC004",
        summary: "user or group that the node may know, too",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Container(low_user),
    }
}

fn low_user(container: Container<'_>, findings: &mut Findings<'_>) {
    for (own, of_pod, what) in [
        ("/securityContext/runAsUser", "/spec/securityContext/runAsUser", "user"),
        ("/securityContext/runAsGroup", "/spec/securityContext/runAsGroup", "group"),
    ] {
        let number = set(container.at(own)).or_else(|| set(container.pod.at(of_pod)));
        if is_windows(container.pod) || number.and_then(Node::as_int).is_some_and(|number| number > 10_000) {
            continue;
        }
        let is_of_pod = set(container.at(own)).is_none();
        let pointer = if is_of_pod { container.pod.pointer_to(of_pod) } else { container.pointer_to(own) };
        let message = format!("containers run as a {what} that the node may know, too");
        let help = "set `runAsUser` and `runAsGroup` to numbers above 10000";
        findings.add(container.pod.manifest, pointer, message).help(help);
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that every container says `readOnlyRootFilesystem: true`.
    ///
    /// ## Why is this bad?
    /// Who gets into the container can replace its program and bring tools along. What the program itself writes belongs
    /// into a volume: an `emptyDir` for `/tmp` is enough for most.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, securityContext: {readOnlyRootFilesystem: true}}]}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `no-read-only-root-fs`, kube-score
    /// `container-security-context-readonlyrootfilesystem`, polaris `notReadOnlyRootFilesystem`.
    pub(super) static WRITABLE_ROOT = {
        code: "SEC005",
        summary: "container can write its own files",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Container(writable_root),
    }
}

fn writable_root(container: Container<'_>, findings: &mut Findings<'_>) {
    let field = "/securityContext/readOnlyRootFilesystem";
    if container.at(field).and_then(Node::as_bool) == Some(true) || is_windows(container.pod) {
        return;
    }
    findings
        .add_to_container(container, field, format!("container `{}` can write its own files", container.name()))
        .set(container.pod.manifest, &container.pointer_to(field), true, Safety::Unsafe, "make its files read-only")
        .help("set `readOnlyRootFilesystem: true`, and mount an `emptyDir` where the program writes");
}

declare_rule! {
    /// ## What it does
    /// Checks that every container drops the capability `NET_RAW`, or all of them. Where pods are held to the level
    /// `restricted`, `PSS102` asks for more.
    ///
    /// ## Why is this bad?
    /// A container runtime gives it without being asked, and with it a process forges packets: it can answer for its
    /// neighbours. Hardly a program but `ping` needs it.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, securityContext: {capabilities: {drop: [CHOWN]}}}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, securityContext: {capabilities: {drop: [NET_RAW]}}}]}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `drop-net-raw-capability`, polaris `insecureCapabilities`.
    pub(super) static RAW_PACKETS = {
        code: "SEC006",
        summary: "container may forge packets",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Container(raw_packets),
    }
}

fn raw_packets(container: Container<'_>, findings: &mut Findings<'_>) {
    let field = "/securityContext/capabilities/drop";
    let is_raw = |capability: &Node| matches!(capability.as_str(), Some("ALL" | "NET_RAW" | "all"));
    let is_dropped = container.list(field).iter().any(is_raw);
    if !is_dropped && !is_windows(container.pod) && !findings.standard(container.pod).is_restricted_since(22) {
        let message = format!("container `{}` may forge packets", container.name());
        findings
            .add_to_container(container, field, message)
            .help("set `capabilities.drop: [ALL]`, or at least `[NET_RAW]`");
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that every container is hardened in one way at least: a profile of AppArmor, seccomp or SELinux, of its own
    /// or of its pod, or capabilities that it drops. Where pods are held to the level `restricted`, `PSS102` and `PSS107`
    /// ask for more.
    ///
    /// ## Why is this bad?
    /// Nothing but the flaws that nobody has found yet is between such a container and its node.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {securityContext: {seccompProfile: {type: RuntimeDefault}}, containers: [{name: cart}]}
    /// ```
    ///
    /// Known elsewhere as: polaris `linuxHardening`.
    pub(super) static NO_HARDENING = {
        code: "SEC007",
        summary: "container is not hardened in any way",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Container(no_hardening),
    }
}

const HARDENING: [&str; 4] = ["/appArmorProfile", "/seccompProfile", "/seLinuxOptions", "/capabilities/drop/0"];
const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";

fn no_hardening(container: Container<'_>, findings: &mut Findings<'_>) {
    let pod = container.pod;
    let contexts = [container.at("/securityContext"), pod.at("/spec/securityContext")];
    let is_set = |context: &Node| HARDENING.iter().any(|field| set(context.at(field)).is_some());
    let annotations = pod.at("/metadata/annotations").map_or(&[][..], Node::entries);
    let is_annotated =
        annotations.iter().any(|(key, _)| key.as_str().strip_prefix(APP_ARMOR) == Some(container.name()));
    let is_hardened = is_annotated || contexts.into_iter().flatten().any(is_set) || is_windows(pod);
    if !is_hardened && !findings.standard(pod).is_restricted_since(22) {
        let message = format!("container `{}` is not hardened in any way", container.name());
        let help = "set `seccompProfile: {type: RuntimeDefault}` for the pod, and drop capabilities";
        findings.add_to_container(container, "/securityContext", message).help(help);
    }
}

/// A field that is not null.
fn set(field: Option<&Node>) -> Option<&Node> {
    field.filter(|node| !node.is_null())
}

fn is_windows(pod: Pod<'_>) -> bool {
    pod.at("/spec/os/name").and_then(Node::as_str) == Some("windows")
}
