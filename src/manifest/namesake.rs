//! Kinds of others that are called like Kubernetes' own.

use super::Manifest;

/// Kinds of Kubernetes whose names other projects use for something else: Knative for its `Service`, Calico for its
/// `NetworkPolicy`, OpenShift for its `Ingress`, Volcano for its `Job`.
const KINDS: [&str; 4] = ["Ingress", "Job", "NetworkPolicy", "Service"];

impl Manifest {
    /// Whether the object is only called like one of Kubernetes' own: what holds for those does not hold for it.
    ///
    /// Kubernetes' own groups have no dot, or end in `.k8s.io`.
    pub fn is_namesake(&self) -> bool {
        let group = self.id.gvk.group.as_str();
        group.contains('.') && !group.ends_with(".k8s.io") && KINDS.contains(&self.kind())
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        manifest::{Manifest, ManifestSet, Owner},
        node::object,
    };

    #[test]
    fn groups_tell_kinds_apart() {
        let object = |group: &str, kind: &str| {
            let metadata = object! { "name": "a" };
            let object = object! { "apiVersion": group, "kind": kind, "metadata": metadata };
            Manifest::new(Owner::Cluster, None, object)
        };
        for (group, kind, expected) in [
            ("v1", "Service", false),
            ("serving.knative.dev/v1", "Service", true),
            ("networking.k8s.io/v1", "NetworkPolicy", false),
            ("projectcalico.org/v3", "NetworkPolicy", true),
            ("extensions/v1beta1", "Ingress", false),
            ("apps.kruise.io/v1beta1", "StatefulSet", false),
        ] {
            assert_eq!(object(group, kind).is_namesake(), expected, "{group} {kind}");
        }
        let knative = object("serving.knative.dev/v1", "Service");
        let set = ManifestSet::new("dev".into(), "1.34".into(), vec![knative]);
        assert_eq!((set.of_kind("Service").count(), set.manifests().len()), (0, 1));
        assert!(set.find("Service", None, "a").is_none());
    }
}
