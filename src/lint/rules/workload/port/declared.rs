//! The ports that containers declare.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::{Check, Findings, declare_rule, protocol};
use crate::{
    grammar::formats::is_port_name,
    manifest::{Container, Pod},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Points out a port that two containers of a pod declare, or one container twice, with the same protocol.
    ///
    /// ## Why is this bad?
    /// The containers of a pod share one network: only one of them can listen on a port, and the other ends with
    /// `address already in use`. Of two declarations in one container, an apply may lose one.
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
    ///         - {name: cart, ports: [{name: http, containerPort: 8080}]}
    ///         - {name: proxy, ports: [{name: proxy, containerPort: 8080}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: dns}
    /// spec:
    ///   template:
    ///     spec:
    ///       initContainers: [{name: warm-up, ports: [{containerPort: 53}]}]
    ///       containers: [{name: dns, ports: [{containerPort: 53}, {containerPort: 53, protocol: UDP}]}]
    /// ```
    ///
    /// Known elsewhere as: kube-score `container-ports-check`.
    pub(super) static DUPLICATE_PORT = {
        code: "WRK026",
        summary: "two containers of a pod listen on one port",
        severity: Warning,
        since: "0.1.0",
        check: Check::Pod(duplicate_port),
    }
}

fn duplicate_port(pod: Pod<'_>, findings: &mut Findings<'_>) {
    let mut seen = FxHashMap::default();
    for (container, at, port) in ports(pod) {
        let Some(number) = port.get("containerPort").and_then(Node::as_int) else { continue };
        match seen.entry((number, protocol(port))) {
            Entry::Vacant(entry) => {
                entry.insert((container, at));
            }
            Entry::Occupied(first) => {
                let (first, first_at) = *first.get();
                let first = first.pointer_to(&format!("/ports/{first_at}/containerPort"));
                let message = format!("pods have port {number} twice");
                findings
                    .add_to_container(container, &format!("/ports/{at}/containerPort"), message)
                    .related(pod.manifest, &first, "the first one")
                    .help("give one of them another number, or remove it");
            }
        }
    }
}

/// Every port of the containers that run side by side, with its place in the list of its container.
fn ports(pod: Pod<'_>) -> impl Iterator<Item = (Container<'_>, usize, &Node)> {
    pod.running_containers()
        .flat_map(|container| container.list("/ports").iter().enumerate().map(move |(at, port)| (container, at, port)))
}

declare_rule! {
    /// ## What it does
    /// Checks that the ports of containers have numbers from 1 to 65535, and names that ports can have: lower-case
    /// letters, digits and single dashes, at most 15, with at least one letter
    /// ([RFC 6335](https://www.rfc-editor.org/rfc/rfc6335#section-5.1)).
    ///
    /// ## Why is this bad?
    /// The API server refuses the workload.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec: {containers: [{name: cart, ports: [{name: prometheus-metrics, containerPort: 9100}]}]}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, ports: [{containerPort: 80800}]}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec: {containers: [{name: cart, ports: [{name: metrics-2, containerPort: 9100}]}]}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `invalid-target-ports`, kube-score `container-ports-check`.
    pub(super) static BAD_PORT = {
        code: "WRK028",
        summary: "port of a container that the API server refuses",
        severity: Error,
        since: "0.1.0",
        check: Check::Container(bad_port),
    }
}

fn bad_port(container: Container<'_>, findings: &mut Findings<'_>) {
    for (at, port) in container.list("/ports").iter().enumerate() {
        if let Some(name) = port.get("name").and_then(Node::as_str).filter(|name| !is_port_name(name)) {
            let message = format!("a port cannot be named `{name}`");
            findings
                .add_to_container(container, &format!("/ports/{at}/name"), message)
                .help("use at most 15 lower-case letters, digits and single dashes, with a letter among them");
        }
        for field in ["containerPort", "hostPort"] {
            let number = port.get(field).and_then(Node::as_int);
            // No port of the host is what zero means there.
            let free = field == "hostPort" && number == Some(0);
            if let Some(number) = number.filter(|number| !free && !(1..=65535).contains(number)) {
                findings
                    .add_to_container(container, &format!("/ports/{at}/{field}"), format!("there is no port {number}"))
                    .help("use a number from 1 to 65535");
            }
        }
    }
}
