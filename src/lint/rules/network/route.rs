//! Who takes which requests.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::{Check, Findings, declare_rule};
use crate::{
    diagnostic::Safety,
    manifest::{Manifest, ManifestSet},
    node::Node,
};

/// Where an Ingress named its class before there was a field for it.
const OLD_CLASS: &str = "kubernetes.io/ingress.class";
/// Marks an Ingress that takes a part of the requests of another one.
const CANARY: &str = "nginx.ingress.kubernetes.io/canary";

declare_rule! {
    /// ## What it does
    /// Checks that no two paths of Ingresses of one class have the same host, path and type. Canaries of ingress-nginx
    /// share theirs on purpose.
    ///
    /// ## Why is this bad?
    /// One of them gets all requests, usually the older one: which of them that is differs from cluster to cluster.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop}
    /// spec: {rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: Prefix}]}}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: legacy, namespace: legacy}
    /// spec: {rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: Prefix}]}}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop}
    /// spec: {rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: Prefix}]}}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: inside}
    /// spec:
    ///   ingressClassName: internal
    ///   rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: Prefix}]}}]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: canary, annotations: {nginx.ingress.kubernetes.io/canary: "true"}}
    /// spec: {rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: Prefix}]}}]}
    /// ```
    ///
    /// Known elsewhere as: gatekeeper-library `uniqueingresshost`.
    pub(super) static RIVAL_ROUTES = {
        code: "NET010",
        summary: "two Ingresses take the same requests",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(rival_routes),
    }
}

fn rival_routes(set: &ManifestSet, findings: &mut Findings<'_>) {
    let mut owners = FxHashMap::default();
    for ingress in set.of_kind("Ingress").filter(|ingress| annotation(ingress, CANARY).is_none()) {
        let class = class(ingress);
        for (rule_at, rule) in items(&ingress.object, "/spec/rules").enumerate() {
            let host = rule.get("host").and_then(Node::as_str).unwrap_or_default();
            for (at, path) in items(rule, "/http/paths").enumerate() {
                let text = |field| path.get(field).and_then(Node::as_str).unwrap_or_default();
                let pointer = || format!("/spec/rules/{rule_at}/http/paths/{at}");
                match owners.entry((class, host, text("path"), text("pathType"))) {
                    Entry::Vacant(entry) => {
                        entry.insert((ingress, rule_at, at));
                    }
                    Entry::Occupied(entry) => {
                        let (other, rule_at, at) = *entry.get();
                        let message = format!("path `{}` of this host is taken twice", text("path"));
                        findings
                            .add(ingress, pointer() + "/path", message)
                            .related(other, &format!("/spec/rules/{rule_at}/http/paths/{at}/path"), "the first one")
                            .help("remove one of them, or give one another host or path");
                    }
                }
            }
        }
    }
}

fn items<'a>(node: &'a Node, pointer: &str) -> impl Iterator<Item = &'a Node> + use<'a> {
    node.at(pointer).map_or(&[][..], Node::items).iter()
}

fn annotation<'a>(ingress: &'a Manifest, key: &str) -> Option<&'a str> {
    ingress.object.get("metadata")?.get("annotations")?.get(key)?.as_str()
}

/// The class of an Ingress; nothing for that of the cluster.
fn class(ingress: &Manifest) -> Option<&str> {
    let own = ingress.object.at("/spec/ingressClassName").and_then(Node::as_str);
    own.or_else(|| annotation(ingress, OLD_CLASS))
}

declare_rule! {
    /// ## What it does
    /// Points out Ingresses that do not name their class.
    ///
    /// ## Why is this bad?
    /// They do nothing in a cluster without a default class, and go to whichever controller is the default in others.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop}
    /// spec: {rules: [{host: shop.example.com}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop}
    /// spec: {ingressClassName: nginx, rules: [{host: shop.example.com}]}
    /// ```
    pub(super) static MISSING_CLASS = {
        code: "NET012",
        summary: "Ingress names no class",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Manifest { kinds: &["Ingress"], check: missing_class },
    }
}

fn missing_class(ingress: &Manifest, findings: &mut Findings<'_>) {
    if class(ingress).is_none() {
        let message = format!("Ingress `{}` names no class", ingress.id.name);
        findings.add(ingress, "/spec", message).help("set `ingressClassName`");
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that no Ingress names its class both by `ingressClassName` and by the annotation
    /// `kubernetes.io/ingress.class`.
    ///
    /// ## Why is this bad?
    /// The API server refuses to make such an Ingress.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, annotations: {kubernetes.io/ingress.class: nginx}}
    /// spec: {ingressClassName: nginx}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, annotations: {kubernetes.io/ingress.class: nginx}}
    /// spec: {rules: [{host: shop.example.com}]}
    /// ```
    pub(super) static TWO_CLASSES = {
        code: "NET013",
        summary: "Ingress names its class twice",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["Ingress"], check: two_classes },
    }
}

fn two_classes(ingress: &Manifest, findings: &mut Findings<'_>) {
    let field = "/spec/ingressClassName";
    if annotation(ingress, OLD_CLASS).is_some() && ingress.object.at(field).is_some() {
        let pointer = "/metadata/annotations/kubernetes.io~1ingress.class";
        findings
            .add(ingress, pointer, format!("Ingress `{}` names its class twice", ingress.id.name))
            .related(ingress, field, "here, too")
            .help("remove the annotation")
            .remove(ingress, pointer, Safety::Safe, "remove the annotation");
    }
}
