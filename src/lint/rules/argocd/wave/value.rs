//! What the annotation of a wave says.

use super::{
    Check, Findings, Manifest, Node, Operations, SYNC_WAVE, Safety, annotation_at, declare_rule, title, written,
};
use crate::{
    node::escape,
    sync::{HELM_HOOK, HELM_HOOK_DELETE_POLICY, HELM_HOOK_WEIGHT, HOOK, HOOK_DELETE_POLICY, annotation, parse_wave},
};

declare_rule! {
    /// ## What it does
    /// Checks that `argocd.argoproj.io/sync-wave` is a whole number, and so is `helm.sh/hook-weight` where it stands in
    /// for it: digits, a sign before them if need be, no space.
    ///
    /// ## Why is this bad?
    /// Argo CD takes what it cannot read for no wave at all, without a word (`syncwaves/waves.go` of gitops-engine), so
    /// that the object is applied in wave 0.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/sync-wave: "-1.5"}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: cart, annotations: {helm.sh/hook: pre-install, helm.sh/hook-weight: " 5"}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/sync-wave: "-10", helm.sh/hook-weight: none}}
    /// ```
    pub(in crate::lint::rules) static UNREADABLE = {
        code: "ARG101",
        summary: "wave that is no whole number",
        severity: Error,
        since: "0.1.0",
        check: Check::Operations(unreadable),
    }
}

fn unreadable(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for manifest in operations.ordered.iter().flat_map(|operation| operation.objects) {
        let said = [SYNC_WAVE, HELM_HOOK_WEIGHT].into_iter().find_map(|name| Some((name, annotation(manifest, name)?)));
        let Some((name, text)) = said.filter(|(_, text)| parse_wave(text).is_none()) else { continue };
        let message = format!("the wave of {} is no whole number, so that it is 0", title(manifest));
        let pointer = annotation_at(name);
        let mut finding = findings.add(manifest, pointer.as_str(), message);
        finding.help("write a whole number in quotes, such as \"-5\"");
        if let Some(wave) = parse_wave(text.trim()) {
            let (wave, title) = (wave.to_string(), "write the number alone");
            finding.replace(manifest, &pointer, wave.as_str(), Safety::Unsafe, title);
        }
    }
}

/// The annotations that an object loses, if Argo CD cannot read all that it has.
const READ: [&str; 6] = [SYNC_WAVE, HOOK, HOOK_DELETE_POLICY, HELM_HOOK, HELM_HOOK_DELETE_POLICY, HELM_HOOK_WEIGHT];

declare_rule! {
    /// ## What it does
    /// Checks that objects with a wave or a hook have no annotation whose value is no string. Where the value of the wave
    /// itself is none, the schema says so (`SCH002`).
    ///
    /// ## Why is this bad?
    /// One such value makes Argo CD lose all annotations of the object, or fail to render the Application at all, because
    /// it cannot add its own one (issues 3122 and 4391). The error names neither the object nor the field.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: migrate, annotations: {argocd.argoproj.io/hook: PreSync, example.com/retry: true}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: migrate, annotations: {argocd.argoproj.io/hook: PreSync, example.com/retry: "true"}}
    /// ```
    pub(in crate::lint::rules) static LOST = {
        code: "ARG102",
        summary: "wave or hook is lost because of another annotation",
        severity: Error,
        since: "0.1.0",
        check: Check::Operations(lost),
    }
}

fn lost(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for manifest in operations.ordered.iter().flat_map(|operation| operation.objects) {
        let Some(name) = READ.into_iter().find(|name| is_text(manifest, name)) else { continue };
        let annotations = manifest.object.at("/metadata/annotations").map_or(&[][..], Node::entries);
        let Some((culprit, _)) = annotations.iter().find(|(_, value)| value.as_str().is_none()) else { continue };
        let message = format!("{} loses `{name}`, because another annotation is no string", title(manifest));
        let pointer = format!("/metadata/annotations/{}", escape(culprit.as_str()));
        findings
            .add(manifest, annotation_at(name), message)
            .at_key(manifest)
            .related(manifest, &pointer, "this one")
            .help("put the value of the other annotation in quotes")
            .quote(manifest, &pointer, Safety::Unsafe, "quote the other value");
    }
}

fn is_text(manifest: &Manifest, name: &str) -> bool {
    written(manifest, name).and_then(Node::as_str).is_some()
}
