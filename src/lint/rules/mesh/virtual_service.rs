//! The gateways and hosts that VirtualServices are for.

use rustc_hash::FxHashMap;

use super::{Check, Findings, declare_rule, did_you_mean, host, istio};
use crate::{
    manifest::{Manifest, ManifestSet},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Points out Gateways that a VirtualService is bound to and that nothing here renders.
    ///
    /// ## Why is this bad?
    /// No traffic from outside gets to such a VirtualService, and nobody says so.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.istio.io/v1
    /// kind: VirtualService
    /// metadata: {name: cart, namespace: shop}
    /// spec: {hosts: [cart.example.com], gateways: [shop-gatway], http: [{route: [{destination: {host: cart}}]}]}
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: Gateway
    /// metadata: {name: shop-gateway, namespace: shop}
    /// ```
    ///
    /// One of a namespace without any Gateway here may be there.
    /// ```yaml,silent
    /// apiVersion: networking.istio.io/v1
    /// kind: VirtualService
    /// metadata: {name: cart, namespace: shop}
    /// spec:
    ///   hosts: [cart.example.com]
    ///   gateways: [mesh, istio-ingress/public]
    ///   http: [{route: [{destination: {host: cart}}]}]
    /// ```
    pub(super) static MISSING_GATEWAY = {
        code: "MSH004",
        summary: "VirtualService is bound to a Gateway that nothing renders",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(missing_gateway),
    }
}

fn missing_gateway(set: &ManifestSet, findings: &mut Findings<'_>) {
    for service in istio(set, "VirtualService") {
        for (pointer, gateway) in service.items("/spec/gateways") {
            let Some(written) = gateway.as_str().filter(|gateway| *gateway != "mesh") else { continue };
            let (namespace, name) = match written.split_once('/') {
                Some((".", name)) => (service.id.namespace.as_deref(), name),
                Some((namespace, name)) => (Some(namespace), name),
                None => (service.id.namespace.as_deref(), written),
            };
            let known = || istio(set, "Gateway").filter(move |gateway| gateway.id.namespace.as_deref() == namespace);
            let is_elsewhere = written.contains('/') && known().next().is_none();
            if is_elsewhere || known().any(|gateway| gateway.id.name == name) {
                continue;
            }
            let message =
                format!("VirtualService `{}` is bound to Gateway `{written}`, which nothing renders", service.id.name);
            let names = known().map(|gateway| gateway.id.name.as_str());
            let otherwise = "render the Gateway, or name it with its namespace: `namespace/name`";
            findings.add(service, pointer, message).help(did_you_mean(name, names, otherwise));
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that no two VirtualServices route the same host inside of the mesh.
    ///
    /// ## Why is this bad?
    /// Istio merges them at gateways alone. For calls inside of the mesh it takes the older one and ignores the other.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.istio.io/v1
    /// kind: VirtualService
    /// metadata: {name: cart}
    /// spec: {hosts: [cart], http: [{route: [{destination: {host: cart}}]}]}
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: VirtualService
    /// metadata: {name: cart-canary}
    /// spec: {hosts: [cart], http: [{route: [{destination: {host: cart}}]}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: networking.istio.io/v1
    /// kind: VirtualService
    /// metadata: {name: cart}
    /// spec: {hosts: [cart.example.com], gateways: [public], http: [{route: [{destination: {host: cart}}]}]}
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: VirtualService
    /// metadata: {name: cart-admin}
    /// spec: {hosts: [cart.example.com], gateways: [public], http: [{route: [{destination: {host: admin}}]}]}
    /// ```
    pub(super) static RIVAL_HOSTS = {
        code: "MSH005",
        summary: "two VirtualServices route one host",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(rival_hosts),
    }
}

fn rival_hosts(set: &ManifestSet, findings: &mut Findings<'_>) {
    let mut owners = FxHashMap::default();
    for service in istio(set, "VirtualService").filter(|service| is_of_mesh(service)) {
        for (pointer, host) in service.items("/spec/hosts") {
            let Some(host) = host.as_str() else { continue };
            let namespace = service.id.namespace.as_deref();
            let key = host::service_of(host, namespace).unwrap_or((None, host));
            let owner: &Manifest = owners.entry(key).or_insert(service);
            // One object that is here twice is no rival of itself.
            if owner.id == service.id {
                continue;
            }
            let message =
                format!("VirtualServices `{}` and `{}` both route the host `{host}`", owner.id.name, service.id.name);
            findings
                .add(service, pointer, message)
                .related(owner, "/spec/hosts", "the other VirtualService")
                .help("put the routes of both into one of them, the more specific ones first");
        }
    }
}

/// Whether a VirtualService is for calls inside of the mesh.
fn is_of_mesh(service: &Manifest) -> bool {
    let gateways = service.object.at("/spec/gateways").map(Node::items);
    gateways.is_none_or(|gateways| gateways.iter().any(|gateway| gateway.as_str() == Some("mesh")))
}
