//! Which APIs an environment's cluster offers.

use super::codes::UNAVAILABLE_API;
use crate::{diagnostic::Diagnostic, model::Environment, node::Node, source::Span};

/// Kubernetes' own API groups that have a dot in their names; the others (`apps`, `batch`, …) have none:
/// <https://kubernetes.io/docs/reference/kubernetes-api/>. `*.k8s.io` alone proves nothing: `gateway.networking.k8s.io`
/// and `snapshot.storage.k8s.io` come with custom resources.
const BUILT_IN_GROUPS: &[&str] = &[
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "certificates.k8s.io",
    "coordination.k8s.io",
    "discovery.k8s.io",
    "events.k8s.io",
    "flowcontrol.apiserver.k8s.io",
    "internal.apiserver.k8s.io",
    "networking.k8s.io",
    "node.k8s.io",
    "rbac.authorization.k8s.io",
    "resource.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
    "storagemigration.k8s.io",
];

/// What is wrong with an object of this `apiVersion` in this environment, if the cluster does not offer it.
pub(super) fn unavailable(environment: &Environment, api_version: &str, span: Option<Span>) -> Option<Diagnostic> {
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let apis = environment.spec.cluster.as_ref().map(|cluster| cluster.apis.as_slice()).unwrap_or_default();
    let mut offered = apis.iter().filter_map(Node::as_str);
    if !group.contains('.') || BUILT_IN_GROUPS.contains(&group) || offered.clone().any(|api| api == api_version) {
        return None;
    }
    let other = offered.find(|api| api.split_once('/').is_some_and(|(offered, _)| offered == group));
    let finding = Diagnostic::new(&UNAVAILABLE_API, format!("the cluster does not offer `{api_version}`")).at(span);
    Some(finding.help(match other {
        Some(other) => format!("`cluster.apis` in env.yaml has `{other}`"),
        None => format!("install it and add `{api_version}` to `cluster.apis` in env.yaml"),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{Decode, EnvironmentSpec},
        node::object,
        render::testing::environment,
    };

    fn help(api_version: &str) -> Option<String> {
        let mut environment = environment(Vec::new());
        let spec = object! { "cluster": object! { "apis": vec![Node::made("keda.sh/v1alpha1")] } };
        environment.spec = EnvironmentSpec::decode(&spec, &mut Vec::new()).unwrap();
        unavailable(&environment, api_version, None)?.help
    }

    #[test]
    fn kubernetes_own_and_declared_apis_are_there() {
        for api_version in ["v1", "apps/v1", "autoscaling/v2", "networking.k8s.io/v1", "keda.sh/v1alpha1"] {
            assert_eq!(help(api_version), None, "{api_version}");
        }
    }

    #[test]
    fn anything_else_must_be_declared() {
        assert_eq!(help("keda.sh/v2").unwrap(), "`cluster.apis` in env.yaml has `keda.sh/v1alpha1`");
        let snapshot = help("snapshot.storage.k8s.io/v1").unwrap();
        assert_eq!(snapshot, "install it and add `snapshot.storage.k8s.io/v1` to `cluster.apis` in env.yaml");
    }
}
