//! What Istio wants to know of workloads, Services and namespaces.

use super::{Check, Findings, declare_rule, near_miss};
use crate::{
    diagnostic::Safety,
    manifest::{Manifest, ManifestSet, Pod, Selector},
    node::{Node, escape},
};

declare_rule! {
    /// ## What it does
    /// Points out policies of Istio whose selector takes no pods of their namespace, though pods are made there. What
    /// stands in `istio-system` is for all namespaces.
    ///
    /// ## Why is this bad?
    /// An AuthorizationPolicy that takes no pods protects none.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: security.istio.io/v1
    /// kind: AuthorizationPolicy
    /// metadata: {name: cart}
    /// spec: {selector: {matchLabels: {app: crat}}, action: DENY, rules: [{}]}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {metadata: {labels: {app: cart}}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default}
    /// spec: {mtls: {mode: STRICT}}
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: AuthorizationPolicy
    /// metadata: {name: cart, namespace: elsewhere}
    /// spec: {selector: {matchLabels: {app: cart}}}
    /// ```
    pub(super) static DANGLING_SELECTOR = {
        code: "MSH009",
        summary: "policy of the mesh selects no pods",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(dangling_selector),
    }
}

/// Kinds that select pods, and the field that holds the labels.
const SELECTING: &[(&str, &str)] = &[
    ("AuthorizationPolicy", "/spec/selector/matchLabels"),
    ("EnvoyFilter", "/spec/workloadSelector/labels"),
    ("PeerAuthentication", "/spec/selector/matchLabels"),
    ("RequestAuthentication", "/spec/selector/matchLabels"),
    ("Sidecar", "/spec/workloadSelector/labels"),
    ("Telemetry", "/spec/selector/matchLabels"),
    ("WasmPlugin", "/spec/selector/matchLabels"),
];

fn dangling_selector(set: &ManifestSet, findings: &mut Findings<'_>) {
    for (kind, field) in SELECTING {
        for policy in set.of_kind(kind).filter(|policy| policy.id.gvk.group.ends_with("istio.io")) {
            let namespace = policy.id.namespace.as_deref();
            let Some(labels) = policy.object.at(field).filter(|labels| !labels.entries().is_empty()) else { continue };
            let selector = Selector::from_labels(labels);
            let is_root = namespace == Some("istio-system");
            let is_taken =
                || set.select(namespace, selector).next().is_some() || set.is_for_operator(namespace, selector);
            if is_root || !set.has_pods(namespace) || is_taken() {
                continue;
            }
            let message = format!("{kind} `{}` selects no pods", policy.id.name);
            let mut finding = findings.add(policy, *field, message);
            finding.help("make the selector equal to the pod labels of one workload");
            near_miss(set, namespace, selector, &mut finding);
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Points out ports of Services whose protocol Istio has to guess, in a set with VirtualServices or
    /// DestinationRules: neither `appProtocol` nor the start of the name (`http-`, `grpc-`, `tcp-` …) says it.
    ///
    /// ## Why is this bad?
    /// Istio waits for the first bytes. Where the server speaks first, as a database does, that is a delay; what is
    /// taken for plain TCP has no routes, no retries and no metrics of HTTP.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {ports: [{name: web, port: 80}]}
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: cart}
    /// spec: {host: cart}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {ports: [{name: http-web, port: 80}, {name: admin, appProtocol: http, port: 81}]}
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: cart}
    /// spec: {host: cart}
    /// ```
    pub(super) static UNNAMED_PROTOCOL = {
        code: "MSH010",
        summary: "port whose protocol the mesh has to guess",
        severity: Info,
        since: "0.1.0",
        on: Request,
        check: Check::Set(unnamed_protocol),
    }
}

/// What the name of a port may start with.
const PROTOCOLS: &[&str] =
    &["grpc", "grpc-web", "http", "http2", "http3", "https", "mongo", "mysql", "redis", "tcp", "tls", "udp"];

fn unnamed_protocol(set: &ManifestSet, findings: &mut Findings<'_>) {
    let has_mesh = ["VirtualService", "DestinationRule"].iter().any(|kind| super::istio(set, kind).next().is_some());
    for service in set.of_kind("Service").filter(|_| has_mesh) {
        for (pointer, port) in service.items("/spec/ports") {
            let text = |key: &str| port.get(key).and_then(Node::as_str);
            let start = text("name").map(|name| name.split_once('-').map_or(name, |(start, _)| start));
            if text("appProtocol").is_some()
                || text("protocol") == Some("UDP")
                || start.is_some_and(|start| PROTOCOLS.contains(&start))
            {
                continue;
            }
            let message = format!("Istio has to guess the protocol of a port of Service `{}`", service.id.name);
            findings
                .add(service, pointer, message)
                .help("set `appProtocol`, or call the port `http-…`, `grpc-…` or `tcp-…`");
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Checks the labels that switch Istio's sidecar on and off: `istio-injection` of a Namespace is `enabled` or
    /// `disabled`, `sidecar.istio.io/inject` of a pod is `"true"` or `"false"`; and neither is an annotation of a
    /// Namespace.
    ///
    /// ## Why is this bad?
    /// Istio's webhook is asked for exactly these values. Any other one means no sidecar, and no encryption.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: shop, labels: {istio-injection: enable}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {metadata: {labels: {app: cart, sidecar.istio.io/inject: enabled}}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: shop, labels: {istio-injection: enabled}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {metadata: {labels: {app: cart, sidecar.istio.io/inject: "true"}}}}
    /// ```
    pub(super) static BAD_INJECTION = {
        code: "MSH011",
        summary: "switch of the sidecar that Istio does not read",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &[], check: bad_injection },
    }
}

fn bad_injection(manifest: &Manifest, findings: &mut Findings<'_>) {
    if manifest.kind() == "Namespace" {
        switch(manifest, "/metadata/labels", "istio-injection", ["enabled", "disabled"], findings);
        let pointer = "/metadata/annotations/istio-injection";
        if manifest.object.at(pointer).is_some() {
            let message = "`istio-injection` is an annotation, and Istio reads the label";
            findings.add(manifest, pointer, message).at_key(manifest).help("move it to `metadata.labels`");
        }
    } else if let Some(pod) = Pod::of(manifest) {
        for field in ["/metadata/labels", "/metadata/annotations"] {
            switch(manifest, &pod.pointer_to(field), "sidecar.istio.io/inject", ["true", "false"], findings);
        }
    }
}

fn switch(manifest: &Manifest, map: &str, key: &str, values: [&str; 2], findings: &mut Findings<'_>) {
    let Some(value) = manifest.object.at(map).and_then(|map| map.get(key)?.as_str()) else { return };
    if values.contains(&value) {
        return;
    }
    let pointer = format!("{map}/{}", escape(key));
    let (on, off) = (values[0], values[1]);
    let mut finding =
        findings.add(manifest, pointer.as_str(), format!("`{key}` is `{value}`, which Istio does not read"));
    finding.help(format!("write `\"{on}\"` or `\"{off}\"`"));
    if let Some(meant) = crate::grammar::similar(value, values.into_iter()) {
        finding.replace(manifest, &pointer, meant, Safety::Unsafe, format!("write `{meant}`"));
    }
}
