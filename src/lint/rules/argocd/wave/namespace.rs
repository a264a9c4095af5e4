//! Namespaces, and what is in them.

use rustc_hash::FxHashSet;

use super::{Check, Findings, Operations, declare_rule, definition, title, wave_at};
use crate::diagnostic::Severity;

declare_rule! {
    /// ## What it does
    /// Checks that no Namespace says that it comes in a later wave than an object in it. Where another Application has the
    /// Namespace, checks that this one does not come after the one that needs it, unless that one makes the namespace
    /// itself.
    ///
    /// ## Why is this bad?
    /// Inside of one Application it is not so: Argo CD moves the Namespace to where it is needed first, and whoever reads
    /// its wave is misled. From one Application to another nothing is moved, and the sync fails because the namespace does
    /// not exist (issue 4753).
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: shop, annotations: {argocd.argoproj.io/sync-wave: "1"}}
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, namespace: shop}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cluster, annotations: {argocd.argoproj.io/sync-wave: "2"}}
    /// spec: {source: {path: golden/dev/_cluster}}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/sync-wave: "1"}}
    /// spec: {source: {path: golden/dev/cart}}
    /// ---
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: shop}
    /// ---
    /// # golden/dev/cart
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, namespace: shop}
    /// ```
    ///
    /// A hook moves the Namespace into its own phase, whatever the wave; the wave is misleading all the same.
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: shop, annotations: {argocd.argoproj.io/sync-wave: "5"}}
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, namespace: shop}
    /// ---
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: migrate, namespace: shop, annotations: {argocd.argoproj.io/hook: PreSync}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: shop, annotations: {argocd.argoproj.io/sync-wave: "-1"}}
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, namespace: shop}
    /// ---
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: migrate, namespace: shop, annotations: {argocd.argoproj.io/hook: PreSync}}
    /// ```
    pub(in crate::lint::rules) static LATE = {
        code: "ARG105",
        summary: "Namespace in a later wave than what is in it",
        severity: Warning,
        since: "0.1.0",
        check: Check::Operations(late),
    }
}

fn late(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for operation in &operations.ordered {
        definition::moved(operation, "Namespace", findings);
    }
    late_elsewhere(operations, findings);
}

fn late_elsewhere(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    let mut told = FxHashSet::default();
    for (application, object) in operations.synced.objects(operations.set) {
        let Some(name) = object.id.namespace.as_deref() else { continue };
        if !told.insert((&object.owner, name)) {
            continue;
        }
        let Some(namespace) = operations.set.find("Namespace", None, name) else { continue };
        let Some(maker) = operations.synced.application(namespace) else { continue };
        let is_made = application.has_option("CreateNamespace=true")
            && application.text("/spec/destination/namespace") == Some(name);
        if namespace.owner == object.owner || is_made || !definition::is_before(application, maker) {
            continue;
        }
        let message = format!("a later Application has the Namespace of {}", title(object));
        findings
            .add(object, "/metadata/namespace", message)
            .severity(Severity::Error)
            .related(namespace, "/metadata/name", "the Namespace")
            .related(maker.manifest, &wave_at(maker.manifest), "the Application that has it")
            .help("give that Application an earlier wave, or this one the sync option `CreateNamespace=true`");
    }
}
