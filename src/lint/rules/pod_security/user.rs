//! Which user a container runs as.

use super::{Check, Context, Findings, contexts, declare_rule, has_own_users};
use crate::{diagnostic::Safety, manifest::Pod, node::Node};

declare_rule! {
    /// ## What it does
    /// Checks that every container, by itself or by its pod, says `runAsNonRoot: true`, and that nothing says the
    /// contrary. From version 1.35 on, a pod whose users are not those of the node (`hostUsers: false`) need not.
    ///
    /// ## Why is this bad?
    /// `root` in a container is `root` of the node for the kernel: one flaw in it, or one file of the node within reach,
    /// and the node is lost.
    ///
    /// ## Example
    /// A user other than 0 is not enough: the next image may not even have it.
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {securityContext: {runAsUser: 10001}, containers: [{name: cart}]}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec:
    ///   securityContext: {runAsNonRoot: true}
    ///   containers: [{name: cart}, {name: proxy, securityContext: {runAsNonRoot: false}}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {securityContext: {runAsNonRoot: true}, containers: [{name: cart}]}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: build}
    /// spec: {hostUsers: false, containers: [{name: build}]}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `run-as-non-root`, polaris `runAsRootAllowed`.
    pub(super) static MAY_BE_ROOT = {
        code: "PSS105",
        summary: "container that may run as root",
        severity: Warning,
        since: "0.1.0",
        on: Restricted,
        check: Check::Pod(may_be_root),
    }
}

fn may_be_root(pod: Pod<'_>, findings: &mut Findings<'_>) {
    if is_exempt(pod, findings) || check_explicit(pod, findings) {
        return;
    }
    let is_set = |context: Context<'_>| context.at("/runAsNonRoot").is_some();
    let mut all = contexts(pod);
    if all.next().is_some_and(is_set) || all.all(is_set) {
        return;
    }
    let pointer = "/spec/securityContext/runAsNonRoot";
    findings
        .add_to_pod(pod, pointer, "containers may run as root")
        .set(pod.manifest, &pod.pointer_to(pointer), true, Safety::Unsafe, "refuse to run as root")
        .help("set `securityContext.runAsNonRoot: true` for the pod, and `runAsUser` if the image names no user");
}

/// Reports who allows it explicitly; whether there is anybody.
fn check_explicit(pod: Pod<'_>, findings: &mut Findings<'_>) -> bool {
    let mut found = false;
    let allows = |context: &Context<'_>| context.at("/runAsNonRoot").and_then(Node::as_bool) == Some(false);
    for context in contexts(pod).filter(allows) {
        let pointer = context.pointer_to("/runAsNonRoot");
        context
            .add(findings, "/runAsNonRoot", "may run as root")
            .replace(pod.manifest, &pointer, true, Safety::Unsafe, "refuse to run as root")
            .help("set `runAsNonRoot: true`");
        found = true;
    }
    found
}

declare_rule! {
    /// ## What it does
    /// Checks that nothing says `runAsUser: 0`. The rule exists from version 1.23 on. From version 1.35 on, a pod whose
    /// users are not those of the node (`hostUsers: false`) may say it.
    ///
    /// ## Why is this bad?
    /// With `runAsNonRoot: true` the container does not start. Without it, its processes are those of `root`.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, securityContext: {runAsUser: 0}}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, securityContext: {runAsUser: 10001}}]}
    /// ```
    pub(super) static IS_ROOT = {
        code: "PSS106",
        summary: "container that runs as root",
        severity: Warning,
        since: "0.1.0",
        on: Restricted,
        check: Check::Pod(is_root),
    }
}

fn is_root(pod: Pod<'_>, findings: &mut Findings<'_>) {
    let is_zero = |context: &Context<'_>| context.at("/runAsUser").and_then(Node::as_int) == Some(0);
    for context in contexts(pod).filter(is_zero) {
        if findings.standard(pod).minor >= 23 && !is_exempt(pod, findings) {
            context.add(findings, "/runAsUser", "runs as root").help("name another user, such as 10001");
        }
    }
}

fn is_exempt(pod: Pod<'_>, findings: &Findings<'_>) -> bool {
    has_own_users(pod) && findings.standard(pod).minor >= 35
}
