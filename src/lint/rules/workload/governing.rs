//! StatefulSets and the Services that give their pods names.

use super::{Check, Findings, declare_rule};
use crate::{manifest::Manifest, node::Node};

/// The first minor version of Kubernetes in which a StatefulSet need not name a Service; the schemas of those before it
/// say so.
const OPTIONAL_SINCE: u32 = 33;

declare_rule! {
    /// ## What it does
    /// Points out StatefulSets whose governing Service is not headless (`clusterIP: None`).
    ///
    /// ## Why is this bad?
    /// Only the pods of a headless Service have names of their own in the DNS. `db-0.db` does not resolve here, and
    /// the members of a cluster do not find each other.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata: {name: db}
    /// spec: {serviceName: db}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: db}
    /// spec: {selector: {app: db}, ports: [{port: 5432}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata: {name: db}
    /// spec: {serviceName: db}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: db}
    /// spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}
    /// ```
    ///
    /// Known elsewhere as: kube-score `statefulset-has-servicename`.
    pub(super) static SINGLE_ADDRESS = {
        code: "WRK056",
        summary: "Service of a StatefulSet is not headless",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["StatefulSet"], check: single_address },
    }
}

fn single_address(workload: &Manifest, findings: &mut Findings<'_>) {
    let Some(name) = service_name(workload) else { return };
    let Some(service) = findings.set.find("Service", workload.id.namespace.as_deref(), name) else { return };
    let address = service.object.at("/spec/clusterIP").and_then(Node::as_str);
    if address != Some("None") {
        let message =
            format!("the pods of StatefulSet `{}` have no names, because `{name}` is not headless", workload.id.name);
        findings
            .add(workload, "/spec/serviceName", message)
            .related(service, "/spec/clusterIP", "the Service")
            .help("name a Service with `clusterIP: None`; one with an address may be there beside it");
    }
}

declare_rule! {
    /// ## What it does
    /// Points out StatefulSets that name no governing Service. Before Kubernetes 1.33, the schema requires one.
    ///
    /// ## Why is this bad?
    /// Their pods have no names of their own in the DNS. A StatefulSet that needs none is often better a Deployment.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata: {name: db}
    /// spec: {replicas: 3}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata: {name: db}
    /// spec: {replicas: 3, serviceName: db}
    /// ```
    ///
    /// Known elsewhere as: kube-score `statefulset-has-servicename`.
    pub(super) static NAMELESS_PODS = {
        code: "WRK057",
        summary: "StatefulSet names no Service",
        severity: Info,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["StatefulSet"], check: nameless_pods },
    }
}

fn nameless_pods(workload: &Manifest, findings: &mut Findings<'_>) {
    if service_name(workload).is_none() && findings.set.kube_minor() >= OPTIONAL_SINCE {
        let message = format!("the pods of StatefulSet `{}` have no names in the DNS", workload.id.name);
        findings.add(workload, "/spec", message).help("add a headless Service, and name it as `serviceName`");
    }
}

fn service_name(workload: &Manifest) -> Option<&str> {
    workload.object.at("/spec/serviceName")?.as_str().filter(|name| !name.is_empty())
}
