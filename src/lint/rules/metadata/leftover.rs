//! What the API server writes into objects.

use super::{Check, Findings, declare_rule};
use crate::{
    diagnostic::Safety,
    manifest::Manifest,
    node::{Node, Value, edit},
};

/// Fields of the metadata that the API server alone sets.
const FIELDS: [&str; 6] = ["creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid"];

/// Where `kubectl apply` keeps what it applied.
const APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

declare_rule! {
    /// ## What it does
    /// Points out what the API server or `kubectl` wrote into an object: `status`, `managedFields`, `resourceVersion`,
    /// `uid` and their like, and the annotation with the configuration that was applied last. Empty ones, which
    /// generators leave, do no harm.
    ///
    /// ## Why is this bad?
    /// The object was exported from a cluster. Its `resourceVersion` makes every later apply a conflict, its `uid`
    /// belongs to another object, and the annotation may hold secrets of old.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, resourceVersion: "12345", uid: 6e1f5a3c-0000-4000-8000-000000000000}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// status: {replicas: 3}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart, creationTimestamp: null}
    /// status: {loadBalancer: {}}
    /// ```
    pub(super) static LEFTOVER = {
        code: "CFG013",
        summary: "object was exported from a cluster",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &[], check: leftover },
    }
}

fn leftover(manifest: &Manifest, findings: &mut Findings<'_>) {
    let object = &manifest.object;
    let Some(metadata) = object.get("metadata") else { return };
    let status = object.get("status").filter(|status| manifest.kind() != "CustomResourceDefinition" && says(status));
    let annotations = metadata.get("annotations").filter(|annotations| annotations.get(APPLIED).is_some());
    let mut fields = FIELDS.into_iter().filter(|field| metadata.get(field).is_some_and(says)).peekable();
    let pointer = match (fields.peek(), annotations, status) {
        (Some(field), _, _) => format!("/metadata/{field}"),
        (None, Some(_), _) => "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration".to_owned(),
        (None, None, Some(_)) => "/status".to_owned(),
        (None, None, None) => return,
    };
    let edits = fields.map(|field| edit::remove(metadata, field));
    let edits = edits.chain(annotations.map(|annotations| edit::remove(annotations, APPLIED)));
    let edits: Vec<_> = edits.chain(status.map(|_| edit::remove(object, "status"))).collect();
    let message = format!("{} `{}` was exported from a cluster", manifest.kind(), manifest.id.name);
    findings
        .add(manifest, pointer, message)
        .at_key(manifest)
        .help("remove what the cluster wrote: `status`, `resourceVersion`, `uid` and their like")
        .fix(Safety::Safe, "remove what the cluster wrote", edits);
}

/// Whether there is anything in a value but nothing.
fn says(node: &Node) -> bool {
    match &node.value {
        Value::Null => false,
        Value::Str(text) => !text.is_empty(),
        Value::List(items) => items.iter().any(says),
        Value::Map(map) => map.entries().iter().any(|(_, value)| says(value)),
        Value::Bool(_) | Value::Int(_) | Value::Float(_) => true,
    }
}
