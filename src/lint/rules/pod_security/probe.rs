//! Probes and hooks of other hosts.

use super::{Check, Findings, declare_rule};
use crate::{manifest::Container, node::Node};

declare_rule! {
    /// ## What it does
    /// Checks that probes and lifecycle hooks name no `host`, from version 1.34 on.
    ///
    /// ## Why is this bad?
    /// It is the kubelet that calls: with a `host`, from the network of the node, whatever that network reaches. Without
    /// one it calls the pod, which is what a probe is for.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec:
    ///   containers:
    ///     - name: cart
    ///       livenessProbe: {httpGet: {host: 127.0.0.1, port: 8080}}
    ///       lifecycle: {preStop: {httpGet: {host: billing, port: 80}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec:
    ///   containers:
    ///     - name: cart
    ///       livenessProbe: {httpGet: {port: 8080, httpHeaders: [{name: Host, value: cart.example.com}]}}
    /// ```
    pub(super) static PROBE_OF_HOST = {
        code: "PSS006",
        summary: "probe or hook of another host",
        severity: Warning,
        since: "0.1.0",
        on: Baseline,
        check: Check::Container(probe_of_host),
    }
}

/// What the kubelet calls.
const CALLS: [&str; 5] =
    ["/livenessProbe", "/readinessProbe", "/startupProbe", "/lifecycle/postStart", "/lifecycle/preStop"];

fn probe_of_host(container: Container<'_>, findings: &mut Findings<'_>) {
    for call in CALLS {
        let Some(handler) = container.at(call) else { continue };
        for how in ["httpGet", "tcpSocket"] {
            let host = handler.get(how).and_then(|how| how.get("host")).and_then(Node::as_str);
            let is_named = host.is_some_and(|host| !host.is_empty());
            if is_named && findings.standard(container.pod).minor >= 34 {
                let message = format!("container `{}` lets the kubelet call another host", container.name());
                findings
                    .add_to_container(container, &format!("{call}/{how}/host"), message)
                    .help("leave `host` out; a name for the server to see is a header `Host` in `httpHeaders`");
            }
        }
    }
}
