//! Requests and limits that are absent.

use super::{Check, Findings, declare_rule, entry};
use crate::manifest::{Container, Pod};

declare_rule! {
    /// ## What it does
    /// Points out containers that request no cpu or no memory. A limit counts as a request, and so do a default of a
    /// LimitRange and what the pod requests as a whole. Init containers that end are not looked at.
    ///
    /// ## Why is this bad?
    /// The scheduler puts such a pod anywhere, on a node that is full, too; the kubelet evicts it first when memory
    /// gets scarce; and no autoscaler can tell how busy it is.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec: {containers: [{name: cart, resources: {requests: {cpu: 100m}}}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec: {containers: [{name: cart, resources: {requests: {cpu: 100m}, limits: {memory: 64Mi}}}]}
    /// ---
    /// apiVersion: v1
    /// kind: LimitRange
    /// metadata: {name: defaults, namespace: blog}
    /// spec: {limits: [{type: Container, defaultRequest: {cpu: 50m, memory: 64Mi}}]}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: blog, namespace: blog}
    /// spec: {template: {spec: {containers: [{name: blog}]}}}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `unset-cpu-requirements` and `unset-memory-requirements`, kube-score
    /// `container-resources`, polaris `cpuRequestsMissing` and `memoryRequestsMissing`.
    pub(super) static MISSING_REQUESTS = {
        code: "WRK015",
        summary: "container requests no cpu or memory",
        severity: Warning,
        since: "0.1.0",
        check: Check::Container(missing_requests),
    }
}

fn missing_requests(container: Container<'_>, findings: &mut Findings<'_>) {
    let lacks = |resource| {
        let has = |field| entry(container, field, resource).is_some();
        !has("requests")
            && !has("limits")
            && !of_pod(container.pod, &["requests", "limits"], resource)
            && !findings.set.has_default(container.pod, &["defaultRequest", "default"], resource)
    };
    if !container.is_running() {
        return;
    }
    let missing = match (lacks("cpu"), lacks("memory")) {
        (true, true) => "neither cpu nor memory",
        (true, false) => "no cpu",
        (false, true) => "no memory",
        (false, false) => return,
    };
    findings
        .add_to_container(container, place(container), format!("container `{}` requests {missing}", container.name()))
        .help("set under `resources.requests` what it takes on a usual day, and `limits.memory` above that");
}

declare_rule! {
    /// ## What it does
    /// Points out containers that request memory and have no limit for it. A default of a LimitRange counts, and so
    /// does a limit of the pod as a whole. Init containers that end are not looked at; those that do not even request
    /// memory are WRK015's.
    ///
    /// ## Why is this bad?
    /// A leak in one container takes the memory of all others on the node, and the kernel then kills one of them: not
    /// always the one that leaks.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec: {containers: [{name: cart, resources: {requests: {memory: 64Mi}}}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec: {containers: [{name: cart, resources: {limits: {memory: 64Mi}}}]}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `unset-memory-requirements`, kube-score `container-resources`, polaris
    /// `memoryLimitsMissing`.
    pub(super) static MISSING_MEMORY_LIMIT = {
        code: "WRK016",
        summary: "container has no memory limit",
        severity: Warning,
        since: "0.1.0",
        check: Check::Container(missing_memory_limit),
    }
}

fn missing_memory_limit(container: Container<'_>, findings: &mut Findings<'_>) {
    if entry(container, "requests", "memory").is_some() || of_pod(container.pod, &["requests"], "memory") {
        missing_limit(container, "memory", "set `resources.limits.memory` above what it ever takes", findings);
    }
}

declare_rule! {
    /// ## What it does
    /// Points out containers without a cpu limit. It is off by default: a container above its cpu limit is slowed down
    /// even where the node has nothing else to do, and a request is enough to give every container its share.
    ///
    /// ## Why is this bad?
    /// Where nodes are shared with others, how fast a container is depends on who else is there.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec: {containers: [{name: cart, resources: {requests: {cpu: 100m}}}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec: {containers: [{name: cart, resources: {limits: {cpu: "1"}}}]}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `unset-cpu-requirements`, kube-score `container-resources`, polaris
    /// `cpuLimitsMissing`.
    pub(super) static MISSING_CPU_LIMIT = {
        code: "WRK017",
        summary: "container has no cpu limit",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Container(missing_cpu_limit),
    }
}

fn missing_cpu_limit(container: Container<'_>, findings: &mut Findings<'_>) {
    missing_limit(container, "cpu", "set `resources.limits.cpu` to what it may take on its busiest day", findings);
}

fn missing_limit(container: Container<'_>, resource: &str, help: &str, findings: &mut Findings<'_>) {
    let is_limited = entry(container, "limits", resource).is_some()
        || of_pod(container.pod, &["limits"], resource)
        || findings.set.has_default(container.pod, &["default"], resource);
    if container.is_running() && !is_limited {
        let message = format!("container `{}` has no {resource} limit", container.name());
        findings.add_to_container(container, place(container), message).help(help);
    }
}

declare_rule! {
    /// ## What it does
    /// Points out containers without a request and a limit for `ephemeral-storage`: logs, writable layers and
    /// `emptyDir` volumes.
    ///
    /// ## Why is this bad?
    /// A container that fills the node's disk has every pod of the node evicted.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {containers: [{name: cart, resources: {limits: {memory: 64Mi}}}]}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {containers: [{name: cart, resources: {limits: {ephemeral-storage: 1Gi}}}]}}}
    /// ```
    ///
    /// Known elsewhere as: kube-score `container-ephemeral-storage-request-and-limit`.
    pub(super) static MISSING_EPHEMERAL_STORAGE = {
        code: "WRK021",
        summary: "container has no limit for ephemeral storage",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Container(missing_ephemeral_storage),
    }
}

fn missing_ephemeral_storage(container: Container<'_>, findings: &mut Findings<'_>) {
    missing_limit(
        container,
        "ephemeral-storage",
        "set `ephemeral-storage` under `resources.limits`, and under `requests` if that is less",
        findings,
    );
}

/// What to underline: the resources that there are, or else the name of the container.
fn place(container: Container<'_>) -> &'static str {
    if container.node.get("resources").is_some() { "/resources" } else { "/name" }
}

/// Whether a pod as a whole has an amount of a resource, as it can since Kubernetes 1.32.
fn of_pod(pod: Pod<'_>, fields: &[&str], resource: &str) -> bool {
    let resources = || pod.template.get("spec")?.get("resources");
    resources()
        .is_some_and(|own| fields.iter().any(|field| own.get(field).is_some_and(|it| it.get(resource).is_some())))
}
