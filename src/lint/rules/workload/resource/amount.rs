//! Amounts that no cluster takes, and amounts that nobody means.

use super::{Check, Findings, amount, declare_rule, entry};
use crate::{
    grammar::known_or_similar,
    manifest::Container,
    node::{Node, escape},
};

/// The resources that a container can have without a domain in their names (`IsStandardContainerResourceName` of
/// Kubernetes' core API), but for those of huge pages, which end in a size.
const STANDARD: [&str; 3] = ["cpu", "ephemeral-storage", "memory"];
const HUGE_PAGES: &str = "hugepages-";

declare_rule! {
    /// ## What it does
    /// Checks that no container requests more than its limit, that no amount is negative, and that requests and limits
    /// of devices and huge pages, which cannot be shared, are the same.
    ///
    /// ## Why is this bad?
    /// The API server refuses the workload. The two amounts often come from two files, each of which looks right.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec: {containers: [{name: cart, resources: {requests: {memory: 1Gi}, limits: {memory: 512Mi}}}]}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: training}
    /// spec:
    ///   containers: [{name: training, resources: {requests: {example.com/gpu: 1}, limits: {example.com/gpu: 2}}}]
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
    pub(super) static LIMIT_BELOW_REQUEST = {
        code: "WRK018",
        summary: "container requests more than its limit",
        severity: Error,
        since: "0.1.0",
        check: Check::Container(limit_below_request),
    }
}

fn limit_below_request(container: Container<'_>, findings: &mut Findings<'_>) {
    let Some(resources) = container.node.get("resources") else { return };
    for (key, request) in resources.get("requests").map_or(&[][..], Node::entries) {
        let resource = key.as_str();
        let (Some(request), Some(node)) = (amount(request), entry(container, "limits", resource)) else { continue };
        let Some(limit) = amount(node) else { continue };
        let shared = STANDARD.contains(&resource);
        if request <= limit && (shared || request >= limit) {
            continue;
        }
        let relation = if request > limit { "more" } else { "less" };
        let message = format!("container `{}` requests {relation} {resource} than its limit", container.name());
        let limit = container.pointer_to(&format!("/resources/limits/{}", escape(resource)));
        findings
            .add_to_container(container, &format!("/resources/requests/{}", escape(resource)), message)
            .related(container.pod.manifest, &limit, "the limit")
            .help(if shared { "lower the request, or raise the limit" } else { "make both the same" });
    }
    negative(container, resources, findings);
}

fn negative(container: Container<'_>, resources: &Node, findings: &mut Findings<'_>) {
    for (field, key, node) in amounts(resources) {
        if amount(node).is_some_and(|amount| amount < 0.0) {
            let message = format!("an amount of {key} cannot be negative");
            let pointer = format!("/resources/{field}/{}", escape(key));
            findings.add_to_container(container, &pointer, message).help("remove the sign");
        }
    }
}

/// Every amount under `requests` and `limits`.
fn amounts(resources: &Node) -> impl Iterator<Item = (&'static str, &str, &Node)> {
    ["requests", "limits"].into_iter().flat_map(|field| {
        let entries = resources.get(field).map_or(&[][..], Node::entries);
        entries.iter().map(move |(key, node)| (field, key.as_str(), node))
    })
}

declare_rule! {
    /// ## What it does
    /// Checks that the resources which containers request and limit exist: `cpu`, `memory`, `ephemeral-storage` and
    /// `hugepages-…`. Others are those of devices, and have a domain in their names.
    ///
    /// ## Why is this bad?
    /// The API server refuses the workload.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {containers: [{name: cart, resources: {limits: {memroy: 64Mi}}}]}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec: {containers: [{name: cart, resources: {limits: {memory: 64Mi, example.com/gpu: 1, hugepages-2Mi: 2Mi}}}]}
    /// ```
    pub(super) static UNKNOWN_RESOURCE = {
        code: "WRK024",
        summary: "resource that does not exist",
        severity: Error,
        since: "0.1.0",
        check: Check::Container(unknown_resource),
    }
}

fn unknown_resource(container: Container<'_>, findings: &mut Findings<'_>) {
    let Some(resources) = container.node.get("resources") else { return };
    for (field, key, _) in amounts(resources) {
        if !STANDARD.contains(&key) && !key.starts_with(HUGE_PAGES) && !key.contains('/') {
            let pointer = format!("/resources/{field}/{key}");
            findings
                .add_to_container(container, &pointer, format!("there is no resource `{key}`"))
                .at_key(container.pod.manifest)
                .help(known_or_similar(key, STANDARD.into_iter()));
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Points out amounts of less than 1 KiB of memory or disk, and of more than 1,000 cpus.
    ///
    /// ## Why is this bad?
    /// The unit is wrong or missing. `memory: 400m` is not 400 MiB but 0.4 bytes, and `memory: 512` is 512 bytes: with
    /// such a limit no process starts. `cpu: 500Mi` is half a billion cpus: no node has them.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {containers: [{name: cart, resources: {limits: {memory: 400m}}}]}}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {containers: [{name: cart, resources: {requests: {cpu: 500Mi}}}]}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {containers: [{name: cart, resources: {limits: {memory: 400M, cpu: 500m}}}]}}}
    /// ```
    pub(super) static IMPLAUSIBLE_AMOUNT = {
        code: "WRK025",
        summary: "amount of a resource with the wrong unit",
        severity: Error,
        since: "0.1.0",
        check: Check::Container(implausible_amount),
    }
}

fn implausible_amount(container: Container<'_>, findings: &mut Findings<'_>) {
    let Some(resources) = container.node.get("resources") else { return };
    for (field, key, node) in amounts(resources) {
        let Some(amount) = amount(node) else { continue };
        let (what, help) = match key {
            "cpu" if amount > 1000.0 => ("more than 1,000 cpus", "use whole cpus such as `2`, or parts such as `500m`"),
            "memory" | "ephemeral-storage" if amount > 0.0 && amount < 1024.0 => {
                ("less than 1 KiB", "give it a unit such as `Mi` or `Gi`; `m` means a thousandth")
            }
            _ => continue,
        };
        let message = format!("`{}` of {key} is {what}", node.scalar_text().unwrap_or_default());
        findings.add_to_container(container, &format!("/resources/{field}/{key}"), message).help(help);
    }
}
