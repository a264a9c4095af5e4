//! Hosts and paths of Ingresses.

use super::{Check, Findings, declare_rule};
use crate::{grammar::formats::is_dns_label, manifest::Manifest, node::Node};

declare_rule! {
    /// ## What it does
    /// Points out hosts of an Ingress with TLS that no `tls` entry covers, and hosts of a `tls` entry that no rule has.
    ///
    /// ## Why is this bad?
    /// The host is served with the controller's own certificate, which browsers refuse, or without TLS.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop}
    /// spec:
    ///   tls: [{hosts: [shop.example.com], secretName: shop}]
    ///   rules: [{host: shop.example.org}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop}
    /// spec:
    ///   tls: [{hosts: ["*.example.com"], secretName: shop}]
    ///   rules: [{host: shop.example.com}]
    /// ```
    pub(super) static UNCOVERED_HOST = {
        code: "NET011",
        summary: "hosts of an Ingress and of its TLS differ",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["Ingress"], check: uncovered_host },
    }
}

fn uncovered_host(ingress: &Manifest, findings: &mut Findings<'_>) {
    let entries = ingress.object.at("/spec/tls").map_or(&[][..], Node::items);
    // An entry without hosts is for all of them.
    if entries.is_empty() || entries.iter().any(|entry| hosts(entry).next().is_none()) {
        return;
    }
    let rules = ingress.object.at("/spec/rules").map_or(&[][..], Node::items);
    let of_rules = || rules.iter().enumerate().filter_map(|(at, rule)| Some((at, rule.get("host")?.as_str()?)));
    let mut is_covered = true;
    for (at, host) in of_rules() {
        if !entries.iter().flat_map(hosts).any(|(_, own)| covers(own, host)) {
            is_covered = false;
            findings
                .add(ingress, format!("/spec/rules/{at}/host"), format!("no `tls` entry covers host `{host}`"))
                .related(ingress, "/spec/tls", "the hosts with certificates")
                .help("add the host to a `tls` entry");
        }
    }
    // A host that is mistyped on one side is reported there alone.
    for (entry_at, entry) in entries.iter().enumerate().filter(|_| is_covered) {
        for (at, host) in hosts(entry).filter(|(_, host)| !of_rules().any(|(_, own)| meets(own, host))) {
            findings
                .add(ingress, format!("/spec/tls/{entry_at}/hosts/{at}"), format!("no rule has host `{host}`"))
                .help("add a rule for the host, or remove it here");
        }
    }
}

fn hosts(entry: &Node) -> impl Iterator<Item = (usize, &str)> {
    let hosts = entry.get("hosts").map_or(&[][..], Node::items);
    hosts.iter().enumerate().filter_map(|(at, host)| Some((at, host.as_str()?)))
}

/// Whether a certificate for one host is good for another. An asterisk stands for one label.
fn covers(certificate: &str, host: &str) -> bool {
    let rest = |text: &str| text.split_once('.').map(|(_, rest)| rest.to_owned());
    certificate == host || (certificate.starts_with("*.") && rest(certificate) == rest(host))
}

fn meets(one: &str, other: &str) -> bool {
    covers(one, other) || covers(other, one)
}

declare_rule! {
    /// ## What it does
    /// Checks that the hosts of an Ingress are names in the DNS, perhaps with `*.` before them: no address, no scheme,
    /// no port and no capitals.
    ///
    /// ## Why is this bad?
    /// The API server refuses the Ingress.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop}
    /// spec: {rules: [{host: "https://shop.example.com"}]}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop}
    /// spec: {tls: [{hosts: [Shop.example.com]}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop}
    /// spec: {rules: [{host: "*.example.com"}, {host: shop}, {host: ""}]}
    /// ```
    pub(super) static BAD_HOST = {
        code: "NET029",
        summary: "host that is no name in the DNS",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["Ingress"], check: bad_host },
    }
}

fn bad_host(ingress: &Manifest, findings: &mut Findings<'_>) {
    let list = |pointer| ingress.object.at(pointer).map_or(&[][..], Node::items).iter().enumerate();
    for (at, rule) in list("/spec/rules") {
        let host = rule.get("host").and_then(Node::as_str);
        if let Some((host, help)) = host.and_then(|host| Some((host, host_fault(host)?))) {
            findings.add(ingress, format!("/spec/rules/{at}/host"), no_host(host)).help(help);
        }
    }
    for (entry_at, entry) in list("/spec/tls") {
        for (at, host) in hosts(entry) {
            if let Some(help) = host_fault(host) {
                findings.add(ingress, format!("/spec/tls/{entry_at}/hosts/{at}"), no_host(host)).help(help);
            }
        }
    }
}

fn no_host(host: &str) -> String {
    format!("an Ingress cannot have host `{host}`")
}

/// What to do about a host that is no name.
fn host_fault(host: &str) -> Option<&'static str> {
    let name = host.strip_prefix("*.").unwrap_or(host);
    if host.is_empty() || (name.split('.').all(is_dns_label) && name.parse::<std::net::IpAddr>().is_err()) {
        return None;
    }
    Some(if host.contains("://") {
        "leave the scheme out"
    } else if host.contains('/') {
        "move what comes behind the name to `path`"
    } else if name.parse::<std::net::IpAddr>().is_ok() {
        "leave the host out, or give the address a name"
    } else if host.contains(':') {
        "leave the port out: the controller has its own"
    } else {
        "use lower-case letters, digits, `-` and `.`, and `*` for the first label only"
    })
}

declare_rule! {
    /// ## What it does
    /// Checks that the paths of an Ingress start with `/`, and that those of the types `Exact` and `Prefix` have no
    /// `//`, `/./` or `/../` in them, nor an escaped slash.
    ///
    /// ## Why is this bad?
    /// The API server refuses the Ingress.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop}
    /// spec: {rules: [{http: {paths: [{path: cart, pathType: Prefix}]}}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop}
    /// spec: {rules: [{http: {paths: [{path: /cart, pathType: Prefix}, {pathType: ImplementationSpecific}]}}]}
    /// ```
    pub(super) static BAD_PATH = {
        code: "NET030",
        summary: "path that an Ingress cannot have",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["Ingress"], check: bad_path },
    }
}

fn bad_path(ingress: &Manifest, findings: &mut Findings<'_>) {
    let rules = ingress.object.at("/spec/rules").map_or(&[][..], Node::items);
    for (rule_at, rule) in rules.iter().enumerate() {
        let paths = rule.at("/http/paths").map_or(&[][..], Node::items);
        for (at, path) in paths.iter().enumerate() {
            let is_literal = matches!(path.get("pathType").and_then(Node::as_str), Some("Exact" | "Prefix"));
            let text = path.get("path").and_then(Node::as_str).unwrap_or_default();
            if let Some(help) = path_fault(text, is_literal) {
                let message = format!("an Ingress cannot have path `{text}`");
                findings.add(ingress, format!("/spec/rules/{rule_at}/http/paths/{at}/path"), message).help(help);
            }
        }
    }
}

/// What to do about a path (`validateHTTPIngressPath` of Kubernetes' networking API).
fn path_fault(path: &str, is_literal: bool) -> Option<&'static str> {
    let sequences = ["//", "/./", "/../", "%2f", "%2F", "%5c", "%5C"];
    if !path.starts_with('/') && (is_literal || !path.is_empty()) {
        return Some("start it with `/`");
    }
    let is_odd = sequences.iter().any(|it| path.contains(it)) || path.ends_with("/..") || path.ends_with("/.");
    (is_literal && is_odd).then_some("write it without `//`, `/./`, `/../` and escaped slashes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        for host in ["shop", "shop.example.com", "*.example.com", ""] {
            assert_eq!(host_fault(host), None, "{host}");
        }
        for host in
            ["https://a.example", "a.example/path", "a.example:80", "192.0.2.1", "A.example", "a.*.example", "*"]
        {
            assert!(host_fault(host).is_some(), "{host}");
        }
    }

    #[test]
    fn an_asterisk_stands_for_one_label() {
        assert!(covers("*.example.com", "shop.example.com"));
        assert!(!covers("*.example.com", "a.shop.example.com"));
        assert!(!covers("*.example.com", "example.com"));
        assert!(!covers("shop.example.com", "*.example.com"));
    }

    #[test]
    fn paths() {
        for (path, is_literal, fits) in [
            ("/", true, true),
            ("/a/b.c", true, true),
            ("", true, false),
            ("a", false, false),
            ("", false, true),
            ("/a//b", true, false),
            ("/a/..", true, false),
            ("/a(/|$)(.*)//", false, true),
        ] {
            assert_eq!(path_fault(path, is_literal).is_none(), fits, "{path}");
        }
    }
}
