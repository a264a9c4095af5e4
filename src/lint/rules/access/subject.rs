//! Who gets rights.

use super::{Check, Findings, declare_rule, role};
use crate::{manifest::Manifest, node::Node};

declare_rule! {
    /// ## What it does
    /// Points out bindings of the ClusterRole `cluster-admin`.
    ///
    /// ## Why is this bad?
    /// Who has it, may do everything: in the whole cluster by a ClusterRoleBinding, in its namespace by a RoleBinding. If
    /// it is a ServiceAccount, everybody who may start a pod in its namespace has it, too.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRoleBinding
    /// metadata: {name: deploy}
    /// roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
    /// subjects: [{kind: ServiceAccount, name: deploy, namespace: ci}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRoleBinding
    /// metadata: {name: deploy}
    /// roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
    /// subjects: [{kind: ServiceAccount, name: deploy, namespace: ci}]
    /// ```
    ///
    /// Known elsewhere as: kube-linter `cluster-admin-role-binding`, polaris `clusterrolebindingClusterAdmin`,
    /// `rolebindingClusterAdminClusterRole`.
    pub(super) static CLUSTER_ADMIN = {
        code: "SEC052",
        summary: "binding of cluster-admin",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: BINDINGS, check: cluster_admin },
    }
}

const BINDINGS: &[&str] = &["ClusterRoleBinding", "RoleBinding"];

fn cluster_admin(binding: &Manifest, findings: &mut Findings<'_>) {
    if role(binding, "ClusterRole") == Some("cluster-admin") {
        let message = format!("{} `{}` gives every right", binding.kind(), binding.id.name);
        let help = "bind a role that names what they do";
        findings.add(binding, "/roleRef/name", message).help(help);
    }
}

declare_rule! {
    /// ## What it does
    /// Points out bindings for the ServiceAccount `default`.
    ///
    /// ## Why is this bad?
    /// Every pod of the namespace that names no ServiceAccount gets the rights, and those who start the next one will not
    /// know.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: RoleBinding
    /// metadata: {name: cart, namespace: shop}
    /// roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
    /// subjects: [{kind: ServiceAccount, name: default}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: RoleBinding
    /// metadata: {name: cart, namespace: shop}
    /// roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
    /// subjects: [{kind: ServiceAccount, name: cart}, {kind: Group, name: default}]
    /// ```
    pub(super) static DEFAULT_SUBJECT = {
        code: "SEC058",
        summary: "rights for the ServiceAccount of everybody",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: BINDINGS, check: default_subject },
    }
}

fn default_subject(binding: &Manifest, findings: &mut Findings<'_>) {
    for (at, _, name) in subjects(binding).filter(|(_, kind, name)| (*kind, *name) == ("ServiceAccount", "default")) {
        let message =
            format!("{} `{}` gives rights to every pod without a ServiceAccount", binding.kind(), binding.id.name);
        let help = format!("make a ServiceAccount for the program, and name it in place of `{name}`");
        findings.add(binding, format!("/subjects/{at}/name"), message).help(help);
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that no rights are given to those of whom the API server does not know who they are: the user
    /// `system:anonymous` and the group `system:unauthenticated`. What Kubernetes itself shows to everybody
    /// (`system:public-info-viewer`, `system:service-account-issuer-discovery`) is fine.
    ///
    /// ## Why is this bad?
    /// Everybody who reaches the API server has these rights.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRoleBinding
    /// metadata: {name: everybody}
    /// roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
    /// subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: "system:unauthenticated"}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRoleBinding
    /// metadata: {name: discovery}
    /// roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "system:service-account-issuer-discovery"}
    /// subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: "system:unauthenticated"}]
    /// ```
    ///
    /// Known elsewhere as: gatekeeper-library `disallowanonymous`.
    pub(super) static ANONYMOUS = {
        code: "SEC059",
        summary: "rights for everybody without a name",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: BINDINGS, check: anonymous },
    }
}

const PUBLIC: [&str; 2] = ["system:public-info-viewer", "system:service-account-issuer-discovery"];

fn anonymous(binding: &Manifest, findings: &mut Findings<'_>) {
    if role(binding, "ClusterRole").is_some_and(|name| PUBLIC.contains(&name)) {
        return;
    }
    let is_nobody = |kind: &str, name: &str| {
        matches!((kind, name), ("User", "system:anonymous") | ("Group", "system:unauthenticated"))
    };
    for (at, _, _) in subjects(binding).filter(|(_, kind, name)| is_nobody(kind, name)) {
        let message = format!("{} `{}` gives rights to everybody without a name", binding.kind(), binding.id.name);
        let help = "name those who need the rights";
        findings.add(binding, format!("/subjects/{at}/name"), message).help(help);
    }
}

/// The subjects of a binding: position, kind and name.
fn subjects(binding: &Manifest) -> impl Iterator<Item = (usize, &str, &str)> {
    let subjects = binding.object.get("subjects").map_or(&[][..], Node::items).iter().enumerate();
    subjects.filter_map(|(at, subject)| Some((at, subject.get("kind")?.as_str()?, subject.get("name")?.as_str()?)))
}
