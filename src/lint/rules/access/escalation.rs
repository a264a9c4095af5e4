//! Rights that lead to other rights, up to all of them.

use super::{
    Check, Findings, declare_rule,
    grant::{grants, is_meant},
    role::{ROLES, report_with_binding},
};
use crate::manifest::Manifest;

declare_rule! {
    /// ## What it does
    /// Points out roles with a `*` among their groups, resources or verbs. One that may do everything is `SEC054`.
    ///
    /// ## Why is this bad?
    /// Such a role grows by itself: what the next operator brings is part of it, and nobody has looked at that.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: Role
    /// metadata: {name: cart}
    /// rules: [{apiGroups: [apps], resources: [deployments], verbs: ["*"]}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: Role
    /// metadata: {name: cart}
    /// rules: [{apiGroups: [apps], resources: [deployments], verbs: [get, list, watch]}]
    /// ```
    ///
    /// Known elsewhere as: kube-linter `wildcard-in-rules`.
    pub(super) static WILDCARD = {
        code: "SEC053",
        summary: "role with a wildcard",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Manifest { kinds: ROLES, check: wildcard },
    }
}

fn wildcard(role: &Manifest, findings: &mut Findings<'_>) {
    for grant in grants(role).filter(|grant| !grant.is_everything()) {
        for (field, what) in [("apiGroups", "group"), ("resources", "resource"), ("verbs", "verb")] {
            if let Some(at) = grant.list(field).position(|item| item == "*") {
                let message = format!("{} `{}` is for every {what}", role.kind(), role.id.name);
                let pointer = grant.pointer_to(&format!("/{field}/{at}"));
                findings.add(role, pointer, message).help(format!("name each {what}"));
            }
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that no role may do everything (`verbs: ["*"]`) with everything (`resources: ["*"]`) of all groups or of
    /// the core one.
    ///
    /// ## Why is this bad?
    /// In a ClusterRole that is `cluster-admin` by another name. Even for the core group of one namespace it includes
    /// all Secrets, a shell in every pod and the tokens of every ServiceAccount.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata: {name: operator}
    /// rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata: {name: operator}
    /// rules: [{apiGroups: [shop.example.com], resources: ["*"], verbs: ["*"]}]
    /// ```
    ///
    /// Known elsewhere as: kube-linter `cluster-admin-role-binding`, polaris `clusterrolebindingClusterAdmin`,
    /// `rolebindingClusterAdminRole`.
    pub(super) static EVERYTHING = {
        code: "SEC054",
        summary: "role may do everything",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: ROLES, check: everything },
    }
}

fn everything(role: &Manifest, findings: &mut Findings<'_>) {
    for grant in grants(role).filter(|grant| grant.is_everything()) {
        report_with_binding(role, grant.pointer_to(""), "do everything", "name what the program does", findings);
    }
}

declare_rule! {
    /// ## What it does
    /// Points out roles that may get more rights than they have: by `escalate` or `bind` on roles, by `impersonate`, by
    /// making tokens of ServiceAccounts, or by the API of the kubelet (`nodes/proxy`).
    ///
    /// ## Why is this bad?
    /// What else the role says means nothing: who has it can be who they like.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata: {name: tenants}
    /// rules: [{apiGroups: [rbac.authorization.k8s.io], resources: [roles, clusterroles], verbs: [get, escalate]}]
    /// ```
    ///
    /// Roles that are named can be bound without more rights than these.
    /// ```yaml,silent
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata: {name: tenants}
    /// rules:
    ///   - {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], resourceNames: [tenant], verbs: [bind]}
    ///   - {apiGroups: [rbac.authorization.k8s.io], resources: [rolebindings], verbs: [get, create]}
    /// ```
    pub(super) static ESCALATE = {
        code: "SEC056",
        summary: "role may get more rights than it has",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: ROLES, check: escalate },
    }
}

/// Groups, resources and verbs that lead to other rights.
const LADDERS: [(&str, &[&str], &[&str]); 4] = [
    ("rbac.authorization.k8s.io", &["roles", "clusterroles"], &["escalate", "bind"]),
    ("", &["users", "groups", "serviceaccounts"], &["impersonate"]),
    ("", &["serviceaccounts/token"], &["create"]),
    ("", &["nodes/proxy"], &["get", "create"]),
];

fn escalate(role: &Manifest, findings: &mut Findings<'_>) {
    for grant in grants(role).filter(|grant| !grant.is_everything() && !grant.is_of_some()) {
        let ladder = |(group, resources, verbs): &(&str, &[&str], &[&str])| grant.resource(group, resources, verbs);
        if let Some((pointer, _)) = LADDERS.iter().find_map(ladder).filter(is_meant) {
            let help = "name the roles or accounts in `resourceNames`, or leave it out";
            report_with_binding(role, pointer, "get more rights than it has", help, findings);
        }
    }
}
