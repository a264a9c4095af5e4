//! Seccomp profiles: which system calls a container may make.

use super::{Check, Context, Findings, contexts, declare_rule, is_windows};
use crate::{
    diagnostic::Safety,
    lint::Standard,
    manifest::Pod,
    node::{Node, escape},
};

declare_rule! {
    /// ## What it does
    /// Checks that no pod or container turns seccomp off: a profile is `RuntimeDefault` or `Localhost`. Before version
    /// 1.19 it is named by an annotation.
    ///
    /// ## Why is this bad?
    /// Most flaws of the kernel through which a process leaves its container are in system calls that hardly a program
    /// makes. A profile forbids them; `Unconfined` does not.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {securityContext: {seccompProfile: {type: Unconfined}}, containers: [{name: cart}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {securityContext: {seccompProfile: {type: RuntimeDefault}}, containers: [{name: cart}]}
    /// ```
    pub(super) static NO_SECCOMP = {
        code: "PSS010",
        summary: "seccomp is turned off",
        severity: Warning,
        since: "0.1.0",
        on: Baseline,
        check: Check::Pod(no_seccomp),
    }
}

fn no_seccomp(pod: Pod<'_>, findings: &mut Findings<'_>) {
    let standard = findings.standard(pod);
    if standard.minor < 19 {
        check_annotations(pod, findings);
    } else if !is_replaced(standard) {
        check_profiles(pod, findings);
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that every container has a seccomp profile, of its own or of its pod: `RuntimeDefault` or `Localhost`.
    /// Pods for Windows need none from version 1.25 on. Where this rule counts, it takes the place of `PSS010`.
    ///
    /// ## Why is this bad?
    /// Without a profile a container may make every system call, unless the kubelet is told to set one
    /// (`seccompDefault`), which by itself it does not.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart}]}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec:
    ///   securityContext: {seccompProfile: {type: RuntimeDefault}}
    ///   containers: [{name: cart, securityContext: {seccompProfile: {type: Unconfined}}}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {securityContext: {seccompProfile: {type: RuntimeDefault}}, containers: [{name: cart}]}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: billing}
    /// spec: {os: {name: windows}, containers: [{name: billing}]}
    /// ```
    ///
    /// Known elsewhere as: kube-score `container-seccomp-profile`.
    pub(super) static UNSET_SECCOMP = {
        code: "PSS107",
        summary: "container without a seccomp profile",
        severity: Warning,
        since: "0.1.0",
        on: Restricted,
        check: Check::Pod(unset_seccomp),
    }
}

fn unset_seccomp(pod: Pod<'_>, findings: &mut Findings<'_>) {
    let standard = findings.standard(pod);
    let is_exempt = standard.minor >= 25 && is_windows(pod);
    if !is_replaced(standard) || is_exempt || check_profiles(pod, findings) {
        return;
    }
    let has_profile = |context: Context<'_>| context.at("/seccompProfile").is_some();
    let mut all = contexts(pod);
    if all.next().is_some_and(has_profile) || all.all(has_profile) {
        return;
    }
    let pointer = "/spec/securityContext/seccompProfile";
    findings
        .add_to_pod(pod, pointer, "containers may make every system call")
        .set(
            pod.manifest,
            &pod.pointer_to(&format!("{pointer}/type")),
            "RuntimeDefault",
            Safety::Unsafe,
            "set a profile",
        )
        .help("set `securityContext.seccompProfile.type: RuntimeDefault` for the pod");
}

/// Whether the stricter rule takes the place of the other.
fn is_replaced(standard: Standard<'_>) -> bool {
    standard.is_restricted_since(19)
}

/// Reports profiles that are none; whether there are any.
fn check_profiles(pod: Pod<'_>, findings: &mut Findings<'_>) -> bool {
    let mut found = false;
    for context in contexts(pod) {
        let Some(profile) = context.at("/seccompProfile") else { continue };
        if !matches!(profile.get("type").and_then(Node::as_str), Some("RuntimeDefault" | "Localhost")) {
            let field = "/seccompProfile/type";
            let pointer = context.pointer_to(field);
            context
                .add(findings, field, "may make every system call")
                .set(pod.manifest, &pointer, "RuntimeDefault", Safety::Unsafe, "set a profile")
                .help("set the `type` to `RuntimeDefault` or `Localhost`");
            found = true;
        }
    }
    found
}

const POD_ANNOTATION: &str = "seccomp.security.alpha.kubernetes.io/pod";
const CONTAINER_ANNOTATION: &str = "container.seccomp.security.alpha.kubernetes.io/";

/// Reports annotations that name no profile: that of the pod, and those of containers that it has.
fn check_annotations(pod: Pod<'_>, findings: &mut Findings<'_>) {
    let is_own = |key: &str| {
        let container = key.strip_prefix(CONTAINER_ANNOTATION);
        key == POD_ANNOTATION || container.is_some_and(|name| pod.all_containers().any(|one| one.name() == name))
    };
    let is_profile =
        |name: &str| matches!(name, "runtime/default" | "docker/default") || name.starts_with("localhost/");
    for (key, value) in pod.at("/metadata/annotations").map_or(&[][..], Node::entries) {
        if is_own(key.as_str()) && !value.as_str().is_some_and(is_profile) {
            let pointer = format!("/metadata/annotations/{}", escape(key.as_str()));
            findings
                .add_to_pod(pod, &pointer, "containers may make every system call")
                .help("set the annotation to `runtime/default`");
        }
    }
}
