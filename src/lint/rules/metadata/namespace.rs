//! Namespaces of objects.

use super::{Check, Findings, declare_rule};
use crate::{grammar::known_or_similar, manifest::Manifest};

/// Kinds that live in a namespace, of those that the rules know.
const NAMESPACED: &[&str] = &[
    "ConfigMap",
    "CronJob",
    "DaemonSet",
    "Deployment",
    "Endpoints",
    "HorizontalPodAutoscaler",
    "Ingress",
    "Job",
    "LimitRange",
    "NetworkPolicy",
    "PersistentVolumeClaim",
    "Pod",
    "PodDisruptionBudget",
    "ReplicaSet",
    "ResourceQuota",
    "Role",
    "RoleBinding",
    "Secret",
    "Service",
    "ServiceAccount",
    "StatefulSet",
];

declare_rule! {
    /// ## What it does
    /// Points out objects in the namespace `default`.
    ///
    /// ## Why is this bad?
    /// Everything that somebody forgot to put elsewhere is there. Rights, quotas and policies of a namespace are then
    /// those of everybody (CIS 5.7.4).
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, namespace: default}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, namespace: shop}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `use-namespace`.
    pub(super) static DEFAULT_NAMESPACE = {
        code: "CFG006",
        summary: "object in the namespace `default`",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Manifest { kinds: &[], check: default_namespace },
    }
}

fn default_namespace(manifest: &Manifest, findings: &mut Findings<'_>) {
    if manifest.id.namespace.as_deref() == Some("default") {
        let message = format!("{} `{}` is in the namespace `default`", manifest.kind(), manifest.id.name);
        findings.add(manifest, "/metadata/namespace", message).help("put it into a namespace of its own");
    }
}

declare_rule! {
    /// ## What it does
    /// Points out objects that live in a namespace and do not name it.
    ///
    /// ## Why is this bad?
    /// Whoever applies them decides where they go: into `default`, if nobody thinks of it. The rule is off by default,
    /// because Helm and Kustomize often leave the namespace to the one who applies.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, namespace: shop}
    /// ---
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: shop}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `use-namespace`.
    pub(super) static MISSING_NAMESPACE = {
        code: "CFG007",
        summary: "object names no namespace",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Manifest { kinds: NAMESPACED, check: missing_namespace },
    }
}

fn missing_namespace(manifest: &Manifest, findings: &mut Findings<'_>) {
    if manifest.id.namespace.is_none() {
        let message = format!("{} `{}` names no namespace", manifest.kind(), manifest.id.name);
        findings.add(manifest, "/metadata", message).help("set `metadata.namespace`");
    }
}

declare_rule! {
    /// ## What it does
    /// Points out objects in a namespace that is not among the objects.
    ///
    /// ## Why is this bad?
    /// Where nobody else makes the namespace, the API server refuses the object. A mistyped name looks the same. The
    /// rule is off by default, because namespaces are often made elsewhere.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, namespace: shpo}
    /// ---
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: shop}
    /// ```
    ///
    /// What every cluster has need not be rendered.
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, namespace: shop}
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, namespace: kube-system}
    /// ---
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: shop}
    /// ```
    pub(super) static UNKNOWN_NAMESPACE = {
        code: "CFG008",
        summary: "object in a namespace that nothing renders",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Manifest { kinds: &[], check: unknown_namespace },
    }
}

fn unknown_namespace(manifest: &Manifest, findings: &mut Findings<'_>) {
    let Some(namespace) = manifest.id.namespace.as_deref() else { return };
    let of_cluster = matches!(namespace, "default" | "kube-node-lease" | "kube-public" | "kube-system");
    if !of_cluster && findings.set.find("Namespace", None, namespace).is_none() {
        let help = known_or_similar(namespace, findings.set.names("Namespace", None));
        let message = format!("nothing renders the namespace of {} `{}`", manifest.kind(), manifest.id.name);
        findings.add(manifest, "/metadata/namespace", message).help(help);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{diagnostic::Gvk, manifest::is_cluster_scoped};

    #[test]
    fn what_is_asked_for_a_namespace_has_one() {
        let groups =
            ["", "apps/", "autoscaling/", "batch/", "networking.k8s.io/", "policy/", "rbac.authorization.k8s.io/"];
        for kind in NAMESPACED {
            assert!(groups.iter().all(|group| !is_cluster_scoped(&Gvk::new(&format!("{group}v1"), kind))), "{kind}");
        }
    }
}
