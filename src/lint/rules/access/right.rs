//! Rights that are more than they look like.

use super::{Check, Findings, declare_rule, grant::grants, role};
use crate::manifest::{Manifest, ManifestSet};

declare_rule! {
    /// ## What it does
    /// Points out roles that may make pods, or what makes pods.
    ///
    /// ## Why is this bad?
    /// A pod may have every ServiceAccount, every Secret and every volume of its namespace, and so may who makes it.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: Role
    /// metadata: {name: deploy}
    /// rules: [{apiGroups: [apps], resources: [deployments], verbs: [get, create]}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: Role
    /// metadata: {name: deploy}
    /// rules: [{apiGroups: [apps], resources: [deployments], verbs: [get, list]}]
    /// ```
    ///
    /// Known elsewhere as: kube-linter `access-to-create-pods`.
    pub(super) static MAKE_PODS = {
        code: "SEC050",
        summary: "role may make pods",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Manifest { kinds: ROLES, check: make_pods },
    }
}

const ROLES: &[&str] = &["ClusterRole", "Role"];

fn make_pods(role: &Manifest, findings: &mut Findings<'_>) {
    let makers: [(&str, &[&str]); 3] = [
        ("", &["pods", "replicationcontrollers"]),
        ("apps", &["daemonsets", "deployments", "replicasets", "statefulsets"]),
        ("batch", &["cronjobs", "jobs"]),
    ];
    for grant in grants(role).filter(|grant| !grant.is_everything()) {
        if let Some((pointer, _)) = makers.iter().find_map(|(group, kinds)| grant.resource(group, kinds, &["create"])) {
            let help = "leave `create` out, or give the right to what deploys only";
            findings.add(role, pointer, message(role, "make pods")).help(help);
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Points out roles that may read all Secrets, of their namespace or of the cluster; `list` and `watch` show the
    /// values just as `get` does.
    ///
    /// ## Why is this bad?
    /// Among the Secrets are the tokens and passwords of all others. A program that needs one of them can be given that
    /// one, by `resourceNames`.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata: {name: cart}
    /// rules: [{apiGroups: [""], resources: [configmaps, secrets], verbs: [list]}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: Role
    /// metadata: {name: cart}
    /// rules: [{apiGroups: [""], resources: [secrets], resourceNames: [cart], verbs: [get]}]
    /// ```
    ///
    /// Known elsewhere as: kube-linter `access-to-secrets`.
    pub(super) static READ_SECRETS = {
        code: "SEC051",
        summary: "role may read all Secrets",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Manifest { kinds: ROLES, check: read_secrets },
    }
}

fn read_secrets(role: &Manifest, findings: &mut Findings<'_>) {
    for grant in grants(role).filter(|grant| !grant.is_everything() && !grant.is_of_some()) {
        if let Some((pointer, _)) = grant.resource("", &["secrets"], &["get", "list", "watch"]) {
            findings.add(role, pointer, message(role, "read all Secrets")).help("name the Secrets in `resourceNames`");
        }
    }
}

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
    /// Points out roles that may run commands in pods: `pods/exec` and `pods/attach`.
    ///
    /// ## Why is this bad?
    /// Who can run a command in a container has all that its program has: Secrets, volumes, connections. It leaves no
    /// trace in any repository.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: Role
    /// metadata: {name: support, namespace: shop}
    /// rules: [{apiGroups: [""], resources: [pods, pods/exec], verbs: [get, create]}]
    /// ---
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: RoleBinding
    /// metadata: {name: support, namespace: shop}
    /// roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: support}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: Role
    /// metadata: {name: support}
    /// rules: [{apiGroups: [""], resources: [pods, pods/log], verbs: [get, list]}]
    /// ```
    ///
    /// Known elsewhere as: polaris `clusterrolePodExecAttach`, `rolePodExecAttach`, `clusterrolebindingPodExecAttach`,
    /// `rolebindingClusterRolePodExecAttach`, `rolebindingRolePodExecAttach`.
    pub(super) static EXECUTE = {
        code: "SEC055",
        summary: "role may run commands in pods",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: ROLES, check: execute },
    }
}

fn execute(role: &Manifest, findings: &mut Findings<'_>) {
    for grant in grants(role).filter(|grant| !grant.is_everything()) {
        // A connection is opened by `get`, too: that is how the API server sees a WebSocket. Who may read everything was
        // not meant to.
        let (resources, verbs) = (["pods/exec", "pods/attach"], ["create", "get"]);
        if let Some((pointer, _)) = grant.resource("", &resources, &verbs).filter(is_meant) {
            let help = "leave it out, and give it to people for as long as they need it";
            report_with_binding(role, pointer, "run commands in pods", help, findings);
        }
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

declare_rule! {
    /// ## What it does
    /// Checks that the role which everybody gets who may edit a namespace, `system:aggregate-to-edit` or one with the
    /// label `rbac.authorization.k8s.io/aggregate-to-edit`, may not write Endpoints or EndpointSlices.
    ///
    /// ## Why is this bad?
    /// Who can write them leads a Service, and with it an Ingress or a gateway that has more rights, to pods of another
    /// namespace ([CVE-2021-25740](https://github.com/kubernetes/kubernetes/issues/103675)).
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata: {name: "system:aggregate-to-edit"}
    /// rules: [{apiGroups: [""], resources: [endpoints], verbs: [get, patch]}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata: {name: "system:aggregate-to-edit"}
    /// rules: [{apiGroups: [""], resources: [endpoints], verbs: [get, list]}]
    /// ```
    ///
    /// Known elsewhere as: gatekeeper-library `block-endpoint-edit-default-role`.
    pub(super) static ENDPOINTS = {
        code: "SEC060",
        summary: "every editor may write endpoints",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["ClusterRole"], check: endpoints },
    }
}

fn endpoints(role: &Manifest, findings: &mut Findings<'_>) {
    let label = role.object.at("/metadata/labels/rbac.authorization.k8s.io~1aggregate-to-edit");
    let is_aggregated = label.and_then(|label| label.as_str()) == Some("true");
    if role.id.name != "system:aggregate-to-edit" && !is_aggregated {
        return;
    }
    let write = ["create", "patch", "update"];
    for grant in grants(role).filter(|grant| !grant.is_everything()) {
        let slices = || grant.resource("discovery.k8s.io", &["endpointslices"], &write);
        if let Some((pointer, _)) = grant.resource("", &["endpoints"], &write).or_else(slices) {
            let message =
                format!("everybody who may edit a namespace may write endpoints by ClusterRole `{}`", role.id.name);
            findings.add(role, pointer, message).help("leave the verbs out that write");
        }
    }
}

/// Whether a resource is named, and not one of all.
fn is_meant((_, resource): &(String, &str)) -> bool {
    *resource != "*"
}

fn message(role: &Manifest, right: &str) -> String {
    format!("{} `{}` may {right}", role.kind(), role.id.name)
}

/// Reports a right, and who gets it first.
fn report_with_binding(role: &Manifest, pointer: String, right: &str, help: &str, findings: &mut Findings<'_>) {
    let set = findings.set;
    let mut finding = findings.add(role, pointer, message(role, right));
    finding.help(help);
    if let Some(binding) = binding_of(set, role) {
        finding.related(binding, "/roleRef/name", "this binding gives it");
    }
}

/// The first binding of a role.
fn binding_of<'a>(set: &'a ManifestSet, bound: &Manifest) -> Option<&'a Manifest> {
    let is_here = |binding: &&Manifest| bound.kind() == "ClusterRole" || binding.id.namespace == bound.id.namespace;
    let mut bindings = set.of_kind("ClusterRoleBinding").chain(set.of_kind("RoleBinding")).filter(is_here);
    bindings.find(|binding| role(binding, bound.kind()) == Some(&bound.id.name))
}
