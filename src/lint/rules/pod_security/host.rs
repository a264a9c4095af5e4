//! What a pod shares with its node.

use super::{Check, Context, Findings, contexts, declare_rule};
use crate::{
    diagnostic::Safety,
    manifest::{Container, Pod},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Checks that pods share neither the network nor the processes of their node: `hostNetwork`, `hostPID`, `hostIPC`.
    ///
    /// ## Why is this bad?
    /// On the network of the node a pod reaches what listens on `localhost`, the kubelet among it, and no NetworkPolicy
    /// holds it. Beside the processes of the node it reads their environments, and with it their secrets.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {hostNetwork: true, hostPID: true, containers: [{name: cart}]}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {hostNetwork: false, containers: [{name: cart}]}}}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `host-network`, `host-pid`, `host-ipc`, polaris `hostNetworkSet`, `hostPIDSet`,
    /// `hostIPCSet`.
    pub(super) static HOST_NAMESPACE = {
        code: "PSS003",
        summary: "pod shares the network or the processes of its node",
        severity: Warning,
        since: "0.1.0",
        on: Baseline,
        check: Check::Pod(host_namespace),
    }
}

/// The fields, and what they share.
const SHARED: [(&str, &str); 3] = [
    ("/spec/hostNetwork", "network"),
    ("/spec/hostPID", "processes"),
    ("/spec/hostIPC", "inter-process communication"),
];

fn host_namespace(pod: Pod<'_>, findings: &mut Findings<'_>) {
    for (field, what) in SHARED {
        if pod.at(field).and_then(Node::as_bool) == Some(true) {
            findings
                .add_to_pod(pod, field, format!("the pod shares the {what} of its node"))
                .remove(pod.manifest, &pod.pointer_to(field), Safety::Unsafe, "share nothing with the node")
                .help("leave the field out");
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that containers use no port of their node.
    ///
    /// ## Why is this bad?
    /// The port is open to everybody who reaches the node, past Services and past many a NetworkPolicy, and on each node
    /// only one pod can have it.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, ports: [{containerPort: 8080, hostPort: 80}]}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, ports: [{containerPort: 8080}]}]}
    /// ```
    ///
    /// Known elsewhere as: polaris `hostPortSet`.
    pub(super) static HOST_PORT = {
        code: "PSS005",
        summary: "port of the node",
        severity: Warning,
        since: "0.1.0",
        on: Baseline,
        check: Check::Container(host_port),
    }
}

fn host_port(container: Container<'_>, findings: &mut Findings<'_>) {
    for (at, port) in container.list("/ports").iter().enumerate() {
        let Some(number) = port.get("hostPort").and_then(Node::as_int).filter(|number| *number != 0) else { continue };
        let inside = format!("/ports/{at}/hostPort");
        let message = format!("container `{}` listens on port {number} of its node", container.name());
        findings
            .add_to_container(container, &inside, message)
            .remove(container.pod.manifest, &container.pointer_to(&inside), Safety::Unsafe, "use no port of the node")
            .help("leave `hostPort` out, and let a Service lead to the container");
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that no pod for Windows runs as processes of its node: `windowsOptions.hostProcess`.
    ///
    /// ## Why is this bad?
    /// Such a container is none: it has the files, the network and the rights of the node.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: agent}
    /// spec:
    ///   os: {name: windows}
    ///   securityContext: {windowsOptions: {hostProcess: true}}
    ///   containers: [{name: agent}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: agent}
    /// spec:
    ///   os: {name: windows}
    ///   securityContext: {windowsOptions: {runAsUserName: ContainerUser}}
    ///   containers: [{name: agent}]
    /// ```
    ///
    /// Known elsewhere as: polaris `hostProcess`.
    pub(super) static HOST_PROCESS = {
        code: "PSS012",
        summary: "Windows container that is a process of its node",
        severity: Warning,
        since: "0.1.0",
        on: Baseline,
        check: Check::Pod(host_process),
    }
}

fn host_process(pod: Pod<'_>, findings: &mut Findings<'_>) {
    let field = "/windowsOptions/hostProcess";
    let is_host_process = |context: &Context<'_>| context.at(field).and_then(Node::as_bool) == Some(true);
    for context in contexts(pod).filter(is_host_process) {
        context.add(findings, field, "runs as processes of its node").help("leave `hostProcess` out");
    }
}
