//! How far limits are above requests.

use super::{Check, Findings, amount, declare_rule, entry};
use crate::manifest::Container;

/// How many times its request a limit may be, where somebody asks about that.
const WIDEST: f64 = 4.0;

declare_rule! {
    /// ## What it does
    /// Points out containers whose memory request is not their memory limit.
    ///
    /// ## Why is this bad?
    /// What is above the request is not reserved: when the node runs short, the kubelet evicts such pods first.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec: {containers: [{name: cart, resources: {requests: {memory: 64Mi}, limits: {memory: 128Mi}}}]}
    /// ```
    ///
    /// A limit without a request is a request, too.
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {containers: [{name: cart, resources: {limits: {memory: 128Mi}}}]}}}
    /// ```
    ///
    /// Known elsewhere as: kube-score `container-memory-requests-equal-limits` and
    /// `container-resource-requests-equal-limits`.
    pub(super) static UNEQUAL_MEMORY = {
        code: "WRK019",
        summary: "memory request is not the memory limit",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Container(unequal_memory),
    }
}

fn unequal_memory(container: Container<'_>, findings: &mut Findings<'_>) {
    unequal(container, "memory", findings);
}

declare_rule! {
    /// ## What it does
    /// Points out containers whose cpu request is not their cpu limit.
    ///
    /// ## Why is this bad?
    /// How fast such a container is depends on its neighbours. Only where requests are limits does a pod have the
    /// `Guaranteed` quality of service, and whole cpus of its own where the node has a static policy.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec: {containers: [{name: cart, resources: {requests: {cpu: 100m}, limits: {cpu: 200m}}}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec: {containers: [{name: cart, resources: {requests: {cpu: 1000m}, limits: {cpu: 1}}}]}
    /// ```
    ///
    /// Known elsewhere as: kube-score `container-cpu-requests-equal-limits` and
    /// `container-resource-requests-equal-limits`.
    pub(super) static UNEQUAL_CPU = {
        code: "WRK020",
        summary: "cpu request is not the cpu limit",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Container(unequal_cpu),
    }
}

fn unequal_cpu(container: Container<'_>, findings: &mut Findings<'_>) {
    unequal(container, "cpu", findings);
}

declare_rule! {
    /// ## What it does
    /// Points out containers whose request for ephemeral storage is not their limit.
    ///
    /// ## Why is this bad?
    /// What is above the request is not reserved: when the node's disk is full, the kubelet evicts such pods first.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec:
    ///   containers:
    ///     - {name: cart, resources: {requests: {ephemeral-storage: 1Gi}, limits: {ephemeral-storage: 2Gi}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, resources: {limits: {ephemeral-storage: 2Gi}}}]}
    /// ```
    ///
    /// Known elsewhere as: kube-score `container-ephemeral-storage-request-equals-limit`.
    pub(super) static UNEQUAL_EPHEMERAL_STORAGE = {
        code: "WRK022",
        summary: "request for ephemeral storage is not the limit",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Container(unequal_ephemeral_storage),
    }
}

fn unequal_ephemeral_storage(container: Container<'_>, findings: &mut Findings<'_>) {
    unequal(container, "ephemeral-storage", findings);
}

/// A request above its limit is an error of its own; one without a limit is as good as unequal.
fn unequal(container: Container<'_>, resource: &str, findings: &mut Findings<'_>) {
    let Some(request) = entry(container, "requests", resource) else { return };
    let limit = entry(container, "limits", resource).and_then(amount);
    if limit.is_none() || limit > amount(request) {
        let message = format!("container `{}` requests less {resource} than it may take", container.name());
        let pointer = container.pointer_to(&format!("/resources/limits/{resource}"));
        findings
            .add_to_container(container, &format!("/resources/requests/{resource}"), message)
            .related(container.pod.manifest, &pointer, "the limit")
            .help("make the request and the limit the same");
    }
}

declare_rule! {
    /// ## What it does
    /// Points out containers whose limit of cpu or memory is more than four times their request.
    ///
    /// ## Why is this bad?
    /// The scheduler fills nodes by requests. Where limits are far above them, a few busy pods are enough to starve a
    /// node.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, resources: {requests: {cpu: 100m}, limits: {cpu: 2}}}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, resources: {requests: {cpu: 100m}, limits: {cpu: 400m}}}]}
    /// ```
    ///
    /// Known elsewhere as: gatekeeper-library `containerresourceratios`.
    pub(super) static WIDE_RATIO = {
        code: "WRK023",
        summary: "limit is more than four times the request",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Container(wide_ratio),
    }
}

fn wide_ratio(container: Container<'_>, findings: &mut Findings<'_>) {
    for resource in ["cpu", "memory"] {
        let of = |field| entry(container, field, resource).and_then(amount);
        let (Some(request), Some(limit)) = (of("requests"), of("limits")) else { continue };
        // A hair more, because parts of cpus are no exact numbers.
        if limit > request * WIDEST * 1.000_001 {
            let message = format!("the {resource} limit of container `{}` is far above its request", container.name());
            let request = container.pointer_to(&format!("/resources/requests/{resource}"));
            findings
                .add_to_container(container, &format!("/resources/limits/{resource}"), message)
                .related(container.pod.manifest, &request, "the request")
                .help("raise the request, or lower the limit to at most four times of it");
        }
    }
}
