//! Policies of Kyverno and of Gatekeeper.

use super::{Check, Findings, declare_rule};
use crate::{
    diagnostic::Safety,
    manifest::{Manifest, ManifestSet},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Points out the field `validationFailureAction` of a Kyverno policy, and its spellings in lower case.
    ///
    /// ## Why is this bad?
    /// Since Kyverno 1.13 each rule says by `validate.failureAction` what becomes of what it refuses: `Enforce` or
    /// `Audit`. The old field is deprecated, and its spellings in lower case have been for longer.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: kyverno.io/v1
    /// kind: ClusterPolicy
    /// metadata: {name: limits}
    /// spec: {validationFailureAction: enforce, rules: [{name: limits, validate: {message: limits are missing}}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: kyverno.io/v1
    /// kind: ClusterPolicy
    /// metadata: {name: limits}
    /// spec: {rules: [{name: limits, validate: {failureAction: Enforce, message: limits are missing}}]}
    /// ```
    pub(super) static OLD_ACTION = {
        code: "OPS004",
        summary: "old way to say what a Kyverno policy does",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["ClusterPolicy", "Policy"], check: old_action },
    }
}

fn old_action(manifest: &Manifest, findings: &mut Findings<'_>) {
    let pointer = "/spec/validationFailureAction";
    let Some(action) = manifest.object.at(pointer).and_then(Node::as_str) else { return };
    if manifest.id.gvk.group != "kyverno.io" {
        return;
    }
    let spelt = if action.eq_ignore_ascii_case("enforce") { "Enforce" } else { "Audit" };
    let message = format!("`validationFailureAction` of {} `{}` is deprecated", manifest.kind(), manifest.id.name);
    let mut finding = findings.add(manifest, pointer, message);
    finding.at_key(manifest).help(format!("write `failureAction: {spelt}` into the `validate` of each rule"));
    if action != spelt {
        finding.replace(manifest, pointer, spelt, Safety::Safe, format!("write `{spelt}`"));
    }
}

declare_rule! {
    /// ## What it does
    /// Points out constraints of Gatekeeper that look at workloads only, though their template reads the fields of a Pod
    /// (`input.review.object.spec.containers`).
    ///
    /// ## Why is this bad?
    /// A Deployment has its containers in `spec.template.spec`: the policy finds nothing, and allows everything.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: templates.gatekeeper.sh/v1
    /// kind: ConstraintTemplate
    /// metadata: {name: k8slimits}
    /// spec:
    ///   crd: {spec: {names: {kind: K8sLimits}}}
    ///   targets:
    ///     - target: admission.k8s.gatekeeper.sh
    ///       rego: |
    ///         package limits
    ///         violation[{"msg": "limits"}] { not input.review.object.spec.containers[_].resources.limits }
    /// ---
    /// apiVersion: constraints.gatekeeper.sh/v1beta1
    /// kind: K8sLimits
    /// metadata: {name: limits}
    /// spec: {match: {kinds: [{apiGroups: [apps], kinds: [Deployment]}]}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: templates.gatekeeper.sh/v1
    /// kind: ConstraintTemplate
    /// metadata: {name: k8slimits}
    /// spec:
    ///   crd: {spec: {names: {kind: K8sLimits}}}
    ///   targets:
    ///     - target: admission.k8s.gatekeeper.sh
    ///       rego: |
    ///         package limits
    ///         violation[{"msg": "limits"}] { not input.review.object.spec.containers[_].resources.limits }
    /// ---
    /// apiVersion: constraints.gatekeeper.sh/v1beta1
    /// kind: K8sLimits
    /// metadata: {name: limits}
    /// spec: {match: {kinds: [{apiGroups: [""], kinds: [Pod]}]}}
    /// ```
    pub(super) static POD_FIELDS = {
        code: "OPS005",
        summary: "constraint on workloads that reads the fields of a Pod",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(pod_fields),
    }
}

/// Kinds that have a template of pods where a Pod has containers.
const WORKLOADS: &[&str] =
    &["CronJob", "DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController", "StatefulSet"];

fn pod_fields(set: &ManifestSet, findings: &mut Findings<'_>) {
    for template in set.of_kind("ConstraintTemplate").filter(|template| reads_pods(template)) {
        let Some(kind) = template.object.at("/spec/crd/spec/names/kind").and_then(Node::as_str) else { continue };
        for constraint in set.of_kind(kind).filter(|it| it.id.gvk.group == "constraints.gatekeeper.sh") {
            let kinds: Vec<&str> = constraint
                .items("/spec/match/kinds")
                .flat_map(|(_, kinds)| kinds.get("kinds").map_or(&[][..], Node::items))
                .filter_map(Node::as_str)
                .collect();
            if kinds.is_empty() || kinds.iter().any(|kind| !WORKLOADS.contains(kind)) {
                continue;
            }
            let message =
                format!("{kind} `{}` looks at {}, and reads the fields of a Pod", constraint.id.name, kinds.join(", "));
            findings
                .add(constraint, "/spec/match/kinds", message)
                .related(template, "/spec/targets", "`spec.containers` is a field of Pods")
                .help("match `Pod` of the group \"\", or read `spec.template.spec.containers`");
        }
    }
}

/// Whether a template reads the containers of a Pod, and knows nothing of other kinds.
fn reads_pods(template: &Manifest) -> bool {
    let mut rules = template.items("/spec/targets").filter_map(|(_, target)| target.get("rego")?.as_str()).peekable();
    rules.peek().is_some()
        && rules.all(|rego| rego.contains("object.spec.containers") && !rego.contains("spec.template"))
}
