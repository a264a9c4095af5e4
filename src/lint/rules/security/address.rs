//! Addresses that a Service takes for itself.

use super::{Check, Findings, declare_rule};
use crate::{manifest::Manifest, node::Node};

declare_rule! {
    /// ## What it does
    /// Checks that no Service has `externalIPs`.
    ///
    /// ## Why is this bad?
    /// Every node then sends what is for that address to the pods of the Service, whoever has it: who may make a Service
    /// can read the traffic of others ([CVE-2020-8554](https://github.com/kubernetes/kubernetes/issues/97076), which has
    /// no fix). Many clusters refuse it.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {selector: {app: cart}, ports: [{port: 80}], externalIPs: [203.0.113.7]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {selector: {app: cart}, ports: [{port: 80}], externalIPs: []}
    /// ```
    ///
    /// Known elsewhere as: gatekeeper-library `externalip`.
    pub(super) static EXTERNAL_ADDRESS = {
        code: "SEC030",
        summary: "Service takes an address for itself",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["Service"], check: external_address },
    }
}

fn external_address(service: &Manifest, findings: &mut Findings<'_>) {
    let addresses = service.object.at("/spec/externalIPs").map_or(&[][..], Node::items);
    if !addresses.is_empty() {
        let message = format!("Service `{}` takes addresses that nobody gave it", service.id.name);
        let help = "use a load balancer (`type: LoadBalancer`), or an Ingress";
        findings.add(service, "/spec/externalIPs", message).help(help);
    }
}
