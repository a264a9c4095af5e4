//! PodDisruptionBudgets and the pods that they keep.

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::{Autoscaler, Check, Findings, autoscalers, declare_rule, near_miss};
use crate::{
    manifest::{Manifest, ManifestSet, Selector},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Checks that a PodDisruptionBudget lets at least one pod go when there are as few replicas as there can be: the
    /// autoscaler's minimum, or else `replicas`.
    ///
    /// ## Why is this bad?
    /// A budget that lets no pod go blocks every drain. Upgrades of the cluster then hang at the node, until somebody
    /// removes the budget or the pod by hand. Kubernetes rounds percentages up, so that 50 % of one pod is that pod.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: policy/v1
    /// kind: PodDisruptionBudget
    /// metadata: {name: cart}
    /// spec: {minAvailable: 2, selector: {matchLabels: {app: cart}}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {metadata: {labels: {app: cart}}}}
    /// ---
    /// apiVersion: autoscaling/v2
    /// kind: HorizontalPodAutoscaler
    /// metadata: {name: cart}
    /// spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: cart}, minReplicas: 2, maxReplicas: 9}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: policy/v1
    /// kind: PodDisruptionBudget
    /// metadata: {name: cart}
    /// spec: {minAvailable: 51%, selector: {matchLabels: {app: cart}}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {replicas: 2, template: {metadata: {labels: {app: cart}}}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: policy/v1
    /// kind: PodDisruptionBudget
    /// metadata: {name: cart}
    /// spec: {maxUnavailable: 0%, selector: {matchLabels: {app: cart}}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {replicas: 2, template: {metadata: {labels: {app: cart}}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: policy/v1
    /// kind: PodDisruptionBudget
    /// metadata: {name: cart}
    /// spec: {minAvailable: 50%, selector: {matchLabels: {app: cart}}}
    /// ---
    /// apiVersion: policy/v1
    /// kind: PodDisruptionBudget
    /// metadata: {name: cart-too}
    /// spec: {maxUnavailable: 1%, selector: {matchLabels: {app: cart}}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {replicas: 2, template: {metadata: {labels: {app: cart}}}}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `pdb-max-unavailable` and `pdb-min-available`, polaris
    /// `pdbDisruptionsIsZero` and `pdbMinAvailableGreaterThanHPAMinReplicas`.
    pub(super) static BLOCKED_DRAIN = {
        code: "SCA006",
        summary: "PodDisruptionBudget blocks every drain",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(blocked_drain),
    }
}

fn blocked_drain(set: &ManifestSet, findings: &mut Findings<'_>) {
    let fewest = Fewest::of(set);
    for budget in set.of_kind("PodDisruptionBudget") {
        let replicas = fewest.kept_by(set, budget);
        let total = replicas.iter().map(|replicas| replicas.count).sum::<i64>();
        let Some(field) = (total > 0).then(|| blocking(budget, total)).flatten() else { continue };
        let message = format!("PodDisruptionBudget `{}` lets no pod go, and so blocks every drain", budget.id.name);
        let mut finding = findings.add(budget, format!("/spec/{field}"), message);
        finding.help(if field == "maxUnavailable" {
            "raise `maxUnavailable` to at least 1"
        } else {
            "ask for fewer pods than there are at the least, or use `maxUnavailable: 1`"
        });
        for replicas in replicas.iter().filter(|_| field == "minAvailable") {
            finding.related(replicas.said_by, replicas.pointer, "there are as few pods as this");
        }
    }
}

/// The field by which a budget keeps all of `total` pods, if it does.
///
/// The disruption controller rounds both percentages up (`getExpectedPodCount` of
/// <https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/disruption/disruption.go>).
fn blocking(budget: &Manifest, total: i64) -> Option<&'static str> {
    let kept = |field: &str| pods(budget.object.at(&format!("/spec/{field}"))?, total);
    if kept("maxUnavailable").is_some_and(|gone| gone <= 0) {
        return Some("maxUnavailable");
    }
    kept("minAvailable").is_some_and(|kept| kept >= total).then_some("minAvailable")
}

/// A number of pods, or a percentage of all of them rounded up.
fn pods(value: &Node, total: i64) -> Option<i64> {
    if let Some(percent) = value.as_str() {
        let percent: i64 = percent.strip_suffix('%')?.parse().ok()?;
        return Some(percent.checked_mul(total)?.checked_add(99)?.div_euclid(100));
    }
    value.as_int()
}

/// The fewest replicas that a workload has while it runs, and what says so.
struct Replicas<'a> {
    count: i64,
    said_by: &'a Manifest,
    pointer: &'static str,
}

/// The autoscalers of an environment, by the workload that they scale.
struct Fewest<'a>(FxHashMap<(Option<&'a SmolStr>, &'a str, &'a str), Autoscaler<'a>>);

impl<'a> Fewest<'a> {
    fn of(set: &'a ManifestSet) -> Self {
        let key = |it: Autoscaler<'a>| ((it.manifest.id.namespace.as_ref(), it.kind, it.name), it);
        Self(autoscalers(set).map(key).collect())
    }

    /// The replicas that a budget is for. A node can be drained of the pods of jobs and DaemonSets whatever it says.
    fn kept_by(&self, set: &'a ManifestSet, budget: &'a Manifest) -> Vec<Replicas<'a>> {
        let Some(selector) = budget.object.at("/spec/selector").map(Selector::from_node) else { return Vec::new() };
        let pods = set.select(budget.id.namespace.as_deref(), selector);
        let scaled = pods.filter(|pod| {
            matches!(
                pod.manifest.kind(),
                "Deployment" | "ReplicaSet" | "ReplicationController" | "Rollout" | "StatefulSet"
            )
        });
        scaled.map(|pod| self.replicas(pod.manifest)).collect()
    }

    fn replicas(&self, workload: &'a Manifest) -> Replicas<'a> {
        let key = (workload.id.namespace.as_ref(), workload.kind(), workload.id.name.as_str());
        match self.0.get(&key) {
            // What has scaled to zero has no pod to evict; the first one that comes is alone.
            Some(autoscaler) => Replicas {
                count: autoscaler.min().max(1),
                said_by: autoscaler.manifest,
                pointer: autoscaler.fields.min,
            },
            None => Replicas {
                count: workload.object.at("/spec/replicas").and_then(Node::as_int).unwrap_or(1),
                said_by: workload,
                pointer: "/spec/replicas",
            },
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Points out PodDisruptionBudgets that keep the pods of no workload. One without a selector keeps none.
    ///
    /// ## Why is this bad?
    /// The pods that it was meant for can all be evicted at once.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: policy/v1
    /// kind: PodDisruptionBudget
    /// metadata: {name: cart}
    /// spec: {maxUnavailable: 1, selector: {matchLabels: {app: crat}}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {metadata: {labels: {app: cart}}}}
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
    /// spec: {template: {metadata: {labels: {app: cart}}}}
    /// ```
    pub(super) static DANGLING_BUDGET = {
        code: "SCA007",
        summary: "PodDisruptionBudget selects no pods",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(dangling_budget),
    }
}

fn dangling_budget(set: &ManifestSet, findings: &mut Findings<'_>) {
    for budget in set.of_kind("PodDisruptionBudget") {
        let selector = budget.object.at("/spec/selector").map(Selector::from_node);
        let namespace = budget.id.namespace.as_deref();
        let takes =
            |selector| set.select(namespace, selector).next().is_some() || set.is_for_operator(namespace, selector);
        if selector.is_some_and(takes) {
            continue;
        }
        let message = format!("PodDisruptionBudget `{}` selects no pods", budget.id.name);
        let mut finding = findings.add(budget, "/spec/selector", message);
        finding.help("make the selector equal to the pod labels of one workload");
        if let Some(selector) = selector {
            near_miss(set, namespace, selector, &mut finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_rounded_up() {
        for (value, total, expected) in [
            (Node::made("50%"), 1, Some(1)),
            (Node::made("50%"), 7, Some(4)),
            (Node::made("1%"), 100, Some(1)),
            (Node::made("0%"), 3, Some(0)),
            (Node::made("100%"), 3, Some(3)),
            (Node::made(2), 9, Some(2)),
            (Node::made("2"), 9, None),
            (Node::made("9223372036854775807%"), 9, None),
        ] {
            assert_eq!(pods(&value, total), expected, "{value:?} of {total}");
        }
    }
}
