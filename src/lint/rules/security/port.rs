//! Ports that say something about what listens on them.

use super::{Check, Findings, declare_rule};
use crate::{manifest::Container, node::Node};

declare_rule! {
    /// ## What it does
    /// Points out containers that listen on the port of SSH, 22.
    ///
    /// ## Why is this bad?
    /// A shell that is reached over the network is one more lock to pick, and `kubectl exec` needs none. What is a
    /// server for git, or for files, is fine: ignore the finding there.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, ports: [{containerPort: 22}]}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, ports: [{containerPort: 8022}, {containerPort: 22, protocol: UDP}]}]}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `ssh-port`.
    pub(super) static SSH = {
        code: "SEC011",
        summary: "container listens on the port of SSH",
        severity: Info,
        since: "0.1.0",
        check: Check::Container(ssh),
    }
}

fn ssh(container: Container<'_>, findings: &mut Findings<'_>) {
    check_ports(
        container,
        |number, is_tcp| number == 22 && is_tcp,
        |name, at| {
            let message = format!("container `{name}` listens on the port of SSH");
            findings.add_to_container(container, at, message).help("leave the server out, and use `kubectl exec`");
        },
    );
}

declare_rule! {
    /// ## What it does
    /// Points out ports below 1024 of containers.
    ///
    /// ## Why is this bad?
    /// Some container runtimes let only `root`, or a process with the capability `NET_BIND_SERVICE`, listen there. A
    /// Service can have port 80 and lead to port 8080 of its pods.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, ports: [{containerPort: 80}]}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, ports: [{containerPort: 8080}]}]}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `privileged-ports`.
    pub(super) static PRIVILEGED_PORT = {
        code: "SEC012",
        summary: "port that only root may listen on",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Container(privileged_port),
    }
}

fn privileged_port(container: Container<'_>, findings: &mut Findings<'_>) {
    let is_privileged = |number, is_tcp| (1..1024).contains(&number) && !(number == 22 && is_tcp);
    check_ports(container, is_privileged, |name, at| {
        let message = format!("container `{name}` listens on a port below 1024");
        findings
            .add_to_container(container, at, message)
            .help("listen on a port from 1024 on, and let the Service map it");
    });
}

/// Says the container's name, and where the number stands, of each port that a test takes: a number, and whether it is
/// of TCP.
fn check_ports(container: Container<'_>, takes: impl Fn(i64, bool) -> bool, mut report: impl FnMut(&str, &str)) {
    for (at, port) in container.list("/ports").iter().enumerate() {
        let is_tcp = port.get("protocol").and_then(Node::as_str).is_none_or(|protocol| protocol == "TCP");
        let number = port.get("containerPort").and_then(Node::as_int);
        if number.is_some_and(|number| takes(number, is_tcp)) {
            report(container.name(), &format!("/ports/{at}/containerPort"));
        }
    }
}
