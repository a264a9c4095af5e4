//! The ports that probes and hooks ask.

use super::{Check, Findings, HANDLERS, PROBES, declare_rule, did_you_mean};
use crate::{manifest::Container, node::Node};

declare_rule! {
    /// ## What it does
    /// Checks that a port which a probe or a lifecycle hook gives by its name is a port of the same container.
    ///
    /// ## Why is this bad?
    /// The kubelet looks a name up among the ports of the container alone. A probe whose port it does not find fails:
    /// the container is restarted over and over, or never gets ready.
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
    ///           ports: [{name: http, containerPort: 8080}]
    ///           readinessProbe: {httpGet: {path: /ready, port: htpp}}
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
    ///           ports: [{name: http, containerPort: 8080}]
    ///           readinessProbe: {httpGet: {path: /ready, port: http}}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `liveness-port`, `readiness-port` and `startup-port`.
    pub(super) static UNKNOWN_PORT = {
        code: "WRK011",
        summary: "probe of a port that the container does not have",
        severity: Error,
        since: "0.1.0",
        check: Check::Container(unknown_port),
    }
}

fn unknown_port(container: Container<'_>, findings: &mut Findings<'_>) {
    for Asked { owner, handler, port } in asked(container) {
        let Some(name) = port.as_str() else { continue };
        let names = || container.list("/ports").iter().filter_map(|port| port.get("name")?.as_str());
        if names().any(|known| known == name) {
            continue;
        }
        let message = format!("`{owner}` asks port `{name}`, which container `{}` does not have", container.name());
        let help = did_you_mean(name, names(), "name one of the container's ports, or give a number");
        findings
            .add_to_container(container, &format!("/{owner}/{handler}/port"), message)
            .related(container.pod.manifest, &container.pointer_to("/ports"), "the ports of the container")
            .suggest(container.pod.manifest, help);
    }
}

declare_rule! {
    /// ## What it does
    /// Points out probes and lifecycle hooks that ask a port by a number that no container of the pod declares, though
    /// the container declares others.
    ///
    /// ## Why is this bad?
    /// It may work: a declaration opens nothing. But one of the two numbers is usually wrong, and then the container is
    /// restarted over and over, or never gets ready.
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
    ///           ports: [{name: http, containerPort: 8080}]
    ///           livenessProbe: {tcpSocket: {port: 8081}}
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
    ///           ports: [{name: http, containerPort: 8080}]
    ///           livenessProbe: {tcpSocket: {port: 8080}}
    ///         - {name: worker, livenessProbe: {tcpSocket: {port: 9000}}}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `liveness-port`, `readiness-port` and `startup-port`.
    pub(super) static UNDECLARED_PORT = {
        code: "WRK012",
        summary: "probe of a port that no container declares",
        severity: Warning,
        since: "0.1.0",
        check: Check::Container(undeclared_port),
    }
}

fn undeclared_port(container: Container<'_>, findings: &mut Findings<'_>) {
    if container.list("/ports").is_empty() {
        return;
    }
    for Asked { owner, handler, port } in asked(container) {
        let is_declared = |other: Container<'_>| {
            other.list("/ports").iter().any(|declared| declared.get("containerPort") == Some(port))
        };
        let Some(number) = port.as_int() else { continue };
        if is_declared(container) || container.pod.containers().any(is_declared) {
            continue;
        }
        let message = format!("`{owner}` asks port {number}, which container `{}` does not declare", container.name());
        findings
            .add_to_container(container, &format!("/{owner}/{handler}/port"), message)
            .related(container.pod.manifest, &container.pointer_to("/ports"), "the ports of the container")
            .help("give the probe a declared port, best by its name, or declare this one");
    }
}

/// A port that something of a container asks.
struct Asked<'a> {
    /// The field of the container, as a pointer without its first `/`.
    owner: &'static str,
    handler: &'static str,
    port: &'a Node,
}

/// Every port that the probes and hooks of a container ask there, not at another host.
fn asked(container: Container<'_>) -> impl Iterator<Item = Asked<'_>> {
    let hooks = container.node.get("lifecycle").into_iter().flat_map(|lifecycle| {
        let hooks = [("lifecycle/postStart", "postStart"), ("lifecycle/preStop", "preStop")];
        hooks.into_iter().filter_map(|(owner, field)| Some((owner, lifecycle.get(field)?)))
    });
    let probes = PROBES.into_iter().filter_map(move |field| Some((field, container.node.get(field)?)));
    probes.chain(hooks).flat_map(|(owner, probe)| {
        HANDLERS.into_iter().filter_map(move |handler| {
            let asks = probe.get(handler)?;
            let elsewhere = asks.get("host").and_then(Node::as_str).is_some_and(|host| !host.is_empty());
            if elsewhere { None } else { Some(Asked { owner, handler, port: asks.get("port")? }) }
        })
    })
}
