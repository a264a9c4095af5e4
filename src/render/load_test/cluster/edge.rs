//! Whom the pods of a load test speak with.

use smol_str::SmolStr;

use super::InCluster;
use crate::{
    grammar::formats::http_url,
    model::{App, Environment, LoadTarget, Peer, Provider, ServicePort},
    node::{Key, Node},
    render::{
        address::Address,
        neighbour::{GATEWAY, INGRESS_CONTROLLER, Neighbour},
    },
};

/// Who is asked.
pub(in crate::render) enum Callee<'a> {
    /// A port of a service of the app itself.
    Own(&'a (Key, ServicePort)),
    /// A part of the platform that leads requests to apps, and the field that says so.
    Router(&'static Neighbour, &'a Node),
    /// Some other host, and the field that names it.
    Host(SmolStr, &'a Node),
}

/// Who is asked in the load test of an app, target by target.
pub(in crate::render) fn callees<'a>(app: &'a App, environment: &Environment) -> Vec<Callee<'a>> {
    let Some(load) = InCluster::of(app) else { return Vec::new() };
    load.test.targets.iter().filter_map(|(name, target)| callee(app, environment, name, target)).collect()
}

fn callee<'a>(app: &'a App, environment: &Environment, name: &'a Key, target: &'a LoadTarget) -> Option<Callee<'a>> {
    let named = target.via.as_ref().map(|via| (Some(host_of_place(via)), via));
    let named = named.or_else(|| target.url.as_ref().map(|url| (host_of_url(url), url)));
    if let Some((host, cause)) = named {
        let host = host?;
        return Some(match router_of(environment, &host) {
            Some(router) => Callee::Router(router, cause),
            None => Callee::Host(host, cause),
        });
    }
    if let Some(ingress) = &target.ingress {
        let (_, entry) = app.spec.ingresses.iter().find(|(key, _)| Some(key.as_str()) == ingress.as_str())?;
        let router = if entry.provider() == Provider::Gateway { &GATEWAY } else { &INGRESS_CONTROLLER };
        return Some(Callee::Router(router, ingress));
    }
    let (service, port) = (target.service.as_ref(), target.port.as_ref());
    let address = Address { key: name, service, port, scheme: None, path: None };
    address.find(app, &mut Vec::new()).map(|(_, port)| Callee::Own(port))
}

/// The part of the platform in whose namespace a host of the cluster is.
fn router_of(environment: &Environment, host: &str) -> Option<&'static Neighbour> {
    let namespace = namespace_of(host)?;
    let is_there = |neighbour: &Neighbour| {
        neighbour.place(environment).is_some_and(|place: &Peer| place.namespace.as_str() == Some(namespace))
    };
    [&INGRESS_CONTROLLER, &GATEWAY].into_iter().find(|neighbour| is_there(neighbour))
}

/// The namespace in the name of a Service: `name.namespace.svc`.
pub(super) fn namespace_of(host: &str) -> Option<&str> {
    let mut labels = host.split('.').skip(1);
    labels.next().filter(|_| labels.next() == Some("svc"))
}

/// The host of `host:port`.
fn host_of_place(place: &Node) -> SmolStr {
    let text = place.as_str().unwrap_or_default();
    text.rsplit_once(':').map_or(text, |(host, _)| host).into()
}

pub(super) fn host_of_url(url: &Node) -> Option<SmolStr> {
    http_url(url.as_str()?).ok()?.host().map(Into::into)
}
