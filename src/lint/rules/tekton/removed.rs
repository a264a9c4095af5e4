//! What Tekton has lost on its way to version 1.

use super::{Check, Findings, declare_rule, unit};
use crate::{manifest::Manifest, node::Node};

declare_rule! {
    /// ## What it does
    /// Finds what Tekton Pipelines 1.0 has no longer: PipelineResources (`resources` of a Pipeline, Task or run),
    /// references to ClusterTasks, and `bundle` of a reference.
    ///
    /// ## Why is this bad?
    /// Tekton refuses the object, or drops the field.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: tekton.dev/v1beta1
    /// kind: Pipeline
    /// metadata: {name: build}
    /// spec:
    ///   resources: [{name: source, type: git}]
    ///   tasks:
    ///     - {name: fetch, taskRef: {name: git-clone, kind: ClusterTask}}
    ///     - {name: build, taskRef: {name: make, bundle: registry.example.com/tasks:1}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata: {name: build}
    /// spec:
    ///   tasks:
    ///     - name: fetch
    ///       taskRef: {resolver: hub, params: [{name: name, value: git-clone}, {name: version, value: "0.9"}]}
    /// ```
    pub(super) static REMOVED = {
        code: "TKN009",
        summary: "something that Tekton has no longer",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: super::KINDS, check: removed },
    }
}

fn removed(manifest: &Manifest, findings: &mut Findings<'_>) {
    let Some(unit) = unit(manifest) else { return };
    let pointer = format!("{}/resources", unit.pointer);
    if manifest.object.at(&pointer).is_some() {
        let message =
            format!("{} has `resources`, and PipelineResources are gone since Tekton Pipelines 0.46", unit.title());
        let help = "use workspaces for files, params and results for texts, and tasks such as `git-clone`";
        findings.add(manifest, pointer, message).at_key(manifest).help(help);
    }
    for (pointer, task) in unit.tasks() {
        let text = |field: &str| task.at(field).and_then(Node::as_str);
        if text("/taskRef/kind") == Some("ClusterTask") {
            let message =
                format!("a task of {} calls a ClusterTask, which are gone since Tekton Pipelines 1.0", unit.title());
            let help = "use a Task of the same namespace, or the `cluster` resolver";
            findings.add(manifest, format!("{pointer}/taskRef/kind"), message).help(help);
        }
        if text("/taskRef/bundle").is_some() {
            let message =
                format!("a task of {} names a `bundle`, which is gone since Tekton Pipelines 1.0", unit.title());
            findings
                .add(manifest, format!("{pointer}/taskRef/bundle"), message)
                .at_key(manifest)
                .help("use the `bundles` resolver");
        }
    }
}
