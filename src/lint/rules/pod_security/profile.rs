//! Profiles of AppArmor and SELinux.

use super::{Check, Context, Findings, contexts, declare_rule};
use crate::{
    manifest::Pod,
    node::{Node, escape},
};

declare_rule! {
    /// ## What it does
    /// Checks that no pod or container turns AppArmor off: a profile is `RuntimeDefault` or `Localhost`, and so is one
    /// that is named by an annotation, as before version 1.30.
    ///
    /// ## Why is this bad?
    /// The profile of the container runtime denies what no container needs, writes to parts of `/proc` and `/sys` among
    /// it. `Unconfined` denies nothing.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, securityContext: {appArmorProfile: {type: Unconfined}}}]}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart, annotations: {container.apparmor.security.beta.kubernetes.io/cart: unconfined}}
    /// spec: {containers: [{name: cart}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart, annotations: {container.apparmor.security.beta.kubernetes.io/cart: localhost/cart}}
    /// spec: {containers: [{name: cart, securityContext: {appArmorProfile: {type: Localhost, localhostProfile: cart}}}]}
    /// ```
    pub(super) static APP_ARMOR = {
        code: "PSS001",
        summary: "AppArmor is turned off",
        severity: Warning,
        since: "0.1.0",
        on: Baseline,
        check: Check::Pod(app_armor),
    }
}

/// What annotations start with that name the profile of a container.
const ANNOTATION: &str = "container.apparmor.security.beta.kubernetes.io/";

fn app_armor(pod: Pod<'_>, findings: &mut Findings<'_>) {
    for context in contexts(pod) {
        let Some(profile) = context.at("/appArmorProfile") else { continue };
        if !matches!(profile.get("type").and_then(Node::as_str), Some("RuntimeDefault" | "Localhost")) {
            context
                .add(findings, "/appArmorProfile/type", "runs without an AppArmor profile")
                .help("leave the profile out, or set its `type` to `RuntimeDefault` or `Localhost`");
        }
    }
    let is_profile = |name: &str| name.is_empty() || name == "runtime/default" || name.starts_with("localhost/");
    for (key, value) in pod.at("/metadata/annotations").map_or(&[][..], Node::entries) {
        let container = key.as_str().strip_prefix(ANNOTATION);
        if let Some(container) = container.filter(|_| !value.as_str().is_some_and(is_profile)) {
            let pointer = format!("/metadata/annotations/{}", escape(key.as_str()));
            let message = format!("container `{container}` runs without an AppArmor profile");
            findings.add_to_pod(pod, &pointer, message).help("leave the annotation out");
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that `seLinuxOptions` choose a type that containers are made for (`container_t`, `container_init_t`,
    /// `container_kvm_t`, and from version 1.31 on `container_engine_t`), and neither a user nor a role.
    ///
    /// ## Why is this bad?
    /// SELinux keeps a container in its place by the type of its processes. Another type, such as `spc_t`, may do what
    /// the node may.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {securityContext: {seLinuxOptions: {type: spc_t, user: system_u}}, containers: [{name: cart}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {securityContext: {seLinuxOptions: {type: container_t, level: "s0:c123"}}, containers: [{name: cart}]}
    /// ```
    pub(super) static SE_LINUX = {
        code: "PSS009",
        summary: "SELinux options that are not a container's",
        severity: Warning,
        since: "0.1.0",
        on: Baseline,
        check: Check::Pod(se_linux),
    }
}

fn se_linux(pod: Pod<'_>, findings: &mut Findings<'_>) {
    for context in contexts(pod).filter(|context| context.at("/seLinuxOptions").is_some()) {
        let option = |field: &str| context.at(field).and_then(Node::as_str).unwrap_or_default();
        if !is_type_of_containers(option("/seLinuxOptions/type"), findings.standard(pod).minor) {
            report(context, "/seLinuxOptions/type", "type", findings);
        }
        for (field, what) in [("/seLinuxOptions/user", "user"), ("/seLinuxOptions/role", "role")] {
            if !option(field).is_empty() {
                report(context, field, what, findings);
            }
        }
    }
}

fn is_type_of_containers(name: &str, minor: u32) -> bool {
    matches!(name, "" | "container_t" | "container_init_t" | "container_kvm_t")
        || name == "container_engine_t" && minor >= 31
}

fn report(context: Context<'_>, field: &str, what: &str, findings: &mut Findings<'_>) {
    let does = format!("has an SELinux {what} that is not a container's");
    context.add(findings, field, &does).help("leave the field out");
}
