//! `MSH`: the objects of Istio and of the Gateway API, and the Services and pods that they speak of.

mod destination;
mod destination_rule;
mod host;
mod http;
mod listener;
mod redirect;
mod rival;
mod route;
mod virtual_service;
mod weight;
mod workload;

use super::{Check, Findings, Rule, declare_rule, did_you_mean, near_miss};
use crate::{
    manifest::{Manifest, ManifestSet},
    node::Node,
};

pub(super) static RULES: &[&Rule] = &[
    &destination::MISSING_HOST,
    &destination::MISSING_SUBSET,
    &weight::BAD_WEIGHTS,
    &virtual_service::MISSING_GATEWAY,
    &virtual_service::RIVAL_HOSTS,
    &destination_rule::MISSING_HOST,
    &destination_rule::EMPTY_SUBSET,
    &destination::MISSING_PORT,
    &workload::DANGLING_SELECTOR,
    &workload::UNNAMED_PROTOCOL,
    &workload::BAD_INJECTION,
    &weight::INCOMPLETE,
    &weight::LATE_RETRY,
    &weight::UNREACHABLE,
    &route::MISSING_BACKEND,
    &route::MISSING_BACKEND_PORT,
    &listener::MISSING_PARENT,
    &route::MISSING_GRANT,
    &rival::RIVAL_ROUTES,
    &redirect::ENDLESS_REDIRECT,
];

/// The group of Istio's traffic rules; the Gateway API has a `Gateway`, too.
const ISTIO: &str = "networking.istio.io";

/// Istio's objects of a kind.
fn istio<'a>(set: &'a ManifestSet, kind: &str) -> impl Iterator<Item = &'a Manifest> {
    set.of_kind(kind).filter(|manifest| manifest.id.gvk.group == ISTIO)
}

/// Whether the Services of a namespace are here, so that one that is absent is missing.
fn is_here(set: &ManifestSet, namespace: Option<&str>) -> bool {
    set.names("Service", namespace).next().is_some()
}

/// The numbers of a Service's ports.
fn ports(service: &Manifest) -> impl Iterator<Item = i64> {
    service.items("/spec/ports").filter_map(|(_, port)| port.get("port").and_then(Node::as_int))
}

/// A list of numbers for a help text.
fn listed(numbers: impl Iterator<Item = i64>) -> String {
    let numbers: Vec<String> = numbers.map(|number| format!("`{number}`")).collect();
    if numbers.is_empty() { "none".to_owned() } else { numbers.join(", ") }
}
