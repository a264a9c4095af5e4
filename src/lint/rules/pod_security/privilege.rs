//! Privileges that make a container nearly a process of its node.

use super::{Check, Context, Findings, declare_rule, is_windows};
use crate::{diagnostic::Safety, manifest::Container, node::Node};

declare_rule! {
    /// ## What it does
    /// Checks that no container is privileged.
    ///
    /// ## Why is this bad?
    /// A privileged container has all capabilities and all devices of its node: who takes it over has the node, and the
    /// secrets of every pod on it.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: build}
    /// spec:
    ///   initContainers: [{name: binfmt, securityContext: {privileged: true}}]
    ///   containers: [{name: build}]
    /// ```
    ///
    /// A namespace for what must be privileged says so.
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: driver, namespace: storage}
    /// spec: {containers: [{name: driver, securityContext: {privileged: true}}]}
    /// ---
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: storage, labels: {pod-security.kubernetes.io/enforce: privileged}}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `privileged-container`, kube-score `container-security-context-privileged`,
    /// polaris `runAsPrivileged`.
    pub(super) static PRIVILEGED = {
        code: "PSS007",
        summary: "privileged container",
        severity: Warning,
        since: "0.1.0",
        on: Baseline,
        check: Check::Container(privileged),
    }
}

fn privileged(container: Container<'_>, findings: &mut Findings<'_>) {
    let context = Context::of(container);
    if context.at("/privileged").and_then(Node::as_bool) == Some(true) {
        let pointer = context.pointer_to("/privileged");
        context
            .add(findings, "/privileged", "is privileged")
            .replace(container.pod.manifest, &pointer, false, Safety::Unsafe, "take the privileges away")
            .help("leave `privileged` out, and add the capabilities that it needs, if there are any");
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that every container says `allowPrivilegeEscalation: false`; left out, it is true. Pods for Windows need
    /// not say it from version 1.25 on.
    ///
    /// ## Why is this bad?
    /// A program with the set-user-ID bit makes a process of `root` out of one that is not: one such file in the image
    /// is enough to undo `runAsNonRoot`.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, securityContext: {runAsNonRoot: true}}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, securityContext: {allowPrivilegeEscalation: false}}]}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `privilege-escalation-container`, polaris `privilegeEscalationAllowed`.
    pub(super) static ESCALATION = {
        code: "PSS101",
        summary: "container that may gain privileges",
        severity: Warning,
        since: "0.1.0",
        on: Restricted,
        check: Check::Container(escalation),
    }
}

fn escalation(container: Container<'_>, findings: &mut Findings<'_>) {
    let context = Context::of(container);
    if context.at("/allowPrivilegeEscalation").and_then(Node::as_bool) == Some(false) {
        return;
    }
    let minor = findings.standard(container.pod).minor;
    if minor < 8 || minor >= 25 && is_windows(container.pod) {
        return;
    }
    let pointer = context.pointer_to("/allowPrivilegeEscalation");
    context
        .add(findings, "/allowPrivilegeEscalation", "may gain more privileges than it starts with")
        .set(container.pod.manifest, &pointer, false, Safety::Unsafe, "allow no privilege escalation")
        .help("set `securityContext.allowPrivilegeEscalation: false`");
}
