//! The routes of a VirtualService, each for itself.

use super::{Check, Findings, ISTIO, declare_rule, istio};
use crate::{
    grammar::formats,
    manifest::{Manifest, ManifestSet},
    node::Node,
};

/// The only kind that all of this is about.
const KINDS: &[&str] = &["VirtualService"];
/// The lists of routes, by protocol.
const SECTIONS: [&str; 3] = ["http", "tls", "tcp"];

declare_rule! {
    /// ## What it does
    /// Points out weights of a route that do not add up to 100, and destinations without a weight beside others.
    ///
    /// ## Why is this bad?
    /// Weights are shares of their sum, and an absent one is 0: who expects percentages gets something else.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.istio.io/v1
    /// kind: VirtualService
    /// metadata: {name: cart}
    /// spec:
    ///   hosts: [cart]
    ///   http:
    ///     - route:
    ///         - {destination: {host: cart, subset: v1}, weight: 90}
    ///         - {destination: {host: cart, subset: v2}, weight: 20}
    ///     - route: [{destination: {host: cart, subset: v1}, weight: 100}, {destination: {host: cart, subset: v2}}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: networking.istio.io/v1
    /// kind: VirtualService
    /// metadata: {name: cart}
    /// spec:
    ///   hosts: [cart]
    ///   http:
    ///     - route: [{destination: {host: cart, subset: v1}}]
    ///     - route:
    ///         - {destination: {host: cart, subset: v1}, weight: 100}
    ///         - {destination: {host: cart, subset: v2}, weight: 0}
    /// ```
    pub(super) static BAD_WEIGHTS = {
        code: "MSH003",
        summary: "weights of a route do not add up",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: bad_weights },
    }
}

fn bad_weights(service: &Manifest, findings: &mut Findings<'_>) {
    for (pointer, rule) in rules(service) {
        let routes = rule.get("route").map_or(&[][..], Node::items);
        let weights: Vec<Option<i64>> = routes.iter().map(|route| route.get("weight")?.as_int()).collect();
        let sum: i64 = weights.iter().flatten().fold(0, |sum, weight| sum.saturating_add(*weight));
        let named = &service.id.name;
        if weights.len() > 1
            && let Some(at) = weights.iter().position(Option::is_none)
        {
            let message = format!("a destination of VirtualService `{named}` has no weight, and so no traffic");
            findings.add(service, format!("{pointer}/route/{at}"), message).help("give each destination a `weight`");
        } else if sum != 100 && weights.iter().any(Option::is_some) {
            let message = format!("the weights of a route of VirtualService `{named}` add up to {sum}");
            findings.add(service, format!("{pointer}/route"), message).help("let them add up to 100");
        }
    }
}

/// Every route of Istio's VirtualService, with the pointer to it.
fn rules(service: &Manifest) -> impl Iterator<Item = (String, &Node)> {
    let sections = SECTIONS.into_iter().filter(|_| service.id.gvk.group == ISTIO);
    sections.flat_map(|section| service.items(&format!("/spec/{section}")))
}

declare_rule! {
    /// ## What it does
    /// Checks that a VirtualService has hosts, unless another one delegates to it, and that it has routes.
    ///
    /// ## Why is this bad?
    /// Istio's webhook refuses it; where that is not asked, the object does nothing.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.istio.io/v1
    /// kind: VirtualService
    /// metadata: {name: cart}
    /// spec: {http: [{route: [{destination: {host: cart}}]}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: networking.istio.io/v1
    /// kind: VirtualService
    /// metadata: {name: shop}
    /// spec: {hosts: [example.com], http: [{match: [{uri: {prefix: /cart}}], delegate: {name: cart}}]}
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: VirtualService
    /// metadata: {name: cart}
    /// spec: {http: [{route: [{destination: {host: cart}}]}]}
    /// ```
    pub(super) static INCOMPLETE = {
        code: "MSH012",
        summary: "VirtualService without hosts or routes",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(incomplete),
    }
}

fn incomplete(set: &ManifestSet, findings: &mut Findings<'_>) {
    for service in istio(set, "VirtualService") {
        let is_empty = |field: &str| service.object.at(field).is_none_or(|list| list.items().is_empty());
        let name = &service.id.name;
        if is_empty("/spec/hosts") && !is_delegate(set, service) {
            let message = format!("VirtualService `{name}` has no hosts, and no other one delegates to it");
            findings.add(service, "/spec/hosts", message).help("say by `hosts` whose traffic it routes");
        }
        if SECTIONS.iter().all(|section| is_empty(&format!("/spec/{section}"))) {
            let message = format!("VirtualService `{name}` has no routes");
            findings.add(service, "/spec", message).help("add `http`, `tls` or `tcp`");
        }
    }
}

fn is_delegate(set: &ManifestSet, service: &Manifest) -> bool {
    let delegates = istio(set, "VirtualService").flat_map(|other| {
        let own = other.id.namespace.as_deref();
        other.items("/spec/http").filter_map(move |(_, rule)| {
            let text = |key: &str| rule.get("delegate")?.get(key)?.as_str();
            Some((text("namespace").or(own), text("name")?))
        })
    });
    let named = (service.id.namespace.as_deref(), service.id.name.as_str());
    delegates.into_iter().any(|delegate| delegate == named)
}

declare_rule! {
    /// ## What it does
    /// Points out retries of a route whose `perTryTimeout` is not shorter than the `timeout` of the whole.
    ///
    /// ## Why is this bad?
    /// The first try may take all of the time, so that there is never a second one.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.istio.io/v1
    /// kind: VirtualService
    /// metadata: {name: cart}
    /// spec:
    ///   hosts: [cart]
    ///   http:
    ///     - {timeout: 5s, retries: {attempts: 3, perTryTimeout: 10s}, route: [{destination: {host: cart}}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: networking.istio.io/v1
    /// kind: VirtualService
    /// metadata: {name: cart}
    /// spec:
    ///   hosts: [cart]
    ///   http:
    ///     - {timeout: 10s, retries: {attempts: 3, perTryTimeout: 3s}, route: [{destination: {host: cart}}]}
    ///     - {timeout: 5s, retries: {attempts: 0, perTryTimeout: 5s}, route: [{destination: {host: cart}}]}
    /// ```
    pub(super) static LATE_RETRY = {
        code: "MSH013",
        summary: "retries that the timeout leaves no time for",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: late_retry },
    }
}

fn late_retry(service: &Manifest, findings: &mut Findings<'_>) {
    for (pointer, rule) in rules(service) {
        let seconds = |field: &str| formats::seconds(rule.at(field)?.as_str()?);
        let attempts = rule.at("/retries/attempts").and_then(Node::as_int).unwrap_or(0);
        let (all, one) = (seconds("/timeout"), seconds("/retries/perTryTimeout"));
        if attempts > 0 && all.zip(one).is_some_and(|(all, one)| all > 0.0 && one >= all) {
            let message =
                format!("the first try of a route of VirtualService `{}` may take all of its time", service.id.name);
            findings
                .add(service, format!("{pointer}/retries/perTryTimeout"), message)
                .related(service, &format!("{pointer}/timeout"), "the time for all tries")
                .help("make `perTryTimeout` shorter, or `timeout` longer");
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Points out `http` routes behind one that takes everything, because it has no `match`.
    ///
    /// ## Why is this bad?
    /// The first route that matches is taken: those behind it never are.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.istio.io/v1
    /// kind: VirtualService
    /// metadata: {name: cart}
    /// spec:
    ///   hosts: [cart]
    ///   http:
    ///     - route: [{destination: {host: cart}}]
    ///     - {match: [{headers: {canary: {exact: "true"}}}], route: [{destination: {host: cart-canary}}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: networking.istio.io/v1
    /// kind: VirtualService
    /// metadata: {name: cart}
    /// spec:
    ///   hosts: [cart]
    ///   http:
    ///     - {match: [{headers: {canary: {exact: "true"}}}], route: [{destination: {host: cart-canary}}]}
    ///     - route: [{destination: {host: cart}}]
    /// ```
    pub(super) static UNREACHABLE = {
        code: "MSH014",
        summary: "route behind one that takes everything",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: unreachable },
    }
}

fn unreachable(service: &Manifest, findings: &mut Findings<'_>) {
    let takes_all = |rule: &Node| rule.get("match").is_none_or(|matches| matches.items().is_empty());
    let mut rules = service.items("/spec/http").filter(|_| service.id.gvk.group == ISTIO);
    let Some((all, _)) = rules.find(|(_, rule)| takes_all(rule)) else { return };
    if let Some((pointer, _)) = rules.next() {
        let message =
            format!("a route of VirtualService `{}` stands behind one that takes everything", service.id.name);
        findings
            .add(service, pointer, message)
            .related(service, &all, "this route has no `match`")
            .help("put the route without `match` at the end");
    }
}
