//! Probes that restart what only needs time.

use super::{Check, Findings, HANDLERS, declare_rule, number, probes};
use crate::{manifest::Container, node::Node};

declare_rule! {
    /// ## What it does
    /// Points out containers whose liveness probe asks the same as their readiness probe and gives up as early.
    ///
    /// ## Why is this bad?
    /// A container that is merely busy should get no requests for a while. Here it is restarted at that very moment,
    /// the others get its load, and are restarted in turn.
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
    ///           readinessProbe: {httpGet: {path: /health, port: 8080}}
    ///           livenessProbe: {httpGet: {path: /health, port: 8080}}
    /// ```
    ///
    /// The same question is fine where the liveness probe is more patient.
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec:
    ///       containers:
    ///         - name: cart
    ///           readinessProbe: {httpGet: {path: /health, port: 8080}}
    ///           livenessProbe: {httpGet: {path: /health, port: 8080}, failureThreshold: 10}
    /// ```
    ///
    /// Known elsewhere as: kube-score `pod-probes-identical`.
    pub(super) static IDENTICAL_PROBES = {
        code: "WRK010",
        summary: "liveness probe is as impatient as the same readiness probe",
        severity: Warning,
        since: "0.1.0",
        check: Check::Container(identical_probes),
    }
}

fn identical_probes(container: Container<'_>, findings: &mut Findings<'_>) {
    let probe = |field| container.node.get(field);
    let (Some(liveness), Some(readiness)) = (probe("livenessProbe"), probe("readinessProbe")) else { return };
    let same = HANDLERS.iter().all(|handler| liveness.get(handler) == readiness.get(handler));
    if same && patience(liveness) <= patience(readiness) {
        let message = format!("container `{}` is restarted as soon as it is not ready", container.name());
        findings
            .add_to_container(container, "/livenessProbe", message)
            .related(container.pod.manifest, &container.pointer_to("/readinessProbe"), "asks the same, as patiently")
            .help("give the liveness probe a higher `failureThreshold` or a question of its own, or remove it");
    }
}

/// The seconds for which a probe may fail.
fn patience(probe: &Node) -> i64 {
    number(probe, "failureThreshold", 3).saturating_mul(number(probe, "periodSeconds", 10))
}

declare_rule! {
    /// ## What it does
    /// Points out probes whose `timeoutSeconds` is above their `periodSeconds`.
    ///
    /// ## Why is this bad?
    /// The kubelet asks again only after the answer or the timeout: the probe runs more seldom than its period says,
    /// and notices a failure later than the numbers promise.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec:
    ///       containers: [{name: cart, livenessProbe: {tcpSocket: {port: 8080}, timeoutSeconds: 30}}]
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
    ///         - {name: cart, livenessProbe: {tcpSocket: {port: 8080}, timeoutSeconds: 30, periodSeconds: 60}}
    /// ```
    pub(super) static LATE_PROBE = {
        code: "WRK013",
        summary: "probe waits longer than its period",
        severity: Warning,
        since: "0.1.0",
        check: Check::Container(late_probe),
    }
}

fn late_probe(container: Container<'_>, findings: &mut Findings<'_>) {
    for (field, probe) in probes(container) {
        if number(probe, "timeoutSeconds", 1) > number(probe, "periodSeconds", 10) {
            let message = format!("`{field}` of container `{}` waits longer than its period", container.name());
            let period = container.pointer_to(&format!("/{field}/periodSeconds"));
            findings
                .add_to_container(container, &format!("/{field}/timeoutSeconds"), message)
                .related(container.pod.manifest, &period, "the period; 10 seconds when it is absent")
                .help("lower `timeoutSeconds`, or raise `periodSeconds`");
        }
    }
}
