//! Edges of a set of objects, all in one text.

use super::*;
use crate::{manifest::Owner, node::yaml, source::FileId};

/// `Health Secret db` for each edge of each object, behind the object.
fn edges(text: &str) -> Vec<String> {
    let documents = yaml::read(FileId::from_index(0), text).documents;
    let manifests = documents.into_iter().map(|document| Manifest::new(Owner::Cluster, None, document.root)).collect();
    let set = ManifestSet::new("dev".into(), "1.34".into(), manifests);
    let dependencies = Dependencies::new(&set);
    let mut found = Vec::new();
    for manifest in set.manifests() {
        for edge in dependencies.of(manifest) {
            let text = manifest.object.at(&edge.pointer).and_then(Node::as_str);
            assert!(text == Some(edge.name) || edge.pointer == "/kind", "{edge:?}");
            let made = if edge.is_made() { format!(" by {}", edge.on.id) } else { String::new() };
            found.push(format!("{}: {:?} {} {}{made}", manifest.id, edge.need, edge.kind, edge.name));
        }
    }
    found
}

#[test]
fn pods_need_what_they_name() {
    let found = edges(
        "
{apiVersion: v1, kind: Namespace, metadata: {name: shop}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: web, namespace: shop}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: web, namespace: other}}
---
{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: high}}
---
{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: db}, spec: {target: {name: db-login}}}
---
{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: own, namespace: shop}, spec: {target: {name: db-login}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    spec:
      serviceAccountName: web
      priorityClassName: high
      containers:
        - {name: web, envFrom: [{configMapRef: {name: web}}, {secretRef: {name: db-login}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: once, namespace: shop}
spec:
  serviceAccountName: web
  containers: [{name: once, envFrom: [{secretRef: {name: db-login, optional: true}}]}]
",
    );
    let namespace = |id: &str| format!("{id}: Admission Namespace shop");
    let expected = [
        namespace("ServiceAccount shop/web"),
        namespace("Pod shop/once"),
        "Pod shop/once: Admission ServiceAccount web".to_owned(),
        "Pod shop/once: Use Secret db-login by ExternalSecret shop/own".to_owned(),
        namespace("Deployment shop/web"),
        "Deployment shop/web: Health ServiceAccount web".to_owned(),
        "Deployment shop/web: Health Secret db-login by ExternalSecret shop/own".to_owned(),
        "Deployment shop/web: Health PriorityClass high".to_owned(),
        namespace("ExternalSecret shop/own"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn lists_and_references_are_followed() {
    let found = edges(
        "
{apiVersion: v1, kind: Service, metadata: {name: a}}
---
{apiVersion: v1, kind: Service, metadata: {name: b, namespace: away}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  rules:
    - backendRefs: [{name: absent}, {name: a}]
    - backendRefs: [{name: b, namespace: away}, {name: b}]
---
{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {name: web}, spec: {issuerRef: {kind: ClusterIssuer, name: ca}}}
---
{apiVersion: cert-manager.io/v1, kind: ClusterIssuer, metadata: {name: ca}}
",
    );
    let expected = [
        "Certificate web: Health ClusterIssuer ca",
        "HTTPRoute web: Health Service a",
        "HTTPRoute web: Health Service b",
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_custom_resource_needs_its_definition() {
    let found = edges(
        "
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.acme.example}
spec: {group: acme.example, names: {kind: Widget}}
---
{apiVersion: acme.example/v1, kind: Widget, metadata: {name: a}}
---
{apiVersion: other.example/v1, kind: Widget, metadata: {name: a}}
",
    );
    assert_eq!(found, ["Widget a: Admission CustomResourceDefinition widgets.acme.example"]);
}
