//! Labels and annotations.

use super::{Check, Findings, declare_rule, is_subdomain};
use crate::{
    manifest::{Manifest, Pod},
    node::{Node, escape},
};

declare_rule! {
    /// ## What it does
    /// Checks the form of labels and of the keys of annotations, of objects and of their pods: a key is a name of at
    /// most 63 characters, perhaps after a domain and a `/`; the value of a label is such a name or empty
    /// ([syntax](https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set)).
    ///
    /// ## Why is this bad?
    /// The API server refuses the object.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, labels: {owner: team cart}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, annotations: {example.com/docs/url: x}}
    /// ```
    ///
    /// The value of an annotation may be anything.
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: cart
    ///   labels: {example.com/owner: Team_cart.1, empty: ""}
    ///   annotations: {example.com/docs: "https://example.com/#cart"}
    /// ```
    ///
    /// Known elsewhere as: kube-score `label-values`.
    pub(super) static BAD_LABEL = {
        code: "CFG002",
        summary: "label or annotation that Kubernetes refuses",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &[], check: bad_label },
    }
}

fn bad_label(manifest: &Manifest, findings: &mut Findings<'_>) {
    let pod = Pod::of(manifest).filter(|pod| !pod.pointer.is_empty());
    let places = [Some((&manifest.object, "")), pod.map(|pod| (pod.template, pod.pointer))];
    for (holder, pointer) in places.into_iter().flatten() {
        let Some(metadata) = holder.get("metadata") else { continue };
        for field in ["labels", "annotations"] {
            for (key, value) in metadata.get(field).map_or(&[][..], Node::entries) {
                let pointer = || format!("{pointer}/metadata/{field}/{}", escape(key.as_str()));
                if let Some(help) = key_fault(key.as_str()) {
                    let message = format!("`{}` cannot be a key of {field}", key.text);
                    findings.add(manifest, pointer(), message).at_key(manifest).help(help);
                }
                if let Some(help) = value.as_str().filter(|_| field == "labels").and_then(value_fault) {
                    let message = format!("label `{}` has a value that no label can have", key.text);
                    findings.add(manifest, pointer(), message).help(help);
                }
            }
        }
    }
}

/// What to do about a key that is no qualified name.
fn key_fault(key: &str) -> Option<&'static str> {
    let (domain, name) = key.rsplit_once('/').map_or((None, key), |(domain, name)| (Some(domain), name));
    if domain.is_some_and(|domain| domain.len() > 253 || !is_subdomain(domain)) {
        return Some("before the one `/`, write a domain of at most 253 characters, such as `example.com`");
    }
    if name.is_empty() { Some("write a name after the `/`") } else { value_fault(name) }
}

/// What to do about a value that no label can have.
fn value_fault(value: &str) -> Option<&'static str> {
    let alphanumeric = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_alphanumeric);
    let bytes = value.as_bytes();
    if bytes.len() > 63 {
        return Some("use at most 63 characters; longer texts can be annotations");
    }
    let fits = bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
        && alphanumeric(bytes.first())
        && alphanumeric(bytes.last());
    (!fits).then_some("use letters, digits, `-`, `_` and `.`, with a letter or digit at both ends")
}
