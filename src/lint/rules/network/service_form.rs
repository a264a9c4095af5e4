//! Fields of Services that do not go together.

use super::{Check, Findings, declare_rule};
use crate::{manifest::Manifest, node::Node};

declare_rule! {
    /// ## What it does
    /// Checks that the fields of a Service fit its type: no `nodePort` inside of the cluster, no address of `None` for
    /// what is reached from outside, no fields of load balancers elsewhere, a name for every `ExternalName`, ports for
    /// everything that has an address.
    ///
    /// ## Why is this bad?
    /// The API server refuses the Service.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {ports: [{port: 80, nodePort: 30080}]}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {type: LoadBalancer, clusterIP: None, ports: [{port: 80}]}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: mail}
    /// spec: {type: ExternalName}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {type: LoadBalancer, externalTrafficPolicy: Local, loadBalancerSourceRanges: [10.0.0.0/8], ports: [{port: 80}]}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: db}
    /// spec: {clusterIP: None}
    /// ```
    pub(super) static REFUSED_SERVICE = {
        code: "NET015",
        summary: "fields of a Service that do not fit its type",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["Service"], check: refused_service },
    }
}

/// Fields that only load balancers have.
const OF_BALANCERS: [&str; 3] = ["allocateLoadBalancerNodePorts", "loadBalancerClass", "loadBalancerSourceRanges"];

fn refused_service(service: &Manifest, findings: &mut Findings<'_>) {
    let Some(spec) = service.object.get("spec") else { return };
    let kind = spec.get("type").and_then(Node::as_str).unwrap_or("ClusterIP");
    let text = |field| spec.get(field).and_then(Node::as_str);
    let is_headless = text("clusterIP") == Some("None");
    let is_outside = matches!(kind, "LoadBalancer" | "NodePort");
    let ports = spec.get("ports").map_or(&[][..], Node::items);
    let has_addresses = spec.get("externalIPs").is_some_and(|list| !list.items().is_empty());
    let mut report = |field: &str, message: String, help: &str| {
        findings.add(service, format!("/spec{field}"), message).help(help);
    };
    for (at, _) in ports.iter().enumerate().filter(|(_, port)| kind == "ClusterIP" && port.get("nodePort").is_some()) {
        let help = "remove `nodePort`, or set the type to `NodePort`";
        report(&format!("/ports/{at}/nodePort"), "a Service inside of the cluster has no `nodePort`".to_owned(), help);
    }
    if is_headless && is_outside {
        let help = "remove `clusterIP`, or set the type to `ClusterIP`";
        report("/clusterIP", format!("a Service of the type `{kind}` needs an address"), help);
    }
    if kind == "ExternalName" && text("externalName").is_none_or(str::is_empty) {
        report("/type", "a Service of the type `ExternalName` needs a name".to_owned(), "set `externalName`");
    }
    if ports.is_empty() && !is_headless && kind != "ExternalName" {
        report("", format!("Service `{}` has no ports", service.id.name), "add `ports`");
    }
    if spec.get("externalTrafficPolicy").is_some() && !is_outside && !has_addresses {
        let help = "remove it, or set the type to `LoadBalancer` or `NodePort`";
        report("/externalTrafficPolicy", "no traffic comes to this Service from outside".to_owned(), help);
    }
    for field in OF_BALANCERS.into_iter().filter(|field| kind != "LoadBalancer" && spec.get(field).is_some()) {
        let help = "remove it, or set the type to `LoadBalancer`";
        report(&format!("/{field}"), format!("only a Service of the type `LoadBalancer` has `{field}`"), help);
    }
    let config = spec.get("sessionAffinityConfig").filter(|config| !config.is_null());
    if config.is_some() && text("sessionAffinity") != Some("ClientIP") {
        let help = "set `sessionAffinity: ClientIP`, or remove it";
        report("/sessionAffinityConfig", "this Service has no affinity to be configured".to_owned(), help);
    }
}

declare_rule! {
    /// ## What it does
    /// Points out Services of the type `ExternalName` whose name is an address.
    ///
    /// ## Why is this bad?
    /// The name becomes an alias in the DNS, and an alias of an address resolves to nothing.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: mail}
    /// spec: {type: ExternalName, externalName: 192.0.2.25}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: mail}
    /// spec: {type: ExternalName, externalName: mail.example.com}
    /// ```
    pub(super) static ALIAS_OF_ADDRESS = {
        code: "NET028",
        summary: "alias in the DNS of an address",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["Service"], check: alias_of_address },
    }
}

fn alias_of_address(service: &Manifest, findings: &mut Findings<'_>) {
    let name = service.object.at("/spec/externalName").and_then(Node::as_str).unwrap_or_default();
    if name.parse::<std::net::IpAddr>().is_ok() {
        let message = format!("Service `{}` is an alias of an address, which resolves to nothing", service.id.name);
        findings
            .add(service, "/spec/externalName", message)
            .help("give it a name; for an address, use a Service without a selector and an EndpointSlice");
    }
}
