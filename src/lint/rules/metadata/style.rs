//! How objects are written and called.

use super::{Check, Findings, declare_rule};
use crate::{
    grammar::similar,
    manifest::Manifest,
    node::{Key, Node, Pointer, Value, escape},
};

declare_rule! {
    /// ## What it does
    /// Points out objects whose label `app.kubernetes.io/instance` is not their name.
    ///
    /// ## Why is this bad?
    /// A house may go by it. The rule is off by default, because an instance usually has several objects.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, labels: {app.kubernetes.io/instance: shop}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, labels: {app.kubernetes.io/instance: cart}}
    /// ```
    ///
    /// Known elsewhere as: polaris `metadataAndInstanceMismatched`.
    pub(super) static OTHER_INSTANCE = {
        code: "CFG012",
        summary: "label of the instance is not the name",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Manifest { kinds: &[], check: other_instance },
    }
}

fn other_instance(manifest: &Manifest, findings: &mut Findings<'_>) {
    let pointer = "/metadata/labels/app.kubernetes.io~1instance";
    let instance = manifest.object.at(pointer).and_then(Node::as_str);
    if instance.is_some_and(|instance| instance != manifest.id.name) {
        let message = format!("{} `{}` is labelled as another instance", manifest.kind(), manifest.id.name);
        findings.add(manifest, pointer, message).help("make the label equal to the name");
    }
}

/// What the names of the recommended labels start with
/// (<https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/>).
const DOMAIN: &str = "app.kubernetes.io/";
const RECOMMENDED: [&str; 7] = [
    "app.kubernetes.io/component",
    "app.kubernetes.io/created-by",
    "app.kubernetes.io/instance",
    "app.kubernetes.io/managed-by",
    "app.kubernetes.io/name",
    "app.kubernetes.io/part-of",
    "app.kubernetes.io/version",
];

declare_rule! {
    /// ## What it does
    /// Points out labels and annotations that are nearly one of the recommended `app.kubernetes.io/…`.
    ///
    /// ## Why is this bad?
    /// Whoever selects by the right name does not find the object.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, labels: {app.kubernetes.io/part_of: shop}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, labels: {app.kubernets.io/name: cart}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, labels: {app.kubernetes.io/name: cart, app.example.com/name: cart, app: cart}}
    /// ```
    pub(super) static LOOKALIKE_LABEL = {
        code: "CFG017",
        summary: "label is nearly a recommended one",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &[], check: lookalike_label },
    }
}

fn lookalike_label(manifest: &Manifest, findings: &mut Findings<'_>) {
    let Some(metadata) = manifest.object.get("metadata") else { return };
    for field in ["labels", "annotations"] {
        for (key, _) in metadata.get(field).map_or(&[][..], Node::entries) {
            if let Some(meant) = meant(key.as_str()) {
                let message = format!("`{}` is nearly a recommended label", key.text);
                findings
                    .add(manifest, format!("/metadata/{field}/{}", escape(key.as_str())), message)
                    .at_key(manifest)
                    .help(format!("did you mean `{meant}`?"));
            }
        }
    }
}

/// The recommended label that a key is nearly; nothing for names of other domains, which may be anything.
fn meant(key: &str) -> Option<&'static str> {
    let (domain, name) = key.split_once('/')?;
    let own = key.starts_with(DOMAIN);
    let near = own
        || (domain.starts_with("app.k") && domain.strip_suffix(".io").is_some() && domain.len() > "app.k8s.io".len());
    if !near || RECOMMENDED.contains(&key) {
        return None;
    }
    let names = RECOMMENDED.into_iter().filter_map(|known| known.strip_prefix(DOMAIN));
    let name = similar(name, names)?;
    RECOMMENDED.into_iter().find(|known| known.ends_with(name))
}

declare_rule! {
    /// ## What it does
    /// Points out maps whose keys are not in alphabetical order, after `apiVersion`, `kind`, `metadata`, `spec` and
    /// `data` in the object itself, and `name`, `namespace`, `labels` and `annotations` in its metadata. One finding
    /// for each object, at the first key that stands too late.
    ///
    /// ## Why is this bad?
    /// It is a matter of taste. What is sorted is easier to compare.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart}
    /// data: {b: "2", a: "1"}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, labels: {app: cart, tier: web}}
    /// data: {a: "1", b: "2"}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `sorted-keys`.
    pub(super) static UNSORTED_KEYS = {
        code: "CFG014",
        summary: "keys are not sorted",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Manifest { kinds: &[], check: unsorted_keys },
    }
}

fn unsorted_keys(manifest: &Manifest, findings: &mut Findings<'_>) {
    // What nobody wrote as an object was never sorted by anybody.
    let is_written = manifest.object.entries().first().is_some_and(|(key, _)| key.span.is_some());
    if let Some(path) = first_unsorted(&manifest.object).filter(|_| is_written) {
        let pointer = Pointer(path.into_iter().rev().collect()).to_string();
        findings
            .add(manifest, pointer, format!("keys of {} `{}` are not sorted", manifest.kind(), manifest.id.name))
            .at_key(manifest)
            .help("move this key up");
    }
}

/// The way, from its end, to the first key that was written behind one that comes after it. Objects are sorted when
/// they are read, so that only the places of their keys tell.
fn first_unsorted(node: &Node) -> Option<Vec<String>> {
    let place = |key: &Key| key.span.map(|span| (span.file, span.start));
    match &node.value {
        Value::Map(map) => {
            let (mut last, mut found) = (None, None);
            for (key, _) in map.entries() {
                match (place(key), last) {
                    (Some((file, start)), Some((other, end))) if file == other && start < end => {
                        found = Some(vec![key.text.to_string()]);
                        break;
                    }
                    (place, _) => last = place.or(last),
                }
            }
            found.or_else(|| map.entries().iter().find_map(|(key, child)| first_inside(child, &key.text)))
        }
        Value::List(items) => items.iter().enumerate().find_map(|(at, item)| first_inside(item, &at.to_string())),
        _ => None,
    }
}

fn first_inside(node: &Node, step: &str) -> Option<Vec<String>> {
    let mut path = first_unsorted(node)?;
    path.push(step.to_owned());
    Some(path)
}
