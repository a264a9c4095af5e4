//! Kinds, and the objects of them.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Check, Findings, Manifest, Operation, Operations, SYNC_WAVE, Safety, Task, annotation_at, declare_rule, title,
    wave_at, when, written,
};
use crate::sync::{Application, SYNC_OPTIONS, values, wave};

declare_rule! {
    /// ## What it does
    /// Checks that no CustomResourceDefinition says that it comes in a later wave than an object of its kind in the same
    /// Application.
    ///
    /// ## Why is this bad?
    /// It is not so: Argo CD moves the definition to where the first object of the kind is (`syncTasks.Sort` of
    /// gitops-engine). Whoever reads the wave, and puts something between the two, is misled.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apiextensions.k8s.io/v1
    /// kind: CustomResourceDefinition
    /// metadata: {name: widgets.acme.example, annotations: {argocd.argoproj.io/sync-wave: "2"}}
    /// spec: {group: acme.example, names: {kind: Widget}}
    /// ---
    /// apiVersion: acme.example/v1
    /// kind: Widget
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/sync-wave: "1"}}
    /// ```
    ///
    /// A definition that says nothing of waves is moved as well, and nobody is misled.
    /// ```yaml,silent
    /// apiVersion: apiextensions.k8s.io/v1
    /// kind: CustomResourceDefinition
    /// metadata: {name: widgets.acme.example}
    /// spec: {group: acme.example, names: {kind: Widget}}
    /// ---
    /// apiVersion: acme.example/v1
    /// kind: Widget
    /// metadata: {name: cart, annotations: {argocd.argoproj.io/sync-wave: "-1"}}
    /// ```
    pub(in crate::lint::rules) static OVERRIDDEN = {
        code: "ARG103",
        summary: "definition of a kind in a later wave than its objects",
        severity: Warning,
        since: "0.1.0",
        check: Check::Operations(overridden),
    }
}

fn overridden(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for operation in &operations.ordered {
        moved(operation, "CustomResourceDefinition", findings);
    }
}

/// Reports what says one wave and is applied in another, because it is needed earlier.
pub(super) fn moved(operation: &Operation<'_>, kind: &str, findings: &mut Findings<'_>) {
    let is_said = |task: &&Task<'_>| task.is_overridden() && written(task.manifest, SYNC_WAVE).is_some();
    for task in operation.plan.tasks.iter().filter(|task| task.manifest.kind() == kind).filter(is_said) {
        // What is moved into another phase is moved whatever its wave: there, only its own phase can tell.
        let Some(first) = operation.plan.first_before_declared(task) else { continue };
        let (user, wave) = (first.manifest, first.wave.to_string());
        let message = format!("{} is applied in {}, not in wave {}", title(task.manifest), when(task), task.declared.1);
        let pointer = annotation_at(SYNC_WAVE);
        findings
            .add(task.manifest, pointer.as_str(), message)
            .related(user, &wave_at(user), format!("{} needs it there", title(user)))
            .help(format!("give it the wave {wave}, or an earlier one"))
            .replace(task.manifest, &pointer, wave.as_str(), Safety::Safe, "write the wave that it has");
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that an Application with objects of a kind does not come before, or together with, the Application that has
    /// the CustomResourceDefinition, unless it skips the dry run of kinds that are missing.
    ///
    /// ## Why is this bad?
    /// Argo CD tries all objects before it applies the first one. A single one of an unknown kind fails that, and then
    /// nothing of the Application is applied. It knows of definitions of the same sync only.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: operator}
    /// spec: {source: {path: golden/dev/operator}}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {source: {path: golden/dev/cart}}
    /// ---
    /// # golden/dev/operator
    /// apiVersion: apiextensions.k8s.io/v1
    /// kind: CustomResourceDefinition
    /// metadata: {name: widgets.acme.example}
    /// spec: {group: acme.example, names: {kind: Widget}}
    /// ---
    /// # golden/dev/cart
    /// apiVersion: acme.example/v1
    /// kind: Widget
    /// metadata: {name: cart}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: operator, annotations: {argocd.argoproj.io/sync-wave: "-1"}}
    /// spec: {source: {path: golden/dev/operator}}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {source: {path: golden/dev/cart}}
    /// ---
    /// # golden/dev/operator
    /// apiVersion: apiextensions.k8s.io/v1
    /// kind: CustomResourceDefinition
    /// metadata: {name: widgets.acme.example}
    /// spec: {group: acme.example, names: {kind: Widget}}
    /// ---
    /// # golden/dev/cart
    /// apiVersion: acme.example/v1
    /// kind: Widget
    /// metadata: {name: cart}
    /// ```
    pub(in crate::lint::rules) static ELSEWHERE = {
        code: "ARG104",
        summary: "object whose kind another Application defines too late",
        severity: Error,
        since: "0.1.0",
        check: Check::Operations(elsewhere),
    }
}

/// Applies what it can though a kind is missing.
const SKIP: &str = "SkipDryRunOnMissingResource=true";

fn elsewhere(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    let definitions = definitions(operations);
    if definitions.is_empty() {
        return;
    }
    let mut told = FxHashSet::default();
    for (application, object) in operations.synced.objects(operations.set) {
        let gvk = &object.id.gvk;
        let Some((definer, definition)) = definitions.get(&(gvk.group.as_str(), gvk.kind.as_str())) else { continue };
        let skips = application.has_option(SKIP) || values(object, SYNC_OPTIONS).contains(&SKIP);
        let is_known = definition.owner == object.owner || skips || is_before(*definer, application);
        if is_known || !told.insert((&object.owner, gvk)) {
            continue;
        }
        let message = format!("another Application defines {}, and not before this one is synced", object.kind());
        findings
            .add(object, "/kind", message)
            .related(definition, "/metadata/name", "the definition")
            .related(definer.manifest, &wave_at(definer.manifest), "the Application that has it")
            .help(format!("give that Application an earlier wave, or this one the sync option `{SKIP}`"));
    }
}

/// Definitions that an Application is known to sync, by group and kind.
fn definitions<'a>(operations: &Operations<'a>) -> FxHashMap<(&'a str, &'a str), (Application<'a>, &'a Manifest)> {
    let all = operations.set.of_kind("CustomResourceDefinition");
    let known = all.filter_map(|definition| {
        let application = operations.synced.application(definition)?;
        Some((definition.defined_kind()?, (application, definition)))
    });
    known.collect()
}

/// Whether an Application is in an earlier wave than another one.
pub(super) fn is_before(earlier: Application<'_>, later: Application<'_>) -> bool {
    wave(earlier.manifest) < wave(later.manifest)
}
