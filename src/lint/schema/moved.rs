//! Fields that a kind once had: where what they said is said now.
//!
//! They are unknown fields like any other; but whoever wrote them had read about them somewhere.

use crate::diagnostic::Gvk;

/// A field of an older version.
struct Moved {
    group: &'static str,
    /// The kind; any of the group when empty.
    kind: &'static str,
    /// The end of the pointer to it.
    field: &'static str,
    help: &'static str,
}

const fn moved(group: &'static str, kind: &'static str, field: &'static str, help: &'static str) -> Moved {
    Moved { group, kind, field, help }
}

const MOVED: &[Moved] = &[
    moved(
        "chaos-mesh.org",
        "",
        "/spec/scheduler",
        "since Chaos Mesh 2.0, that is a `kind: Schedule`: the cron line is its `schedule`, and the experiment stands in \
         the field of its kind, such as `podChaos`",
    ),
    moved("keda.sh", "ScaledObject", "/scaleTargetRef/deploymentName", "since KEDA 2.0, it is called `name`"),
    moved(
        "keda.sh",
        "ScaledObject",
        "/scaleTargetRef/containerName",
        "since KEDA 2.0, it is called `envSourceContainerName`",
    ),
    moved("keda.sh", "ScaledObject", "/spec/jobTargetRef", "since KEDA 2.0, that is a `kind: ScaledJob`"),
    moved("networking.k8s.io", "Ingress", "/spec/backend", "it is called `defaultBackend` now"),
    moved("networking.k8s.io", "Ingress", "ackend/serviceName", "it is `service.name` now"),
    moved("networking.k8s.io", "Ingress", "ackend/servicePort", "it is `service.port.number` or `.name` now"),
    moved(
        "autoscaling",
        "HorizontalPodAutoscaler",
        "/spec/targetCPUUtilizationPercentage",
        "since `autoscaling/v2`, that is an item of `metrics` of the type `Resource`",
    ),
    moved("cert-manager.io", "Certificate", "/spec/keyAlgorithm", "it is `privateKey.algorithm` now"),
    moved("cert-manager.io", "Certificate", "/spec/keyEncoding", "it is `privateKey.encoding` now"),
    moved("cert-manager.io", "Certificate", "/spec/keySize", "it is `privateKey.size` now"),
    moved("cert-manager.io", "Certificate", "/spec/organization", "it is `subject.organizations` now"),
];

/// Where what a field said is said now, if it is one of those.
pub(super) fn help(gvk: &Gvk, pointer: &str) -> Option<&'static str> {
    let is_it = |moved: &&Moved| {
        moved.group == gvk.group && (moved.kind.is_empty() || moved.kind == gvk.kind) && pointer.ends_with(moved.field)
    };
    MOVED.iter().find(is_it).map(|moved| moved.help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_their_ends() {
        let pod_chaos = Gvk::new("chaos-mesh.org/v1alpha1", "PodChaos");
        assert!(help(&pod_chaos, "/spec/scheduler").is_some());
        assert_eq!(help(&pod_chaos, "/spec/schedule"), None);
        let ingress = Gvk::new("networking.k8s.io/v1", "Ingress");
        let path = "/spec/rules/0/http/paths/0/backend/serviceName";
        assert_eq!(help(&ingress, path), Some("it is `service.name` now"));
        assert_eq!(help(&Gvk::new("extensions/v1beta1", "Ingress"), path), None);
    }
}
