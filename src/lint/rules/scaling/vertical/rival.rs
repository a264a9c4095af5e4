//! VerticalPodAutoscalers beside those that count pods by the use of the same resource.

use super::{Autoscaler, Check, Findings, autoscalers, declare_rule, is_resource, target};
use crate::{
    manifest::{Manifest, ManifestSet},
    node::Node,
};

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
    pub(super) static RIVAL_METRICS = {
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
