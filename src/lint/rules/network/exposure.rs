//! What can be reached from outside.

use super::{Check, Findings, declare_rule};
use crate::{manifest::Manifest, node::Node};

declare_rule! {
    /// ## What it does
    /// Points out Services of the types `NodePort` and `LoadBalancer`.
    ///
    /// ## Why is this bad?
    /// They are reached past the Ingress, and past what it does for all others: TLS, limits, a log.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {type: LoadBalancer, ports: [{port: 80}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {ports: [{port: 80}]}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `exposed-services`, kube-score `service-type`.
    pub(super) static EXPOSED_SERVICE = {
        code: "NET007",
        summary: "Service is reached from outside",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Manifest { kinds: &["Service"], check: exposed_service },
    }
}

fn exposed_service(service: &Manifest, findings: &mut Findings<'_>) {
    let kind = service.object.at("/spec/type").and_then(Node::as_str);
    if let Some(kind @ ("NodePort" | "LoadBalancer")) = kind {
        let message = format!("Service `{}` is reached from outside by its type `{kind}`", service.id.name);
        findings.add(service, "/spec/type", message).help("use `ClusterIP`, and an Ingress or Gateway before it");
    }
}

declare_rule! {
    /// ## What it does
    /// Points out Services with `externalIPs`.
    ///
    /// ## Why is this bad?
    /// Whoever may make such a Service takes all traffic of the cluster to that address, whosever it is
    /// ([CVE-2020-8554](https://github.com/kubernetes/kubernetes/issues/97076)). Nothing checks that it is yours.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {externalIPs: [203.0.113.7], ports: [{port: 80}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {externalIPs: [], ports: [{port: 80}]}
    /// ```
    ///
    /// Known elsewhere as: gatekeeper-library `externalip`.
    pub(super) static EXTERNAL_ADDRESSES = {
        code: "NET019",
        summary: "Service takes the traffic to an address outside",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["Service"], check: external_addresses },
    }
}

fn external_addresses(service: &Manifest, findings: &mut Findings<'_>) {
    if service.object.at("/spec/externalIPs").is_some_and(|list| !list.items().is_empty()) {
        let message = format!("Service `{}` takes all traffic to addresses outside", service.id.name);
        findings
            .add(service, "/spec/externalIPs", message)
            .help("remove `externalIPs`; a Service of the type `LoadBalancer` gets an address of its own");
    }
}

declare_rule! {
    /// ## What it does
    /// Points out Ingresses without TLS.
    ///
    /// ## Why is this bad?
    /// Everybody on the way reads, and can change, what is said. The rule is off by default, because TLS may end
    /// before the Ingress.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop}
    /// spec: {rules: [{host: shop.example.com}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop}
    /// spec: {tls: [{hosts: [shop.example.com], secretName: shop}], rules: [{host: shop.example.com}]}
    /// ```
    ///
    /// Known elsewhere as: polaris `tlsSettingsMissing`.
    pub(super) static PLAIN_INGRESS = {
        code: "NET008",
        summary: "Ingress has no TLS",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Manifest { kinds: &["Ingress"], check: plain_ingress },
    }
}

fn plain_ingress(ingress: &Manifest, findings: &mut Findings<'_>) {
    if ingress.object.at("/spec/tls").is_none_or(|tls| tls.items().is_empty()) {
        let message = format!("Ingress `{}` has no TLS", ingress.id.name);
        findings
            .add(ingress, "/spec", message)
            .help("add `tls` with its hosts and the Secret that has the certificate");
    }
}

declare_rule! {
    /// ## What it does
    /// Points out rules of an Ingress for any host, or for any below a domain (`*.example.com`).
    ///
    /// ## Why is this bad?
    /// They take the requests to names that others forgot to claim, or claim later.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop}
    /// spec: {rules: [{host: "*.example.com"}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop}
    /// spec: {rules: [{host: shop.example.com}]}
    /// ```
    ///
    /// Known elsewhere as: gatekeeper-library `block-wildcard-ingress`.
    pub(super) static ANY_HOST = {
        code: "NET009",
        summary: "Ingress takes requests to any host",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Manifest { kinds: &["Ingress"], check: any_host },
    }
}

fn any_host(ingress: &Manifest, findings: &mut Findings<'_>) {
    let rules = ingress.object.at("/spec/rules").map_or(&[][..], Node::items);
    for (at, rule) in rules.iter().enumerate() {
        let host = rule.get("host").and_then(Node::as_str).unwrap_or_default();
        if host.is_empty() || host.starts_with('*') {
            let what = if host.is_empty() { "any host" } else { "any host of a domain" };
            let message = format!("Ingress `{}` takes requests to {what}", ingress.id.name);
            findings.add(ingress, format!("/spec/rules/{at}/host"), message).help("name the host");
        }
    }
}
