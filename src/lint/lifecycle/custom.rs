//! Versions of custom resources that their operators have left behind.

use super::{Fate, Successor, Verdict, is};
use crate::diagnostic::Gvk;

/// One version of some kinds.
struct Custom {
    api_version: &'static str,
    /// The kinds; every one of this version when empty.
    kinds: &'static [&'static str],
    fate: fn(String) -> Fate,
    /// The release that decided it.
    since: &'static str,
    /// The `apiVersion` to use instead.
    successor: Option<&'static str>,
}

const fn custom(
    api_version: &'static str,
    kinds: &'static [&'static str],
    fate: fn(String) -> Fate,
    since: &'static str,
    successor: &'static str,
) -> Custom {
    Custom { api_version, kinds, fate, since, successor: Some(successor) }
}

const fn lost(api_version: &'static str, kinds: &'static [&'static str], since: &'static str) -> Custom {
    Custom { api_version, kinds, fate: Fate::Gone, since, successor: None }
}

const TRAFFIC: &[&str] =
    &["DestinationRule", "Gateway", "ServiceEntry", "Sidecar", "VirtualService", "WorkloadEntry", "WorkloadGroup"];
const STORES: &[&str] = &["ClusterExternalSecret", "ClusterSecretStore", "ExternalSecret", "SecretStore"];
const RUNS: &[&str] = &["Pipeline", "PipelineRun", "Task", "TaskRun"];
const ROUTES: &[&str] = &["Gateway", "GatewayClass", "HTTPRoute"];

/// From the release notes of the operators.
const VERSIONS: &[Custom] = &[
    custom("certmanager.k8s.io/v1alpha1", &[], Fate::Gone, "cert-manager 0.11", "cert-manager.io/v1"),
    custom("cert-manager.io/v1alpha2", &[], Fate::Gone, "cert-manager 1.6", "cert-manager.io/v1"),
    custom("cert-manager.io/v1alpha3", &[], Fate::Gone, "cert-manager 1.6", "cert-manager.io/v1"),
    custom("cert-manager.io/v1beta1", &[], Fate::Gone, "cert-manager 1.6", "cert-manager.io/v1"),
    custom("networking.istio.io/v1alpha3", TRAFFIC, Fate::Old, "Istio 1.22", "networking.istio.io/v1"),
    custom("networking.istio.io/v1beta1", TRAFFIC, Fate::Old, "Istio 1.22", "networking.istio.io/v1"),
    custom("security.istio.io/v1beta1", &[], Fate::Old, "Istio 1.22", "security.istio.io/v1"),
    custom("telemetry.istio.io/v1alpha1", &[], Fate::Old, "Istio 1.22", "telemetry.istio.io/v1"),
    lost("authentication.istio.io/v1alpha1", &[], "Istio 1.6"),
    lost("rbac.istio.io/v1alpha1", &[], "Istio 1.6"),
    lost("config.istio.io/v1alpha2", &[], "Istio 1.6"),
    custom("gateway.networking.k8s.io/v1alpha2", ROUTES, Fate::Gone, "Gateway API 1.0", "gateway.networking.k8s.io/v1"),
    custom(
        "gateway.networking.k8s.io/v1alpha2",
        &["GRPCRoute"],
        Fate::Gone,
        "Gateway API 1.2",
        "gateway.networking.k8s.io/v1",
    ),
    custom(
        "gateway.networking.k8s.io/v1alpha2",
        &["ReferenceGrant"],
        Fate::Gone,
        "Gateway API 1.2",
        "gateway.networking.k8s.io/v1beta1",
    ),
    custom("gateway.networking.k8s.io/v1beta1", ROUTES, Fate::Old, "Gateway API 1.0", "gateway.networking.k8s.io/v1"),
    lost("networking.x-k8s.io/v1alpha1", &[], "Gateway API 0.5"),
    custom("keda.k8s.io/v1alpha1", &[], Fate::Gone, "KEDA 2.0", "keda.sh/v1alpha1"),
    custom("ark.heptio.com/v1", &[], Fate::Gone, "Velero 1.0", "velero.io/v1"),
    lost("tekton.dev/v1alpha1", &["PipelineResource"], "Tekton Pipelines 0.46"),
    custom("tekton.dev/v1alpha1", RUNS, Fate::Gone, "Tekton Pipelines 0.44", "tekton.dev/v1"),
    lost("tekton.dev/v1beta1", &["ClusterTask"], "Tekton Pipelines 1.0"),
    custom("tekton.dev/v1beta1", RUNS, Fate::Old, "Tekton Pipelines 0.44", "tekton.dev/v1"),
    custom("external-secrets.io/v1alpha1", STORES, Fate::Gone, "External Secrets 0.16", "external-secrets.io/v1"),
    custom("external-secrets.io/v1beta1", STORES, Fate::Going, "External Secrets 0.17", "external-secrets.io/v1"),
    custom("templates.gatekeeper.sh/v1alpha1", &[], Fate::Old, "Gatekeeper 3.6", "templates.gatekeeper.sh/v1"),
    custom("templates.gatekeeper.sh/v1beta1", &[], Fate::Old, "Gatekeeper 3.6", "templates.gatekeeper.sh/v1"),
    custom("pingcap.com/v1alpha1", &[], Fate::Gone, "Chaos Mesh 1.0", "chaos-mesh.org/v1alpha1"),
    custom("traefik.containo.us/v1alpha1", &[], Fate::Gone, "Traefik 3.0", "traefik.io/v1alpha1"),
    custom("snapshot.storage.k8s.io/v1alpha1", &[], Fate::Gone, "the snapshot CRDs 5.0", "snapshot.storage.k8s.io/v1"),
    custom("snapshot.storage.k8s.io/v1beta1", &[], Fate::Gone, "the snapshot CRDs 7.0", "snapshot.storage.k8s.io/v1"),
    custom("autoscaling.k8s.io/v1beta1", &[], Fate::Gone, "VPA 1.0", "autoscaling.k8s.io/v1"),
    custom("autoscaling.k8s.io/v1beta2", &[], Fate::Old, "VPA 0.8", "autoscaling.k8s.io/v1"),
    custom("helm.fluxcd.io/v1", &[], Fate::Gone, "Flux 2.0", "helm.toolkit.fluxcd.io/v2"),
    custom("helm.toolkit.fluxcd.io/v2beta1", &[], Fate::Going, "Flux 2.8", "helm.toolkit.fluxcd.io/v2"),
    custom("helm.toolkit.fluxcd.io/v2beta2", &[], Fate::Going, "Flux 2.8", "helm.toolkit.fluxcd.io/v2"),
    custom("kustomize.toolkit.fluxcd.io/v1beta1", &[], Fate::Going, "Flux 2.8", "kustomize.toolkit.fluxcd.io/v1"),
    custom("kustomize.toolkit.fluxcd.io/v1beta2", &[], Fate::Going, "Flux 2.8", "kustomize.toolkit.fluxcd.io/v1"),
    custom("source.toolkit.fluxcd.io/v1beta1", &[], Fate::Going, "Flux 2.8", "source.toolkit.fluxcd.io/v1"),
    custom("source.toolkit.fluxcd.io/v1beta2", &[], Fate::Going, "Flux 2.8", "source.toolkit.fluxcd.io/v1"),
    lost("karpenter.sh/v1alpha5", &[], "Karpenter 1.0"),
    custom("karpenter.sh/v1beta1", &[], Fate::Gone, "Karpenter 1.1", "karpenter.sh/v1"),
    lost("integreatly.org/v1alpha1", &[], "the Grafana operator 5.0"),
];

/// What is to be said of a custom resource.
pub(super) fn verdict(gvk: &Gvk) -> Option<Verdict> {
    let of_kind = |custom: &&Custom| custom.kinds.is_empty() || custom.kinds.contains(&gvk.kind.as_str());
    let custom = VERSIONS.iter().find(|custom| is(custom.api_version, gvk) && of_kind(custom))?;
    let successor = custom.successor.map(|api_version| Successor { api_version, kind: None });
    Some(Verdict { fate: (custom.fate)(custom.since.to_owned()), successor })
}
