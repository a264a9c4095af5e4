//! The hosts, subsets and ports that VirtualServices lead to.

use super::{Check, Findings, declare_rule, did_you_mean, host, host::Target, istio, listed, ports};
use crate::{
    manifest::{Manifest, ManifestSet},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Points out destinations of a VirtualService whose host is that of no Service here. A host of another namespace
    /// counts when anything of that namespace is here; what a ServiceEntry names is fine.
    ///
    /// ## Why is this bad?
    /// Istio answers such requests with 503.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.istio.io/v1
    /// kind: VirtualService
    /// metadata: {name: cart}
    /// spec: {hosts: [cart], http: [{route: [{destination: {host: crat}}]}]}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {ports: [{port: 80}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: networking.istio.io/v1
    /// kind: VirtualService
    /// metadata: {name: cart, namespace: shop}
    /// spec:
    ///   hosts: [cart.example.com]
    ///   http:
    ///     - route: [{destination: {host: cart.shop.svc.cluster.local}}]
    ///       mirror: {host: mirror.elsewhere.svc.cluster.local}
    ///     - route: [{destination: {host: api.example.com}}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart, namespace: shop}
    /// spec: {ports: [{port: 80}]}
    /// ```
    pub(super) static MISSING_HOST = {
        code: "MSH001",
        summary: "VirtualService leads to a host that no Service has",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(missing_host),
    }
}

fn missing_host(set: &ManifestSet, findings: &mut Findings<'_>) {
    for service in istio(set, "VirtualService") {
        let namespace = service.id.namespace.as_deref();
        let mut seen = Vec::new();
        for (pointer, destination) in destinations(service) {
            let Some(name) = host::of(destination) else { continue };
            if seen.contains(&name) || !matches!(host::target(set, name, namespace), Target::Missing) {
                continue;
            }
            seen.push(name);
            let message =
                format!("VirtualService `{}` leads to the host `{name}`, which no Service has", service.id.name);
            let help = did_you_mean(
                name,
                set.names("Service", namespace),
                "name a Service, or render a ServiceEntry for a host outside of the mesh",
            );
            findings.add(service, format!("{pointer}/host"), message).suggest(service, help);
        }
    }
}

/// Every destination, with the pointer to it.
fn destinations(service: &Manifest) -> Vec<(String, &Node)> {
    let mut found = Vec::new();
    for section in ["http", "tls", "tcp"] {
        for (pointer, rule) in service.items(&format!("/spec/{section}")) {
            for (list, inner) in [("route", "destination"), ("mirrors", "destination")] {
                let items = rule.get(list).map_or(&[][..], Node::items).iter().enumerate();
                found.extend(
                    items.filter_map(|(at, item)| Some((format!("{pointer}/{list}/{at}/{inner}"), item.get(inner)?))),
                );
            }
            found.extend(rule.get("mirror").map(|mirror| (format!("{pointer}/mirror"), mirror)));
        }
    }
    found
}

declare_rule! {
    /// ## What it does
    /// Checks that the subset of a destination is one of a DestinationRule of the same host.
    ///
    /// ## Why is this bad?
    /// A subset that nobody defines has no endpoints: Istio answers such requests with 503.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.istio.io/v1
    /// kind: VirtualService
    /// metadata: {name: cart}
    /// spec: {hosts: [cart], http: [{route: [{destination: {host: cart, subset: v2}}]}]}
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: cart}
    /// spec: {host: cart, subsets: [{name: v1, labels: {version: v1}}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: networking.istio.io/v1
    /// kind: VirtualService
    /// metadata: {name: cart, namespace: shop}
    /// spec: {hosts: [cart], http: [{route: [{destination: {host: cart, subset: v1}}]}]}
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: cart, namespace: mesh}
    /// spec: {host: cart.shop.svc.cluster.local, subsets: [{name: v1, labels: {version: v1}}]}
    /// ```
    pub(super) static MISSING_SUBSET = {
        code: "MSH002",
        summary: "subset that no DestinationRule defines",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(missing_subset),
    }
}

fn missing_subset(set: &ManifestSet, findings: &mut Findings<'_>) {
    for service in istio(set, "VirtualService") {
        let namespace = service.id.namespace.as_deref();
        for (pointer, destination) in destinations(service) {
            let (Some(host), Some(subset)) = (host::of(destination), destination.get("subset").and_then(Node::as_str))
            else {
                continue;
            };
            let rules: Vec<&Manifest> = rules_of(set, host, namespace).collect();
            let subsets = || rules.iter().flat_map(|rule| rule.items("/spec/subsets")).filter_map(name);
            if subset.is_empty() || subsets().any(|known| known == subset) {
                continue;
            }
            let message = format!("no DestinationRule of the host `{host}` has the subset `{subset}`");
            let help = did_you_mean(subset, subsets(), "add it to `subsets` of a DestinationRule of this host");
            let mut finding = findings.add(service, format!("{pointer}/subset"), message);
            finding.suggest(service, help);
            if let Some(rule) = rules.first() {
                finding.related(rule, "/spec/subsets", "the subsets of the host");
            }
        }
    }
}

fn name((_, node): (String, &Node)) -> Option<&str> {
    node.get("name")?.as_str()
}

/// The DestinationRules of a host.
fn rules_of<'a>(set: &'a ManifestSet, host: &'a str, namespace: Option<&'a str>) -> impl Iterator<Item = &'a Manifest> {
    istio(set, "DestinationRule").filter(move |rule| {
        let own = rule.object.at("/spec/host").and_then(Node::as_str);
        own.is_some_and(|own| host::is_same((own, rule.id.namespace.as_deref()), (host, namespace)))
    })
}

declare_rule! {
    /// ## What it does
    /// Checks that the port of a destination is one of its Service.
    ///
    /// ## Why is this bad?
    /// Istio answers such requests with 503.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.istio.io/v1
    /// kind: VirtualService
    /// metadata: {name: cart}
    /// spec: {hosts: [cart], http: [{route: [{destination: {host: cart, port: {number: 8080}}}]}]}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {ports: [{port: 80, targetPort: 8080}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: networking.istio.io/v1
    /// kind: VirtualService
    /// metadata: {name: cart}
    /// spec: {hosts: [cart], http: [{route: [{destination: {host: cart, port: {number: 80}}}]}]}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {ports: [{port: 80, targetPort: 8080}]}
    /// ```
    pub(super) static MISSING_PORT = {
        code: "MSH008",
        summary: "VirtualService leads to a port that its Service does not have",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(missing_port),
    }
}

fn missing_port(set: &ManifestSet, findings: &mut Findings<'_>) {
    for virtual_service in istio(set, "VirtualService") {
        for (pointer, destination) in destinations(virtual_service) {
            let number = destination.at("/port/number").and_then(Node::as_int);
            let (Some(host), Some(number)) = (host::of(destination), number) else { continue };
            let target = host::target(set, host, virtual_service.id.namespace.as_deref());
            let Target::Service(service) = target else { continue };
            if ports(service).any(|known| known == number) {
                continue;
            }
            let message = format!(
                "VirtualService `{}` leads to port {number} of `{host}`, which has no such port",
                virtual_service.id.name
            );
            findings
                .add(virtual_service, format!("{pointer}/port/number"), message)
                .related(service, "/spec/ports", "the ports of the Service")
                .help(format!("name a port of the Service: {}", listed(ports(service))));
        }
    }
}
