//! Who the pods of a load test are: a `ServiceAccount` (v1) of their own, with a `Role` (rbac.authorization.k8s.io/v1) where
//! they need the Kubernetes API.

use super::InCluster;
use crate::{
    diagnostic::Diagnostic,
    manifest::Manifest,
    node::{Node, object},
    render::{Context, Kind, Render, rbac},
};

pub(in crate::render) static SERVICE_ACCOUNT: Kind =
    Kind { api_version: "v1", name: "ServiceAccount", render: Render::App(account) };
pub(in crate::render) static ROLE: Kind =
    Kind { api_version: rbac::API_VERSION, name: "Role", render: Render::App(role) };
pub(in crate::render) static ROLE_BINDING: Kind =
    Kind { api_version: rbac::API_VERSION, name: "RoleBinding", render: Render::App(binding) };

fn account(context: &Context<'_>, _: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let Some(load) = InCluster::of(context.app) else { return Vec::new() };
    let body = object! { "automountServiceAccountToken": load.node(false) };
    vec![SERVICE_ACCOUNT.manifest(context, load.name(), body)]
}

fn role(context: &Context<'_>, _: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let Some(load) = InCluster::of(context.app).filter(|load| load.needs_api().is_some()) else { return Vec::new() };
    let report = load.report().map(|report| (report, load.report_name()));
    let rules: Vec<Node> = [
        // What is created has no name that a rule could hold.
        report.as_ref().map(|(cause, _)| rule(cause, ("", &["configmaps"]), None, &["create"])),
        report.as_ref().map(|(cause, name)| rule(cause, ("", &["configmaps"]), Some(name), &["patch"])),
        load.replicas().map(|cause| rule(cause, ("apps", &["deployments", "statefulsets"]), None, &["get"])),
        load.replicas().map(|cause| rule(cause, ("autoscaling", &["horizontalpodautoscalers"]), None, &["list"])),
    ]
    .into_iter()
    .flatten()
    .collect();
    vec![ROLE.manifest(context, load.name(), object! { "rules": rules })]
}

/// A rule that a field of the spec calls for.
fn rule(cause: &Node, (group, resources): (&str, &[&str]), name: Option<&Node>, verbs: &[&str]) -> Node {
    let word = |word: &&str| Node::new(*word, cause.span);
    object! {
        "apiGroups": vec![Node::new(group, cause.span)],
        "resources": resources.iter().map(word).collect::<Vec<Node>>(),
        "resourceNames": name.map(|name| vec![name.clone().caused_by(cause.span)]),
        "verbs": verbs.iter().map(word).collect::<Vec<Node>>(),
    }
}

fn binding(context: &Context<'_>, _: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let Some(load) = InCluster::of(context.app).filter(|load| load.needs_api().is_some()) else { return Vec::new() };
    let subject =
        object! { "kind": load.node("ServiceAccount"), "name": load.name(), "namespace": &context.app.namespace };
    let body = object! { "roleRef": rbac::role_ref("Role", load.name()), "subjects": vec![subject] };
    vec![ROLE_BINDING.manifest(context, load.name(), body)]
}
