//! Probes that the API server refuses.

use super::{Check, Findings, HANDLERS, declare_rule, probes};
use crate::{
    diagnostic::Safety,
    manifest::{Container, Role},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Checks what the API server asks of probes and no schema says: one way of asking, no negative numbers, a
    /// `successThreshold` of 1 for liveness and startup probes, no `terminationGracePeriodSeconds` in readiness probes,
    /// and no probes or lifecycle hooks of init containers that end.
    ///
    /// ## Why is this bad?
    /// The API server refuses such a workload, so that nothing is rolled out.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec:
    ///       containers:
    ///         - name: cart
    ///           livenessProbe: {tcpSocket: {port: 8080}, successThreshold: 2}
    ///           readinessProbe: {periodSeconds: 5}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec:
    ///   initContainers: [{name: wait, readinessProbe: {tcpSocket: {port: 8080}}}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec:
    ///       initContainers: [{name: proxy, restartPolicy: Always, readinessProbe: {tcpSocket: {port: 8080}}}]
    ///       containers: [{name: cart, readinessProbe: {tcpSocket: {port: 8080}, successThreshold: 2}}]
    /// ```
    pub(super) static REFUSED_PROBE = {
        code: "WRK014",
        summary: "probe that the API server refuses",
        severity: Error,
        since: "0.1.0",
        check: Check::Container(refused_probe),
    }
}

/// The numbers of a probe.
const NUMBERS: [&str; 5] =
    ["failureThreshold", "initialDelaySeconds", "periodSeconds", "successThreshold", "timeoutSeconds"];

fn refused_probe(container: Container<'_>, findings: &mut Findings<'_>) {
    if container.role == Role::Init {
        return refuse_all(container, findings);
    }
    for (field, probe) in probes(container).filter(|(_, probe)| probe.as_map().is_some()) {
        ways(container, field, probe, findings);
        numbers(container, field, probe, findings);
        let grace = "terminationGracePeriodSeconds";
        if field == "readinessProbe" && probe.get(grace).is_some() {
            let pointer = container.pointer_to(&format!("/{field}/{grace}"));
            findings
                .add(container.pod.manifest, pointer.as_str(), format!("a readiness probe cannot have `{grace}`"))
                .at_key(container.pod.manifest)
                .help("remove it: a readiness probe ends nothing")
                .remove(container.pod.manifest, &pointer, Safety::Safe, format!("remove `{grace}`"));
        }
    }
}

/// An init container that ends can have neither probes nor hooks.
fn refuse_all(container: Container<'_>, findings: &mut Findings<'_>) {
    for field in ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] {
        if container.node.get(field).is_some() {
            let message = format!("init container `{}` cannot have `{field}`, because it ends", container.name());
            findings
                .add_to_container(container, &format!("/{field}"), message)
                .at_key(container.pod.manifest)
                .help("remove it, or make the container a sidecar by `restartPolicy: Always`");
        }
    }
}

fn ways(container: Container<'_>, field: &str, probe: &Node, findings: &mut Findings<'_>) {
    let known = HANDLERS.iter().filter(|handler| probe.get(handler).is_some()).count();
    if known != 1 {
        let amount = if known == 0 { "no way" } else { "several ways" };
        let message = format!("`{field}` of container `{}` has {amount} of asking", container.name());
        findings
            .add_to_container(container, &format!("/{field}"), message)
            .help("give it exactly one of `exec`, `grpc`, `httpGet` and `tcpSocket`");
    }
}

fn numbers(container: Container<'_>, field: &str, probe: &Node, findings: &mut Findings<'_>) {
    for (number, value) in NUMBERS.into_iter().filter_map(|number| Some((number, probe.get(number)?.as_int()?))) {
        let pointer = || container.pointer_to(&format!("/{field}/{number}"));
        if value < 0 {
            let message = format!("`{number}` of `{field}` cannot be negative");
            findings.add(container.pod.manifest, pointer(), message).help("give it a number from 0 up");
        } else if number == "successThreshold" && field != "readinessProbe" && value > 1 {
            let pointer = pointer();
            findings
                .add(container.pod.manifest, pointer.as_str(), format!("`successThreshold` of `{field}` must be 1"))
                .help("remove it: only a readiness probe may ask for several successes")
                .remove(container.pod.manifest, &pointer, Safety::Safe, "remove `successThreshold`");
        }
    }
}
