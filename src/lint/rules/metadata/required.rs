//! Labels and annotations that a house asks for.

use smol_str::SmolStr;

use super::{Check, Findings, declare_rule};
use crate::{
    grammar::similar,
    manifest::Manifest,
    node::{Node, escape},
};

declare_rule! {
    /// ## What it does
    /// Points out objects without a label that is required. Which ones are is said under `lint.requiredLabels`; none,
    /// unless somebody says so.
    ///
    /// ## Why is this bad?
    /// A house asks for a label because something goes by it: who is called at night, who pays, what is cleaned up.
    ///
    /// ## Example
    /// With `requiredLabels: [owner]`:
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, labels: {ownr: shop}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, labels: {owner: shop}}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `required-label-owner`.
    pub(super) static REQUIRED_LABEL = {
        code: "CFG010",
        summary: "required label is missing",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &[], check: required_label },
    }
}

fn required_label(manifest: &Manifest, findings: &mut Findings<'_>) {
    let required = &findings.settings.required_labels;
    missing(manifest, "labels", "label", required, findings);
}

declare_rule! {
    /// ## What it does
    /// Points out objects without an annotation that is required. Which ones are is said under
    /// `lint.requiredAnnotations`; none, unless somebody says so.
    ///
    /// ## Why is this bad?
    /// A house asks for an annotation because something goes by it, such as an address for questions.
    ///
    /// ## Example
    /// With `requiredAnnotations: [example.com/contact]`:
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, annotations: {example.com/contact: shop@example.com}}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `required-annotation-email`.
    pub(super) static REQUIRED_ANNOTATION = {
        code: "CFG011",
        summary: "required annotation is missing",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &[], check: required_annotation },
    }
}

fn required_annotation(manifest: &Manifest, findings: &mut Findings<'_>) {
    let required = &findings.settings.required_annotations;
    missing(manifest, "annotations", "annotation", required, findings);
}

fn missing(manifest: &Manifest, field: &str, what: &str, required: &[SmolStr], findings: &mut Findings<'_>) {
    let own = manifest.object.get("metadata").and_then(|metadata| metadata.get(field));
    let entries = own.map_or(&[][..], Node::entries);
    for key in required.iter().filter(|key| own.is_none_or(|own| own.get(key).is_none())) {
        let message = format!("{} `{}` lacks the required {what} `{key}`", manifest.kind(), manifest.id.name);
        let near = similar(key, entries.iter().map(|(key, _)| key.as_str()));
        let pointer = near.map(|near| format!("/{}", escape(near))).unwrap_or_default();
        let help = near.map_or_else(|| format!("add it to `metadata.{field}`"), |near| format!("is it `{near}`?"));
        findings.add(manifest, format!("/metadata/{field}{pointer}"), message).help(help);
    }
}
