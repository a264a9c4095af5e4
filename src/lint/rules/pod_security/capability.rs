//! Capabilities: what is left of the rights of `root`.

use super::{Check, Context, Findings, declare_rule, is_windows};
use crate::{
    diagnostic::Safety,
    lint::Standard,
    manifest::Container,
    node::{Node, object},
};

declare_rule! {
    /// ## What it does
    /// Checks that containers add only capabilities that a container runtime gives without being asked: `AUDIT_WRITE`,
    /// `CHOWN`, `DAC_OVERRIDE`, `FOWNER`, `FSETID`, `KILL`, `MKNOD`, `NET_BIND_SERVICE`, `SETFCAP`, `SETGID`,
    /// `SETPCAP`, `SETUID` and `SYS_CHROOT`.
    ///
    /// ## Why is this bad?
    /// Several of the others, above all `SYS_ADMIN`, are a way out of the container. With `NET_RAW` a pod forges the
    /// packets of its neighbours.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, securityContext: {capabilities: {add: [CHOWN, SYS_PTRACE]}}}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, securityContext: {capabilities: {add: [CHOWN], drop: [ALL]}}}]}
    /// ```
    ///
    /// Known elsewhere as: polaris `dangerousCapabilities`, `insecureCapabilities`.
    pub(super) static FOREIGN_CAPABILITY = {
        code: "PSS002",
        summary: "capability beyond those of every container",
        severity: Warning,
        since: "0.1.0",
        on: Baseline,
        check: Check::Container(foreign_capability),
    }
}

const OF_RUNTIMES: [&str; 13] = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

fn foreign_capability(container: Container<'_>, findings: &mut Findings<'_>) {
    if Context::of(container).at("/capabilities/add").is_some() && !is_replaced(findings.standard(container.pod)) {
        check_added(container, &OF_RUNTIMES, "leave it out: a program that needs it is one for the node", findings);
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that containers drop `ALL` capabilities, and add none but `NET_BIND_SERVICE`. Pods for Windows need not,
    /// from version 1.25 on. Where this rule counts, it takes the place of `PSS002`.
    ///
    /// ## Why is this bad?
    /// Hardly a program needs one of the fourteen capabilities that a container runtime gives, and who takes it over can
    /// use them all.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec:
    ///   containers:
    ///     - {name: cart, securityContext: {capabilities: {drop: [ALL], add: [CHOWN]}}}
    ///     - {name: proxy, securityContext: {capabilities: {drop: [NET_RAW]}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, securityContext: {capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}}]}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: billing}
    /// spec: {os: {name: windows}, containers: [{name: billing}]}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `drop-net-raw-capability`, polaris `insecureCapabilities`.
    pub(super) static KEPT_CAPABILITY = {
        code: "PSS102",
        summary: "container that keeps capabilities",
        severity: Warning,
        since: "0.1.0",
        on: Restricted,
        check: Check::Container(kept_capability),
    }
}

fn kept_capability(container: Container<'_>, findings: &mut Findings<'_>) {
    let standard = findings.standard(container.pod);
    if !is_replaced(standard) || standard.minor >= 25 && is_windows(container.pod) {
        return;
    }
    check_added(
        container,
        &["NET_BIND_SERVICE"],
        "leave it out: no other than `NET_BIND_SERVICE` may be added",
        findings,
    );
    let context = Context::of(container);
    let dropped = context.at("/capabilities/drop").map_or(&[][..], Node::items);
    if dropped.iter().any(|capability| capability.as_str() == Some("ALL")) {
        return;
    }
    let pointer = context.pointer_to("/capabilities");
    let mut finding = context.add(findings, "/capabilities/drop", "keeps capabilities");
    finding.help("set `securityContext.capabilities.drop: [ALL]`");
    if context.at("/capabilities").is_none() {
        let all = object! { "drop": vec![Node::made("ALL")] };
        finding.set(container.pod.manifest, &pointer, all, Safety::Unsafe, "drop all capabilities");
    } else if !dropped.is_empty() {
        let list = format!("{pointer}/drop");
        finding.append(container.pod.manifest, &list, "ALL", Safety::Unsafe, "drop all capabilities");
    }
}

/// Whether the stricter rule takes the place of the other.
fn is_replaced(standard: Standard<'_>) -> bool {
    standard.is_restricted_since(22)
}

fn check_added(container: Container<'_>, allowed: &[&str], help: &str, findings: &mut Findings<'_>) {
    let context = Context::of(container);
    let added = context.at("/capabilities/add").map_or(&[][..], Node::items);
    for (at, capability) in added.iter().enumerate() {
        let Some(name) = capability.as_str().filter(|name| !allowed.contains(name)) else { continue };
        let pointer = format!("/capabilities/add/{at}");
        context
            .add(findings, &pointer, &format!("has the capability `{name}`"))
            .remove(container.pod.manifest, &context.pointer_to(&pointer), Safety::Unsafe, "do not add it")
            .help(help);
    }
}
