//! What KEDA does when it cannot read a trigger, and when no trigger is active.

use super::{Check, Findings, declare_rule, is_resource};
use crate::{manifest::Manifest, node::Node};

declare_rule! {
    /// ## What it does
    /// Checks that a ScaledObject with a `fallback` has a trigger that KEDA reads: any but `cpu` and `memory`.
    ///
    /// ## Why is this bad?
    /// Kubernetes reads `cpu` and `memory` itself, so that KEDA never learns that a reading failed, and never falls
    /// back. Since KEDA 2.17 its webhook refuses such a ScaledObject.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec:
    ///   scaleTargetRef: {name: cart}
    ///   minReplicaCount: 1
    ///   fallback: {failureThreshold: 3, replicas: 4}
    ///   triggers: [{type: cpu, metricType: Utilization, metadata: {value: "70"}}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec:
    ///   scaleTargetRef: {name: cart}
    ///   fallback: {failureThreshold: 3, replicas: 4}
    ///   triggers: [{type: prometheus, metadata: {query: sum(up), threshold: "5"}}]
    /// ```
    pub(super) static VOID_FALLBACK = {
        code: "SCA008",
        summary: "fallback of a ScaledObject can never happen",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["ScaledObject"], check: void_fallback },
    }
}

fn void_fallback(scaled: &Manifest, findings: &mut Findings<'_>) {
    if has_fallback(scaled) && only_resources(scaled) {
        let message =
            format!("ScaledObject `{}` never falls back, because it has only cpu and memory triggers", scaled.id.name);
        findings
            .add(scaled, "/spec/fallback", message)
            .related(scaled, "/spec/triggers/0/type", "Kubernetes reads this itself")
            .help("remove `fallback`, or add a trigger that KEDA reads");
    }
}

declare_rule! {
    /// ## What it does
    /// Points out ScaledObjects with a `fallback` that have `cpu` or `memory` triggers beside others, unless the
    /// fallback's behavior is `currentReplicasIfHigher`.
    ///
    /// ## Why is this bad?
    /// When the other triggers cannot be read, KEDA before 2.17 sets exactly the replicas of the fallback, even where
    /// the load asks for more: the pods that `cpu` keeps up are taken away in the middle of an outage
    /// ([kedacore/keda#6659](https://github.com/kedacore/keda/issues/6659)).
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec:
    ///   scaleTargetRef: {name: cart}
    ///   fallback: {failureThreshold: 3, replicas: 4}
    ///   triggers:
    ///     - {type: prometheus, metadata: {query: sum(up), threshold: "5"}}
    ///     - {type: cpu, metricType: Utilization, metadata: {value: "70"}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec:
    ///   scaleTargetRef: {name: cart}
    ///   fallback: {failureThreshold: 3, replicas: 4, behavior: currentReplicasIfHigher}
    ///   triggers:
    ///     - {type: prometheus, metadata: {query: sum(up), threshold: "5"}}
    ///     - {type: cpu, metricType: Utilization, metadata: {value: "70"}}
    /// ```
    pub(super) static OVERRIDING_FALLBACK = {
        code: "SCA009",
        summary: "fallback of a ScaledObject overrides its cpu and memory triggers",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["ScaledObject"], check: overriding_fallback },
    }
}

fn overriding_fallback(scaled: &Manifest, findings: &mut Findings<'_>) {
    let behavior = scaled.object.at("/spec/fallback/behavior").and_then(Node::as_str);
    if !has_fallback(scaled) || only_resources(scaled) || behavior == Some("currentReplicasIfHigher") {
        return;
    }
    if let Some((trigger, _)) = scaled.items("/spec/triggers").find(|(_, trigger)| is_resource(trigger)) {
        let message = format!(
            "the fallback of ScaledObject `{}` overrides what its cpu and memory triggers ask for",
            scaled.id.name
        );
        findings
            .add(scaled, "/spec/fallback", message)
            .related(scaled, &format!("{trigger}/type"), "this trigger is overridden")
            .help("set `behavior: currentReplicasIfHigher`, which KEDA has since 2.17");
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that a ScaledObject whose minimum is 0, which is the default, has a trigger other than `cpu` and
    /// `memory`.
    ///
    /// ## Why is this bad?
    /// Without pods there is no load to measure: nothing would ever start the first one. KEDA refuses such a
    /// ScaledObject.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec:
    ///   scaleTargetRef: {name: cart}
    ///   minReplicaCount: 0
    ///   triggers: [{type: cpu, metricType: Utilization, metadata: {value: "70"}}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec:
    ///   scaleTargetRef: {name: cart}
    ///   minReplicaCount: 0
    ///   triggers:
    ///     - {type: cron, metadata: {timezone: UTC, start: 0 8 * * *, end: 0 18 * * *, desiredReplicas: "2"}}
    ///     - {type: cpu, metricType: Utilization, metadata: {value: "70"}}
    /// ```
    pub(super) static UNREACHABLE_ZERO = {
        code: "SCA010",
        summary: "ScaledObject cannot leave zero replicas by cpu or memory",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["ScaledObject"], check: unreachable_zero },
    }
}

fn unreachable_zero(scaled: &Manifest, findings: &mut Findings<'_>) {
    let min = scaled.object.at("/spec/minReplicaCount").map_or(Some(0), Node::as_int);
    if min == Some(0) && only_resources(scaled) {
        let message =
            format!("ScaledObject `{}` scales to zero by cpu and memory, which pods alone have", scaled.id.name);
        findings
            .add(scaled, "/spec/minReplicaCount", message)
            .related(scaled, "/spec/triggers/0/type", "this needs a running pod")
            .help("set the minimum to 1 or more, or add a trigger that works without pods");
    }
}

/// With a formula, KEDA reads one composed metric instead of the triggers.
fn has_fallback(scaled: &Manifest) -> bool {
    scaled.object.at("/spec/fallback").is_some() && scaled.object.at("/spec/advanced/scalingModifiers").is_none()
}

fn only_resources(scaled: &Manifest) -> bool {
    let mut triggers = scaled.items("/spec/triggers").peekable();
    triggers.peek().is_some() && triggers.all(|(_, trigger)| is_resource(trigger))
}
