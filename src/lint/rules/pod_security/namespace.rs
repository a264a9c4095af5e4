//! What a Namespace says of its pods.

use super::{Check, Findings, declare_rule};
use crate::{
    grammar::known_or_similar,
    lint::{PodSecurity, standard},
    manifest::Manifest,
    node::{Node, escape},
};

declare_rule! {
    /// ## What it does
    /// Checks the labels `pod-security.kubernetes.io/…` of Namespaces: `enforce`, `audit` and `warn` are a level
    /// (`privileged`, `baseline`, `restricted`), `enforce-version`, `audit-version` and `warn-version` are `latest` or
    /// such as `v1.34`.
    ///
    /// ## Why is this bad?
    /// The API server refuses a Namespace with an unknown level or version. A label that it does not know, it takes for
    /// somebody else's: the pods are held to nothing.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata:
    ///   name: shop
    ///   labels: {pod-security.kubernetes.io/enforce: strict, pod-security.kubernetes.io/enforce-version: "1.34"}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: shop, labels: {pod-security.kubernetes.io/enforced: baseline}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata:
    ///   name: shop
    ///   labels: {pod-security.kubernetes.io/enforce: baseline, pod-security.kubernetes.io/enforce-version: v1.34}
    /// ```
    pub(super) static UNKNOWN_STANDARD = {
        code: "PSS200",
        summary: "unknown level or version of the Pod Security Standards",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["Namespace"], check: unknown_standard },
    }
}

const MODES: [&str; 3] = ["enforce", "audit", "warn"];
const LEVELS: [&str; 3] = ["privileged", "baseline", "restricted"];

fn unknown_standard(namespace: &Manifest, findings: &mut Findings<'_>) {
    for (key, value) in namespace.object.at("/metadata/labels").map_or(&[][..], Node::entries) {
        let Some(name) = key.as_str().strip_prefix(standard::LABELS) else { continue };
        let value = value.as_str().unwrap_or_default();
        let pointer = format!("/metadata/labels/{}", escape(key.as_str()));
        let mode = name.strip_suffix("-version").unwrap_or(name);
        if !MODES.contains(&mode) {
            let message = format!("`{}` is no label of the Pod Security Standards", key.text);
            let help = known_or_similar(name, MODES.into_iter());
            findings.add(namespace, pointer, message).at_key(namespace).help(help);
        } else if mode == name && PodSecurity::named(value).is_none() {
            let message = format!("`{value}` is no level of the Pod Security Standards");
            findings.add(namespace, pointer, message).help(known_or_similar(value, LEVELS.into_iter()));
        } else if mode != name && value != "latest" && standard::minor(value).is_none() {
            let message = format!("`{value}` is no version of the Pod Security Standards");
            findings.add(namespace, pointer, message).help("write `latest`, or a version such as `v1.34`");
        }
    }
}
