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
            let text = |key: &str| parent.get(key).and_then(Node::as_str);
            let Some(name) = text("name").filter(|_| text("kind").is_none_or(|kind| kind == "Gateway")) else {
                continue;
            };
            let other = text("namespace").filter(|namespace| Some(*namespace) != route.id.namespace.as_deref());
            let namespace = other.or(route.id.namespace.as_deref());
            if let Some(gateway) = gateways(set, namespace).find(|gateway| gateway.id.name == name) {
                if let Some(listener) = text("sectionName") {
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
