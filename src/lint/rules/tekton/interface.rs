//! What Pipelines and Tasks declare, and what they use.

use super::{Check, Findings, KINDS, Unit, declare_rule, did_you_mean, name, reference::given, text, unit};
use crate::{manifest::Manifest, node::Node};

/// Every `$(…)` of a definition, with the pointer to the text around it.
fn references<'a>(unit: &Unit<'a>) -> Vec<(String, &'a str)> {
    let mut texts = Vec::new();
    if let Some(node) = unit.manifest.object.at(unit.pointer) {
        text::texts(unit.pointer, node, &mut texts);
    }
    let each = texts.into_iter().flat_map(|(pointer, text)| {
        text::references(text).map(move |reference| (pointer.clone(), reference)).collect::<Vec<_>>()
    });
    each.collect()
}

/// What the tasks inside of a Pipeline declare for themselves, or are given: they may speak of it by their own names.
fn inner<'a>(unit: &Unit<'a>, list: &str) -> Vec<&'a str> {
    let specs = unit.tasks().filter_map(|(_, task)| task.get("taskSpec"));
    let declared = specs.flat_map(|spec| spec.get(list).map_or(&[][..], Node::items)).filter_map(name);
    declared.chain(unit.tasks().flat_map(|(_, task)| given(task, list))).collect()
}

declare_rule! {
    /// ## What it does
    /// Checks that a Pipeline or Task declares every parameter that it uses: `$(params.image)`.
    ///
    /// ## Why is this bad?
    /// Tekton refuses the object, or hands the text on as it is written.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata: {name: build}
    /// spec:
    ///   params: [{name: image}]
    ///   steps: [{name: build, image: buildah:1.38, args: [push, $(params.imgae)]}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: tekton.dev/v1
    /// kind: PipelineRun
    /// metadata: {name: build}
    /// spec:
    ///   params: [{name: image, value: shop}]
    ///   pipelineSpec:
    ///     tasks:
    ///       - name: build
    ///         taskSpec:
    ///           params: [{name: tag, default: a}]
    ///           steps: [{name: build, image: buildah:1.38, args: [push, "$(params.image):$(params.tag)"]}]
    /// ```
    pub(super) static UNDECLARED_PARAMETER = {
        code: "TKN003",
        summary: "parameter that nobody declares",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: undeclared_parameter },
    }
}

fn undeclared_parameter(manifest: &Manifest, findings: &mut Findings<'_>) {
    let Some(unit) = unit(manifest) else { return };
    let mut known = [unit.names("params"), unit.names_of_run("params"), inner(&unit, "params")].concat();
    // Tekton's first versions kept them there.
    known.extend(unit.items("inputs/params").filter_map(|(_, item)| name(item)));
    for (pointer, reference) in references(&unit) {
        let reference = reference.strip_prefix("inputs.").unwrap_or(reference);
        let Some(parameter) = text::named(reference, "params").filter(|it| !known.contains(it)) else { continue };
        let message = format!("{} uses the parameter `{parameter}`, and does not declare it", unit.title());
        let help = did_you_mean(parameter, known.iter().copied(), "declare it in `params`");
        findings.add(manifest, pointer, message).help(help);
    }
}

declare_rule! {
    /// ## What it does
    /// Points out parameters that a Pipeline or Task declares and does not use.
    ///
    /// ## Why is this bad?
    /// Whoever starts it has to give a value, and it changes nothing.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata: {name: deploy}
    /// spec:
    ///   params: [{name: image}, {name: namespace}]
    ///   tasks:
    ///     - {name: deploy, taskRef: {name: helm}, params: [{name: namespace, value: $(params.namespace)}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata: {name: deploy}
    /// spec:
    ///   params: [{name: namespace}]
    ///   tasks:
    ///     - {name: deploy, taskRef: {name: helm}, params: [{name: namespace, value: $(params.namespace)}]}
    /// ```
    pub(super) static UNUSED_PARAMETER = {
        code: "TKN004",
        summary: "parameter that nothing uses",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: unused_parameter },
    }
}

fn unused_parameter(manifest: &Manifest, findings: &mut Findings<'_>) {
    let Some(unit) = unit(manifest).filter(|unit| unit.items("params").next().is_some()) else { return };
    let used = references(&unit);
    for (pointer, parameter) in unit.items("params") {
        let Some(name) = name(parameter) else { continue };
        let is_used = used.iter().any(|(_, reference)| {
            text::named(reference.strip_prefix("inputs.").unwrap_or(reference), "params") == Some(name)
        });
        if !is_used {
            let message = format!("{} does not use its parameter `{name}`", unit.title());
            findings.add(manifest, pointer + "/name", message).help(format!("use `$(params.{name})`, or remove it"));
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that a Pipeline declares the workspaces that it gives to tasks, and a Task those whose path it uses.
    ///
    /// ## Why is this bad?
    /// Tekton refuses the object.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata: {name: build}
    /// spec:
    ///   workspaces: [{name: shared}]
    ///   tasks: [{name: fetch, taskRef: {name: git-clone}, workspaces: [{name: output, workspace: share}]}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata: {name: build}
    /// spec:
    ///   workspaces: [{name: shared}, {name: cache}]
    ///   tasks:
    ///     - name: fetch
    ///       taskRef: {name: git-clone}
    ///       workspaces: [{name: output, workspace: shared}, {name: cache}]
    /// ```
    pub(super) static UNDECLARED_WORKSPACE = {
        code: "TKN005",
        summary: "workspace that nobody declares",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: undeclared_workspace },
    }
}

fn undeclared_workspace(manifest: &Manifest, findings: &mut Findings<'_>) {
    let Some(unit) = unit(manifest) else { return };
    let known = [unit.names("workspaces"), unit.names_of_run("workspaces")].concat();
    let inner = inner(&unit, "workspaces");
    let named = named_workspaces(&unit).into_iter().filter(|(_, name)| !inner.contains(name));
    let used = given_workspaces(&unit).into_iter().chain(named);
    for (pointer, workspace) in used.filter(|(_, name)| !known.contains(name)) {
        let message = format!("{} uses the workspace `{workspace}`, and does not declare it", unit.title());
        let help = did_you_mean(workspace, known.iter().copied(), "declare it in `workspaces`");
        findings.add(manifest, pointer, message).help(help);
    }
}

/// The workspaces that a Pipeline gives to its tasks, with the pointers to where it does.
fn given_workspaces<'a>(unit: &Unit<'a>) -> Vec<(String, &'a str)> {
    let mut used = Vec::new();
    for (pointer, task) in unit.tasks() {
        let given = task.get("workspaces").map_or(&[][..], Node::items).iter().enumerate();
        used.extend(given.filter_map(|(at, given)| {
            let field = if given.get("workspace").is_some() { "workspace" } else { "name" };
            Some((format!("{pointer}/workspaces/{at}/{field}"), given.get(field)?.as_str()?))
        }));
    }
    used
}

/// The workspaces whose path or volume a definition asks for; one that is not there is no mistake where it asks only
/// whether it is.
fn named_workspaces<'a>(unit: &Unit<'a>) -> Vec<(String, &'a str)> {
    let asks_for_it = |reference: &str| reference.rsplit_once('.').is_none_or(|(_, field)| field != "bound");
    let asked = references(unit).into_iter().filter(|(_, reference)| asks_for_it(reference));
    asked.filter_map(|(pointer, reference)| Some((pointer, text::named(reference, "workspaces")?))).collect()
}

declare_rule! {
    /// ## What it does
    /// Points out workspaces that a Pipeline declares and gives to no task.
    ///
    /// ## Why is this bad?
    /// Whoever starts it has to bring a volume, and nothing is in it afterwards.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata: {name: build}
    /// spec:
    ///   workspaces: [{name: shared}]
    ///   tasks: [{name: fetch, taskRef: {name: git-clone}}]
    /// ```
    ///
    /// A Task may know the path of its workspace.
    /// ```yaml,silent
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata: {name: build}
    /// spec: {workspaces: [{name: source, mountPath: /src}], steps: [{name: build, image: make:4, workingDir: /src}]}
    /// ```
    pub(super) static UNUSED_WORKSPACE = {
        code: "TKN006",
        summary: "workspace that no task gets",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: unused_workspace },
    }
}

fn unused_workspace(manifest: &Manifest, findings: &mut Findings<'_>) {
    let Some(unit) = unit(manifest).filter(|unit| unit.is_pipeline) else { return };
    let used = [given_workspaces(&unit), named_workspaces(&unit)].concat();
    // A task that is written inside gets the workspaces of its name by itself.
    let specs = unit.tasks().filter_map(|(_, task)| task.get("taskSpec"));
    let inner: Vec<&str> =
        specs.flat_map(|spec| spec.get("workspaces").map_or(&[][..], Node::items)).filter_map(name).collect();
    for (pointer, workspace) in unit.items("workspaces") {
        let Some(name) = name(workspace).filter(|name| !inner.contains(name)) else { continue };
        if used.iter().all(|(_, used)| *used != name) {
            let message = format!("{} gives its workspace `{name}` to no task", unit.title());
            findings.add(manifest, pointer + "/name", message).help("give it to a task by `workspaces`, or remove it");
        }
    }
}
