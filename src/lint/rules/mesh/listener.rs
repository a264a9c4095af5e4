//! Routes of the Gateway API, and the Gateways in front of them.

use super::{Check, Findings, declare_rule, did_you_mean, route::ROUTES};
use crate::{
    manifest::{Manifest, ManifestSet},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Checks that the Gateways that a route of the Gateway API is attached to exist, and have the listener that it
    /// names. A Gateway is missed only among others of its namespace.
    ///
    /// ## Why is this bad?
    /// A route that is attached to nothing gets no traffic, and says so only in its own status.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: gateway.networking.k8s.io/v1
    /// kind: HTTPRoute
    /// metadata: {name: cart}
    /// spec: {parentRefs: [{name: pubic}, {name: public, sectionName: http}]}
    /// ---
    /// apiVersion: gateway.networking.k8s.io/v1
    /// kind: Gateway
    /// metadata: {name: public}
    /// spec: {listeners: [{name: https, port: 443, protocol: HTTPS}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: gateway.networking.k8s.io/v1
    /// kind: HTTPRoute
    /// metadata: {name: cart, namespace: shop}
    /// spec: {parentRefs: [{name: public, namespace: ingress}, {name: cart, kind: Service, group: ""}]}
    /// ```
    pub(super) static MISSING_PARENT = {
        code: "MSH022",
        summary: "route is attached to a Gateway or listener that nothing renders",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(missing_parent),
    }
}

fn missing_parent(set: &ManifestSet, findings: &mut Findings<'_>) {
    for route in ROUTES.iter().flat_map(|kind| set.of_kind(kind)) {
        for (pointer, parent) in route.items("/spec/parentRefs") {
            let Some((namespace, name)) = named(route, parent) else { continue };
            if let Some(gateway) = gateways(set, namespace).find(|gateway| gateway.id.name == name) {
                if let Some(listener) = parent.get("sectionName").and_then(Node::as_str) {
                    missing_listener(route, &format!("{pointer}/sectionName"), gateway, listener, findings);
                }
            } else if gateways(set, namespace).next().is_some() {
                let message = format!(
                    "{} `{}` is attached to Gateway `{name}`, which nothing renders",
                    route.kind(),
                    route.id.name
                );
                let known = gateways(set, namespace).map(|gateway| gateway.id.name.as_str());
                let otherwise = "render the Gateway, or say by `namespace` where it is";
                findings
                    .add(route, format!("{pointer}/name"), message)
                    .suggest(route, did_you_mean(name, known, otherwise));
            }
        }
    }
}

/// The namespace and name of the Gateway that a route is attached to; nothing where it is something else.
fn named<'a>(route: &'a Manifest, parent: &'a Node) -> Option<(Option<&'a str>, &'a str)> {
    let text = |key: &str| parent.get(key).and_then(Node::as_str);
    let name = text("name").filter(|_| text("kind").is_none_or(|kind| kind == "Gateway"))?;
    Some((text("namespace").or(route.id.namespace.as_deref()), name))
}

/// The listeners that a route is attached to, of the Gateways that are here.
pub(super) fn listeners<'a>(route: &'a Manifest, set: &'a ManifestSet) -> impl Iterator<Item = &'a Node> {
    let parents = route.object.at("/spec/parentRefs").map_or(&[][..], Node::items);
    parents.iter().flat_map(move |parent| {
        let gateway = named(route, parent)
            .and_then(|(namespace, name)| gateways(set, namespace).find(|gateway| gateway.id.name == name));
        let all = gateway.and_then(|gateway| gateway.object.at("/spec/listeners")).map_or(&[][..], Node::items);
        let asks = |wish: &'a str, field: &str, listener: &Node| {
            parent.get(wish).is_none_or(|asked| Some(asked) == listener.get(field))
        };
        all.iter().filter(move |listener| asks("sectionName", "name", listener) && asks("port", "port", listener))
    })
}

fn gateways<'a>(set: &'a ManifestSet, namespace: Option<&'a str>) -> impl Iterator<Item = &'a Manifest> {
    set.of_kind("Gateway").filter(move |gateway| {
        gateway.id.gvk.group == "gateway.networking.k8s.io" && gateway.id.namespace.as_deref() == namespace
    })
}

fn missing_listener(route: &Manifest, pointer: &str, gateway: &Manifest, name: &str, findings: &mut Findings<'_>) {
    let known = || gateway.items("/spec/listeners").filter_map(|(_, listener)| listener.get("name")?.as_str());
    if known().any(|known| known == name) {
        return;
    }
    let message = format!("Gateway `{}` has no listener `{name}`", gateway.id.name);
    findings
        .add(route, pointer, message)
        .related(gateway, "/spec/listeners", "the listeners of the Gateway")
        .suggest(route, did_you_mean(name, known(), "name a listener of the Gateway"));
}
