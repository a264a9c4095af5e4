//! The order in which objects are applied.

use super::{Manifest, Owner};

/// Kinds in the order in which Argo CD applies them inside one wave (gitops-engine, `sync_tasks.go`). Any other kind
/// comes last.
const APPLY_ORDER: &[&str] = &[
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
];

/// Sorts by owner, then kind, then namespace and name: what is shared first, each app as Argo CD applies it.
pub(super) fn sort(manifests: &mut [Manifest]) {
    manifests.sort_by(|a, b| key(a).cmp(&key(b)));
}

fn key(manifest: &Manifest) -> (&Owner, usize, &crate::diagnostic::ResourceId) {
    (&manifest.owner, apply_rank(manifest.kind()), &manifest.id)
}

/// When objects of a kind are applied inside one wave: the lower, the earlier. All kinds that Argo CD does not know share
/// the highest.
pub fn apply_rank(kind: &str) -> usize {
    APPLY_ORDER.iter().position(|known| *known == kind).unwrap_or(APPLY_ORDER.len())
}
