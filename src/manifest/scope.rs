//! Which kinds stand outside of all namespaces.

use crate::diagnostic::Gvk;

/// Cluster-scoped kinds by group: Kubernetes' own, and those of common operators. Whether it is complete, a test asks
/// the schemas.
const CLUSTER_SCOPED: &[(&str, &[&str])] = &[
    ("", &["ComponentStatus", "Namespace", "Node", "PersistentVolume"]),
    (
        "admissionregistration.k8s.io",
        &[
            "MutatingAdmissionPolicy",
            "MutatingAdmissionPolicyBinding",
            "MutatingWebhookConfiguration",
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding",
            "ValidatingWebhookConfiguration",
        ],
    ),
    ("apiextensions.k8s.io", &["CustomResourceDefinition"]),
    ("apiregistration.k8s.io", &["APIService"]),
    ("cert-manager.io", &["ClusterIssuer"]),
    ("certificates.k8s.io", &["CertificateSigningRequest", "ClusterTrustBundle"]),
    ("chaos-mesh.org", &["RemoteCluster"]),
    ("cilium.io", &["CiliumClusterwideNetworkPolicy"]),
    ("external-secrets.io", &["ClusterExternalSecret", "ClusterPushSecret", "ClusterSecretStore"]),
    ("flowcontrol.apiserver.k8s.io", &["FlowSchema", "PriorityLevelConfiguration"]),
    ("gateway.networking.k8s.io", &["GatewayClass"]),
    ("generators.external-secrets.io", &["ClusterGenerator"]),
    ("internal.apiserver.k8s.io", &["StorageVersion"]),
    ("keda.sh", &["ClusterTriggerAuthentication"]),
    (
        "kyverno.io",
        &[
            "ClusterAdmissionReport",
            "ClusterBackgroundScanReport",
            "ClusterCleanupPolicy",
            "ClusterPolicy",
            "GlobalContextEntry",
            "ValidatingPolicy",
        ],
    ),
    ("networking.k8s.io", &["ClusterCIDR", "IngressClass", "IPAddress", "ServiceCIDR"]),
    ("node.k8s.io", &["RuntimeClass"]),
    (
        "policies.kyverno.io",
        &["DeletingPolicy", "GeneratingPolicy", "ImageValidatingPolicy", "MutatingPolicy", "ValidatingPolicy"],
    ),
    ("rbac.authorization.k8s.io", &["ClusterRole", "ClusterRoleBinding"]),
    (
        "resource.k8s.io",
        &["DeviceClass", "DeviceTaintRule", "ResourceClass", "ResourcePoolStatusRequest", "ResourceSlice"],
    ),
    ("scheduling.k8s.io", &["PriorityClass"]),
    ("snapshot.storage.k8s.io", &["VolumeSnapshotClass", "VolumeSnapshotContent"]),
    ("storage.k8s.io", &["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"]),
    ("storagemigration.k8s.io", &["StorageVersionMigration"]),
    ("templates.gatekeeper.sh", &["ConstraintTemplate"]),
];

/// Groups all of whose kinds are cluster-scoped: Gatekeeper makes them from what its users call their constraints.
const CLUSTER_SCOPED_GROUPS: &[&str] = &["constraints.gatekeeper.sh"];

/// Whether objects of the kind have no namespace.
pub fn is_cluster_scoped(gvk: &Gvk) -> bool {
    let kinds = CLUSTER_SCOPED.iter().find(|(group, _)| *group == gvk.group).map(|(_, kinds)| *kinds);
    kinds.is_some_and(|kinds| kinds.contains(&gvk.kind.as_str())) || CLUSTER_SCOPED_GROUPS.contains(&gvk.group.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn group_and_kind_count() {
        assert!(is_cluster_scoped(&Gvk::new("v1", "Namespace")));
        assert!(is_cluster_scoped(&Gvk::new("constraints.gatekeeper.sh/v1beta1", "K8sRequiredLabels")));
        assert!(!is_cluster_scoped(&Gvk::new("kyverno.io/v1", "Policy")));
        assert!(!is_cluster_scoped(&Gvk::new("example.com/v1", "Namespace")));
    }
}
