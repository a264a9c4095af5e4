//! The fields of objects that name others.

use std::fmt::Write;

use super::Need::{self, Health, Use};
use crate::node::Node;

/// A field that names an object.
pub(super) struct Field {
    /// The kinds that have it.
    pub kinds: &'static [&'static str],
    /// Where it stands: a JSON pointer, with `*` for each item of a list.
    pub path: &'static str,
    /// What it names.
    pub target: Target,
    /// How badly that is needed.
    pub need: Need,
}

/// What a field names.
#[derive(Clone, Copy)]
pub(super) enum Target {
    /// An object of this kind in the same namespace, by its name.
    Local(&'static str),
    /// An object of this kind that is in no namespace, by its name.
    OfCluster(&'static str),
    /// An object by `name`, and if need be by `kind` and `namespace`: of this kind where it says none.
    Reference(&'static str),
}

impl Target {
    /// The kind that is named, where nothing else is said.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Local(kind) | Self::OfCluster(kind) | Self::Reference(kind) => kind,
        }
    }
}

use Target::{Local, OfCluster, Reference};

const fn field(kinds: &'static [&'static str], path: &'static str, target: Target, need: Need) -> Field {
    Field { kinds, path, target, need }
}

const ROUTES: &[&str] = &["GRPCRoute", "HTTPRoute", "TCPRoute", "TLSRoute", "UDPRoute"];
const BINDINGS: &[&str] = &["ClusterRoleBinding", "RoleBinding"];
const WEBHOOKS: &[&str] = &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];
const STORED: &[&str] = &["ExternalSecret", "PushSecret"];
const SCALED: &[&str] = &["ScaledJob", "ScaledObject"];

/// Every field that names an object, but for those of pods. What Argo CD knows no health of is [`Use`].
pub(super) const FIELDS: &[Field] = &[
    field(&["APIService"], "/spec/service", Reference("Service"), Health),
    field(&["Application"], "/spec/project", Local("AppProject"), Health),
    field(BINDINGS, "/roleRef", Reference("ClusterRole"), Use),
    field(BINDINGS, "/subjects/*", Reference("ServiceAccount"), Use),
    field(&["Certificate"], "/spec/issuerRef", Reference("Issuer"), Health),
    field(&["CustomResourceDefinition"], "/spec/conversion/webhook/clientConfig/service", Reference("Service"), Use),
    field(STORED, "/spec/secretStoreRef", Reference("SecretStore"), Health),
    field(STORED, "/spec/secretStoreRefs/*", Reference("SecretStore"), Health),
    field(&["Gateway"], "/spec/gatewayClassName", OfCluster("GatewayClass"), Health),
    field(&["Gateway"], "/spec/listeners/*/tls/certificateRefs/*", Reference("Secret"), Health),
    field(&["HorizontalPodAutoscaler"], "/spec/scaleTargetRef", Reference("Deployment"), Health),
    field(&["Ingress"], "/spec/defaultBackend/service", Reference("Service"), Use),
    field(&["Ingress"], "/spec/ingressClassName", OfCluster("IngressClass"), Health),
    field(&["Ingress"], "/spec/rules/*/http/paths/*/backend/service", Reference("Service"), Use),
    field(&["Ingress"], "/spec/tls/*/secretName", Local("Secret"), Use),
    field(ROUTES, "/spec/parentRefs/*", Reference("Gateway"), Health),
    field(ROUTES, "/spec/rules/*/backendRefs/*", Reference("Service"), Health),
    field(&["Issuer"], "/spec/ca/secretName", Local("Secret"), Health),
    field(&["PersistentVolume"], "/spec/storageClassName", OfCluster("StorageClass"), Use),
    field(&["PersistentVolumeClaim"], "/spec/storageClassName", OfCluster("StorageClass"), Health),
    field(&["PersistentVolumeClaim"], "/spec/volumeName", OfCluster("PersistentVolume"), Health),
    field(&["Rollout"], "/spec/strategy/blueGreen/activeService", Local("Service"), Health),
    field(&["Rollout"], "/spec/strategy/blueGreen/previewService", Local("Service"), Health),
    field(&["Rollout"], "/spec/strategy/canary/analysis/templates/*/templateName", Local("AnalysisTemplate"), Health),
    field(&["Rollout"], "/spec/strategy/canary/canaryService", Local("Service"), Health),
    field(&["Rollout"], "/spec/strategy/canary/stableService", Local("Service"), Health),
    field(
        &["Rollout"],
        "/spec/strategy/canary/steps/*/analysis/templates/*/templateName",
        Local("AnalysisTemplate"),
        Health,
    ),
    field(&["Rollout"], "/spec/workloadRef", Reference("Deployment"), Health),
    field(&["ScaledObject"], "/spec/scaleTargetRef", Reference("Deployment"), Health),
    field(SCALED, "/spec/triggers/*/authenticationRef", Reference("TriggerAuthentication"), Health),
    field(&["SecretStore"], "/spec/provider/vault/auth/tokenSecretRef", Reference("Secret"), Health),
    field(&["ServiceAccount"], "/imagePullSecrets/*", Reference("Secret"), Use),
    field(&["StatefulSet"], "/spec/serviceName", Local("Service"), Use),
    field(&["TriggerAuthentication"], "/spec/secretTargetRef/*", Reference("Secret"), Use),
    field(&["ValidatingAdmissionPolicyBinding"], "/spec/policyName", OfCluster("ValidatingAdmissionPolicy"), Use),
    field(&["VerticalPodAutoscaler"], "/spec/targetRef", Reference("Deployment"), Use),
    field(WEBHOOKS, "/webhooks/*/clientConfig/service", Reference("Service"), Use),
];

/// Calls `found` for every node that a path leads to, with the JSON pointer to it. `pointer` is where `node` stands.
pub(super) fn each<'a>(node: &'a Node, path: &str, pointer: &mut String, found: &mut impl FnMut(&'a Node, &str)) {
    let before = pointer.len();
    match path.split_once("/*") {
        Some((list, rest)) => {
            for (at, item) in node.at(list).map_or(&[][..], Node::items).iter().enumerate() {
                // Writing to a string cannot fail.
                let _ = write!(pointer, "{list}/{at}");
                each(item, rest, pointer, found);
                pointer.truncate(before);
            }
        }
        None => {
            if let Some(node) = node.at(path) {
                pointer.push_str(path);
                found(node, pointer);
                pointer.truncate(before);
            }
        }
    }
}
