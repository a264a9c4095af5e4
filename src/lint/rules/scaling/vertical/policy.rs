//! How VerticalPodAutoscalers change pods, and how much.

use super::{Check, Findings, VPA, declare_rule};
use crate::{diagnostic::Safety, grammar::formats, manifest::Manifest, node::Node};

declare_rule! {
    /// ## What it does
    /// Points out the update mode `Auto` of a VerticalPodAutoscaler.
    ///
    /// ## Why is this bad?
    /// It is deprecated since VPA 1.4, and does what `Recreate` does: it evicts pods to change their requests. A newer
    /// version may do something else.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: autoscaling.k8s.io/v1
    /// kind: VerticalPodAutoscaler
    /// metadata: {name: cart}
    /// spec: {targetRef: {kind: Deployment, name: cart}, updatePolicy: {updateMode: Auto}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: autoscaling.k8s.io/v1
    /// kind: VerticalPodAutoscaler
    /// metadata: {name: cart}
    /// spec: {targetRef: {kind: Deployment, name: cart}, updatePolicy: {updateMode: Recreate}}
    /// ```
    pub(super) static OLD_MODE = {
        code: "SCA062",
        summary: "deprecated update mode of a VerticalPodAutoscaler",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: VPA, check: old_mode },
    }
}

fn old_mode(manifest: &Manifest, findings: &mut Findings<'_>) {
    let pointer = "/spec/updatePolicy/updateMode";
    if manifest.object.at(pointer).and_then(Node::as_str) == Some("Auto") {
        let message = format!("update mode `Auto` of VerticalPodAutoscaler `{}` is deprecated", manifest.id.name);
        findings
            .add(manifest, pointer, message)
            .help("write `Recreate`, which is the same, or `InPlaceOrRecreate`")
            .replace(manifest, pointer, "Recreate", Safety::Safe, "write `Recreate`");
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that what a VerticalPodAutoscaler may set at the least is not more than what it may set at the most.
    ///
    /// ## Why is this bad?
    /// The admission of the autoscaler refuses it, or its recommendations jump to one of the ends.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: autoscaling.k8s.io/v1
    /// kind: VerticalPodAutoscaler
    /// metadata: {name: cart}
    /// spec:
    ///   targetRef: {kind: Deployment, name: cart}
    ///   resourcePolicy:
    ///     containerPolicies: [{containerName: cart, minAllowed: {memory: 2Gi}, maxAllowed: {memory: 1024M}}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: autoscaling.k8s.io/v1
    /// kind: VerticalPodAutoscaler
    /// metadata: {name: cart}
    /// spec:
    ///   targetRef: {kind: Deployment, name: cart}
    ///   resourcePolicy:
    ///     containerPolicies: [{containerName: cart, minAllowed: {cpu: 100m}, maxAllowed: {cpu: 2}}]
    /// ```
    pub(super) static IMPOSSIBLE_BOUNDS = {
        code: "SCA063",
        summary: "bounds of a VerticalPodAutoscaler contradict each other",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: VPA, check: impossible_bounds },
    }
}

fn impossible_bounds(manifest: &Manifest, findings: &mut Findings<'_>) {
    let amount = |node: &Node| formats::quantity(&node.scalar_text()?);
    for (pointer, policy) in manifest.items("/spec/resourcePolicy/containerPolicies") {
        let Some(max) = policy.get("maxAllowed") else { continue };
        for (resource, min) in policy.get("minAllowed").map_or(&[][..], Node::entries) {
            let resource = resource.as_str();
            let (min, max) = (amount(min), max.get(resource).and_then(amount));
            if min.zip(max).is_some_and(|(min, max)| min > max) {
                let message = format!("the least {resource} that a container may get is above the most");
                findings
                    .add(manifest, format!("{pointer}/minAllowed/{resource}"), message)
                    .related(manifest, &format!("{pointer}/maxAllowed/{resource}"), "the most")
                    .help("lower `minAllowed`, or raise `maxAllowed`");
            }
        }
    }
}
