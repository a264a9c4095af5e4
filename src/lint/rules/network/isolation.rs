//! Which pods are kept apart, and whether they can still find anybody.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Check, Findings, declare_rule};
use crate::{
    manifest::{Manifest, ManifestSet, Pod, Selector},
    node::Node,
};

/// The directions that NetworkPolicies are about, with the fields of their rules.
const DIRECTIONS: [(&str, &str); 2] = [("Ingress", "ingress"), ("Egress", "egress")];

/// Kinds of other projects that keep pods apart, too.
const OTHER_KINDS: [&str; 7] = [
    "AdminNetworkPolicy",
    "BaselineAdminNetworkPolicy",
    "CiliumClusterwideNetworkPolicy",
    "CiliumNetworkPolicy",
    "ClusterNetworkPolicy",
    "GlobalNetworkPolicy",
    "StagedNetworkPolicy",
];

declare_rule! {
    /// ## What it does
    /// Points out pods that no NetworkPolicy isolates, in one direction or in both. Pods in the network of the host
    /// cannot be isolated. Where there are policies of Cilium, Calico or the whole cluster, nothing is said.
    ///
    /// ## Why is this bad?
    /// Whoever gets into one pod of the cluster reaches this one; and whoever gets into this one reaches everything.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: cart}
    /// spec: {podSelector: {matchLabels: {app: cart}}, policyTypes: [Ingress]}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {metadata: {labels: {app: cart}}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: default-deny}
    /// spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {metadata: {labels: {app: cart}}}}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `non-isolated-pod`, kube-score `pod-networkpolicy`, polaris
    /// `missingNetworkPolicy`.
    pub(super) static OPEN_POD = {
        code: "NET023",
        summary: "no NetworkPolicy isolates the pods",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Set(open_pod),
    }
}

fn open_pod(set: &ManifestSet, findings: &mut Findings<'_>) {
    if OTHER_KINDS.iter().any(|kind| set.of_kind(kind).next().is_some()) {
        return;
    }
    let mut isolated: FxHashMap<*const Node, [bool; 2]> = FxHashMap::default();
    for policy in set.of_kind("NetworkPolicy") {
        for pod in pods(set, policy) {
            let own = isolated.entry(std::ptr::from_ref(pod.template)).or_default();
            for (one, direction) in own.iter_mut().zip(DIRECTIONS) {
                *one |= is_about(policy, direction);
            }
        }
    }
    for pod in set.pods().filter(|pod| pod.template.at("/spec/hostNetwork").and_then(Node::as_bool) != Some(true)) {
        let what = match isolated.get(&std::ptr::from_ref(pod.template)).copied().unwrap_or_default() {
            [true, true] => continue,
            [true, false] => "of what they send",
            [false, true] => "of what is sent to them",
            [false, false] => "at all",
        };
        let message =
            format!("no NetworkPolicy isolates the pods of {} `{}` {what}", pod.manifest.kind(), pod.manifest.id.name);
        findings
            .add_to_pod(pod, "/metadata/labels", message)
            .help("add a NetworkPolicy that selects them, with both `policyTypes`");
    }
}

/// The pods that a policy is for.
fn pods<'a>(set: &'a ManifestSet, policy: &'a Manifest) -> impl Iterator<Item = Pod<'a>> {
    let selector = policy.object.at("/spec/podSelector").map(Selector::from_node);
    selector.into_iter().flat_map(|selector| set.select(policy.id.namespace.as_deref(), selector))
}

/// Whether a policy isolates its pods in a direction. One that does not say is about what comes in, and about what goes
/// out where it has rules for that.
fn is_about(policy: &Manifest, (kind, field): (&str, &str)) -> bool {
    let Some(spec) = policy.object.get("spec") else { return false };
    match spec.get("policyTypes") {
        Some(kinds) if !kinds.items().is_empty() => kinds.items().iter().any(|own| own.as_str() == Some(kind)),
        _ => kind == "Ingress" || spec.get(field).is_some_and(|rules| !rules.items().is_empty()),
    }
}

declare_rule! {
    /// ## What it does
    /// Points out NetworkPolicies that let pods speak to other pods and do not let them ask the DNS, unless another
    /// policy for the same pods does.
    ///
    /// ## Why is this bad?
    /// Pods find each other by names. Without port 53 no name resolves, and every connection that the policy allows
    /// fails before it starts.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: cart}
    /// spec:
    ///   podSelector: {matchLabels: {app: cart}}
    ///   policyTypes: [Egress]
    ///   egress: [{to: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 5432}]}]
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {metadata: {labels: {app: cart}}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: cart}
    /// spec:
    ///   podSelector: {matchLabels: {app: cart}}
    ///   policyTypes: [Egress]
    ///   egress: [{to: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 5432}]}]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: dns}
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Egress]
    ///   egress: [{ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]}]
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {metadata: {labels: {app: cart}}}}
    /// ```
    pub(super) static BLOCKED_DNS = {
        code: "NET024",
        summary: "NetworkPolicy lets pods speak, and not ask the DNS",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(blocked_dns),
    }
}

fn blocked_dns(set: &ManifestSet, findings: &mut Findings<'_>) {
    let policies = || set.of_kind("NetworkPolicy").filter(|policy| is_about(policy, DIRECTIONS[1]));
    let mut asking = FxHashSet::default();
    for policy in policies().filter(|policy| egress(policy).iter().any(allows_dns)) {
        asking.extend(pods(set, policy).map(|pod| std::ptr::from_ref(pod.template)));
    }
    for policy in policies().filter(|policy| egress(policy).iter().any(needs_names)) {
        let mute = pods(set, policy).find(|pod| !asking.contains(&std::ptr::from_ref(pod.template)));
        if let Some(pod) = mute {
            let message = format!("NetworkPolicy `{}` lets pods speak, and not ask the DNS", policy.id.name);
            findings
                .add(policy, "/spec/egress", message)
                .related(pod.manifest, &pod.pointer_to("/metadata/labels"), "no other policy lets these pods ask it")
                .help("add a rule for port 53, by UDP and TCP");
        }
    }
}

fn egress(policy: &Manifest) -> &[Node] {
    policy.object.at("/spec/egress").map_or(&[][..], Node::items)
}

/// Whether a rule lets pods speak to what they know by a name: to pods, not to addresses.
fn needs_names(rule: &Node) -> bool {
    let peers = rule.get("to").map_or(&[][..], Node::items);
    peers.iter().any(|peer| peer.get("ipBlock").is_none())
}

/// Whether a rule lets pods ask the DNS: by its port, or because it is for all ports of more than some pods nearby.
fn allows_dns(rule: &Node) -> bool {
    let ports = rule.get("ports").map_or(&[][..], Node::items);
    if !ports.is_empty() {
        return ports.iter().any(is_dns);
    }
    let peers = rule.get("to").map_or(&[][..], Node::items);
    let is_wide = |peer: &Node| peer.get("namespaceSelector").is_some() || peer.get("ipBlock").is_some();
    peers.is_empty() || peers.iter().any(is_wide)
}

/// Port 53; OpenShift's DNS listens on 5353, others on 1053.
fn is_dns(port: &Node) -> bool {
    let Some(number) = port.get("port") else { return true };
    if let Some(name) = number.as_str() {
        return name.starts_with("dns") || name.starts_with("domain");
    }
    let first = number.as_int().unwrap_or_default();
    let last = port.get("endPort").and_then(Node::as_int).unwrap_or(first);
    [53, 1053, 5353].iter().any(|dns| (first..=last).contains(dns))
}
