//! NetworkPolicies, the pods that they are for, and the pods that they let in and out.

use super::{Check, Findings, declare_rule, near_miss};
use crate::{
    manifest::{Manifest, ManifestSet, Selector},
    node::Node,
};

/// The label that every namespace has with its own name.
const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

declare_rule! {
    /// ## What it does
    /// Checks that every `NetworkPolicy` is for the pods of at least one workload.
    ///
    /// ## Why is this bad?
    /// A policy that selects no pods allows nothing and forbids nothing. Usually a label was renamed, and the pods that
    /// it was for are now either cut off or wide open.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: cart}
    /// spec: {podSelector: {matchLabels: {app: crat}}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {metadata: {labels: {app: cart}}}}
    /// ```
    ///
    /// A policy for all pods of its namespace may come before them.
    /// ```yaml,silent
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: default-deny}
    /// spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `dangling-networkpolicy`, kube-score `networkpolicy-targets-pod`.
    pub(super) static DANGLING_POLICY = {
        code: "NET004",
        summary: "NetworkPolicy selects no pods",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(dangling_policy),
    }
}

fn dangling_policy(set: &ManifestSet, findings: &mut Findings<'_>) {
    for policy in set.of_kind("NetworkPolicy") {
        let Some(node) = policy.object.at("/spec/podSelector") else { continue };
        let selector = Selector::from_node(node);
        let namespace = policy.id.namespace.as_deref();
        let is_taken = selector.is_empty() || set.select(namespace, selector).next().is_some();
        if is_taken || set.is_for_operator(namespace, selector) {
            continue;
        }
        let message = format!("NetworkPolicy `{}` selects no pods", policy.id.name);
        let mut finding = findings.add(policy, "/spec/podSelector", message);
        finding.help("make `podSelector` equal to the pod labels of one workload, or remove the policy");
        near_miss(set, namespace, selector, &mut finding);
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that the peers of a `NetworkPolicy` are pods that exist. It looks only where it can know: at peers of the
    /// policy's own namespace, or of a namespace that is selected by its name, when pods of that namespace are rendered
    /// here.
    ///
    /// ## Why is this bad?
    /// The connection that the policy was written for stays forbidden.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: cart, namespace: shop}
    /// spec:
    ///   podSelector: {}
    ///   ingress: [{from: [{podSelector: {matchLabels: {app: checkuot}}}]}]
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: checkout, namespace: shop}
    /// spec: {template: {metadata: {labels: {app: checkout}}}}
    /// ```
    ///
    /// What runs in namespaces of the platform is not known here.
    /// ```yaml,silent
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: cart, namespace: shop}
    /// spec:
    ///   podSelector: {}
    ///   ingress:
    ///     - from:
    ///         - podSelector: {matchLabels: {app: checkout}}
    ///         - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress-nginx}}
    ///           podSelector: {matchLabels: {app: nginx}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: checkout, namespace: shop}
    /// spec: {template: {metadata: {labels: {app: checkout}}}}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `dangling-networkpolicypeer-podselector`.
    pub(super) static DANGLING_PEER = {
        code: "NET006",
        summary: "peer of a NetworkPolicy selects no pods",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(dangling_peer),
    }
}

fn dangling_peer(set: &ManifestSet, findings: &mut Findings<'_>) {
    for policy in set.of_kind("NetworkPolicy") {
        for (pointer, peer) in peers(policy) {
            let (Some(node), Some(namespace)) = (peer.get("podSelector"), namespace(policy, peer)) else { continue };
            let selector = Selector::from_node(node);
            let found = selector.is_empty() || set.select(Some(namespace), selector).next().is_some();
            if found || !set.has_pods(Some(namespace)) || set.is_for_operator(Some(namespace), selector) {
                continue;
            }
            let message = format!("a peer of NetworkPolicy `{}` selects no pods", policy.id.name);
            let mut finding = findings.add(policy, pointer + "/podSelector", message);
            finding.help("make `podSelector` equal to the pod labels of the other side, or remove the peer");
            near_miss(set, Some(namespace), selector, &mut finding);
        }
    }
}

/// Everything that a policy lets in or out, with the pointers to it.
pub(super) fn peers(policy: &Manifest) -> impl Iterator<Item = (String, &Node)> {
    let peers = |rules, list| {
        let rules = policy.items(rules);
        rules.flat_map(move |(rule, _)| policy.items(&format!("{rule}/{list}")))
    };
    peers("/spec/ingress", "from").chain(peers("/spec/egress", "to"))
}

/// The namespace of a peer, empty where the policy has none; nothing when its name is not given.
fn namespace<'a>(policy: &'a Manifest, peer: &'a Node) -> Option<&'a str> {
    let Some(selector) = peer.get("namespaceSelector") else {
        return Some(policy.id.namespace.as_deref().unwrap_or_default());
    };
    let [(key, name)] = selector.get("matchLabels")?.entries() else { return None };
    if key.text == NAMESPACE_NAME && selector.get("matchExpressions").is_none() { name.as_str() } else { None }
}
