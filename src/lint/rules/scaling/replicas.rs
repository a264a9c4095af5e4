//! How many replicas there are, and whether anything can change that.

use rustc_hash::FxHashSet;

use super::{Autoscaler, Check, Findings, autoscalers, declare_rule};
use crate::{
    manifest::{Manifest, ManifestSet, Selector},
    node::Node,
};

/// The fewest replicas with which one may go, where somebody asks about that.
const FEWEST: i64 = 2;

declare_rule! {
    /// ## What it does
    /// Points out Deployments with a single replica that no autoscaler scales.
    ///
    /// ## Why is this bad?
    /// Every drain of its node, and every crash, is an outage.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {replicas: 2}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: search}
    /// spec: {template: {}}
    /// ---
    /// apiVersion: autoscaling/v2
    /// kind: HorizontalPodAutoscaler
    /// metadata: {name: search}
    /// spec: {scaleTargetRef: {kind: Deployment, name: search}, maxReplicas: 5}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `minimum-three-replicas`, kube-score `deployment-replicas`, polaris
    /// `deploymentMissingReplicas`.
    pub(super) static SINGLE_REPLICA = {
        code: "SCA011",
        summary: "Deployment has a single replica",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Set(single_replica),
    }
}

fn single_replica(set: &ManifestSet, findings: &mut Findings<'_>) {
    let scaled = scaled(set);
    for workload in set.of_kind("Deployment").filter(|workload| !scaled.contains(&std::ptr::from_ref(*workload))) {
        // Zero is an app that is switched off.
        if replicas(workload) == 1 {
            let message = format!("Deployment `{}` has a single replica", workload.id.name);
            findings.add(workload, "/spec/replicas", message).help("set `replicas` to at least 2");
        }
    }
}

fn replicas(workload: &Manifest) -> i64 {
    workload.object.at("/spec/replicas").and_then(Node::as_int).unwrap_or(1)
}

/// The workloads that autoscalers scale.
fn scaled(set: &ManifestSet) -> FxHashSet<*const Manifest> {
    autoscalers(set).filter_map(|autoscaler| autoscaler.target(set)).map(std::ptr::from_ref).collect()
}

declare_rule! {
    /// ## What it does
    /// Points out HorizontalPodAutoscalers that go down to a single replica.
    ///
    /// ## Why is this bad?
    /// In the quiet hours, every drain of a node, and every crash, is an outage.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: autoscaling/v2
    /// kind: HorizontalPodAutoscaler
    /// metadata: {name: cart}
    /// spec: {scaleTargetRef: {kind: Deployment, name: cart}, maxReplicas: 5}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: autoscaling/v2
    /// kind: HorizontalPodAutoscaler
    /// metadata: {name: cart}
    /// spec: {scaleTargetRef: {kind: Deployment, name: cart}, minReplicas: 2, maxReplicas: 5}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `hpa-minimum-three-replicas`, kube-score `horizontalpodautoscaler-replicas`,
    /// polaris `hpaMinAvailability`.
    pub(super) static SINGLE_AT_NIGHT = {
        code: "SCA012",
        summary: "autoscaler goes down to a single replica",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Manifest { kinds: &["HorizontalPodAutoscaler"], check: single_at_night },
    }
}

fn single_at_night(autoscaler: &Manifest, findings: &mut Findings<'_>) {
    if number(autoscaler, "minReplicas").unwrap_or(1) < FEWEST {
        let message = format!("HorizontalPodAutoscaler `{}` goes down to a single replica", autoscaler.id.name);
        findings.add(autoscaler, "/spec/minReplicas", message).help("set `minReplicas` to at least 2");
    }
}

fn number(autoscaler: &Manifest, field: &str) -> Option<i64> {
    autoscaler.object.get("spec")?.get(field)?.as_int()
}

declare_rule! {
    /// ## What it does
    /// Points out HorizontalPodAutoscalers whose minimum is their maximum.
    ///
    /// ## Why is this bad?
    /// They never scale. It may be meant for a while; then `replicas` says it more plainly.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: autoscaling/v2
    /// kind: HorizontalPodAutoscaler
    /// metadata: {name: cart}
    /// spec: {scaleTargetRef: {kind: Deployment, name: cart}, minReplicas: 3, maxReplicas: 3}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: autoscaling/v2
    /// kind: HorizontalPodAutoscaler
    /// metadata: {name: cart}
    /// spec: {scaleTargetRef: {kind: Deployment, name: cart}, minReplicas: 3, maxReplicas: 4}
    /// ```
    ///
    /// Known elsewhere as: polaris `hpaMaxAvailability`, gatekeeper-library `horizontalpodautoscaler`.
    pub(super) static FIXED_RANGE = {
        code: "SCA020",
        summary: "autoscaler can never scale",
        severity: Info,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["HorizontalPodAutoscaler"], check: fixed_range },
    }
}

fn fixed_range(autoscaler: &Manifest, findings: &mut Findings<'_>) {
    if number(autoscaler, "maxReplicas") == Some(number(autoscaler, "minReplicas").unwrap_or(1)) {
        let message = format!("HorizontalPodAutoscaler `{}` can never scale", autoscaler.id.name);
        findings
            .add(autoscaler, "/spec/maxReplicas", message)
            .related(autoscaler, "/spec/minReplicas", "the minimum is the same")
            .help("raise the maximum, or remove the autoscaler and set `replicas`");
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that autoscalers scale what has replicas: no DaemonSet, no job and no single Pod.
    ///
    /// ## Why is this bad?
    /// The autoscaler does nothing, and says so only in its own status.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: autoscaling/v2
    /// kind: HorizontalPodAutoscaler
    /// metadata: {name: agent}
    /// spec: {scaleTargetRef: {apiVersion: apps/v1, kind: DaemonSet, name: agent}, maxReplicas: 5}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: autoscaling/v2
    /// kind: HorizontalPodAutoscaler
    /// metadata: {name: cart}
    /// spec: {scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: cart}, maxReplicas: 5}
    /// ```
    pub(super) static UNSCALABLE_TARGET = {
        code: "SCA021",
        summary: "autoscaler of what has no replicas",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(unscalable_target),
    }
}

fn unscalable_target(set: &ManifestSet, findings: &mut Findings<'_>) {
    for autoscaler in autoscalers(set) {
        let Autoscaler { manifest, kind, .. } = autoscaler;
        if matches!(kind, "CronJob" | "DaemonSet" | "Job" | "Pod") {
            findings
                .add(
                    manifest,
                    "/spec/scaleTargetRef/kind",
                    format!("{} scales a {kind}, which has no replicas", autoscaler.title()),
                )
                .help("name a Deployment or StatefulSet, or remove the autoscaler");
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that a HorizontalPodAutoscaler has a maximum of at least 1, and a minimum of at least 0, which it may be
    /// only where a metric comes from outside of the pods.
    ///
    /// ## Why is this bad?
    /// The API server refuses the autoscaler. For a minimum of 0, it also wants the feature `HPAScaleToZero`.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: autoscaling/v2
    /// kind: HorizontalPodAutoscaler
    /// metadata: {name: cart}
    /// spec: {scaleTargetRef: {kind: Deployment, name: cart}, minReplicas: 0, maxReplicas: 3}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: autoscaling/v2
    /// kind: HorizontalPodAutoscaler
    /// metadata: {name: cart}
    /// spec:
    ///   scaleTargetRef: {kind: Deployment, name: cart}
    ///   minReplicas: 0
    ///   maxReplicas: 3
    ///   metrics: [{type: External, external: {metric: {name: queue}, target: {type: Value, value: "5"}}}]
    /// ```
    pub(super) static REFUSED_RANGE = {
        code: "SCA022",
        summary: "limits of an autoscaler that the API server refuses",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["HorizontalPodAutoscaler"], check: refused_range },
    }
}

fn refused_range(autoscaler: &Manifest, findings: &mut Findings<'_>) {
    let metrics = autoscaler.object.at("/spec/metrics").map_or(&[][..], Node::items);
    let from_outside = |metric: &Node| matches!(metric.get("type").and_then(Node::as_str), Some("External" | "Object"));
    let least = i64::from(!metrics.iter().any(from_outside));
    for (field, least) in [("minReplicas", least), ("maxReplicas", 1)] {
        if number(autoscaler, field).is_some_and(|number| number < least) {
            let message =
                format!("`{field}` of HorizontalPodAutoscaler `{}` must be at least {least}", autoscaler.id.name);
            findings.add(autoscaler, format!("/spec/{field}"), message).help("raise it");
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Points out Services all of whose pods are switched off by `replicas: 0`, unless an autoscaler starts them.
    ///
    /// ## Why is this bad?
    /// The name still resolves, and then every connection is refused. What was switched off for a while is easily
    /// forgotten.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {selector: {app: cart}, ports: [{port: 80}]}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {replicas: 0, template: {metadata: {labels: {app: cart}}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {selector: {app: cart}, ports: [{port: 80}]}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {replicas: 1, template: {metadata: {labels: {app: cart}}}}
    /// ```
    pub(super) static SWITCHED_OFF = {
        code: "SCA023",
        summary: "Service leads to pods that are switched off",
        severity: Info,
        since: "0.1.0",
        check: Check::Set(switched_off),
    }
}

fn switched_off(set: &ManifestSet, findings: &mut Findings<'_>) {
    let scaled = scaled(set);
    let is_off = |workload: &Manifest| {
        let zero = workload.object.at("/spec/replicas").and_then(Node::as_int) == Some(0);
        zero && !scaled.contains(&std::ptr::from_ref(workload))
    };
    for service in set.of_kind("Service") {
        let Some(selector) = Selector::of_service(service) else { continue };
        let mut workloads = set.select(service.id.namespace.as_deref(), selector).map(|pod| pod.manifest);
        if let Some(first) = workloads.next().filter(|first| is_off(first) && workloads.all(is_off)) {
            let message = format!("Service `{}` leads to pods that are switched off", service.id.name);
            findings
                .add(first, "/spec/replicas", message)
                .related(service, "/spec/selector", "the Service")
                .help("switch them on, or remove both");
        }
    }
}
