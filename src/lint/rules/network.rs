//! `NET`: objects of the network that lead nowhere.

use super::{Check, Findings, Rule, declare_rule};
use crate::{
    grammar::similar,
    manifest::{Manifest, ManifestSet, Selector},
    node::{Node, escape},
};

pub(super) static RULES: &[&Rule] = &[&DANGLING_SERVICE, &MISSING_BACKEND, &MISSING_BACKEND_PORT];

declare_rule! {
    /// ## What it does
    /// Checks that every `Service` selects the pods of at least one workload.
    ///
    /// ## Why is this bad?
    /// A `Service` that selects no pods has no endpoints. Its name still resolves, and then every connection is
    /// refused, which looks like an outage of the workload.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {selector: {app: crat}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {metadata: {labels: {app: cart}}}}
    /// ```
    ///
    /// A `Service` without a selector is fine: its endpoints are written by hand. So is an `ExternalName`, which is
    /// an alias in the DNS.
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: legacy-db}
    /// spec: {ports: [{port: 5432}]}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: mail}
    /// spec: {type: ExternalName, externalName: mail.example.com, selector: {app: mail}}
    /// ```
    pub(super) static DANGLING_SERVICE = {
        code: "NET001",
        summary: "Service selects no pods",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(dangling_service),
    }
}

fn dangling_service(set: &ManifestSet, findings: &mut Findings<'_>) {
    for service in set.of_kind("Service") {
        let Some(node) = service.object.at("/spec/selector") else { continue };
        let selector = Selector::from_labels(node);
        let alias = service.object.at("/spec/type").and_then(Node::as_str) == Some("ExternalName");
        let namespace = service.id.namespace.as_deref();
        if alias || selector.is_empty() || set.select(namespace, selector).next().is_some() {
            continue;
        }
        let message = format!("Service `{}` selects no pods", service.id.name);
        let mut finding = findings.add(service, "/spec/selector", message);
        finding.help("make the selector equal to the pod labels of one workload");
        if let Some((pod, pointer)) = near_miss(set, namespace, selector) {
            finding.related(pod, &pointer, "these pods have a similar label");
        }
    }
}

/// The object whose pods have almost the label that a selector asks for, and the pointer to that label.
fn near_miss<'a>(
    set: &'a ManifestSet,
    namespace: Option<&str>,
    selector: Selector<'_>,
) -> Option<(&'a Manifest, String)> {
    selector.labels().iter().find_map(|(key, value)| {
        let value = similar(value.as_str()?, set.pod_label_values(namespace, key.as_str()))?;
        let pod = set.labelled(namespace, key.as_str(), value).next()?;
        Some((pod.manifest, pod.pointer_to(&format!("/metadata/labels/{}", escape(key.as_str())))))
    })
}

declare_rule! {
    /// ## What it does
    /// Checks that every backend of an `Ingress` is a `Service` of its namespace.
    ///
    /// ## Why is this bad?
    /// The ingress controller answers such a path with 503, or leaves it out.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop}
    /// spec:
    ///   rules:
    ///     - http: {paths: [{path: /, backend: {service: {name: card, port: {number: 80}}}}]}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {ports: [{port: 80}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop}
    /// spec:
    ///   defaultBackend: {service: {name: cart, port: {number: 80}}}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {ports: [{port: 80}]}
    /// ```
    pub(super) static MISSING_BACKEND = {
        code: "NET002",
        summary: "Ingress leads to a Service that does not exist",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(missing_backend),
    }
}

fn missing_backend(set: &ManifestSet, findings: &mut Findings<'_>) {
    for ingress in set.of_kind("Ingress") {
        let namespace = ingress.id.namespace.as_deref();
        for Backend { name, pointer, .. } in backends(ingress) {
            if set.find("Service", namespace, name).is_none() {
                let message = format!("Ingress `{}` leads to Service `{name}`, which does not exist", ingress.id.name);
                let help = match similar(name, set.names("Service", namespace)) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => "name a Service of the same namespace, or remove the path".to_owned(),
                };
                findings.add(ingress, pointer + "/name", message).help(help);
            }
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that the port of every backend of an `Ingress` is a port of the `Service` behind it, by number or by
    /// name.
    ///
    /// ## Why is this bad?
    /// The ingress controller answers such a path with 503, or leaves it out. The port must be the `Service`'s own, not
    /// the container's: they often differ.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop}
    /// spec:
    ///   rules:
    ///     - http: {paths: [{path: /, backend: {service: {name: cart, port: {number: 8080}}}}]}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {ports: [{name: http, port: 80, targetPort: 8080}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop}
    /// spec:
    ///   rules:
    ///     - http: {paths: [{path: /, backend: {service: {name: cart, port: {name: http}}}}]}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart}
    /// spec: {ports: [{name: http, port: 80, targetPort: 8080}]}
    /// ```
    pub(super) static MISSING_BACKEND_PORT = {
        code: "NET003",
        summary: "Ingress leads to a port that its Service does not have",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(missing_backend_port),
    }
}

fn missing_backend_port(set: &ManifestSet, findings: &mut Findings<'_>) {
    for ingress in set.of_kind("Ingress") {
        for Backend { name, pointer, port } in backends(ingress) {
            let service = set.find("Service", ingress.id.namespace.as_deref(), name);
            let (Some(service), Some((field, port))) = (service, port) else { continue };
            let ports = service.object.at("/spec/ports").map_or(&[][..], Node::items);
            let key = if field == "number" { "port" } else { "name" };
            if ports.iter().any(|own| own.get(key) == Some(port)) {
                continue;
            }
            let text = port.scalar_text().unwrap_or_default();
            let message = format!("Ingress `{}` leads to port `{text}`, which Service `{name}` lacks", ingress.id.name);
            let known: Vec<_> = ports.iter().filter_map(|own| own.get(key)?.scalar_text()).collect();
            findings
                .add(ingress, format!("{pointer}/port/{field}"), message)
                .related(service, "/spec/ports", "the ports of the Service")
                .help(if known.is_empty() {
                    format!("use the {} of a port of the Service", if key == "port" { "number" } else { "name" })
                } else {
                    format!("use a port of the Service: {}", known.join(", "))
                });
        }
    }
}

/// A Service that an Ingress leads to.
struct Backend<'a> {
    name: &'a str,
    /// The pointer to the reference.
    pointer: String,
    /// `number` or `name`, and what stands there.
    port: Option<(&'static str, &'a Node)>,
}

fn backends(ingress: &Manifest) -> Vec<Backend<'_>> {
    let mut pointers = vec!["/spec/defaultBackend/service".to_owned()];
    let rules = ingress.object.at("/spec/rules").map_or(&[][..], Node::items);
    for (rule, node) in rules.iter().enumerate() {
        let paths = node.at("/http/paths").map_or(0, |paths| paths.items().len());
        pointers.extend((0..paths).map(|path| format!("/spec/rules/{rule}/http/paths/{path}/backend/service")));
    }
    pointers.into_iter().filter_map(|pointer| backend(ingress, pointer)).collect()
}

fn backend(ingress: &Manifest, pointer: String) -> Option<Backend<'_>> {
    let service = ingress.object.at(&pointer)?;
    let port = ["number", "name"].into_iter().find_map(|field| Some((field, service.get("port")?.get(field)?)));
    Some(Backend { name: service.get("name")?.as_str()?, pointer, port })
}
