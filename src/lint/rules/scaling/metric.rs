//! What a metric needs of the containers that it looks at.

use super::{Check, Findings, autoscalers, declare_rule, is_resource};
use crate::{
    manifest::{Manifest, ManifestSet, Pod},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Checks that every container whose utilization an autoscaler looks at requests that resource. A limit counts as a
    /// request, and so does a default of a LimitRange.
    ///
    /// ## Why is this bad?
    /// Utilization is a part of what is requested. When one container of a pod requests nothing, sidecars included, the
    /// autoscaler cannot compute it, and does not scale. KEDA refuses such a ScaledObject.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: autoscaling/v2
    /// kind: HorizontalPodAutoscaler
    /// metadata: {name: cart}
    /// spec:
    ///   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: cart}
    ///   maxReplicas: 5
    ///   metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec:
    ///       containers:
    ///         - {name: cart, resources: {requests: {cpu: 100m}}}
    ///         - {name: proxy, resources: {requests: {memory: 64Mi}}}
    /// ```
    ///
    /// One container can be looked at alone.
    /// ```yaml,silent
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec:
    ///   scaleTargetRef: {name: cart}
    ///   minReplicaCount: 1
    ///   triggers: [{type: cpu, metricType: Utilization, metadata: {value: "70", containerName: cart}}]
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec:
    ///       containers:
    ///         - {name: cart, resources: {limits: {cpu: 100m}}}
    ///         - {name: proxy}
    /// ```
    pub(super) static MISSING_REQUEST = {
        code: "SCA004",
        summary: "utilization of a resource that a container does not request",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(missing_request),
    }
}

fn missing_request(set: &ManifestSet, findings: &mut Findings<'_>) {
    for autoscaler in autoscalers(set) {
        let Some(pod) = autoscaler.target(set).and_then(Pod::of) else { continue };
        for metric in metrics(autoscaler.manifest) {
            for (container, name) in metric.without_request(pod) {
                if set.has_default(pod, &["defaultRequest", "default"], metric.resource) {
                    continue;
                }
                let (title, resource) = (autoscaler.title(), metric.resource);
                let message = format!(
                    "{title} looks at the utilization of {resource}, which container `{name}` does not request"
                );
                findings
                    .add(autoscaler.manifest, metric.pointer.as_str(), message)
                    .related(pod.manifest, &container, "the container")
                    .help(format!("set `resources.requests.{resource}` of the container"));
            }
        }
    }
}

/// A metric that is a part of what containers request.
struct Metric<'a> {
    resource: &'a str,
    /// The only container that it looks at; all of them when absent.
    container: Option<&'a str>,
    pointer: String,
}

impl Metric<'_> {
    /// The names of the containers that it looks at and that request nothing, with the pointers to them.
    fn without_request<'p>(&self, pod: Pod<'p>) -> Vec<(String, &'p str)> {
        let whole =
            self.container.is_none() && pod.template.get("spec").is_some_and(|spec| requests(spec, self.resource));
        let lacking = pod.running_containers().filter(|container| !whole && !requests(container.node, self.resource));
        let named = lacking.filter(|container| self.container.is_none_or(|only| only == container.name()));
        named.map(|container| (container.pointer_to("/name"), container.name())).collect()
    }
}

fn metrics(autoscaler: &Manifest) -> Vec<Metric<'_>> {
    let pointer = "/spec/targetCPUUtilizationPercentage";
    let first_version = autoscaler.object.at(pointer);
    let old = first_version.map(|_| Metric { resource: "cpu", container: None, pointer: pointer.to_owned() });
    let own = autoscaler.items("/spec/metrics").filter_map(metric);
    let triggers = autoscaler.items("/spec/triggers").filter_map(trigger);
    old.into_iter().chain(own).chain(triggers).collect()
}

fn metric((pointer, metric): (String, &Node)) -> Option<Metric<'_>> {
    let (field, source) = ["resource", "containerResource"].into_iter().find_map(|it| Some((it, metric.get(it)?)))?;
    let utilization = source.at("/target/type").and_then(Node::as_str) == Some("Utilization");
    utilization.then_some(Metric {
        resource: source.get("name")?.as_str()?,
        container: source.get("container").and_then(Node::as_str),
        pointer: format!("{pointer}/{field}/target"),
    })
}

/// KEDA wants the request for amounts too.
fn trigger((pointer, trigger): (String, &Node)) -> Option<Metric<'_>> {
    is_resource(trigger).then_some(Metric {
        resource: trigger.get("type")?.as_str()?,
        container: trigger.at("/metadata/containerName").and_then(Node::as_str),
        pointer: format!("{pointer}/metadata"),
    })
}

/// Whether a container, or since Kubernetes 1.34 a pod as a whole, requests a resource. The API server takes a limit
/// for the request that is missing.
fn requests(node: &Node, resource: &str) -> bool {
    let amounts = |field: &str| node.get("resources")?.get(field)?.get(resource);
    amounts("requests").or_else(|| amounts("limits")).is_some()
}
