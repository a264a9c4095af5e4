//! DestinationRules.

use super::{Check, Findings, declare_rule, did_you_mean, host, host::Target, istio};
use crate::{
    manifest::{ManifestSet, Selector},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Points out DestinationRules whose host is that of no Service here.
    ///
    /// ## Why is this bad?
    /// The rule applies to nothing: its limits, its encryption and its subsets do not exist.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: cart}
    /// spec: {host: crat, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {ports: [{port: 80}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: all}
    /// spec: {host: "*.local", trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}
    /// ```
    pub(super) static MISSING_HOST = {
        code: "MSH006",
        summary: "DestinationRule of a host that no Service has",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(missing_host),
    }
}

fn missing_host(set: &ManifestSet, findings: &mut Findings<'_>) {
    for rule in istio(set, "DestinationRule") {
        let namespace = rule.id.namespace.as_deref();
        let Some(name) = rule.object.at("/spec/host").and_then(Node::as_str) else { continue };
        if matches!(host::target(set, name, namespace), Target::Missing) {
            let message = format!("DestinationRule `{}` is for the host `{name}`, which no Service has", rule.id.name);
            let help = did_you_mean(name, set.names("Service", namespace), "name a Service, or remove the rule");
            findings.add(rule, "/spec/host", message).suggest(rule, help);
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Points out subsets whose labels none of the host's pods has.
    ///
    /// ## Why is this bad?
    /// Istio answers requests to such a subset with 503.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: cart}
    /// spec: {host: cart, subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {selector: {app: cart}, ports: [{port: 80}]}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {metadata: {labels: {app: cart, version: v1}}}}
    /// ```
    ///
    /// A Rollout tells its pods apart by a label of its own.
    /// ```yaml,silent
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: cart}
    /// spec: {host: cart, subsets: [{name: stable, labels: {app: cart}}, {name: canary, labels: {app: cart}}]}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {selector: {app: cart}, ports: [{port: 80}]}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Rollout
    /// metadata: {name: cart}
    /// spec: {template: {metadata: {labels: {app: cart}}}}
    /// ```
    pub(super) static EMPTY_SUBSET = {
        code: "MSH007",
        summary: "subset that no pods belong to",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(empty_subset),
    }
}

fn empty_subset(set: &ManifestSet, findings: &mut Findings<'_>) {
    for rule in istio(set, "DestinationRule") {
        let Some(name) = rule.object.at("/spec/host").and_then(Node::as_str) else { continue };
        let Target::Service(service) = host::target(set, name, rule.id.namespace.as_deref()) else { continue };
        let Some(selector) = service.object.at("/spec/selector") else { continue };
        let pods = || set.select(service.id.namespace.as_deref(), Selector::from_labels(selector));
        for (pointer, subset) in rule.items("/spec/subsets").filter(|_| pods().next().is_some()) {
            let Some(labels) = subset.get("labels") else { continue };
            if pods().any(|pod| Selector::from_labels(labels).matches(pod.labels())) {
                continue;
            }
            let subset = subset.get("name").and_then(Node::as_str).unwrap_or_default();
            let message = format!("no pods of the host `{name}` belong to the subset `{subset}`");
            findings
                .add(rule, format!("{pointer}/labels"), message)
                .related(service, "/spec/selector", "the pods of the host")
                .help("give the labels to the pods of one workload, or remove the subset");
        }
    }
}
