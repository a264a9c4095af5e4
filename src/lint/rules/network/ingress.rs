//! Ingresses and the Services that they lead to.

use super::{Check, Findings, declare_rule, did_you_mean};
use crate::{
    manifest::{Manifest, ManifestSet},
    node::Node,
};

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
    ///
    /// Known elsewhere as: kube-linter `dangling-ingress`, kube-score `ingress-targets-service`.
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
                let help = did_you_mean(
                    name,
                    set.names("Service", namespace),
                    "name a Service of the same namespace, or remove the path",
                );
                findings.add(ingress, pointer + "/name", message).suggest(ingress, help);
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
    ///
    /// Known elsewhere as: kube-linter `dangling-ingress`, kube-score `ingress-targets-service`.
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

fn backends(ingress: &Manifest) -> impl Iterator<Item = Backend<'_>> {
    let paths = ingress.items("/spec/rules").flat_map(|(rule, _)| ingress.items(&format!("{rule}/http/paths")));
    let pointers = paths.map(|(path, _)| path + "/backend/service");
    let default = std::iter::once("/spec/defaultBackend/service".to_owned());
    default.chain(pointers).filter_map(|pointer| backend(ingress, pointer))
}

fn backend(ingress: &Manifest, pointer: String) -> Option<Backend<'_>> {
    let service = ingress.object.at(&pointer)?;
    let port = ["number", "name"].into_iter().find_map(|field| Some((field, service.get("port")?.get(field)?)));
    Some(Backend { name: service.get("name")?.as_str()?, pointer, port })
}
