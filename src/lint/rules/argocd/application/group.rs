//! Groups of the kinds whose differences Argo CD is told to ignore.

use super::{Application, Check, Findings, Manifest, ManifestSet, declare_rule, difference::Objects};
use crate::{diagnostic::Safety, sync::Difference};

/// Kinds of Kubernetes that are not of the core group, with their groups.
const GROUPS: [(&str, &str); 20] = [
    ("ClusterRole", "rbac.authorization.k8s.io"),
    ("ClusterRoleBinding", "rbac.authorization.k8s.io"),
    ("CronJob", "batch"),
    ("CustomResourceDefinition", "apiextensions.k8s.io"),
    ("DaemonSet", "apps"),
    ("Deployment", "apps"),
    ("HorizontalPodAutoscaler", "autoscaling"),
    ("Ingress", "networking.k8s.io"),
    ("IngressClass", "networking.k8s.io"),
    ("Job", "batch"),
    ("MutatingWebhookConfiguration", "admissionregistration.k8s.io"),
    ("NetworkPolicy", "networking.k8s.io"),
    ("PodDisruptionBudget", "policy"),
    ("ReplicaSet", "apps"),
    ("Role", "rbac.authorization.k8s.io"),
    ("RoleBinding", "rbac.authorization.k8s.io"),
    ("StatefulSet", "apps"),
    ("StorageClass", "storage.k8s.io"),
    ("ValidatingAdmissionPolicy", "admissionregistration.k8s.io"),
    ("ValidatingWebhookConfiguration", "admissionregistration.k8s.io"),
];

declare_rule! {
    /// ## What it does
    /// Checks the groups of entries of `ignoreDifferences`: that they are groups, without a version; that kinds of
    /// Kubernetes outside of the core group have theirs; and that the kinds which an Application syncs have the one that
    /// is named.
    ///
    /// ## Why is this bad?
    /// The entry is about nothing, and Argo CD does not say so: the group of a Deployment is `apps`, not `apps/v1`, and
    /// without one the entry is about a Deployment of the core group. That group is empty, not `v1` or `core`.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   ignoreDifferences:
    ///     - {group: apps/v1, kind: Deployment, jsonPointers: [/spec/replicas]}
    ///     - {kind: StatefulSet, jsonPointers: [/spec/replicas]}
    ///     - {group: core, kind: Service, jsonPointers: [/spec/clusterIP]}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   source: {path: golden/dev/_cluster}
    ///   ignoreDifferences: [{group: keda.k8s.io, kind: ScaledObject, jsonPointers: [/spec/paused]}]
    /// ---
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   ignoreDifferences:
    ///     - {group: apps, kind: Deployment, jsonPointers: [/spec/replicas]}
    ///     - {kind: Service, jsonPointers: [/spec/clusterIP]}
    ///     - {group: "*", kind: StatefulSet, jsonPointers: [/spec/replicas]}
    /// ```
    pub(super) static GROUP = {
        code: "ARG323",
        summary: "ignored difference in a group that the kind is not of",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(group),
    }
}

fn group(set: &ManifestSet, findings: &mut Findings<'_>) {
    let known = Objects::of(set);
    for application in Application::all(set) {
        for (pointer, difference) in Difference::all(application) {
            let Some(kind) = difference.text("kind") else { continue };
            let group = difference.text("group").unwrap_or_default();
            let rendered = || rendered_group(difference, known.synced_by(application)?);
            let Some(meant) = meant_group(kind, group).filter(|meant| *meant != group).or_else(rendered) else {
                continue;
            };
            let place = format!("{pointer}/group");
            let title = format!("write `group: \"{meant}\"`");
            findings
                .add(
                    application.manifest,
                    place.as_str(),
                    format!("{kind} is of {}, and not of {}", called(meant), called(group)),
                )
                .help(title.as_str())
                .set(application.manifest, &place, meant, Safety::Unsafe, title);
        }
    }
}

/// A group in words.
fn called(group: &str) -> String {
    if group.is_empty() { "the core group".to_owned() } else { format!("the group `{group}`") }
}

/// The group that is meant, where what is written is plainly none of this kind.
fn meant_group<'a>(kind: &str, group: &'a str) -> Option<&'a str> {
    let known = GROUPS.iter().find(|(known, _)| *known == kind).map(|(_, group)| *group);
    match (known, group) {
        (Some(known), "" | "core" | "v1" | "extensions") => Some(known),
        (Some(known), group) if group.contains('/') => Some(known),
        (None, "core" | "v1") => Some(""),
        (None, group) => group.split_once('/').map(|(group, _)| group),
        _ => None,
    }
}

/// The group that objects of this kind have, where none has the one that is written.
fn rendered_group<'a>(difference: Difference<'_>, objects: &[&'a Manifest]) -> Option<&'a str> {
    let mut of_kind = objects.iter().filter(|object| difference.is_about_kind(object));
    let first = of_kind.clone().next()?;
    of_kind.all(|object| !difference.is_about(object)).then_some(first.id.gvk.group.as_str())
}
