//! Which ServiceAccount pods have, and whether they have its token.

use rustc_hash::FxHashSet;

use super::{Check, Findings, declare_rule};
use crate::{
    diagnostic::Safety,
    manifest::{ManifestSet, Pod},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Points out pods that get the token of a ServiceAccount to which no binding here gives any rights. Either the pods
    /// or the ServiceAccount say `automountServiceAccountToken: false`, or they get one.
    ///
    /// ## Why is this bad?
    /// Who gets into a container asks the API server in its name: without rights of its own it still sees what every
    /// ServiceAccount does, and next month's rights are its own, too. A program that never asks needs no token.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart, namespace: shop}
    /// spec: {serviceAccountName: cart, containers: [{name: cart}]}
    /// ---
    /// apiVersion: v1
    /// kind: ServiceAccount
    /// metadata: {name: cart, namespace: shop}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart, namespace: shop}
    /// spec: {serviceAccountName: cart, containers: [{name: cart}]}
    /// ---
    /// apiVersion: v1
    /// kind: ServiceAccount
    /// metadata: {name: cart, namespace: shop}
    /// automountServiceAccountToken: false
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: operator, namespace: shop}
    /// spec: {serviceAccountName: operator, containers: [{name: operator}]}
    /// ---
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: RoleBinding
    /// metadata: {name: operator, namespace: shop}
    /// subjects: [{kind: ServiceAccount, name: operator, namespace: shop}]
    /// ```
    ///
    /// Known elsewhere as: polaris `automountServiceAccountToken`.
    pub(super) static TOKEN_OF_NO_USE = {
        code: "SEC013",
        summary: "token of a ServiceAccount without rights",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Set(token_of_no_use),
    }
}

fn token_of_no_use(set: &ManifestSet, findings: &mut Findings<'_>) {
    let bound = bound(set);
    for pod in set.pods() {
        let namespace = pod.manifest.id.namespace.as_deref();
        let name = account(pod).unwrap_or("default");
        let own = pod.at("/spec/automountServiceAccountToken").and_then(Node::as_bool);
        let of_account =
            || set.find("ServiceAccount", namespace, name)?.object.get("automountServiceAccountToken")?.as_bool();
        if bound.contains(&(namespace, name)) || own.or_else(of_account) == Some(false) {
            continue;
        }
        let field = "/spec/automountServiceAccountToken";
        findings
            .add_to_pod(pod, field, "pods get the token of a ServiceAccount that nothing here gives rights")
            .set(pod.manifest, &pod.pointer_to(field), false, Safety::Unsafe, "mount no token")
            .help("set `automountServiceAccountToken: false`");
    }
}

/// The ServiceAccounts to which bindings give rights: their namespaces and names.
fn bound(set: &ManifestSet) -> FxHashSet<(Option<&str>, &str)> {
    let bindings = set.of_kind("RoleBinding").chain(set.of_kind("ClusterRoleBinding"));
    let subjects = bindings.flat_map(|binding| {
        let subjects = binding.object.get("subjects").map_or(&[][..], Node::items);
        subjects.iter().map(move |subject| (binding.id.namespace.as_deref(), subject))
    });
    subjects
        .filter_map(|(own, subject)| {
            let is_account = subject.get("kind")?.as_str()? == "ServiceAccount";
            let namespace = subject.get("namespace").and_then(Node::as_str).or(own);
            is_account.then_some((namespace, subject.get("name")?.as_str()?))
        })
        .collect()
}

declare_rule! {
    /// ## What it does
    /// Points out pods that have the ServiceAccount `default`, and its token.
    ///
    /// ## Why is this bad?
    /// Rights that are given to one of them are given to all pods of the namespace, and so to any that somebody starts
    /// there.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {serviceAccountName: cart, containers: [{name: cart}]}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web}
    /// spec: {automountServiceAccountToken: false, containers: [{name: web}]}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `default-service-account`.
    pub(super) static DEFAULT_ACCOUNT = {
        code: "SEC014",
        summary: "pods have the ServiceAccount of everybody",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Pod(default_account),
    }
}

fn default_account(pod: Pod<'_>, findings: &mut Findings<'_>) {
    let has_token = pod.at("/spec/automountServiceAccountToken").and_then(Node::as_bool) != Some(false);
    if has_token && account(pod).is_none_or(|name| name == "default") {
        findings
            .add_to_pod(pod, "/spec/serviceAccountName", "pods have the ServiceAccount `default`")
            .help("name a ServiceAccount of their own, or set `automountServiceAccountToken: false`");
    }
}

declare_rule! {
    /// ## What it does
    /// Points out the field `serviceAccount` of pods, which `serviceAccountName` has replaced.
    ///
    /// ## Why is this bad?
    /// The API server reads it as long as `serviceAccountName` is empty, and drops it otherwise: where the two differ,
    /// this one is without effect.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {serviceAccount: cart, containers: [{name: cart}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {serviceAccountName: cart, containers: [{name: cart}]}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `deprecated-service-account-field`.
    pub(super) static OLD_FIELD = {
        code: "SEC015",
        summary: "old name of the field `serviceAccountName`",
        severity: Info,
        since: "0.1.0",
        check: Check::Pod(old_field),
    }
}

fn old_field(pod: Pod<'_>, findings: &mut Findings<'_>) {
    let Some(old) = pod.at("/spec/serviceAccount").filter(|node| !node.is_null()) else { return };
    let (field, pointer) = ("/spec/serviceAccount", pod.pointer_to("/spec/serviceAccount"));
    let current = pod.at("/spec/serviceAccountName").filter(|name| name.as_str().is_some_and(|name| !name.is_empty()));
    let message = match current {
        Some(current) if current != old => "`serviceAccount` is without effect beside `serviceAccountName`",
        _ => "`serviceAccount` is the old name of `serviceAccountName`",
    };
    let mut finding = findings.add_to_pod(pod, field, message);
    finding.at_key(pod.manifest);
    if current.is_some() {
        finding.remove(pod.manifest, &pointer, Safety::Safe, "remove the old field").help("leave it out");
    } else {
        let title = "call it by its name";
        finding
            .rename_key(pod.manifest, &pointer, "serviceAccountName", Safety::Safe, title)
            .help("call it `serviceAccountName`");
    }
}

/// The ServiceAccount that pods name.
fn account(pod: Pod<'_>) -> Option<&str> {
    let name = |field: &str| pod.at(field).and_then(Node::as_str).filter(|name| !name.is_empty());
    name("/spec/serviceAccountName").or_else(|| name("/spec/serviceAccount"))
}
