//! Containers that lost their probes or their resources on the way.

use super::{Check, Container, Findings, Promotion, declare_rule, pairs};

declare_rule! {
    /// ## What it does
    /// Checks that a container has the probes that it has in the environment before: the one that `promotesFrom` names.
    ///
    /// ## Why is this bad?
    /// The environment before proves that the program answers the probe. Without it, this one sends requests to pods that
    /// are not ready, and keeps those that hang.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, namespace: staging}
    /// spec: {template: {spec: {containers: [{name: cart, readinessProbe: {httpGet: {path: /ready, port: 80}}}]}}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, namespace: prod}
    /// spec: {template: {spec: {containers: [{name: cart}]}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, namespace: staging}
    /// spec: {template: {spec: {containers: [{name: cart}]}}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, namespace: prod}
    /// spec: {template: {spec: {containers: [{name: cart, readinessProbe: {httpGet: {path: /ready, port: 80}}}]}}}
    /// ```
    pub(in crate::lint::rules) static LOST_PROBE = {
        code: "ENV002",
        summary: "container without a probe that it has in the environment before",
        severity: Warning,
        since: "0.1.0",
        check: Check::Promotion(lost_probe),
    }
}

fn lost_probe(promotion: &Promotion<'_>, findings: &mut Findings<'_>) {
    let fields = ["/readinessProbe", "/livenessProbe", "/startupProbe"];
    lost(promotion, &fields, "give it the probe here, too", findings);
}

declare_rule! {
    /// ## What it does
    /// Checks that a container requests, and is limited in, the resources for which it does so in the environment before:
    /// the one that `promotesFrom` names.
    ///
    /// ## Why is this bad?
    /// Where a container is bounded in a rehearsal and not here, what was measured there says nothing about this
    /// environment, and a leak takes the neighbours with it.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, namespace: staging}
    /// spec: {template: {spec: {containers: [{name: cart, resources: {limits: {memory: 1Gi}}}]}}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, namespace: prod}
    /// spec: {template: {spec: {containers: [{name: cart, resources: {requests: {memory: 1Gi}}}]}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, namespace: staging}
    /// spec: {template: {spec: {containers: [{name: cart, resources: {limits: {memory: 1Gi}}}]}}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart, namespace: prod}
    /// spec: {template: {spec: {containers: [{name: cart, resources: {limits: {cpu: "1", memory: 4Gi}}}]}}}
    /// ```
    pub(in crate::lint::rules) static LOST_RESOURCES = {
        code: "ENV003",
        summary: "container without a request or limit that it has in the environment before",
        severity: Warning,
        since: "0.1.0",
        check: Check::Promotion(lost_resources),
    }
}

fn lost_resources(promotion: &Promotion<'_>, findings: &mut Findings<'_>) {
    let fields =
        ["/resources/requests/cpu", "/resources/requests/memory", "/resources/limits/cpu", "/resources/limits/memory"];
    lost(promotion, &fields, "set it here, too, if with another value", findings);
}

/// Reports each container that has a field in the environment before and not here.
fn lost(promotion: &Promotion<'_>, fields: &[&str], help: &str, findings: &mut Findings<'_>) {
    for (pod, predecessor) in pairs(promotion) {
        for container in pod.containers() {
            let same = |other: &Container<'_>| other.name() == container.name();
            let Some(before) = predecessor.containers().find(same) else { continue };
            let has = |container: Container<'_>, field: &str| container.at(field).is_some_and(|node| !node.is_null());
            for field in fields.iter().filter(|field| has(before, field) && !has(container, field)) {
                let named = field[1..].replace('/', ".");
                let name = container.name();
                let message = format!("container `{name}` has no `{named}`, though it does in the environment before");
                let mut finding = findings.add_to_container(container, field, message);
                finding.related(predecessor.manifest, &before.pointer_to(field), "set there").help(help);
            }
        }
    }
}
