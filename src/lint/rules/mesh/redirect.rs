//! Redirects that lead to where they are.

use super::{
    Check, Findings, declare_rule,
    http::{Match, hosts, matches},
    listener::listeners,
};
use crate::{
    diagnostic::Severity,
    manifest::{Manifest, ManifestSet},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Looks for redirects of HTTPRoutes that lead to requests which the same rule takes: nothing of the address is
    /// changed, or a prefix `/` becomes `/app`. A redirect to `https` leads to where it is when the route is attached to
    /// a listener of that protocol, too; that is known of Gateways that are here.
    ///
    /// Where another rule takes the new path, because it says it more precisely, all is well. It may be a route that is not
    /// here, so a new path is a warning only. Regular expressions are not run.
    ///
    /// ## Why is this bad?
    /// Clients follow some twenty redirects, and then give up (`ERR_TOO_MANY_REDIRECTS`).
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: gateway.networking.k8s.io/v1
    /// kind: Gateway
    /// metadata: {name: public}
    /// spec: {listeners: [{name: http, port: 80, protocol: HTTP}, {name: https, port: 443, protocol: HTTPS}]}
    /// ---
    /// apiVersion: gateway.networking.k8s.io/v1
    /// kind: HTTPRoute
    /// metadata: {name: shop}
    /// spec:
    ///   parentRefs: [{name: public}]
    ///   hostnames: [shop.example.com]
    ///   rules: [{filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]}]
    /// ---
    /// apiVersion: gateway.networking.k8s.io/v1
    /// kind: HTTPRoute
    /// metadata: {name: blog}
    /// spec:
    ///   parentRefs: [{name: public, sectionName: https}]
    ///   hostnames: [blog.example.com]
    ///   rules:
    ///     - matches: [{path: {value: /}}]
    ///       filters:
    ///         - type: RequestRedirect
    ///           requestRedirect: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /blog}}
    ///     - matches: [{path: {type: Exact, value: /feed}}]
    ///       filters: [{type: RequestRedirect, requestRedirect: {hostname: blog.example.com}}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: gateway.networking.k8s.io/v1
    /// kind: Gateway
    /// metadata: {name: public}
    /// spec: {listeners: [{name: http, port: 80, protocol: HTTP}, {name: https, port: 443, protocol: HTTPS}]}
    /// ---
    /// apiVersion: gateway.networking.k8s.io/v1
    /// kind: HTTPRoute
    /// metadata: {name: shop-http}
    /// spec:
    ///   parentRefs: [{name: public, sectionName: http}]
    ///   hostnames: [shop.example.com]
    ///   rules: [{filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]}]
    /// ---
    /// apiVersion: gateway.networking.k8s.io/v1
    /// kind: HTTPRoute
    /// metadata: {name: shop}
    /// spec:
    ///   parentRefs: [{name: public, sectionName: https}]
    ///   hostnames: [shop.example.com]
    ///   rules:
    ///     - filters:
    ///         - type: RequestRedirect
    ///           requestRedirect: {path: {type: ReplaceFullPath, replaceFullPath: /app}}
    ///     - matches: [{path: {value: /app}}]
    ///       backendRefs: [{name: shop, port: 80}]
    ///     - matches: [{path: {value: /old}}]
    ///       filters: [{type: RequestRedirect, requestRedirect: {hostname: old.example.com}}]
    /// ```
    pub(super) static ENDLESS_REDIRECT = {
        code: "MSH025",
        summary: "redirect that leads to where it is",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(endless_redirect),
    }
}

fn endless_redirect(set: &ManifestSet, findings: &mut Findings<'_>) {
    for route in set.of_kind("HTTPRoute") {
        for (rule_at, rule) in route.items("/spec/rules") {
            let filters = rule.get("filters").map_or(&[][..], Node::items).iter().enumerate();
            let redirects = filters.filter_map(|(at, filter)| Some((at, filter.get("requestRedirect")?)));
            for (at, redirect) in redirects.filter(|(_, redirect)| keeps_server(route, redirect, set)) {
                let Some(end) = matches(rule, &rule_at).iter().find_map(|(_, of)| end(redirect, *of, rule, set)) else {
                    continue;
                };
                let message = format!("the redirect leads to `{}`, which its own rule takes", end.path);
                findings
                    .add(route, format!("{rule_at}/filters/{at}/requestRedirect"), message)
                    .severity(if end.is_certain { Severity::Error } else { Severity::Warning })
                    .help(if redirect.get("scheme").is_some() {
                        "attach the route by `sectionName` to the listeners alone whose requests are to be redirected"
                    } else {
                        "redirect to another host, scheme or path, or take the new path in a rule of its own"
                    });
            }
        }
    }
}

/// Whether requests come back to the route by their host, scheme and port.
fn keeps_server(route: &Manifest, redirect: &Node, set: &ManifestSet) -> bool {
    let text = |key: &str| redirect.get(key).and_then(Node::as_str);
    let is_own = |host: &str| hosts(route).any(|own| own.eq_ignore_ascii_case(host));
    if !text("hostname").is_none_or(is_own) {
        return false;
    }
    let scheme = text("scheme");
    let usual = match scheme {
        Some("http") => Some(80),
        Some("https") => Some(443),
        _ => None,
    };
    let port = redirect.get("port").and_then(Node::as_int).or(usual);
    let is_back = |listener: &Node| {
        let protocol = listener.get("protocol").and_then(Node::as_str).unwrap_or_default();
        let is_same = scheme.is_none_or(|scheme| scheme.eq_ignore_ascii_case(protocol));
        is_same && port.is_none_or(|port| listener.get("port").and_then(Node::as_int) == Some(port))
    };
    (scheme.is_none() && port.is_none()) || listeners(route, set).any(is_back)
}

/// Where a redirect comes back.
struct End<'a> {
    path: &'a str,
    is_certain: bool,
}

fn end<'a>(redirect: &'a Node, of: Match<'a>, rule: &Node, set: &ManifestSet) -> Option<End<'a>> {
    // A client may ask otherwise the second time.
    if !of.is_plain() || of.kind == "RegularExpression" {
        return None;
    }
    let Some(change) = redirect.get("path") else { return Some(End { path: of.path, is_certain: true }) };
    let text = |key: &str| change.get(key).and_then(Node::as_str);
    let path = match text("type")? {
        "ReplaceFullPath" => text("replaceFullPath")?,
        "ReplacePrefixMatch" if of.kind == "PathPrefix" => text("replacePrefixMatch")?,
        _ => return None,
    };
    let path = if path.is_empty() { "/" } else { path };
    let is_own =
        matches(rule, "").iter().any(|(_, own)| own.is_plain() && own.kind != "RegularExpression" && own.takes(path));
    (is_own && !is_taken_elsewhere(path, of, rule, set)).then_some(End { path, is_certain: path == of.path })
}

/// Whether another rule takes a path before this one.
fn is_taken_elsewhere(path: &str, of: Match<'_>, rule: &Node, set: &ManifestSet) -> bool {
    let routes = set.of_kind("HTTPRoute");
    let rules = routes.flat_map(|route| route.object.at("/spec/rules").map_or(&[][..], Node::items));
    rules
        .filter(|other| !std::ptr::eq(*other, rule))
        .any(|other| matches(other, "").iter().any(|(_, other)| other.takes(path) && other.goes_before(of)))
}
