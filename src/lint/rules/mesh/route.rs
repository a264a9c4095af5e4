//! Routes of the Gateway API, and the Services behind them.

use super::{Check, Findings, declare_rule, did_you_mean, is_here, listed, ports};
use crate::{
    manifest::{Manifest, ManifestSet},
    node::Node,
};

/// The kinds of routes.
pub(super) const ROUTES: &[&str] = &["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"];

/// A reference from a route to a Service.
struct Backend<'a> {
    route: &'a Manifest,
    pointer: String,
    node: &'a Node,
    /// The namespace, unless it is the route's own.
    other: Option<&'a str>,
    name: &'a str,
}

impl<'a> Backend<'a> {
    fn namespace(&self) -> Option<&'a str> {
        self.other.or(self.route.id.namespace.as_deref())
    }

    fn service(&self, set: &'a ManifestSet) -> Option<&'a Manifest> {
        set.find("Service", self.namespace(), self.name)
    }
}

/// Every Service that a route names.
fn backends(route: &Manifest) -> Vec<Backend<'_>> {
    let mut references = Vec::new();
    for (pointer, rule) in route.items("/spec/rules") {
        references.extend(listed_in(rule, "backendRefs", &pointer));
        for (pointer, filter) in listed_in(rule, "filters", &pointer) {
            let mirror = filter.at("/requestMirror/backendRef");
            references.extend(mirror.map(|mirror| (format!("{pointer}/requestMirror/backendRef"), mirror)));
        }
    }
    references.into_iter().filter_map(|(pointer, node)| read(route, pointer, node)).collect()
}

fn listed_in<'a>(node: &'a Node, list: &str, pointer: &str) -> Vec<(String, &'a Node)> {
    let items = node.get(list).map_or(&[][..], Node::items);
    items.iter().enumerate().map(|(at, item)| (format!("{pointer}/{list}/{at}"), item)).collect()
}

fn read<'a>(route: &'a Manifest, pointer: String, node: &'a Node) -> Option<Backend<'a>> {
    let text = |key: &str| node.get(key).and_then(Node::as_str);
    let is_service = text("kind").is_none_or(|kind| kind == "Service") && text("group").is_none_or(str::is_empty);
    let other = text("namespace").filter(|namespace| Some(*namespace) != route.id.namespace.as_deref());
    is_service.then_some(Backend { route, pointer, node, other, name: text("name")? })
}

/// Every Service that the routes of a set name.
fn all(set: &ManifestSet) -> impl Iterator<Item = Backend<'_>> {
    ROUTES.iter().flat_map(|kind| set.of_kind(kind)).flat_map(backends)
}

declare_rule! {
    /// ## What it does
    /// Checks that the Services that a route of the Gateway API leads to exist, where any Service of their namespace is
    /// here.
    ///
    /// ## Why is this bad?
    /// The gateway answers such requests with 500.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: gateway.networking.k8s.io/v1
    /// kind: HTTPRoute
    /// metadata: {name: cart}
    /// spec: {rules: [{backendRefs: [{name: crat, port: 80}]}]}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {ports: [{port: 80}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: gateway.networking.k8s.io/v1
    /// kind: HTTPRoute
    /// metadata: {name: cart, namespace: shop}
    /// spec:
    ///   rules:
    ///     - backendRefs: [{name: cart, namespace: elsewhere, port: 80}]
    ///     - backendRefs: [{name: bucket, kind: StorageBucket, group: example.com}]
    /// ```
    pub(super) static MISSING_BACKEND = {
        code: "MSH020",
        summary: "route leads to a Service that does not exist",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(missing_backend),
    }
}

fn missing_backend(set: &ManifestSet, findings: &mut Findings<'_>) {
    for backend in all(set).filter(|backend| backend.service(set).is_none()) {
        let (namespace, name) = (backend.namespace(), backend.name);
        if !is_here(set, namespace) {
            continue;
        }
        let route = backend.route;
        let message = format!("{} `{}` leads to Service `{name}`, which does not exist", route.kind(), route.id.name);
        let help = did_you_mean(name, set.names("Service", namespace), "render the Service, or name one that is");
        findings.add(route, format!("{}/name", backend.pointer), message).suggest(route, help);
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that a route of the Gateway API names a port of each Service that it leads to.
    ///
    /// ## Why is this bad?
    /// Without a port the route is refused; with a wrong one the gateway answers with 500.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: gateway.networking.k8s.io/v1
    /// kind: HTTPRoute
    /// metadata: {name: cart}
    /// spec: {rules: [{backendRefs: [{name: cart, port: 8080}]}, {backendRefs: [{name: cart}]}]}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {ports: [{port: 80, targetPort: 8080}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: gateway.networking.k8s.io/v1
    /// kind: HTTPRoute
    /// metadata: {name: cart}
    /// spec: {rules: [{backendRefs: [{name: cart, port: 80}]}]}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {ports: [{port: 80, targetPort: 8080}]}
    /// ```
    pub(super) static MISSING_BACKEND_PORT = {
        code: "MSH021",
        summary: "route leads to a port that its Service does not have",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(missing_backend_port),
    }
}

fn missing_backend_port(set: &ManifestSet, findings: &mut Findings<'_>) {
    for backend in all(set) {
        let Some(service) = backend.service(set) else { continue };
        let (route, port) = (backend.route, backend.node.get("port").and_then(Node::as_int));
        if port.is_some_and(|port| ports(service).any(|known| known == port)) {
            continue;
        }
        let named = format!("{} `{}`", route.kind(), route.id.name);
        let message = match port {
            Some(port) => format!("{named} leads to port {port} of Service `{}`, which has no such port", backend.name),
            None => format!("{named} does not say which port of Service `{}` it leads to", backend.name),
        };
        findings
            .add(route, format!("{}/port", backend.pointer), message)
            .related(service, "/spec/ports", "the ports of the Service")
            .help(format!("name a port of the Service: {}", listed(ports(service))));
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that a route of the Gateway API that leads to a Service of another namespace is allowed to by a
    /// ReferenceGrant there, where that Service is rendered here.
    ///
    /// ## Why is this bad?
    /// The gateway takes such a Service for missing, and answers with 500.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: gateway.networking.k8s.io/v1
    /// kind: HTTPRoute
    /// metadata: {name: cart, namespace: shop}
    /// spec: {rules: [{backendRefs: [{name: stock, namespace: stock, port: 80}]}]}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: stock, namespace: stock}
    /// spec: {ports: [{port: 80}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: gateway.networking.k8s.io/v1
    /// kind: HTTPRoute
    /// metadata: {name: cart, namespace: shop}
    /// spec: {rules: [{backendRefs: [{name: stock, namespace: stock, port: 80}]}]}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: stock, namespace: stock}
    /// spec: {ports: [{port: 80}]}
    /// ---
    /// apiVersion: gateway.networking.k8s.io/v1beta1
    /// kind: ReferenceGrant
    /// metadata: {name: shop, namespace: stock}
    /// spec:
    ///   from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}]
    ///   to: [{group: "", kind: Service}]
    /// ```
    pub(super) static MISSING_GRANT = {
        code: "MSH023",
        summary: "route leads to a Service of another namespace without its leave",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(missing_grant),
    }
}

fn missing_grant(set: &ManifestSet, findings: &mut Findings<'_>) {
    for backend in all(set) {
        let is_foreign = backend.service(set).is_some() && !is_of_mesh(backend.route);
        let Some(namespace) = backend.other.filter(|_| is_foreign) else { continue };
        if set.of_kind("ReferenceGrant").any(|grant| grants(grant, &backend, namespace)) {
            continue;
        }
        let route = backend.route;
        let message = format!(
            "no ReferenceGrant lets {} `{}` lead to Service `{}` of namespace `{namespace}`",
            route.kind(),
            route.id.name,
            backend.name
        );
        let help = format!(
            "render a ReferenceGrant in `{namespace}`: from this namespace's {}, to the group \"\" and kind Service",
            route.kind()
        );
        findings.add(route, format!("{}/namespace", backend.pointer), message).help(help);
    }
}

/// Whether a route is for the callers of a Service inside of a mesh, and no gateway's.
fn is_of_mesh(route: &Manifest) -> bool {
    route.items("/spec/parentRefs").any(|(_, parent)| text(parent, "kind") == Some("Service"))
}

fn grants(grant: &Manifest, backend: &Backend<'_>, namespace: &str) -> bool {
    let from = grant.items("/spec/from").any(|(_, from)| {
        let route = backend.route;
        text(from, "kind") == Some(route.kind()) && text(from, "namespace") == route.id.namespace.as_deref()
    });
    let to = grant
        .items("/spec/to")
        .any(|(_, to)| text(to, "kind") == Some("Service") && text(to, "name").is_none_or(|name| name == backend.name));
    grant.id.namespace.as_deref() == Some(namespace) && from && to
}

fn text<'a>(node: &'a Node, key: &str) -> Option<&'a str> {
    node.get(key)?.as_str()
}
