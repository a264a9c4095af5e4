//! Where pods run, by what priority, and as whom.

use super::{Check, Findings, declare_rule};
use crate::{
    diagnostic::Safety,
    manifest::{Container, Pod, Selector},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Points out topology spread constraints that do not count the very pods that have them, because their
    /// `labelSelector` is absent or takes other pods.
    ///
    /// ## Why is this bad?
    /// A constraint spreads what it counts. This one sees no pod of its own, holds anywhere, and spreads nothing.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     metadata: {labels: {app: cart}}
    ///     spec:
    ///       topologySpreadConstraints:
    ///         - maxSkew: 1
    ///           topologyKey: topology.kubernetes.io/zone
    ///           whenUnsatisfiable: DoNotSchedule
    ///           labelSelector: {matchLabels: {app: crat}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     metadata: {labels: {app: cart, tier: web}}
    ///     spec:
    ///       topologySpreadConstraints:
    ///         - maxSkew: 1
    ///           topologyKey: topology.kubernetes.io/zone
    ///           whenUnsatisfiable: DoNotSchedule
    ///           labelSelector: {matchLabels: {app: cart}}
    /// ```
    ///
    /// Known elsewhere as: kube-score `pod-topology-spread-constraints`.
    pub(super) static FOREIGN_SPREAD = {
        code: "WRK044",
        summary: "topology spread constraint does not count its own pods",
        severity: Warning,
        since: "0.1.0",
        check: Check::Pod(foreign_spread),
    }
}

fn foreign_spread(pod: Pod<'_>, findings: &mut Findings<'_>) {
    let constraints = pod.template.at("/spec/topologySpreadConstraints").map_or(&[][..], Node::items);
    for (at, constraint) in constraints.iter().enumerate() {
        let selector = constraint.get("labelSelector").filter(|selector| !selector.is_null()).map(Selector::from_node);
        if selector.is_some_and(|selector| selector.matches(pod.labels())) {
            continue;
        }
        let pointer = format!("/spec/topologySpreadConstraints/{at}/labelSelector");
        findings
            .add_to_pod(pod, &pointer, "the topology spread constraint does not count its own pods")
            .related(pod.manifest, &pod.pointer_to("/metadata/labels"), "the labels of the pods")
            .help("make `labelSelector` a part of the pods' labels");
    }
}

declare_rule! {
    /// ## What it does
    /// Points out pods without a `priorityClassName`.
    ///
    /// ## Why is this bad?
    /// When a cluster is full, the scheduler has no way to tell what must run from what may wait.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {containers: [{name: cart}]}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {priorityClassName: online, containers: [{name: cart}]}}}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `priority-class-name`, polaris `priorityClassNotSet`.
    pub(super) static MISSING_PRIORITY = {
        code: "WRK045",
        summary: "pod has no priority class",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Pod(missing_priority),
    }
}

fn missing_priority(pod: Pod<'_>, findings: &mut Findings<'_>) {
    if pod.template.at("/spec/priorityClassName").is_none() {
        findings.add_to_pod(pod, "/spec", "pods have no priority class").help("set `priorityClassName`");
    }
}

declare_rule! {
    /// ## What it does
    /// Points out pods that do not set the DNS option `ndots`.
    ///
    /// ## Why is this bad?
    /// It is 5 unless they do: a name such as `api.example.com` is first looked up in every search domain of the
    /// cluster, which multiplies the questions to its DNS.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {containers: [{name: cart}]}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {dnsConfig: {options: [{name: ndots, value: "2"}]}, containers: [{name: cart}]}}}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `dnsconfig-options`.
    pub(super) static MISSING_NDOTS = {
        code: "WRK046",
        summary: "pod looks external names up in every search domain",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Pod(missing_ndots),
    }
}

fn missing_ndots(pod: Pod<'_>, findings: &mut Findings<'_>) {
    let options = pod.template.at("/spec/dnsConfig/options").map_or(&[][..], Node::items);
    if !options.iter().any(|option| option.get("name").and_then(Node::as_str) == Some("ndots")) {
        findings
            .add_to_pod(pod, "/spec", "pods look external names up in every search domain of the cluster")
            .help("set `dnsConfig.options` to `[{name: ndots, value: \"2\"}]`");
    }
}

declare_rule! {
    /// ## What it does
    /// Points out pods that name their ServiceAccount by the field `serviceAccount`.
    ///
    /// ## Why is this bad?
    /// It is an old name of `serviceAccountName`. Where both are set and differ, one of them is ignored.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {serviceAccount: cart}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {serviceAccountName: cart}}}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `deprecated-service-account-field`.
    pub(super) static OLD_ACCOUNT = {
        code: "WRK047",
        summary: "old name of `serviceAccountName`",
        severity: Warning,
        since: "0.1.0",
        check: Check::Pod(old_account),
    }
}

fn old_account(pod: Pod<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = pod.template.get("spec") else { return };
    let Some(old) = spec.get("serviceAccount") else { return };
    let pointer = pod.pointer_to("/spec/serviceAccount");
    let mut finding = findings.add(pod.manifest, pointer.as_str(), "`serviceAccount` is an old name");
    finding.at_key(pod.manifest);
    match spec.get("serviceAccountName") {
        None => finding.help("call it `serviceAccountName`").rename_key(
            pod.manifest,
            &pointer,
            "serviceAccountName",
            Safety::Safe,
            "call it `serviceAccountName`",
        ),
        Some(new) => {
            let safety = if new == old { Safety::Safe } else { Safety::Unsafe };
            let finding = finding.help("remove it: `serviceAccountName` is there, too");
            finding.remove(pod.manifest, &pointer, safety, "remove `serviceAccount`")
        }
    };
}

declare_rule! {
    /// ## What it does
    /// Points out containers with a terminal or an open standard input.
    ///
    /// ## Why is this bad?
    /// Nobody is there to type. It is a leftover of somebody's search for a fault, and an invitation to attach.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {containers: [{name: cart, stdin: true, tty: true}]}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {containers: [{name: cart, tty: false}]}}}
    /// ```
    ///
    /// Known elsewhere as: gatekeeper-library `disallowinteractivetty`.
    pub(super) static INTERACTIVE = {
        code: "WRK058",
        summary: "container has a terminal or an open standard input",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Container(interactive),
    }
}

fn interactive(container: Container<'_>, findings: &mut Findings<'_>) {
    for field in ["stdin", "tty"] {
        if container.node.get(field).and_then(Node::as_bool) == Some(true) {
            let message = format!("container `{}` sets `{field}`, and nobody is there to type", container.name());
            findings.add_to_container(container, &format!("/{field}"), message).help("remove it");
            return;
        }
    }
}
