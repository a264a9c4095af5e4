//! What ServiceMonitors and PodMonitors select.

use super::{Check, Findings, declare_rule, did_you_mean, near_miss};
use crate::{
    manifest::{Container, Manifest, ManifestSet, Pod, Selector},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Points out ServiceMonitors that select no Service, and PodMonitors that select no pods. What is looked for in
    /// other namespaces is missed only when something of those is here.
    ///
    /// ## Why is this bad?
    /// Prometheus scrapes nothing, and the absence of a metric raises no alert.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: ServiceMonitor
    /// metadata: {name: cart}
    /// spec: {selector: {matchLabels: {app: cart}}, endpoints: [{port: http}]}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart, labels: {app.kubernetes.io/name: cart}}
    /// spec: {selector: {app: cart}, ports: [{name: http, port: 80}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: ServiceMonitor
    /// metadata: {name: cart, namespace: monitoring}
    /// spec:
    ///   namespaceSelector: {matchNames: [shop]}
    ///   selector: {matchLabels: {app: cart}}
    ///   endpoints: [{port: http}]
    /// ```
    ///
    /// Known elsewhere as: kube-linter `dangling-servicemonitor`.
    pub(super) static EMPTY_MONITOR = {
        code: "OBS001",
        summary: "monitor selects nothing",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(empty_monitor),
    }
}

fn empty_monitor(set: &ManifestSet, findings: &mut Findings<'_>) {
    for monitor in monitors(set) {
        let namespaces = Namespaces::of(monitor);
        let Some(selector) = selector(monitor).filter(|selector| !selector.is_empty()) else { continue };
        let is_service = monitor.kind() == "ServiceMonitor";
        let is_found = if is_service {
            services(set, &namespaces, selector).next().is_some()
        } else {
            pods(set, &namespaces, selector).next().is_some()
        };
        if is_found || !namespaces.are_here(set, monitor) {
            continue;
        }
        let what = if is_service { "no Service" } else { "no pods" };
        let message = format!("{} `{}` selects {what}", monitor.kind(), monitor.id.name);
        let mut finding = findings.add(monitor, "/spec/selector", message);
        finding.help(if is_service {
            "make the selector equal to labels of a Service (its own, not those of its pods), and set `namespaceSelector` \
             if the Service is elsewhere"
        } else {
            "make the selector equal to the pod labels of one workload"
        });
        if !is_service {
            near_miss(set, monitor.id.namespace.as_deref(), selector, &mut finding);
        }
    }
}

fn monitors(set: &ManifestSet) -> impl Iterator<Item = &Manifest> {
    ["ServiceMonitor", "PodMonitor"].into_iter().flat_map(|kind| set.of_kind(kind))
}

fn selector(monitor: &Manifest) -> Option<Selector<'_>> {
    monitor.object.at("/spec/selector").map(Selector::from_node)
}

/// Where a monitor looks.
enum Namespaces<'a> {
    Own(Option<&'a str>),
    Named(Vec<&'a str>),
    All,
}

impl<'a> Namespaces<'a> {
    fn of(monitor: &'a Manifest) -> Self {
        let named: Vec<_> =
            monitor.items("/spec/namespaceSelector/matchNames").filter_map(|(_, name)| name.as_str()).collect();
        if monitor.object.at("/spec/namespaceSelector/any").and_then(Node::as_bool) == Some(true) {
            Self::All
        } else if named.is_empty() {
            Self::Own(monitor.id.namespace.as_deref())
        } else {
            Self::Named(named)
        }
    }

    fn take(&self, namespace: Option<&str>) -> bool {
        match self {
            Self::Own(own) => *own == namespace,
            Self::Named(names) => namespace.is_some_and(|namespace| names.contains(&namespace)),
            Self::All => true,
        }
    }

    /// Whether what a monitor looks for would have to be here.
    fn are_here(&self, set: &ManifestSet, monitor: &Manifest) -> bool {
        let kind = if monitor.kind() == "ServiceMonitor" { "Service" } else { "" };
        let has = |namespace: Option<&str>| {
            set.has_pods(namespace) || set.of_kind(kind).any(|service| service.id.namespace.as_deref() == namespace)
        };
        match self {
            Self::Own(_) => true,
            Self::Named(names) => names.iter().all(|name| has(Some(name))),
            Self::All => false,
        }
    }
}

fn services<'a>(
    set: &'a ManifestSet,
    namespaces: &'a Namespaces<'_>,
    selector: Selector<'a>,
) -> impl Iterator<Item = &'a Manifest> {
    set.of_kind("Service").filter(move |service| {
        let labels = service.object.at("/metadata/labels").and_then(Node::as_map);
        namespaces.take(service.id.namespace.as_deref()) && selector.matches(labels)
    })
}

fn pods<'a>(
    set: &'a ManifestSet,
    namespaces: &'a Namespaces<'_>,
    selector: Selector<'a>,
) -> impl Iterator<Item = Pod<'a>> {
    set.pods()
        .filter(move |pod| namespaces.take(pod.manifest.id.namespace.as_deref()) && selector.matches(pod.labels()))
}

declare_rule! {
    /// ## What it does
    /// Checks that the port of an endpoint is the name of a port of a Service that the ServiceMonitor selects; for a
    /// PodMonitor, that of a container of the pods.
    ///
    /// ## Why is this bad?
    /// Prometheus scrapes nothing, and the absence of a metric raises no alert.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: ServiceMonitor
    /// metadata: {name: cart}
    /// spec: {selector: {matchLabels: {app: cart}}, endpoints: [{port: metrics}]}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart, labels: {app: cart}}
    /// spec: {selector: {app: cart}, ports: [{name: http, port: 80, targetPort: metrics}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: PodMonitor
    /// metadata: {name: cart}
    /// spec: {selector: {matchLabels: {app: cart}}, podMetricsEndpoints: [{port: metrics}]}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     metadata: {labels: {app: cart}}
    ///     spec: {containers: [{name: cart, ports: [{name: metrics, containerPort: 9090}]}]}
    /// ```
    pub(super) static MISSING_PORT = {
        code: "OBS002",
        summary: "monitor scrapes a port that nothing has",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(missing_port),
    }
}

fn missing_port(set: &ManifestSet, findings: &mut Findings<'_>) {
    for monitor in monitors(set) {
        let namespaces = Namespaces::of(monitor);
        let Some(selector) = selector(monitor) else { continue };
        let (list, what, known) = if monitor.kind() == "ServiceMonitor" {
            let ports = services(set, &namespaces, selector).flat_map(|service| service.items("/spec/ports"));
            ("/spec/endpoints", "no Service", ports.map(|(_, port)| port).collect::<Vec<_>>())
        } else {
            let containers = pods(set, &namespaces, selector).flat_map(Pod::containers);
            ("/spec/podMetricsEndpoints", "no container", containers.flat_map(ports).collect())
        };
        let names = || known.iter().filter_map(|port| port.get("name")?.as_str());
        for (pointer, endpoint) in monitor.items(list).filter(|_| !known.is_empty()) {
            let Some(name) = endpoint.get("port").and_then(Node::as_str) else { continue };
            if names().any(|known| known == name) {
                continue;
            }
            let message = format!(
                "{} `{}` scrapes port `{name}`, which {what} that it selects has",
                monitor.kind(),
                monitor.id.name
            );
            let otherwise = "name a port as the Service or container calls it";
            findings.add(monitor, pointer + "/port", message).suggest(monitor, did_you_mean(name, names(), otherwise));
        }
    }
}

fn ports(container: Container<'_>) -> &[Node] {
    container.list("/ports")
}
