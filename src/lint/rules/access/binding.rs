//! Rights that are given to nobody, or of nothing.

use super::{Check, Findings, declare_rule, did_you_mean, role};
use crate::{manifest::ManifestSet, node::Node};

declare_rule! {
    /// ## What it does
    /// Checks that the Role of every RoleBinding is rendered here.
    ///
    /// ## Why is this bad?
    /// The binding gives no rights, and the API server does not say so. The first request of the program is then
    /// forbidden.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: RoleBinding
    /// metadata: {name: cart, namespace: shop}
    /// roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: crat}
    /// ---
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: Role
    /// metadata: {name: cart, namespace: shop}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: RoleBinding
    /// metadata: {name: cart, namespace: shop}
    /// roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: cart}
    /// ---
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: Role
    /// metadata: {name: cart, namespace: shop}
    /// ```
    pub(super) static MISSING_ROLE = {
        code: "SEC001",
        summary: "RoleBinding of a Role that does not exist",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(missing_role),
    }
}

fn missing_role(set: &ManifestSet, findings: &mut Findings<'_>) {
    for binding in set.of_kind("RoleBinding") {
        let namespace = binding.id.namespace.as_deref();
        let is_made = |name: &&str| is_built_in(name) || set.find("Role", namespace, name).is_some();
        let Some(name) = role(binding, "Role").filter(|name| !is_made(name)) else { continue };
        let message = format!("RoleBinding `{}` binds Role `{name}`, which does not exist", binding.id.name);
        let help = did_you_mean(name, set.names("Role", namespace), "name a Role of the same namespace");
        findings.add(binding, "/roleRef/name", message).suggest(binding, help);
    }
}

/// Whether it is one of the Roles that Kubernetes makes, in `kube-system` and `kube-public`.
fn is_built_in(name: &str) -> bool {
    name == "extension-apiserver-authentication-reader" || name.starts_with("system:")
}

declare_rule! {
    /// ## What it does
    /// Checks that every ServiceAccount to which a binding gives rights is rendered here, where it can know: in
    /// namespaces whose ServiceAccounts or pods are rendered here.
    ///
    /// ## Why is this bad?
    /// The rights are given to nobody, until somebody makes a ServiceAccount of that name.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: RoleBinding
    /// metadata: {name: cart, namespace: shop}
    /// subjects: [{kind: ServiceAccount, name: crat, namespace: shop}]
    /// ---
    /// apiVersion: v1
    /// kind: ServiceAccount
    /// metadata: {name: cart, namespace: shop}
    /// ```
    ///
    /// What else lives in a cluster is not known here.
    /// ```yaml,silent
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: RoleBinding
    /// metadata: {name: cart, namespace: shop}
    /// subjects:
    ///   - {kind: ServiceAccount, name: default, namespace: shop}
    ///   - {kind: ServiceAccount, name: prometheus, namespace: monitoring}
    ///   - {kind: Group, name: developers}
    /// ```
    pub(super) static MISSING_SUBJECT = {
        code: "SEC002",
        summary: "rights for a ServiceAccount that does not exist",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(missing_subject),
    }
}

fn missing_subject(set: &ManifestSet, findings: &mut Findings<'_>) {
    for binding in set.of_kind("RoleBinding").chain(set.of_kind("ClusterRoleBinding")) {
        for (pointer, subject) in binding.items("/subjects") {
            let text = |key: &str| subject.get(key).and_then(Node::as_str);
            let (Some("ServiceAccount"), Some(name)) = (text("kind"), text("name")) else { continue };
            let namespace = text("namespace").or(binding.id.namespace.as_deref());
            let known = set.has_pods(namespace) || set.names("ServiceAccount", namespace).next().is_some();
            if !known || name == "default" || set.find("ServiceAccount", namespace, name).is_some() {
                continue;
            }
            let message = format!(
                "{} `{}` is for ServiceAccount `{name}`, which does not exist",
                binding.kind(),
                binding.id.name
            );
            let help = did_you_mean(name, set.names("ServiceAccount", namespace), "render the ServiceAccount");
            findings.add(binding, pointer + "/name", message).suggest(binding, help);
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Points out bindings of ClusterRoles that are neither rendered here nor part of Kubernetes.
    ///
    /// ## Why is this bad?
    /// It need not be: operators bring ClusterRoles of their own. But a mistyped name looks the same, and gives no
    /// rights.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: RoleBinding
    /// metadata: {name: cart, namespace: shop}
    /// roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: viewer}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: RoleBinding
    /// metadata: {name: cart, namespace: shop}
    /// roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
    /// ---
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRoleBinding
    /// metadata: {name: metrics}
    /// roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "system:auth-delegator"}
    /// ```
    pub(super) static UNKNOWN_CLUSTER_ROLE = {
        code: "SEC003",
        summary: "binding of a ClusterRole that nothing renders",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(unknown_cluster_role),
    }
}

/// The roles for users of <https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles>.
const USER_ROLES: &[&str] = &["admin", "cluster-admin", "edit", "view"];

fn unknown_cluster_role(set: &ManifestSet, findings: &mut Findings<'_>) {
    for binding in set.of_kind("RoleBinding").chain(set.of_kind("ClusterRoleBinding")) {
        let Some(name) = role(binding, "ClusterRole") else { continue };
        if USER_ROLES.contains(&name) || name.starts_with("system:") || set.find("ClusterRole", None, name).is_some() {
            continue;
        }
        let (kind, owner) = (binding.kind(), &binding.id.name);
        let known = set.names("ClusterRole", None).chain(USER_ROLES.iter().copied());
        findings
            .add(
                binding,
                "/roleRef/name",
                format!("{kind} `{owner}` binds ClusterRole `{name}`, which nothing renders"),
            )
            .suggest(binding, did_you_mean(name, known, "render the ClusterRole, or see that every cluster has it"));
    }
}
