"""Facts about Kubernetes that none of the packages states in a usable form."""

# Not namespaced, in any version; every other kind is.
CLUSTER_SCOPED = {
    "admissionregistration.k8s.io": {
        "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration",
        "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration",
    },
    "apiextensions.k8s.io": {"CustomResourceDefinition"},
    "apiregistration.k8s.io": {"APIService"},
    "authentication.k8s.io": {"SelfSubjectReview", "TokenReview"},
    "authorization.k8s.io": {"SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"},
    "certificates.k8s.io": {"CertificateSigningRequest", "ClusterTrustBundle"},
    "": {"ComponentStatus", "Namespace", "Node", "PersistentVolume"},
    "flowcontrol.apiserver.k8s.io": {"FlowSchema", "PriorityLevelConfiguration"},
    "internal.apiserver.k8s.io": {"StorageVersion"},
    "networking.k8s.io": {"ClusterCIDR", "IPAddress", "IngressClass", "ServiceCIDR"},
    "node.k8s.io": {"RuntimeClass"},
    "rbac.authorization.k8s.io": {"ClusterRole", "ClusterRoleBinding"},
    "resource.k8s.io": {"DeviceClass", "DeviceTaintRule", "ResourceClass", "ResourcePoolStatusRequest", "ResourceSlice"},
    "scheduling.k8s.io": {"PriorityClass"},
    "storage.k8s.io": {"CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"},
    "storagemigration.k8s.io": {"StorageVersionMigration"},
}

# Checked by the API server although the declarations call them plain strings.
# Keyed by (definition, field).
MORE_ENUMS = {
    ("autoscaling.v2.HPAScalingPolicy", "type"): ["Percent", "Pods"],
    ("autoscaling.v2.HPAScalingRules", "selectPolicy"): ["Disabled", "Max", "Min"],
    ("autoscaling.v2.MetricSpec", "type"): ["ContainerResource", "External", "Object", "Pods", "Resource"],
    ("autoscaling.v2.MetricTarget", "type"): ["AverageValue", "Utilization", "Value"],
    ("rbac.v1.Subject", "kind"): ["Group", "ServiceAccount", "User"],
    ("meta.v1.LabelSelectorRequirement", "operator"): ["DoesNotExist", "Exists", "In", "NotIn"],
}

# Smallest port per (definition, field); the largest is always 65535. A field whose
# zero value means "unset" to the API server starts at 0. Applies to integers and
# to the integer side of int-or-string fields.
PORTS = {
    ("admissionregistration.v1.ServiceReference", "port"): 1,
    ("core.v1.ContainerPort", "containerPort"): 1,
    ("core.v1.ContainerPort", "hostPort"): 0,
    ("core.v1.EndpointPort", "port"): 1,
    ("core.v1.GRPCAction", "port"): 1,
    ("core.v1.HTTPGetAction", "port"): 1,
    ("core.v1.ServicePort", "nodePort"): 0,
    ("core.v1.ServicePort", "port"): 1,
    ("core.v1.ServicePort", "targetPort"): 0,
    ("core.v1.ServiceSpec", "healthCheckNodePort"): 0,
    ("core.v1.TCPSocketAction", "port"): 1,
    ("networking.v1.NetworkPolicyPort", "endPort"): 1,
    ("networking.v1.NetworkPolicyPort", "port"): 1,
    ("networking.v1.ServiceBackendPort", "number"): 0,
}

# Fields of custom resources, by group, that are required and have a default: the API
# server fills them in before it checks. The Rust types do not say which these are.
DEFAULTED = {
    ("external-secrets.io", "apiHost"),
    ("generators.external-secrets.io", "allowRepeat"),
    ("generators.external-secrets.io", "length"),
    ("generators.external-secrets.io", "noUpper"),
    ("grafana.integreatly.org", "for"),
}
