//! Autoscalers and what they scale.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::{Autoscaler, Check, Findings, autoscalers, declare_rule, did_you_mean};
use crate::{diagnostic::Safety, manifest::ManifestSet, node::Node, sync::Synced};

declare_rule! {
    /// ## What it does
    /// Checks that the target of every HorizontalPodAutoscaler and ScaledObject exists.
    ///
    /// ## Why is this bad?
    /// An autoscaler without a target scales nothing, and says so only in its own status.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: autoscaling/v2
    /// kind: HorizontalPodAutoscaler
    /// metadata: {name: cart}
    /// spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: crat}, maxReplicas: 5}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// ```
    ///
    /// The target of a ScaledObject is a Deployment unless it names another kind.
    /// ```yaml,silent
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec: {scaleTargetRef: {name: cart}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `dangling-horizontalpodautoscaler`, kube-score
    /// `horizontalpodautoscaler-has-target`.
    pub(super) static MISSING_TARGET = {
        code: "SCA001",
        summary: "target of an autoscaler does not exist",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(missing_target),
    }
}

fn missing_target(set: &ManifestSet, findings: &mut Findings<'_>) {
    for autoscaler in autoscalers(set).filter(|autoscaler| autoscaler.target(set).is_none()) {
        let Autoscaler { manifest, kind, name, .. } = autoscaler;
        let message = format!("{} scales {kind} `{name}`, which does not exist", autoscaler.title());
        let known = set.names(kind, manifest.id.namespace.as_deref());
        findings
            .add(manifest, "/spec/scaleTargetRef/name", message)
            .suggest(manifest, did_you_mean(name, known, "name a workload of the same namespace"));
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that no workload has two autoscalers: two HorizontalPodAutoscalers, two ScaledObjects, or one of each.
    ///
    /// ## Why is this bad?
    /// KEDA makes a HorizontalPodAutoscaler of its own out of a ScaledObject. Two of them set the replicas of one
    /// workload in turns, so that pods come and go all the time.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: autoscaling/v2
    /// kind: HorizontalPodAutoscaler
    /// metadata: {name: cart}
    /// spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: cart}, maxReplicas: 5}
    /// ---
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec: {scaleTargetRef: {name: cart}}
    /// ```
    ///
    /// KEDA can be told to take over the other one.
    /// ```yaml,silent
    /// apiVersion: autoscaling/v2
    /// kind: HorizontalPodAutoscaler
    /// metadata: {name: cart}
    /// spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: cart}, maxReplicas: 5}
    /// ---
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart, annotations: {scaledobject.keda.sh/transfer-hpa-ownership: "true"}}
    /// spec:
    ///   scaleTargetRef: {name: cart}
    ///   advanced: {horizontalPodAutoscalerConfig: {name: cart}}
    /// ```
    pub(super) static RIVAL_AUTOSCALERS = {
        code: "SCA002",
        summary: "two autoscalers have one target",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(rival_autoscalers),
    }
}

fn rival_autoscalers(set: &ManifestSet, findings: &mut Findings<'_>) {
    let mut owners = FxHashMap::default();
    for autoscaler in autoscalers(set) {
        match owners.entry((autoscaler.manifest.id.namespace.as_deref(), autoscaler.kind, autoscaler.name)) {
            Entry::Vacant(entry) => {
                entry.insert(autoscaler);
            }
            Entry::Occupied(entry) if takes_over(autoscaler, *entry.get()) => {}
            Entry::Occupied(entry) => {
                let (kind, name) = (autoscaler.kind, autoscaler.name);
                let message = format!("{} and {} both scale {kind} `{name}`", entry.get().title(), autoscaler.title());
                findings
                    .add(autoscaler.manifest, "/spec/scaleTargetRef/name", message)
                    .related(entry.get().manifest, "/spec/scaleTargetRef/name", "the other autoscaler")
                    .help(
                        "remove one of them; a ScaledObject takes the other's metrics as `cpu` and `memory` triggers",
                    );
            }
        }
    }
}

/// Whether a ScaledObject makes another autoscaler its own, instead of one that it would make.
fn takes_over(autoscaler: Autoscaler<'_>, other: Autoscaler<'_>) -> bool {
    let object = &autoscaler.manifest.object;
    let told = object.at("/metadata/annotations/scaledobject.keda.sh~1transfer-hpa-ownership").and_then(Node::as_str);
    let name = object.at("/spec/advanced/horizontalPodAutoscalerConfig/name").and_then(Node::as_str);
    told == Some("true") && name == Some(&other.manifest.id.name)
}

declare_rule! {
    /// ## What it does
    /// Points out workloads that set `replicas` though an autoscaler does.
    ///
    /// ## Why is this bad?
    /// Each sync brings back the number that is written here, and the autoscaler then changes it again. Under load,
    /// that is a sudden loss of pods. An Application that ignores the difference, and has the sync option
    /// `RespectIgnoreDifferences=true`, leaves the replicas alone.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {replicas: 3}
    /// ---
    /// apiVersion: autoscaling/v2
    /// kind: HorizontalPodAutoscaler
    /// metadata: {name: cart}
    /// spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: cart}, maxReplicas: 5}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {}}
    /// ---
    /// apiVersion: autoscaling/v2
    /// kind: HorizontalPodAutoscaler
    /// metadata: {name: cart}
    /// spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: cart}, maxReplicas: 5}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   source: {path: golden/dev/_cluster}
    ///   ignoreDifferences: [{group: apps, kind: Deployment, jsonPointers: [/spec/replicas]}]
    ///   syncPolicy: {syncOptions: [RespectIgnoreDifferences=true]}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {replicas: 3}
    /// ---
    /// apiVersion: autoscaling/v2
    /// kind: HorizontalPodAutoscaler
    /// metadata: {name: cart}
    /// spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: cart}, maxReplicas: 5}
    /// ```
    ///
    /// Known elsewhere as: kube-score
    /// `deployment-targeted-by-hpa-does-not-have-replicas-configured`.
    pub(super) static FIXED_REPLICAS = {
        code: "SCA003",
        summary: "replicas are set though an autoscaler sets them",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(fixed_replicas),
    }
}

fn fixed_replicas(set: &ManifestSet, findings: &mut Findings<'_>) {
    let synced = Synced::of(set);
    let is_left = |target| synced.application(target).is_some_and(|by| by.leaves(target, "/spec/replicas"));
    for autoscaler in autoscalers(set) {
        let Some(target) = autoscaler.target(set) else { continue };
        if target.object.at("/spec/replicas").is_some() && !is_left(target) {
            let message =
                format!("{} `{}` sets its replicas, and so does its autoscaler", target.kind(), autoscaler.name);
            findings
                .add(target, "/spec/replicas", message)
                .related(autoscaler.manifest, "/spec/scaleTargetRef/name", "the autoscaler")
                .help("remove `replicas`; the autoscaler starts at its minimum")
                .remove(target, "/spec/replicas", Safety::Unsafe, "remove `replicas`");
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that an autoscaler's minimum is at most its maximum, and that the `idleReplicaCount` of a ScaledObject is
    /// below its minimum.
    ///
    /// ## Why is this bad?
    /// The API server or KEDA refuses the autoscaler. The limits often come from two files, each of which looks right.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: autoscaling/v2
    /// kind: HorizontalPodAutoscaler
    /// metadata: {name: cart}
    /// spec: {minReplicas: 6, maxReplicas: 5, scaleTargetRef: {kind: Deployment, name: cart}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec: {idleReplicaCount: 2, minReplicaCount: 2, scaleTargetRef: {name: cart}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec: {idleReplicaCount: 0, minReplicaCount: 2, scaleTargetRef: {name: cart}}
    /// ```
    ///
    /// Known elsewhere as: polaris `hpaMaxAvailability`.
    pub(super) static IMPOSSIBLE_RANGE = {
        code: "SCA005",
        summary: "limits of an autoscaler contradict each other",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(impossible_range),
    }
}

fn impossible_range(set: &ManifestSet, findings: &mut Findings<'_>) {
    for autoscaler in autoscalers(set) {
        let Autoscaler { manifest, fields, .. } = autoscaler;
        if autoscaler.min() > autoscaler.max() {
            let message = format!("the minimum of {} is above its maximum", autoscaler.title());
            findings
                .add(manifest, fields.min, message)
                .related(manifest, fields.max, "the maximum")
                .help("lower the minimum, or raise the maximum");
        }
        if autoscaler.number("/spec/idleReplicaCount").is_some_and(|idle| idle >= autoscaler.min()) {
            let message = format!("{} keeps as many replicas idle as it keeps at the least", autoscaler.title());
            findings
                .add(manifest, "/spec/idleReplicaCount", message)
                .related(manifest, fields.min, "the minimum")
                .help("lower `idleReplicaCount`, usually to 0, or remove it");
        }
    }
}
