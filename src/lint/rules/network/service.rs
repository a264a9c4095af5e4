//! Services and the pods that they select.

use super::{Check, Findings, declare_rule, did_you_mean, near_miss};
use crate::{
    manifest::{ManifestSet, Pod, Selector},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Checks that every `Service` selects the pods of at least one workload.
    ///
    /// ## Why is this bad?
    /// A `Service` that selects no pods has no endpoints. Its name still resolves, and then every connection is
    /// refused, which looks like an outage of the workload.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {selector: {app: crat}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {metadata: {labels: {app: cart}}}}
    /// ```
    ///
    /// A `Service` without a selector is fine: its endpoints are written by hand. So is an `ExternalName`, which is
    /// an alias in the DNS, and one for a single pod of a StatefulSet, by the label that its controller adds, or for the
    /// pods that an operator makes of a custom resource.
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: legacy-db}
    /// spec: {ports: [{port: 5432}]}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: mail}
    /// spec: {type: ExternalName, externalName: mail.example.com, selector: {app: mail}}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: db-0}
    /// spec: {selector: {app: db, statefulset.kubernetes.io/pod-name: db-0}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata: {name: db}
    /// spec: {template: {metadata: {labels: {app: db}}}}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: prometheus}
    /// spec: {selector: {prometheus: shop}}
    /// ---
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: Prometheus
    /// metadata: {name: shop}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `dangling-service`, kube-score `service-targets-pod`.
    pub(super) static DANGLING_SERVICE = {
        code: "NET001",
        summary: "Service selects no pods",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(dangling_service),
    }
}

fn dangling_service(set: &ManifestSet, findings: &mut Findings<'_>) {
    for service in set.of_kind("Service") {
        let Some(selector) = Selector::of_service(service) else { continue };
        let namespace = service.id.namespace.as_deref();
        if set.select(namespace, selector).next().is_some() || set.is_for_operator(namespace, selector) {
            continue;
        }
        let message = format!("Service `{}` selects no pods", service.id.name);
        let mut finding = findings.add(service, "/spec/selector", message);
        finding.help("make the selector equal to the pod labels of one workload");
        near_miss(set, namespace, selector, &mut finding);
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that a `targetPort` given by name is a port of a container that the `Service` selects, of the same
    /// protocol.
    ///
    /// ## Why is this bad?
    /// Pods without a port of that name are left out of the endpoints. When no pod has one, the `Service` refuses every
    /// connection.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {selector: {app: cart}, ports: [{port: 80, targetPort: web}]}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     metadata: {labels: {app: cart}}
    ///     spec: {containers: [{name: cart, ports: [{name: http, containerPort: 8080}]}]}
    /// ```
    ///
    /// A number needs no declaration. A container that starts first and keeps running counts too.
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec:
    ///   selector: {app: cart}
    ///   ports: [{port: 80, targetPort: http}, {port: 81, targetPort: 8081}, {port: 82, targetPort: proxy}]
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     metadata: {labels: {app: cart}}
    ///     spec:
    ///       initContainers: [{name: proxy, restartPolicy: Always, ports: [{name: proxy, containerPort: 82}]}]
    ///       containers: [{name: cart, ports: [{name: http, containerPort: 8080}]}]
    /// ```
    pub(super) static MISSING_TARGET_PORT = {
        code: "NET005",
        summary: "Service leads to a port that its pods do not have",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(missing_target_port),
    }
}

fn missing_target_port(set: &ManifestSet, findings: &mut Findings<'_>) {
    for service in set.of_kind("Service") {
        let Some(selector) = Selector::of_service(service) else { continue };
        let pods = || set.select(service.id.namespace.as_deref(), selector);
        let Some(pod) = pods().next() else { continue };
        for (pointer, port) in service.items("/spec/ports") {
            let Some(name) = port.get("targetPort").and_then(Node::as_str) else { continue };
            if pods().any(|pod| port_names(pod, protocol(port)).any(|known| known == name)) {
                continue;
            }
            let message = format!("Service `{}` leads to port `{name}`, which its pods lack", service.id.name);
            let help = did_you_mean(
                name,
                port_names(pod, protocol(port)),
                "name a port of a container, or add this one to its ports",
            );
            findings
                .add(service, pointer + "/targetPort", message)
                .related(pod.manifest, &pod.pointer_to("/spec/containers/0/ports"), "the ports of the pods")
                .suggest(service, help);
        }
    }
}

/// The names of the ports on which pods listen with a protocol.
fn port_names<'a>(pod: Pod<'a>, wanted: &str) -> impl Iterator<Item = &'a str> {
    let ports = pod.running_containers().flat_map(|container| container.list("/ports"));
    ports.filter(move |port| protocol(port) == wanted).filter_map(|port| port.get("name")?.as_str())
}

fn protocol(port: &Node) -> &str {
    port.get("protocol").and_then(Node::as_str).unwrap_or("TCP")
}
