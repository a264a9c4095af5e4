//! Services that several workloads answer, and pods that several Services ask.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::{Check, Findings, declare_rule};
use crate::{
    manifest::{Manifest, ManifestSet, Selector},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Points out Services that select the pods of a job beside those of a workload that stays.
    ///
    /// ## Why is this bad?
    /// While the job runs, it gets a part of the requests, and nothing in it answers. It happens where a job has all
    /// labels of the app that it belongs to.
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
    /// spec: {template: {metadata: {labels: {app: cart}}}}
    /// ---
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: cart-migrate}
    /// spec: {template: {metadata: {labels: {app: cart}}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {selector: {app: cart, tier: web}, ports: [{port: 80}]}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {metadata: {labels: {app: cart, tier: web}}}}
    /// ---
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: cart-migrate}
    /// spec: {template: {metadata: {labels: {app: cart}}}}
    /// ```
    pub(super) static JOB_GETS_REQUESTS = {
        code: "NET020",
        summary: "Service sends requests to the pods of a job",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(job_gets_requests),
    }
}

fn job_gets_requests(set: &ManifestSet, findings: &mut Findings<'_>) {
    for service in set.of_kind("Service") {
        let Some(selector) = Selector::of_service(service) else { continue };
        let pods = || set.select(service.id.namespace.as_deref(), selector);
        let Some(job) = pods().find(|pod| pod.ends()) else { continue };
        if pods().any(|pod| !pod.ends()) {
            let (kind, name) = (job.manifest.kind(), &job.manifest.id.name);
            let message = format!("Service `{}` sends requests to {kind} `{name}`, too", service.id.name);
            findings
                .add(service, "/spec/selector", message)
                .related(job.manifest, &job.pointer_to("/metadata/labels"), "the labels of the job's pods")
                .help("select by a label that the job's pods do not have");
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Points out Services that select the pods of several workloads.
    ///
    /// ## Why is this bad?
    /// It may be meant: a canary beside the stable version. If it is not, a part of the requests gets an answer from
    /// the wrong program.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {selector: {part-of: shop}, ports: [{port: 80}]}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {metadata: {labels: {app: cart, part-of: shop}}}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: search}
    /// spec: {template: {metadata: {labels: {app: search, part-of: shop}}}}
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
    /// spec: {template: {metadata: {labels: {app: cart, part-of: shop}}}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: search}
    /// spec: {template: {metadata: {labels: {app: search, part-of: shop}}}}
    /// ```
    pub(super) static MIXED_PODS = {
        code: "NET021",
        summary: "Service selects the pods of several workloads",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Set(mixed_pods),
    }
}

fn mixed_pods(set: &ManifestSet, findings: &mut Findings<'_>) {
    for service in set.of_kind("Service") {
        let Some(selector) = Selector::of_service(service) else { continue };
        let mut pods = set.select(service.id.namespace.as_deref(), selector).filter(|pod| !pod.ends());
        if let (Some(one), Some(two)) = (pods.next(), pods.next()) {
            let [one, two] = [one, two].map(|pod| format!("{} `{}`", pod.manifest.kind(), pod.manifest.id.name));
            let message = format!("Service `{}` selects the pods of {one} and {two}", service.id.name);
            findings.add(service, "/spec/selector", message).help("select by a label that one workload alone has");
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Points out Services of one namespace that have the same selector. A headless one beside another one counts for
    /// nothing: many StatefulSets need both.
    ///
    /// ## Why is this bad?
    /// Two names for one thing: what is set on one of them, its ports or its affinity, does not hold for those who use
    /// the other.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {selector: {app: cart}, ports: [{port: 80}]}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: basket}
    /// spec: {selector: {app: cart}, ports: [{port: 80}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: db}
    /// spec: {selector: {app: db}, ports: [{port: 5432}]}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: db-headless}
    /// spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}
    /// ```
    ///
    /// Known elsewhere as: gatekeeper-library `uniqueserviceselector`.
    pub(super) static SAME_SELECTOR = {
        code: "NET022",
        summary: "two Services have the same selector",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Set(same_selector),
    }
}

fn same_selector(set: &ManifestSet, findings: &mut Findings<'_>) {
    let mut owners: FxHashMap<_, &Manifest> = FxHashMap::default();
    for service in set.of_kind("Service") {
        if service.object.at("/spec/clusterIP").and_then(Node::as_str) == Some("None") {
            continue;
        }
        let Some(selector) = Selector::of_service(service) else { continue };
        let mut labels: Vec<_> = selector.labels().iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        labels.sort_unstable();
        match owners.entry((service.id.namespace.as_deref(), labels)) {
            Entry::Vacant(entry) => {
                entry.insert(service);
            }
            Entry::Occupied(entry) => {
                let other = entry.get();
                let message = format!("Services `{}` and `{}` have the same selector", other.id.name, service.id.name);
                findings
                    .add(service, "/spec/selector", message)
                    .related(other, "/spec/selector", "the other one")
                    .help("remove one of them, or move its ports to the other");
            }
        }
    }
}
