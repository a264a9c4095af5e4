//! Rights that are more than they look like.

use super::{
    Check, Findings, declare_rule,
    grant::{grants, is_meant},
    role::{ROLES, message, report_with_binding},
};
use crate::manifest::Manifest;

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
