//! The Tasks that Pipelines call.

use super::{Check, Findings, declare_rule, did_you_mean, name, unit};
use crate::{manifest::Manifest, node::Node};

/// The kinds that define a Pipeline.
const KINDS: &[&str] = &["Pipeline", "PipelineRun"];

/// The name of the Task of the same namespace that a task calls, if it is one: no resolver, no bundle, no other kind.
pub(super) fn local(task: &Node) -> Option<&str> {
    let reference = task.get("taskRef")?;
    let text = |key: &str| reference.get(key).and_then(Node::as_str);
    let is_local = text("kind").is_none_or(|kind| kind == "Task")
        && text("apiVersion").is_none_or(|version| version.starts_with("tekton.dev/"))
        && reference.get("resolver").is_none()
        && reference.get("bundle").is_none();
    text("name").filter(|_| is_local)
}

declare_rule! {
    /// ## What it does
    /// Points out Tasks that a Pipeline calls and that are not among the others of its namespace here.
    ///
    /// ## Why is this bad?
    /// The run fails when it comes to that task.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata: {name: build}
    /// spec: {tasks: [{name: build, taskRef: {name: biuld}}]}
    /// ---
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata: {name: build}
    /// spec: {steps: [{name: build, image: make:4}]}
    /// ```
    ///
    /// Where no Task is here, all of them may be installed from a catalogue.
    /// ```yaml,silent
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata: {name: build}
    /// spec: {tasks: [{name: fetch, taskRef: {name: git-clone}}]}
    /// ```
    pub(super) static MISSING_TASK = {
        code: "TKN007",
        summary: "Pipeline calls a Task that nothing renders",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: missing_task },
    }
}

fn missing_task(manifest: &Manifest, findings: &mut Findings<'_>) {
    let Some(unit) = unit(manifest) else { return };
    let namespace = manifest.id.namespace.as_deref();
    let known: Vec<&str> = findings.set.names("Task", namespace).collect();
    for (pointer, task) in unit.tasks().filter(|_| !known.is_empty()) {
        let Some(called) = local(task).filter(|called| !known.contains(called)) else { continue };
        let message = format!("{} calls Task `{called}`, which nothing renders", unit.title());
        let help = did_you_mean(called, known.iter().copied(), "render the Task, or let a resolver fetch it");
        findings.add(manifest, pointer + "/taskRef/name", message).suggest(manifest, help);
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that a Pipeline gives each Task that is rendered here the parameters without a default and the workspaces
    /// that are not optional, and no workspace that the Task does not have.
    ///
    /// ## Why is this bad?
    /// The run fails when it comes to that task.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata: {name: build}
    /// spec:
    ///   workspaces: [{name: shared}]
    ///   tasks: [{name: build, taskRef: {name: make}, workspaces: [{name: src, workspace: shared}]}]
    /// ---
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata: {name: make}
    /// spec:
    ///   params: [{name: target}]
    ///   workspaces: [{name: source}]
    ///   steps: [{name: make, image: make:4, args: [$(params.target)]}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata: {name: build}
    /// spec: {tasks: [{name: build, taskRef: {name: make}, matrix: {params: [{name: target, value: [a, b]}]}}]}
    /// ---
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata: {name: make}
    /// spec:
    ///   params: [{name: target}, {name: jobs, default: "2"}]
    ///   workspaces: [{name: cache, optional: true}]
    ///   steps: [{name: make, image: make:4, args: [$(params.target)]}]
    /// ```
    pub(super) static INCOMPLETE_CALL = {
        code: "TKN008",
        summary: "Pipeline does not give a Task what it asks for",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: incomplete_call },
    }
}

fn incomplete_call(manifest: &Manifest, findings: &mut Findings<'_>) {
    let Some(unit) = unit(manifest) else { return };
    let set = findings.set;
    for (pointer, task) in unit.tasks() {
        let namespace = manifest.id.namespace.as_deref();
        let Some(called) =
            local(task).filter(|called| set.names("Task", namespace).filter(|it| it == called).count() == 1)
        else {
            continue;
        };
        let Some(called) = set.find("Task", namespace, called) else { continue };
        for (list, what, is_optional) in [("params", "parameter", "default"), ("workspaces", "workspace", "optional")] {
            let given = given(task, list);
            let lacking = called.items(&format!("/spec/{list}")).filter(|(_, item)| item.get(is_optional).is_none());
            for (place, name) in lacking.filter_map(|(place, item)| Some((place, name(item)?))) {
                if given.contains(&name) {
                    continue;
                }
                let message = format!("{} does not give Task `{}` the {what} `{name}`", unit.title(), called.id.name);
                findings
                    .add(manifest, format!("{pointer}/{list}"), message)
                    .related(called, &place, "the Task asks for it here")
                    .help(format!("add it to `{list}` of the task"));
            }
        }
        surplus_workspaces(manifest, &pointer, task, called, findings);
    }
}

/// The names of what a task is given.
pub(super) fn given<'a>(task: &'a Node, list: &str) -> Vec<&'a str> {
    let own = task.get(list).map_or(&[][..], Node::items).iter();
    let matrix = task.get("matrix").and_then(|matrix| matrix.get(list)).map_or(&[][..], Node::items).iter();
    let include = task.at("/matrix/include").map_or(&[][..], Node::items).iter();
    let include = include.flat_map(|one| one.get(list).map_or(&[][..], Node::items));
    own.chain(matrix).chain(include).filter_map(name).collect()
}

fn surplus_workspaces(manifest: &Manifest, pointer: &str, task: &Node, called: &Manifest, findings: &mut Findings<'_>) {
    let known: Vec<&str> = called.items("/spec/workspaces").filter_map(|(_, item)| name(item)).collect();
    for (at, item) in task.get("workspaces").map_or(&[][..], Node::items).iter().enumerate() {
        let Some(name) = name(item).filter(|name| !known.contains(name)) else { continue };
        let message = format!("Task `{}` has no workspace `{name}`", called.id.name);
        let help = did_you_mean(name, known.iter().copied(), "remove it, or declare it in the Task");
        findings.add(manifest, format!("{pointer}/workspaces/{at}/name"), message).suggest(manifest, help);
    }
}
