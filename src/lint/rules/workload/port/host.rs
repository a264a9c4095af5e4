//! The ports of hosts that containers take.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::{Check, Findings, declare_rule, protocol};
use crate::{
    manifest::{Container, Pod},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Checks that no two ports of a pod take the same port of the host, and that pods in the network of the host have
    /// no `hostPort` but the `containerPort`.
    ///
    /// ## Why is this bad?
    /// The API server refuses the workload.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: DaemonSet
    /// metadata: {name: agent}
    /// spec:
    ///   template:
    ///     spec:
    ///       containers:
    ///         - {name: agent, ports: [{containerPort: 9100, hostPort: 9100}]}
    ///         - {name: proxy, ports: [{containerPort: 9101, hostPort: 9100}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: DaemonSet
    /// metadata: {name: agent}
    /// spec:
    ///   template:
    ///     spec:
    ///       hostNetwork: true
    ///       containers: [{name: agent, ports: [{containerPort: 9100, hostPort: 9100}, {containerPort: 9101}]}]
    /// ```
    pub(super) static REFUSED_HOST_PORT = {
        code: "WRK027",
        summary: "port of the host that the API server refuses",
        severity: Error,
        since: "0.1.0",
        check: Check::Pod(refused_host_port),
    }
}

fn refused_host_port(pod: Pod<'_>, findings: &mut Findings<'_>) {
    let in_host = pod.template.at("/spec/hostNetwork").and_then(Node::as_bool) == Some(true);
    let mut seen = FxHashMap::default();
    for Taken { container, at, port, number } in taken(pod) {
        let pointer = || format!("/ports/{at}/hostPort");
        if in_host && port.get("containerPort").and_then(Node::as_int).is_some_and(|own| own != number) {
            let message = format!("pods in the network of the host cannot take its port {number} for another one");
            findings.add_to_container(container, &pointer(), message).help("remove `hostPort`, or make both the same");
        }
        match seen.entry((number, protocol(port), port.get("hostIP").and_then(Node::as_str))) {
            Entry::Vacant(entry) => {
                entry.insert((container, at));
            }
            Entry::Occupied(first) => {
                let (first, first_at) = *first.get();
                let related = first.pointer_to(&format!("/ports/{first_at}/hostPort"));
                findings
                    .add_to_container(container, &pointer(), format!("pods take port {number} of the host twice"))
                    .related(pod.manifest, &related, "the first one")
                    .help("give one of them another number, or remove it");
            }
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Points out workloads with several replicas that take a port of the host.
    ///
    /// ## Why is this bad?
    /// Only one of the pods fits on a node. The others wait for nodes that are free, and so does the new pod of every
    /// rollout where there is none to spare.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   replicas: 3
    ///   template: {spec: {containers: [{name: cart, ports: [{containerPort: 8080, hostPort: 8080}]}]}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: DaemonSet
    /// metadata: {name: agent}
    /// spec: {template: {spec: {containers: [{name: agent, ports: [{containerPort: 9100, hostPort: 9100}]}]}}}
    /// ```
    pub(super) static SINGLE_HOST_PORT = {
        code: "WRK029",
        summary: "several replicas take one port of the host",
        severity: Warning,
        since: "0.1.0",
        check: Check::Pod(single_host_port),
    }
}

fn single_host_port(pod: Pod<'_>, findings: &mut Findings<'_>) {
    let replicas = pod.manifest.object.at("/spec/replicas").and_then(Node::as_int);
    if replicas.is_none_or(|replicas| replicas < 2) {
        return;
    }
    for Taken { container, at, number, .. } in taken(pod) {
        let message = format!("several replicas take port {number} of the host");
        findings
            .add_to_container(container, &format!("/ports/{at}/hostPort"), message)
            .related(pod.manifest, "/spec/replicas", "the replicas")
            .help("use a Service in its place, or a DaemonSet");
    }
}

/// A port that takes one of the host.
struct Taken<'a> {
    container: Container<'a>,
    at: usize,
    port: &'a Node,
    number: i64,
}

fn taken(pod: Pod<'_>) -> impl Iterator<Item = Taken<'_>> {
    pod.running_containers().flat_map(|container| {
        let ports = container.list("/ports").iter().enumerate();
        ports.filter_map(move |(at, port)| {
            let number = port.get("hostPort").and_then(Node::as_int).filter(|number| *number != 0)?;
            Some(Taken { container, at, port, number })
        })
    })
}
