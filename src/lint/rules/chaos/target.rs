//! What experiments are done to.

use super::{Check, Experiment, Findings, declare_rule, experiments, known_namespaces, near_miss};
use crate::{
    grammar::similar,
    manifest::{Manifest, Selector},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Points out experiments that select no pods though pods are made in their namespaces, and namespaces whose names
    /// are almost those of others here.
    ///
    /// ## Why is this bad?
    /// The experiment fails, or proves that a system survives when nothing is done to it.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: chaos-mesh.org/v1alpha1
    /// kind: PodChaos
    /// metadata: {name: kill, namespace: chaos}
    /// spec: {action: pod-kill, mode: one, selector: {namespaces: [shop], labelSelectors: {app: crat}}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, namespace: shop}
    /// spec: {template: {metadata: {labels: {app: cart}}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: chaos-mesh.org/v1alpha1
    /// kind: Schedule
    /// metadata: {name: kill, namespace: chaos}
    /// spec:
    ///   schedule: "@hourly"
    ///   type: PodChaos
    ///   podChaos: {action: pod-kill, mode: one, selector: {namespaces: [elsewhere], labelSelectors: {app: cart}}}
    /// ```
    pub(super) static EMPTY_TARGET = {
        code: "CHS001",
        summary: "experiment selects no pods",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &[], check: empty_target },
    }
}

fn empty_target(manifest: &Manifest, findings: &mut Findings<'_>) {
    for experiment in experiments(manifest) {
        for side in ["/selector", "/target/selector"] {
            if let Some(selector) = experiment.node.at(side) {
                check(manifest, &experiment, side, selector, findings);
            }
        }
    }
}

fn check(manifest: &Manifest, experiment: &Experiment<'_>, side: &str, selector: &Node, findings: &mut Findings<'_>) {
    let pointer = format!("{}{side}", experiment.pointer);
    let set = findings.set;
    let named: Vec<&str> =
        selector.get("namespaces").map_or(&[][..], Node::items).iter().filter_map(Node::as_str).collect();
    for (at, name) in named.iter().enumerate() {
        let known = known_namespaces(set);
        if let Some(meant) = similar(name, known.iter().copied()).filter(|_| !known.contains(name)) {
            let message =
                format!("{} looks into the namespace `{name}`, which nothing here belongs to", experiment.kind);
            findings
                .add(manifest, format!("{pointer}/namespaces/{at}"), message)
                .help(format!("did you mean `{meant}`?"));
        }
    }
    let Some(labels) = selector.get("labelSelectors").filter(|labels| !labels.entries().is_empty()) else { return };
    let labels = Selector::from_labels(labels);
    let own = manifest.id.namespace.as_deref();
    let namespaces: Vec<Option<&str>> =
        if named.is_empty() { vec![own] } else { named.into_iter().map(Some).collect() };
    let has_pods = namespaces.iter().any(|namespace| set.has_pods(*namespace));
    let takes = |namespace| set.select(namespace, labels).next().is_some() || set.is_for_operator(namespace, labels);
    if has_pods && !namespaces.iter().any(|namespace| takes(*namespace)) {
        let message = format!("{} selects no pods", experiment.kind);
        let mut finding = findings.add(manifest, format!("{pointer}/labelSelectors"), message);
        finding.help("make the selector equal to the pod labels of one workload");
        near_miss(set, namespaces[0], labels, &mut finding);
    }
}
