//! The ports of Services.

use std::collections::hash_map::Entry;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Check, Findings, declare_rule};
use crate::{
    grammar::formats::{is_dns_label, is_port_name},
    manifest::{Manifest, ManifestSet, Pod, Selector},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Checks what the API server asks of the ports of a Service and no schema says: numbers from 1 to 65535, names
    /// where there are several ports, no name twice, and names that ports can have.
    ///
    /// ## Why is this bad?
    /// The API server refuses the Service.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {ports: [{port: 80}, {port: 443}]}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {ports: [{port: 80, targetPort: http_port}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {ports: [{name: http, port: 80, targetPort: http}, {name: a-port-for-the-metrics, port: 443}]}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: search}
    /// spec: {ports: [{port: 80}]}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `invalid-target-ports`.
    pub(super) static BAD_SERVICE_PORT = {
        code: "NET014",
        summary: "port of a Service that the API server refuses",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["Service"], check: bad_service_port },
    }
}

fn bad_service_port(service: &Manifest, findings: &mut Findings<'_>) {
    let ports = ports(service);
    let mut names = FxHashSet::default();
    for (at, port) in ports.iter().enumerate() {
        let mut report = |field: &str, message: String, help: &str| {
            findings.add(service, format!("/spec/ports/{at}/{field}"), message).help(help);
        };
        for field in ["port", "targetPort"] {
            let number = port.get(field).and_then(Node::as_int);
            if let Some(number) = number.filter(|number| !(1..=65535).contains(number)) {
                report(field, format!("there is no port {number}"), "use a number from 1 to 65535");
            }
        }
        if let Some(target) = port.get("targetPort").and_then(Node::as_str).filter(|target| !is_port_name(target)) {
            let help = "use the name of a container's port, or a number without quotes";
            report("targetPort", format!("no port of a container is called `{target}`"), help);
        }
        let name = port.get("name").and_then(Node::as_str).unwrap_or_default();
        if name.is_empty() && ports.len() > 1 {
            report("name", "a port has no name, though there are several".to_owned(), "give each port a `name`");
        } else if !name.is_empty() && !is_dns_label(name) {
            let help = "use at most 63 lower-case letters, digits and `-`, with a letter or digit at both ends";
            report("name", format!("a port cannot be named `{name}`"), help);
        } else if !name.is_empty() && !names.insert(name) {
            report("name", format!("two ports are named `{name}`"), "rename or remove one of them");
        }
    }
}

fn ports(service: &Manifest) -> &[Node] {
    service.object.get("spec").and_then(|spec| spec.get("ports")).map_or(&[][..], Node::items)
}

declare_rule! {
    /// ## What it does
    /// Points out `nodePort`s outside of 30000 to 32767.
    ///
    /// ## Why is this bad?
    /// The API server refuses the Service, unless it was started with another range.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {type: NodePort, ports: [{port: 80, nodePort: 8080}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}
    /// ```
    pub(super) static NODE_PORT_RANGE = {
        code: "NET016",
        summary: "port of the nodes that is not in their range",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["Service"], check: node_port_range },
    }
}

fn node_port_range(service: &Manifest, findings: &mut Findings<'_>) {
    for (at, port) in ports(service).iter().enumerate() {
        // Zero stands for any of them.
        let number = port.get("nodePort").and_then(Node::as_int).filter(|number| *number != 0);
        if let Some(number) = number.filter(|number| !(30000..=32767).contains(number)) {
            findings
                .add(service, format!("/spec/ports/{at}/nodePort"), format!("nodes do not offer port {number}"))
                .help("use a number from 30000 to 32767, or leave the choice to Kubernetes");
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that no two Services have the same `nodePort` with the same protocol.
    ///
    /// ## Why is this bad?
    /// The nodes have each port once: the API server refuses the second Service.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: search, namespace: search}
    /// spec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: dns}
    /// spec:
    ///   type: NodePort
    ///   ports: [{name: tcp, port: 53, nodePort: 30053}, {name: udp, port: 53, protocol: UDP, nodePort: 30053}]
    /// ```
    pub(super) static TAKEN_NODE_PORT = {
        code: "NET017",
        summary: "two Services have the same port of the nodes",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(taken_node_port),
    }
}

fn taken_node_port(set: &ManifestSet, findings: &mut Findings<'_>) {
    let mut owners = FxHashMap::default();
    for service in set.of_kind("Service") {
        for (at, port) in ports(service).iter().enumerate() {
            let number = port.get("nodePort").and_then(Node::as_int).filter(|number| *number != 0);
            let Some(number) = number else { continue };
            let protocol = port.get("protocol").and_then(Node::as_str).unwrap_or("TCP");
            match owners.entry((number, protocol)) {
                Entry::Vacant(entry) => {
                    entry.insert((service, at));
                }
                Entry::Occupied(entry) => {
                    let (other, other_at) = *entry.get();
                    let message = format!("port {number} of the nodes is taken by Service `{}`", other.id.name);
                    findings
                        .add(service, format!("/spec/ports/{at}/nodePort"), message)
                        .related(other, &format!("/spec/ports/{other_at}/nodePort"), "here")
                        .help("use another number, or leave the choice to Kubernetes");
                }
            }
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Points out Services that lead to a port by a number which none of their pods declares, though each of them
    /// declares some.
    ///
    /// ## Why is this bad?
    /// It may work: a declaration opens nothing. But usually one of the two numbers is wrong, and then every
    /// connection is refused. A Service without `targetPort` leads to the number of its own `port`.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {selector: {app: cart}, ports: [{port: 80}]}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     metadata: {labels: {app: cart}}
    ///     spec: {containers: [{name: cart, ports: [{containerPort: 8080}]}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {selector: {app: cart}, ports: [{port: 80, targetPort: 8080}]}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     metadata: {labels: {app: cart}}
    ///     spec: {containers: [{name: cart, ports: [{containerPort: 8080}]}, {name: proxy}]}
    /// ```
    pub(super) static UNDECLARED_TARGET = {
        code: "NET018",
        summary: "Service leads to a port that its pods do not declare",
        severity: Info,
        since: "0.1.0",
        check: Check::Set(undeclared_target),
    }
}

fn undeclared_target(set: &ManifestSet, findings: &mut Findings<'_>) {
    for service in set.of_kind("Service") {
        let headless = service.object.at("/spec/clusterIP").and_then(Node::as_str) == Some("None");
        let Some(selector) = Selector::of_service(service).filter(|_| !headless) else { continue };
        let pods = || set.select(service.id.namespace.as_deref(), selector);
        for (at, port) in ports(service).iter().enumerate() {
            let field = if port.get("targetPort").is_some() { "targetPort" } else { "port" };
            let Some(target) = port.get(field).filter(|target| target.as_int().is_some()) else { continue };
            let Some(pod) = pods().next() else { continue };
            if pods().all(|pod| declares_others(pod, target)) {
                let number = target.scalar_text().unwrap_or_default();
                let message =
                    format!("Service `{}` leads to port {number}, which its pods do not declare", service.id.name);
                findings
                    .add(service, format!("/spec/ports/{at}/{field}"), message)
                    .related(pod.manifest, &pod.pointer_to("/spec/containers/0/ports"), "the ports of the pods")
                    .help("set `targetPort` to a port of the pods, best by its name, or declare this one");
            }
        }
    }
}

/// Whether pods declare ports, and not this one.
fn declares_others(pod: Pod<'_>, number: &Node) -> bool {
    let mut ports = pod.running_containers().flat_map(|container| container.list("/ports")).peekable();
    ports.peek().is_some() && ports.all(|port| port.get("containerPort") != Some(number))
}
