//! What OpenShift lets in, and terminals.

use super::{Check, Findings, declare_rule};
use crate::{
    diagnostic::Safety,
    manifest::{Container, Manifest},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Checks that no SecurityContextConstraints of OpenShift allow privileged containers.
    ///
    /// ## Why is this bad?
    /// Everybody who may use them can take over a node.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: security.openshift.io/v1
    /// kind: SecurityContextConstraints
    /// metadata: {name: cart}
    /// allowPrivilegedContainer: true
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: security.openshift.io/v1
    /// kind: SecurityContextConstraints
    /// metadata: {name: cart}
    /// allowPrivilegedContainer: false
    /// ```
    ///
    /// Known elsewhere as: kube-linter `scc-deny-privileged-container`.
    pub(super) static PRIVILEGED_CONSTRAINT = {
        code: "SEC016",
        summary: "constraints that allow privileged containers",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["SecurityContextConstraints"], check: privileged_constraint },
    }
}

fn privileged_constraint(constraint: &Manifest, findings: &mut Findings<'_>) {
    let field = "/allowPrivilegedContainer";
    if constraint.object.at(field).and_then(Node::as_bool) == Some(true) {
        findings
            .add(constraint, field, "everybody who may use these constraints can start privileged containers")
            .replace(constraint, field, false, Safety::Unsafe, "allow none")
            .help("set `allowPrivilegedContainer: false`, and allow the capabilities that are needed");
    }
}

declare_rule! {
    /// ## What it does
    /// Points out containers that keep an input or a terminal open: `stdin` and `tty`.
    ///
    /// ## Why is this bad?
    /// Somebody was to work in the container by hand: what is done there is in no repository. Programs that serve need
    /// neither.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, stdin: true, tty: true}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, tty: false}]}
    /// ```
    ///
    /// Known elsewhere as: gatekeeper-library `disallowinteractive`.
    pub(super) static TERMINAL = {
        code: "SEC017",
        summary: "container with a terminal",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Container(terminal),
    }
}

fn terminal(container: Container<'_>, findings: &mut Findings<'_>) {
    let is_on = |field: &&str| container.at(field).and_then(Node::as_bool) == Some(true);
    if let Some(field) = ["/tty", "/stdin"].into_iter().find(is_on) {
        let message = format!("container `{}` is made to be worked in by hand", container.name());
        findings.add_to_container(container, field, message).help("leave `stdin` and `tty` out");
    }
}
