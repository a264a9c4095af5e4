//! What a container sees of `/proc`.

use super::{Check, Context, Findings, declare_rule, has_own_users};
use crate::{lint::Standard, manifest::Container, node::Node};

declare_rule! {
    /// ## What it does
    /// Checks that `procMount` is left out or `Default`. From version 1.35 on, a pod whose users are not those of the
    /// node (`hostUsers: false`) may have any.
    ///
    /// ## Why is this bad?
    /// A container runtime hides the parts of `/proc` through which a process changes the kernel of the node.
    /// `Unmasked` shows them.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: build}
    /// spec: {containers: [{name: build, securityContext: {procMount: Unmasked}}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: build}
    /// spec: {hostUsers: false, containers: [{name: build, securityContext: {procMount: Unmasked}}]}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `unsafe-proc-mount`, polaris `procMount`.
    pub(super) static BARE_PROC = {
        code: "PSS008",
        summary: "container sees all of /proc",
        severity: Warning,
        since: "0.1.0",
        on: Baseline,
        check: Check::Container(bare_proc),
    }
}

fn bare_proc(container: Container<'_>, findings: &mut Findings<'_>) {
    let standard = findings.standard(container.pod);
    let is_exempt = standard.minor >= 35 && has_own_users(container.pod);
    if is_bare(container) && !is_exempt && !is_replaced(standard) {
        report(container, findings);
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that `procMount` is left out or `Default`, even where the users of a pod are not those of the node. The
    /// rule exists from version 1.35 on; where it counts, it takes the place of `PSS008`.
    ///
    /// ## Why is this bad?
    /// A container runtime hides the parts of `/proc` through which a process changes the kernel of the node.
    /// `Unmasked` shows them.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: build}
    /// spec: {hostUsers: false, containers: [{name: build, securityContext: {procMount: Unmasked}}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: build}
    /// spec: {hostUsers: false, containers: [{name: build, securityContext: {procMount: Default}}]}
    /// ```
    pub(super) static BARE_PROC_OF_USERS = {
        code: "PSS103",
        summary: "container sees all of /proc, with users of its own",
        severity: Warning,
        since: "0.1.0",
        on: Restricted,
        check: Check::Container(bare_proc_of_users),
    }
}

fn bare_proc_of_users(container: Container<'_>, findings: &mut Findings<'_>) {
    if is_bare(container) && is_replaced(findings.standard(container.pod)) {
        report(container, findings);
    }
}

/// Whether the stricter rule takes the place of the other.
fn is_replaced(standard: Standard<'_>) -> bool {
    standard.is_restricted_since(35)
}

fn is_bare(container: Container<'_>) -> bool {
    Context::of(container).at("/procMount").and_then(Node::as_str).is_some_and(|kind| kind != "Default")
}

fn report(container: Container<'_>, findings: &mut Findings<'_>) {
    Context::of(container).add(findings, "/procMount", "sees all of `/proc`").help("leave `procMount` out");
}
