//! Pods that no budget keeps, or two, and budgets that keep nothing.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::{Check, Findings, autoscalers, declare_rule};
use crate::{
    manifest::{Manifest, ManifestSet, Pod, Selector},
    node::Node,
};

const KIND: &str = "PodDisruptionBudget";

declare_rule! {
    /// ## What it does
    /// Points out Deployments and StatefulSets with several replicas, or with an autoscaler that keeps several, whose
    /// pods no PodDisruptionBudget keeps.
    ///
    /// ## Why is this bad?
    /// When nodes are drained for an upgrade, all replicas may be evicted at once.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {replicas: 3, template: {metadata: {labels: {app: cart}}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {replicas: 3, template: {metadata: {labels: {app: cart}}}}
    /// ---
    /// apiVersion: policy/v1
    /// kind: PodDisruptionBudget
    /// metadata: {name: cart}
    /// spec: {maxUnavailable: 1, selector: {matchLabels: {app: cart}}}
    /// ```
    ///
    /// Known elsewhere as: kube-score `deployment-has-poddisruptionbudget` and
    /// `statefulset-has-poddisruptionbudget`, polaris `missingPodDisruptionBudget`.
    pub(super) static MISSING_BUDGET = {
        code: "SCA015",
        summary: "no PodDisruptionBudget keeps the replicas",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Set(missing_budget),
    }
}

fn missing_budget(set: &ManifestSet, findings: &mut Findings<'_>) {
    let mut several: FxHashMap<*const Manifest, bool> = FxHashMap::default();
    for autoscaler in autoscalers(set) {
        if let Some(target) = autoscaler.target(set) {
            several.insert(std::ptr::from_ref(target), autoscaler.min() > 1);
        }
    }
    for budget in set.of_kind(KIND) {
        several.extend(pods(set, budget).map(|pod| (std::ptr::from_ref(pod.manifest), false)));
    }
    for workload in ["Deployment", "StatefulSet"].into_iter().flat_map(|kind| set.of_kind(kind)) {
        let replicas = || workload.object.at("/spec/replicas").and_then(Node::as_int).unwrap_or(1);
        if several.get(&std::ptr::from_ref(workload)).copied().unwrap_or_else(|| replicas() > 1) {
            let message =
                format!("no PodDisruptionBudget keeps the pods of {} `{}`", workload.kind(), workload.id.name);
            findings
                .add(workload, "/metadata/name", message)
                .help("add a PodDisruptionBudget with `maxUnavailable: 1` that selects them");
        }
    }
}

/// The pods that a budget keeps.
fn pods<'a>(set: &'a ManifestSet, budget: &'a Manifest) -> impl Iterator<Item = Pod<'a>> {
    let selector = budget.object.at("/spec/selector").map(Selector::from_node);
    selector.into_iter().flat_map(|selector| set.select(budget.id.namespace.as_deref(), selector))
}

declare_rule! {
    /// ## What it does
    /// Points out PodDisruptionBudgets with neither `minAvailable` nor `maxUnavailable`.
    ///
    /// ## Why is this bad?
    /// Nothing says how many pods may go, and so none may: the budget blocks every drain.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: policy/v1
    /// kind: PodDisruptionBudget
    /// metadata: {name: cart}
    /// spec: {selector: {matchLabels: {app: cart}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: policy/v1
    /// kind: PodDisruptionBudget
    /// metadata: {name: cart}
    /// spec: {maxUnavailable: 1, selector: {matchLabels: {app: cart}}}
    /// ```
    ///
    /// Known elsewhere as: kube-score `poddisruptionbudget-has-policy`.
    pub(super) static VOID_BUDGET = {
        code: "SCA016",
        summary: "PodDisruptionBudget does not say how many pods may go",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &[KIND], check: void_budget },
    }
}

fn void_budget(budget: &Manifest, findings: &mut Findings<'_>) {
    let has = |pointer| budget.object.at(pointer).is_some();
    if !has("/spec/minAvailable") && !has("/spec/maxUnavailable") {
        let message = format!("{KIND} `{}` does not say how many pods may go", budget.id.name);
        findings.add(budget, "/spec", message).help("set `maxUnavailable: 1`");
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that a PodDisruptionBudget has one of `minAvailable` and `maxUnavailable`, not both, and that it is a
    /// number from 0 up or a percentage up to `100%`.
    ///
    /// ## Why is this bad?
    /// The API server refuses the budget.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: policy/v1
    /// kind: PodDisruptionBudget
    /// metadata: {name: cart}
    /// spec: {minAvailable: 1, maxUnavailable: 1, selector: {matchLabels: {app: cart}}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: policy/v1
    /// kind: PodDisruptionBudget
    /// metadata: {name: cart}
    /// spec: {minAvailable: "1", selector: {matchLabels: {app: cart}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: policy/v1
    /// kind: PodDisruptionBudget
    /// metadata: {name: cart}
    /// spec: {minAvailable: 50%, selector: {matchLabels: {app: cart}}}
    /// ```
    pub(super) static REFUSED_BUDGET = {
        code: "SCA017",
        summary: "PodDisruptionBudget that the API server refuses",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &[KIND], check: refused_budget },
    }
}

fn refused_budget(budget: &Manifest, findings: &mut Findings<'_>) {
    let Some(spec) = budget.object.get("spec") else { return };
    let own = |field| spec.get(field).filter(|value| !value.is_null());
    if own("minAvailable").is_some() && own("maxUnavailable").is_some() {
        findings
            .add(budget, "/spec/minAvailable", format!("{KIND} `{}` says twice how many pods may go", budget.id.name))
            .related(budget, "/spec/maxUnavailable", "here, too")
            .help("remove one of the two");
    }
    for field in ["minAvailable", "maxUnavailable"] {
        if own(field).is_some_and(|value| !is_amount(value)) {
            let text = own(field).and_then(Node::scalar_text).unwrap_or_default();
            findings
                .add(budget, format!("/spec/{field}"), format!("`{field}` cannot be `{text}`"))
                .help("write a number from 0 up without quotes, or a percentage up to `100%`");
        }
    }
}

/// Whether a value is a number of pods, or a part of them. What is neither number nor text is the schema's to report.
fn is_amount(value: &Node) -> bool {
    let percent = |text: &str| text.strip_suffix('%').and_then(|digits| digits.parse::<u32>().ok());
    match value.as_str() {
        Some(text) => percent(text).is_some_and(|percent| percent <= 100),
        None => value.as_int().is_none_or(|number| number >= 0),
    }
}

declare_rule! {
    /// ## What it does
    /// Points out PodDisruptionBudgets without an `unhealthyPodEvictionPolicy`.
    ///
    /// ## Why is this bad?
    /// Unless it is `AlwaysAllow`, pods that never get ready cannot be evicted either, once the budget is used up: one
    /// broken app keeps a node from being drained.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: policy/v1
    /// kind: PodDisruptionBudget
    /// metadata: {name: cart}
    /// spec: {maxUnavailable: 1, selector: {matchLabels: {app: cart}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: policy/v1
    /// kind: PodDisruptionBudget
    /// metadata: {name: cart}
    /// spec: {maxUnavailable: 1, unhealthyPodEvictionPolicy: AlwaysAllow, selector: {matchLabels: {app: cart}}}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `pdb-unhealthy-pod-eviction-policy`.
    pub(super) static UNHEALTHY_KEPT = {
        code: "SCA018",
        summary: "PodDisruptionBudget keeps pods that are broken",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Manifest { kinds: &[KIND], check: unhealthy_kept },
    }
}

fn unhealthy_kept(budget: &Manifest, findings: &mut Findings<'_>) {
    if budget.object.at("/spec/unhealthyPodEvictionPolicy").is_none() {
        let message = format!("{KIND} `{}` keeps pods that are broken", budget.id.name);
        findings.add(budget, "/spec", message).help("set `unhealthyPodEvictionPolicy: AlwaysAllow`");
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that no pods are kept by two PodDisruptionBudgets.
    ///
    /// ## Why is this bad?
    /// An eviction of such a pod fails with `This pod has more than one PodDisruptionBudget`, whatever the budgets say:
    /// no node that it runs on can be drained.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: policy/v1
    /// kind: PodDisruptionBudget
    /// metadata: {name: all}
    /// spec: {maxUnavailable: 1, selector: {matchLabels: {part-of: shop}}}
    /// ---
    /// apiVersion: policy/v1
    /// kind: PodDisruptionBudget
    /// metadata: {name: cart}
    /// spec: {maxUnavailable: 1, selector: {matchLabels: {app: cart}}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {metadata: {labels: {app: cart, part-of: shop}}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: policy/v1
    /// kind: PodDisruptionBudget
    /// metadata: {name: cart}
    /// spec: {maxUnavailable: 1, selector: {matchLabels: {app: cart}}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {metadata: {labels: {app: cart, part-of: shop}}}}
    /// ```
    pub(super) static RIVAL_BUDGETS = {
        code: "SCA019",
        summary: "two PodDisruptionBudgets keep the same pods",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(rival_budgets),
    }
}

fn rival_budgets(set: &ManifestSet, findings: &mut Findings<'_>) {
    let mut keepers: FxHashMap<*const Manifest, &Manifest> = FxHashMap::default();
    for budget in set.of_kind(KIND) {
        let mut rival = None;
        for pod in pods(set, budget) {
            match keepers.entry(std::ptr::from_ref(pod.manifest)) {
                Entry::Vacant(entry) => {
                    entry.insert(budget);
                }
                Entry::Occupied(entry) => rival = rival.or(Some((*entry.get(), pod))),
            }
        }
        if let Some((other, pod)) = rival {
            let message = format!("{KIND}s `{}` and `{}` keep the same pods", other.id.name, budget.id.name);
            findings
                .add(budget, "/spec/selector", message)
                .related(other, "/spec/selector", "the other budget")
                .related(pod.manifest, &pod.pointer_to("/metadata/labels"), "both take these pods")
                .help("remove one of them, or make their selectors take different pods");
        }
    }
}
