//! Rules of HTTPRoutes that take the same requests.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::{
    Check, Findings, declare_rule,
    http::{Match, hosts, matches},
};
use crate::{
    manifest::{Manifest, ManifestSet},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Checks that no two rules of HTTPRoutes take the same requests: those of one listener and host with the same
    /// path, method, headers and parameters of the query. Where the hosts or the paths only overlap, the more precise
    /// one takes them, as is meant.
    ///
    /// ## Why is this bad?
    /// One of the two never gets a request: of one route the later rule, of several routes the younger one, which is
    /// another one after a restore.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: gateway.networking.k8s.io/v1
    /// kind: HTTPRoute
    /// metadata: {name: shop}
    /// spec:
    ///   parentRefs: [{name: public}]
    ///   hostnames: [shop.example.com]
    ///   rules:
    ///     - matches: [{path: {type: PathPrefix, value: /}}]
    ///       backendRefs: [{name: shop, port: 80}]
    ///     - matches: [{path: {value: /cart}, headers: [{name: X-Beta, value: "1"}]}, {headers: []}]
    ///       backendRefs: [{name: cart, port: 80}]
    /// ---
    /// apiVersion: gateway.networking.k8s.io/v1
    /// kind: HTTPRoute
    /// metadata: {name: cart}
    /// spec:
    ///   parentRefs: [{name: public}]
    ///   hostnames: [www.example.com, shop.example.com]
    ///   rules:
    ///     - matches: [{path: {value: /cart}, headers: [{name: x-beta, value: "1"}]}]
    ///       backendRefs: [{name: cart, port: 80}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: gateway.networking.k8s.io/v1
    /// kind: HTTPRoute
    /// metadata: {name: shop}
    /// spec:
    ///   parentRefs: [{name: public, sectionName: https}]
    ///   hostnames: [shop.example.com]
    ///   rules:
    ///     - matches: [{path: {value: /}}]
    ///       backendRefs: [{name: shop, port: 80}]
    ///     - matches: [{path: {value: /}, method: POST}]
    ///       backendRefs: [{name: orders, port: 80}]
    ///     - matches: [{path: {type: Exact, value: /}}]
    ///       backendRefs: [{name: home, port: 80}]
    /// ---
    /// apiVersion: gateway.networking.k8s.io/v1
    /// kind: HTTPRoute
    /// metadata: {name: shop-http}
    /// spec:
    ///   parentRefs: [{name: public, sectionName: http}]
    ///   hostnames: [shop.example.com]
    ///   rules: [{filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]}]
    /// ```
    pub(super) static RIVAL_ROUTES = {
        code: "MSH024",
        summary: "two rules of HTTPRoutes take the same requests",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(rival_routes),
    }
}

/// What a rule takes.
#[derive(PartialEq, Eq, Hash)]
struct Taken<'a> {
    /// Namespace, name, listener and port of what the route is attached to.
    parent: (&'a str, &'a str, &'a str, i64),
    host: &'a str,
    kind: &'a str,
    path: &'a str,
    method: &'a str,
    /// In the order of their names; upper and lower case are the same in names of headers.
    headers: Vec<(String, &'a str, &'a str)>,
    query: Vec<(&'a str, &'a str, &'a str)>,
}

impl<'a> Taken<'a> {
    fn new(route: &'a Manifest, parent: &'a Node, host: &'a str, of: Match<'a>) -> Self {
        let text = |key: &str| parent.get(key).and_then(Node::as_str);
        let own = route.id.namespace.as_deref();
        let port = parent.get("port").and_then(Node::as_int).unwrap_or_default();
        let place = (text("namespace").or(own), text("name"), text("sectionName"));
        let headers = of.values("headers").map(|(name, kind, value)| (name.to_ascii_lowercase(), kind, value));
        let (mut headers, mut query): (Vec<_>, Vec<_>) = (headers.collect(), of.values("queryParams").collect());
        headers.sort_unstable();
        query.sort_unstable();
        Self {
            parent: (place.0.unwrap_or_default(), place.1.unwrap_or_default(), place.2.unwrap_or_default(), port),
            host,
            kind: of.kind,
            path: of.path,
            method: of.method().unwrap_or_default(),
            headers,
            query,
        }
    }
}

fn rival_routes(set: &ManifestSet, findings: &mut Findings<'_>) {
    let mut owners = FxHashMap::<Taken<'_>, (&Manifest, String)>::default();
    for route in set.of_kind("HTTPRoute") {
        for (rule_at, rule) in route.items("/spec/rules") {
            for (pointer, of) in matches(rule, &rule_at) {
                let parents = route.object.at("/spec/parentRefs").map_or(&[][..], Node::items);
                let places = parents.iter().flat_map(|parent| hosts(route).map(move |host| (parent, host)));
                let mut rival = None;
                for (parent, host) in places {
                    match owners.entry(Taken::new(route, parent, host, of)) {
                        Entry::Vacant(entry) => {
                            entry.insert((route, pointer.clone()));
                        }
                        Entry::Occupied(entry) => rival = rival.or(Some(entry.get().clone())),
                    }
                }
                // What a rule says twice of itself changes nothing.
                let is_other =
                    |(other, at): &(&Manifest, String)| !std::ptr::eq(*other, route) || !is_within(at, &rule_at);
                if let Some((other, first)) = rival.filter(is_other) {
                    findings
                        .add(route, &pointer, format!("requests for path `{}` of this host are taken twice", of.path))
                        .related(other, &first, "the first one")
                        .help("remove one of them, or give one another host, path, method or header");
                }
            }
        }
    }
}

/// Whether a JSON pointer leads to a place, or to one in it.
fn is_within(pointer: &str, place: &str) -> bool {
    pointer.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
