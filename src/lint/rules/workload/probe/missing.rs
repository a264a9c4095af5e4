//! Probes that a container does not have.

use rustc_hash::FxHashSet;

use super::{Check, Findings, declare_rule};
use crate::{
    manifest::{Container, Manifest, ManifestSet, Selector},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Points out containers that a Service sends requests to and that have no readiness probe. It looks at the very
    /// container that has the port: the probe of a sidecar does not count for it.
    ///
    /// ## Why is this bad?
    /// Requests come as soon as the process has started, and go on coming while it cannot answer: each rollout loses
    /// some of them, and a rollout to a version that never gets ready succeeds.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {selector: {app: cart}, ports: [{port: 80, targetPort: http}]}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     metadata: {labels: {app: cart}}
    ///     spec:
    ///       containers:
    ///         - {name: cart, ports: [{name: http, containerPort: 8080}]}
    ///         - {name: proxy, ports: [{containerPort: 9901}], readinessProbe: {tcpSocket: {port: 9901}}}
    /// ```
    ///
    /// Whom no Service asks need not say whether it can answer.
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {selector: {app: cart}, ports: [{port: 80, targetPort: http}]}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     metadata: {labels: {app: cart}}
    ///     spec:
    ///       containers:
    ///         - name: cart
    ///           ports: [{name: http, containerPort: 8080}]
    ///           readinessProbe: {httpGet: {path: /ready, port: http}}
    ///         - {name: metrics, ports: [{containerPort: 9100}]}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: worker}
    /// spec: {template: {metadata: {labels: {app: worker}}, spec: {containers: [{name: worker}]}}}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `no-readiness-probe`, kube-score `pod-probes`, polaris `readinessProbeMissing`.
    pub(super) static MISSING_READINESS = {
        code: "WRK007",
        summary: "container behind a Service has no readiness probe",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(missing_readiness),
    }
}

fn missing_readiness(set: &ManifestSet, findings: &mut Findings<'_>) {
    let mut seen = FxHashSet::default();
    for service in set.of_kind("Service").filter(|service| !takes_unready(service)) {
        let Some(selector) = Selector::of_service(service) else { continue };
        for pod in set.select(service.id.namespace.as_deref(), selector).filter(|pod| !pod.ends()) {
            let asked = pod.running_containers().filter(|container| is_asked(service, *container));
            let unready = asked.filter(|container| container.node.get("readinessProbe").is_none());
            for container in unready {
                if seen.insert(std::ptr::from_ref(container.node)) {
                    let message = format!("container `{}` gets requests and has no readiness probe", container.name());
                    findings
                        .add_to_container(container, "/name", message)
                        .related(service, "/spec/selector", "this Service sends them")
                        .help("add a `readinessProbe` that fails while the container cannot answer");
                }
            }
        }
    }
}

/// Whether a Service sends requests to pods that are not ready, too.
fn takes_unready(service: &Manifest) -> bool {
    service.object.at("/spec/publishNotReadyAddresses").and_then(Node::as_bool) == Some(true)
}

/// Whether a container has a port that a Service leads to. The only container of a pod need not declare it.
fn is_asked(service: &Manifest, container: Container<'_>) -> bool {
    let own = container.list("/ports");
    let ports = service.object.at("/spec/ports").map_or(&[][..], Node::items);
    let targets = ports.iter().filter_map(|port| port.get("targetPort").or_else(|| port.get("port")));
    let mut declared = targets.filter(|target| {
        own.iter().any(|port| port.get("containerPort") == Some(*target) || port.get("name") == Some(*target))
    });
    declared.next().is_some() || (own.is_empty() && container.pod.running_containers().count() == 1)
}

declare_rule! {
    /// ## What it does
    /// Points out containers without a liveness probe, but for those of jobs. It is off by default: many hold that a
    /// process which cannot go on should end by itself, and a probe that fails under load restarts what is merely busy.
    ///
    /// ## Why is this bad?
    /// A process that hangs is never restarted.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {containers: [{name: cart}]}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec:
    ///       initContainers: [{name: migrate}]
    ///       containers: [{name: cart, livenessProbe: {httpGet: {path: /alive, port: 8080}}}]
    /// ---
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: report}
    /// spec: {template: {spec: {restartPolicy: Never, containers: [{name: report}]}}}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `no-liveness-probe`, kube-score `pod-probes`, polaris `livenessProbeMissing`.
    pub(super) static MISSING_LIVENESS = {
        code: "WRK008",
        summary: "container has no liveness probe",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Container(missing_liveness),
    }
}

fn missing_liveness(container: Container<'_>, findings: &mut Findings<'_>) {
    if stays(container) && container.node.get("livenessProbe").is_none() {
        let message = format!("container `{}` has no liveness probe", container.name());
        findings
            .add_to_container(container, "/name", message)
            .help("add a `livenessProbe` that fails only when nothing but a restart helps");
    }
}

declare_rule! {
    /// ## What it does
    /// Points out containers with a liveness probe and no startup probe.
    ///
    /// ## Why is this bad?
    /// A start that takes longer than `initialDelaySeconds` foresees is cut off by the liveness probe, again and again.
    /// A startup probe holds the others back until the process is there.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec: {containers: [{name: cart, livenessProbe: {tcpSocket: {port: 8080}}}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec:
    ///       containers:
    ///         - name: cart
    ///           livenessProbe: {tcpSocket: {port: 8080}}
    ///           startupProbe: {tcpSocket: {port: 8080}, failureThreshold: 30}
    /// ```
    pub(super) static MISSING_STARTUP = {
        code: "WRK009",
        summary: "container with a liveness probe has no startup probe",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Container(missing_startup),
    }
}

fn missing_startup(container: Container<'_>, findings: &mut Findings<'_>) {
    let has = |field| container.node.get(field).is_some();
    if stays(container) && has("livenessProbe") && !has("startupProbe") {
        let message = format!("container `{}` has a liveness probe and no startup probe", container.name());
        findings
            .add_to_container(container, "/livenessProbe", message)
            .help("add a `startupProbe` with a `failureThreshold` that covers the slowest start");
    }
}

/// Whether a container is to run until somebody ends it.
fn stays(container: Container<'_>) -> bool {
    container.is_running() && !container.pod.ends()
}
