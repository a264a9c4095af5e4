//! Workloads that lost what surrounds them on the way, or that never went it.

use rustc_hash::FxHashMap;

use super::{Check, Findings, Manifest, ManifestSet, Pod, Promotion, Selector, declare_rule, pairs};
use crate::diagnostic::ResourceId;

declare_rule! {
    /// ## What it does
    /// Checks that pods which a PodDisruptionBudget protects in the environment before are protected in this one, too.
    /// The environment before is the one that `promotesFrom` names.
    ///
    /// ## Why is this bad?
    /// What protects a rehearsal and not the performance was most likely lost on the way: a drained node takes all pods
    /// at once.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, namespace: staging}
    /// spec: {template: {metadata: {labels: {app: cart}}}}
    /// ---
    /// apiVersion: policy/v1
    /// kind: PodDisruptionBudget
    /// metadata: {name: cart, namespace: staging}
    /// spec: {maxUnavailable: 1, selector: {matchLabels: {app: cart}}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, namespace: prod}
    /// spec: {template: {metadata: {labels: {app: cart}}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, namespace: staging}
    /// spec: {template: {metadata: {labels: {app: cart}}}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, namespace: prod}
    /// spec: {template: {metadata: {labels: {app: cart}}}}
    /// ```
    pub(in crate::lint::rules) static LOST_BUDGET = {
        code: "ENV001",
        summary: "no PodDisruptionBudget, unlike in the environment before",
        severity: Warning,
        since: "0.1.0",
        check: Check::Promotion(lost_budget),
    }
}

fn lost_budget(promotion: &Promotion<'_>, findings: &mut Findings<'_>) {
    let help = "let this environment's specs keep the disruption budget, or take it out of the environment before";
    lost(promotion, "PodDisruptionBudget", "/spec/selector", help, findings);
}

declare_rule! {
    /// ## What it does
    /// Checks that pods which a NetworkPolicy isolates in the environment before are isolated in this one, too. The
    /// environment before is the one that `promotesFrom` names.
    ///
    /// ## Why is this bad?
    /// Connections that nobody allows work here and nowhere before, so that no rehearsal ever shows what breaks once they
    /// are closed; until then, every pod of the cluster can reach these.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, namespace: staging}
    /// spec: {template: {metadata: {labels: {app: cart}}}}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: cart, namespace: staging}
    /// spec: {podSelector: {matchLabels: {app: cart}}, policyTypes: [Ingress]}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, namespace: prod}
    /// spec: {template: {metadata: {labels: {app: cart}}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, namespace: staging}
    /// spec: {template: {metadata: {labels: {app: cart}}}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, namespace: prod}
    /// spec: {template: {metadata: {labels: {app: cart}}}}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: cart, namespace: prod}
    /// spec: {podSelector: {}, policyTypes: [Ingress]}
    /// ```
    pub(in crate::lint::rules) static LOST_ISOLATION = {
        code: "ENV004",
        summary: "no NetworkPolicy, unlike in the environment before",
        severity: Warning,
        since: "0.1.0",
        check: Check::Promotion(lost_isolation),
    }
}

fn lost_isolation(promotion: &Promotion<'_>, findings: &mut Findings<'_>) {
    let help = "let this environment's specs keep the network policy, or take it out of the environment before";
    lost(promotion, "NetworkPolicy", "/spec/podSelector", help, findings);
}

/// Reports pods that an object of some kind selects in the environment before and none selects here.
fn lost(promotion: &Promotion<'_>, kind: &str, selector: &str, help: &str, findings: &mut Findings<'_>) {
    let Some(before) = promotion.before() else { return };
    let (own, before) = (selected(promotion.own, kind, selector), selected(before, kind, selector));
    for (pod, predecessor) in pairs(promotion) {
        let had = before.get(&*predecessor.manifest.id);
        if let Some(had) = had.filter(|_| !own.contains_key(&*pod.manifest.id)) {
            let message = format!("no {kind} selects these pods, though one does in the environment before");
            findings.add_to_pod(pod, "", message).related(had, "", "the one before").help(help);
        }
    }
}

/// The objects whose pods are selected by an object of some kind, each with the first that does.
fn selected<'a>(set: &'a ManifestSet, kind: &str, selector: &str) -> FxHashMap<&'a ResourceId, &'a Manifest> {
    let mut selected = FxHashMap::default();
    for selecting in set.of_kind(kind) {
        let Some(selector) = selecting.object.at(selector).map(Selector::from_node) else { continue };
        for pod in set.select(selecting.id.namespace.as_deref(), selector) {
            selected.entry(&*pod.manifest.id).or_insert(selecting);
        }
    }
    selected
}

declare_rule! {
    /// ## What it does
    /// Finds workloads, and containers of workloads, that no environment has which this one's changes come through. Those
    /// environments are the one that `promotesFrom` names, the one that this one names, and so on.
    ///
    /// ## Why is this bad?
    /// What runs here first was rehearsed nowhere. Where that is meant, as for a backup of data that only this environment
    /// has, ignore the finding with the reason.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, namespace: staging}
    /// spec: {template: {spec: {containers: [{name: cart}]}}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, namespace: prod}
    /// spec: {template: {spec: {containers: [{name: cart}, {name: proxy}]}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, namespace: staging}
    /// spec: {template: {spec: {containers: [{name: cart}, {name: debug}]}}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, namespace: prod}
    /// spec: {template: {spec: {containers: [{name: cart}]}}}
    /// ```
    pub(in crate::lint::rules) static NEVER_RUN = {
        code: "ENV005",
        summary: "runs here, and in no environment before",
        severity: Info,
        since: "0.1.0",
        check: Check::Promotion(never_run),
    }
}

fn never_run(promotion: &Promotion<'_>, findings: &mut Findings<'_>) {
    let help = "let it run in an environment before, too";
    for pod in promotion.own.pods() {
        let before: Vec<Pod<'_>> = promotion.predecessors(pod.manifest).filter_map(Pod::of).collect();
        if before.is_empty() {
            let (kind, name) = (pod.manifest.kind(), &pod.manifest.id.name);
            let message = format!("{kind} `{name}` runs in no environment before this one");
            findings.add(pod.manifest, "", message).help(help);
            continue;
        }
        let known =
            |name: &str| before.iter().flat_map(|pod| pod.containers()).any(|container| container.name() == name);
        for container in pod.containers().filter(|container| !known(container.name())) {
            let message = format!("container `{}` runs in no environment before this one", container.name());
            findings.add_to_container(container, "/name", message).help(help);
        }
    }
}
