//! VerticalPodAutoscalers.

use super::{Autoscaler, Check, Findings, Rule, autoscalers, declare_rule, did_you_mean, is_resource};
use crate::{
    diagnostic::Safety,
    grammar::formats,
    manifest::{Container, Manifest, ManifestSet, Pod},
    node::Node,
};

pub(in crate::lint::rules) static RULES: &[&Rule] =
    &[&MISSING_TARGET, &RIVAL_METRICS, &OLD_MODE, &IMPOSSIBLE_BOUNDS, &MISSING_CONTAINER];

/// The kind that all of this is about.
const VPA: &[&str] = &["VerticalPodAutoscaler"];

declare_rule! {
    /// ## What it does
    /// Checks that the target of every VerticalPodAutoscaler exists, if it is one of Kubernetes' own workloads.
    ///
    /// ## Why is this bad?
    /// It recommends nothing, and says so only in its own status.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: autoscaling.k8s.io/v1
    /// kind: VerticalPodAutoscaler
    /// metadata: {name: cart}
    /// spec: {targetRef: {apiVersion: apps/v1, kind: Deployment, name: crat}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: autoscaling.k8s.io/v1
    /// kind: VerticalPodAutoscaler
    /// metadata: {name: prometheus}
    /// spec: {targetRef: {apiVersion: monitoring.coreos.com/v1, kind: Prometheus, name: main}}
    /// ```
    static MISSING_TARGET = {
        code: "SCA060",
        summary: "target of a VerticalPodAutoscaler does not exist",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: VPA, check: missing_target },
    }
}

/// Kubernetes' own workloads that can be a target.
const WORKLOADS: &[&str] =
    &["CronJob", "DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController", "StatefulSet"];

fn missing_target(manifest: &Manifest, findings: &mut Findings<'_>) {
    let Some((kind, name)) = target(manifest) else { return };
    let namespace = manifest.id.namespace.as_deref();
    if !WORKLOADS.contains(&kind) || findings.set.find(kind, namespace, name).is_some() {
        return;
    }
    let message =
        format!("VerticalPodAutoscaler `{}` looks at {kind} `{name}`, which does not exist", manifest.id.name);
    let help = did_you_mean(name, findings.set.names(kind, namespace), "name a workload of the same namespace");
    findings.add(manifest, "/spec/targetRef/name", message).suggest(manifest, help);
}

/// The kind and the name of what an autoscaler looks at.
fn target(manifest: &Manifest) -> Option<(&str, &str)> {
    let text = |field: &str| manifest.object.at(field).and_then(Node::as_str);
    Some((text("/spec/targetRef/kind")?, text("/spec/targetRef/name")?))
}

declare_rule! {
    /// ## What it does
    /// Checks that no VerticalPodAutoscaler changes the requests of pods whose number follows from the use of the same
    /// resource: by a HorizontalPodAutoscaler, or by a `cpu` or `memory` trigger of a ScaledObject.
    ///
    /// ## Why is this bad?
    /// Utilization is a part of what is requested. One raises the request, so that the other sees less utilization and
    /// takes pods away, so that each of the rest needs more: they chase each other.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: autoscaling.k8s.io/v1
    /// kind: VerticalPodAutoscaler
    /// metadata: {name: cart}
    /// spec: {targetRef: {apiVersion: apps/v1, kind: Deployment, name: cart}}
    /// ---
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec:
    ///   scaleTargetRef: {name: cart}
    ///   triggers: [{type: cpu, metricType: Utilization, metadata: {value: "70"}}]
    /// ```
    ///
    /// One that only recommends is fine, and so is one for the other resource.
    /// ```yaml,silent
    /// apiVersion: autoscaling.k8s.io/v1
    /// kind: VerticalPodAutoscaler
    /// metadata: {name: cart}
    /// spec:
    ///   targetRef: {apiVersion: apps/v1, kind: Deployment, name: cart}
    ///   resourcePolicy: {containerPolicies: [{containerName: "*", controlledResources: [memory]}]}
    /// ---
    /// apiVersion: autoscaling/v2
    /// kind: HorizontalPodAutoscaler
    /// metadata: {name: cart}
    /// spec:
    ///   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: cart}
    ///   maxReplicas: 5
    ///   metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
    /// ```
    static RIVAL_METRICS = {
        code: "SCA061",
        summary: "two autoscalers act on one resource, one in width and one in height",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(rival_metrics),
    }
}

fn rival_metrics(set: &ManifestSet, findings: &mut Findings<'_>) {
    for vertical in set.of_kind("VerticalPodAutoscaler").filter(|vertical| changes_pods(vertical)) {
        let namespace = vertical.id.namespace.as_deref();
        let is_same = |other: &Autoscaler<'_>| {
            other.manifest.id.namespace.as_deref() == namespace && target(vertical) == Some((other.kind, other.name))
        };
        for other in autoscalers(set).filter(is_same) {
            let mut shared: Vec<_> = resources(other.manifest);
            shared.retain(|(resource, _)| controls(vertical, resource));
            let Some((_, pointer)) = shared.first() else { continue };
            let names: Vec<&str> = shared.iter().map(|(resource, _)| *resource).collect();
            let message = format!(
                "VerticalPodAutoscaler `{}` changes the requests of {} that {} goes by",
                vertical.id.name,
                names.join(" and "),
                other.title()
            );
            findings
                .add(vertical, "/spec/updatePolicy/updateMode", message)
                .related(other.manifest, pointer, "the other autoscaler looks at it here")
                .help("set `updateMode: \"Off\"`, or leave the resource to one of them by `controlledResources`");
        }
    }
}

/// Whether an autoscaler changes pods that are running.
fn changes_pods(vertical: &Manifest) -> bool {
    let mode = vertical.object.at("/spec/updatePolicy/updateMode").and_then(Node::as_str);
    !matches!(mode, Some("Off" | "Initial"))
}

/// Whether an autoscaler changes the requests of a resource.
fn controls(vertical: &Manifest, resource: &str) -> bool {
    let mut policies = vertical.items("/spec/resourcePolicy/containerPolicies").peekable();
    policies.peek().is_none()
        || policies.any(|(_, policy)| {
            let is_off = policy.get("mode").and_then(Node::as_str) == Some("Off");
            let resources = policy.get("controlledResources").map(Node::items);
            !is_off && resources.is_none_or(|all| all.iter().any(|one| one.as_str() == Some(resource)))
        })
}

/// The resources by whose use an autoscaler counts pods, with the pointers to where it says so.
fn resources(autoscaler: &Manifest) -> Vec<(&str, String)> {
    let old = "/spec/targetCPUUtilizationPercentage";
    let mut found: Vec<_> = autoscaler.object.at(old).map(|_| ("cpu", old.to_owned())).into_iter().collect();
    for (pointer, metric) in autoscaler.items("/spec/metrics") {
        let source = ["resource", "containerResource"].into_iter().find_map(|field| metric.get(field));
        let name = source.and_then(|source| source.get("name")?.as_str());
        found.extend(name.filter(|name| matches!(*name, "cpu" | "memory")).map(|name| (name, pointer)));
    }
    for (pointer, trigger) in autoscaler.items("/spec/triggers").filter(|(_, trigger)| is_resource(trigger)) {
        found.extend(trigger.get("type").and_then(Node::as_str).map(|name| (name, pointer)));
    }
    found
}

declare_rule! {
    /// ## What it does
    /// Points out the update mode `Auto` of a VerticalPodAutoscaler.
    ///
    /// ## Why is this bad?
    /// It is deprecated since VPA 1.4, and does what `Recreate` does: it evicts pods to change their requests. A newer
    /// version may do something else.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: autoscaling.k8s.io/v1
    /// kind: VerticalPodAutoscaler
    /// metadata: {name: cart}
    /// spec: {targetRef: {kind: Deployment, name: cart}, updatePolicy: {updateMode: Auto}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: autoscaling.k8s.io/v1
    /// kind: VerticalPodAutoscaler
    /// metadata: {name: cart}
    /// spec: {targetRef: {kind: Deployment, name: cart}, updatePolicy: {updateMode: Recreate}}
    /// ```
    static OLD_MODE = {
        code: "SCA062",
        summary: "deprecated update mode of a VerticalPodAutoscaler",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: VPA, check: old_mode },
    }
}

fn old_mode(manifest: &Manifest, findings: &mut Findings<'_>) {
    let pointer = "/spec/updatePolicy/updateMode";
    if manifest.object.at(pointer).and_then(Node::as_str) == Some("Auto") {
        let message = format!("update mode `Auto` of VerticalPodAutoscaler `{}` is deprecated", manifest.id.name);
        findings
            .add(manifest, pointer, message)
            .help("write `Recreate`, which is the same, or `InPlaceOrRecreate`")
            .replace(manifest, pointer, "Recreate", Safety::Safe, "write `Recreate`");
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that what a VerticalPodAutoscaler may set at the least is not more than what it may set at the most.
    ///
    /// ## Why is this bad?
    /// The admission of the autoscaler refuses it, or its recommendations jump to one of the ends.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: autoscaling.k8s.io/v1
    /// kind: VerticalPodAutoscaler
    /// metadata: {name: cart}
    /// spec:
    ///   targetRef: {kind: Deployment, name: cart}
    ///   resourcePolicy:
    ///     containerPolicies: [{containerName: cart, minAllowed: {memory: 2Gi}, maxAllowed: {memory: 1024M}}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: autoscaling.k8s.io/v1
    /// kind: VerticalPodAutoscaler
    /// metadata: {name: cart}
    /// spec:
    ///   targetRef: {kind: Deployment, name: cart}
    ///   resourcePolicy:
    ///     containerPolicies: [{containerName: cart, minAllowed: {cpu: 100m}, maxAllowed: {cpu: 2}}]
    /// ```
    static IMPOSSIBLE_BOUNDS = {
        code: "SCA063",
        summary: "bounds of a VerticalPodAutoscaler contradict each other",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: VPA, check: impossible_bounds },
    }
}

fn impossible_bounds(manifest: &Manifest, findings: &mut Findings<'_>) {
    let amount = |node: &Node| formats::quantity(&node.scalar_text()?);
    for (pointer, policy) in manifest.items("/spec/resourcePolicy/containerPolicies") {
        let Some(max) = policy.get("maxAllowed") else { continue };
        for (resource, min) in policy.get("minAllowed").map_or(&[][..], Node::entries) {
            let resource = resource.as_str();
            let (min, max) = (amount(min), max.get(resource).and_then(amount));
            if min.zip(max).is_some_and(|(min, max)| min > max) {
                let message = format!("the least {resource} that a container may get is above the most");
                findings
                    .add(manifest, format!("{pointer}/minAllowed/{resource}"), message)
                    .related(manifest, &format!("{pointer}/maxAllowed/{resource}"), "the most")
                    .help("lower `minAllowed`, or raise `maxAllowed`");
            }
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that the containers that a VerticalPodAutoscaler has policies for are containers of its target.
    ///
    /// ## Why is this bad?
    /// The policy never applies, and the container that was meant goes without its bounds.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: autoscaling.k8s.io/v1
    /// kind: VerticalPodAutoscaler
    /// metadata: {name: cart}
    /// spec:
    ///   targetRef: {apiVersion: apps/v1, kind: Deployment, name: cart}
    ///   resourcePolicy: {containerPolicies: [{containerName: web, maxAllowed: {cpu: 2}}]}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {containers: [{name: cart}]}}}
    /// ```
    ///
    /// Meshes put a sidecar into the pods.
    /// ```yaml,silent
    /// apiVersion: autoscaling.k8s.io/v1
    /// kind: VerticalPodAutoscaler
    /// metadata: {name: cart}
    /// spec:
    ///   targetRef: {apiVersion: apps/v1, kind: Deployment, name: cart}
    ///   resourcePolicy: {containerPolicies: [{containerName: istio-proxy, mode: "Off"}, {containerName: "*"}]}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {containers: [{name: cart}]}}}
    /// ```
    static MISSING_CONTAINER = {
        code: "SCA064",
        summary: "policy of a VerticalPodAutoscaler for a container that its target lacks",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: VPA, check: missing_container },
    }
}

/// Containers that nobody writes: a webhook puts them into pods.
const INJECTED: &[&str] = &["*", "daprd", "envoy-sidecar", "istio-proxy", "linkerd-proxy", "vault-agent"];

fn missing_container(manifest: &Manifest, findings: &mut Findings<'_>) {
    let found = target(manifest)
        .and_then(|(kind, name)| Pod::of(findings.set.find(kind, manifest.id.namespace.as_deref(), name)?));
    let Some(pod) = found else { return };
    let known = || pod.containers().map(Container::name);
    for (pointer, policy) in manifest.items("/spec/resourcePolicy/containerPolicies") {
        let Some(name) = policy.get("containerName").and_then(Node::as_str) else { continue };
        if INJECTED.contains(&name) || known().any(|known| known == name) {
            continue;
        }
        let message = format!(
            "VerticalPodAutoscaler `{}` has a policy for container `{name}`, which its target lacks",
            manifest.id.name
        );
        findings
            .add(manifest, format!("{pointer}/containerName"), message)
            .related(pod.manifest, &pod.pointer_to("/spec/containers"), "the containers of the target")
            .suggest(manifest, did_you_mean(name, known(), "name a container of the target, or `*` for all others"));
    }
}
