//! Which task of a Pipeline runs before which.

use rustc_hash::FxHashSet;

use super::{Check, Findings, Unit, declare_rule, did_you_mean, name, text, unit};
use crate::{manifest::Manifest, node::Node};

/// The kinds that define a Pipeline.
const KINDS: &[&str] = &["Pipeline", "PipelineRun"];

declare_rule! {
    /// ## What it does
    /// Checks the order of a Pipeline's tasks: each has a name of its own, `runAfter` names tasks that are there, no
    /// task waits for itself, and what runs at the end waits for nothing.
    ///
    /// ## Why is this bad?
    /// Tekton refuses the Pipeline.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata: {name: build}
    /// spec:
    ///   tasks:
    ///     - {name: fetch, taskRef: {name: git-clone}, runAfter: [test]}
    ///     - {name: build, taskRef: {name: make}, runAfter: [fecth]}
    ///     - {name: test, taskRef: {name: make}, runAfter: [fetch]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata: {name: build}
    /// spec:
    ///   tasks:
    ///     - {name: build, taskRef: {name: make}, runAfter: [fetch]}
    ///     - {name: fetch, taskRef: {name: git-clone}}
    /// ```
    pub(super) static IMPOSSIBLE_ORDER = {
        code: "TKN001",
        summary: "tasks of a Pipeline cannot run in this order",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: impossible_order },
    }
}

fn impossible_order(manifest: &Manifest, findings: &mut Findings<'_>) {
    let Some(unit) = unit(manifest) else { return };
    let mut seen = FxHashSet::default();
    for (pointer, task) in unit.tasks() {
        if let Some(twice) = name(task).filter(|name| !seen.insert(*name)) {
            let message = format!("two tasks of {} are called `{twice}`", unit.title());
            findings.add(manifest, pointer + "/name", message).help("give each task its own name");
        }
    }
    for (pointer, after) in unit.items("tasks").flat_map(|(pointer, task)| run_after(&pointer, task)) {
        let known = unit.names("tasks");
        if !known.contains(&after) {
            let message = format!("a task of {} runs after `{after}`, which it does not have", unit.title());
            let help = did_you_mean(after, known.iter().copied(), "name a task of `tasks`");
            findings.add(manifest, pointer, message).suggest(manifest, help);
        }
    }
    for (pointer, _) in unit.items("finally").filter(|(_, task)| task.get("runAfter").is_some()) {
        let message = format!("a task at the end of {} has a `runAfter`", unit.title());
        findings
            .add(manifest, pointer + "/runAfter", message)
            .help("remove `runAfter`: all tasks of `finally` run at once");
    }
    if let Some((pointer, name)) = cycle(&unit) {
        let message = format!("task `{name}` of {} waits for itself", unit.title());
        findings.add(manifest, pointer, message).help("break the circle of `runAfter` and of results");
    }
}

fn run_after<'a>(pointer: &str, task: &'a Node) -> Vec<(String, &'a str)> {
    let items = task.get("runAfter").map_or(&[][..], Node::items).iter().enumerate();
    items.filter_map(|(at, after)| Some((format!("{pointer}/runAfter/{at}"), after.as_str()?))).collect()
}

/// The results that a task reads: the pointer to the text, the task that makes it, and its name.
fn results<'a>(pointer: &str, task: &'a Node) -> Vec<(String, &'a str, &'a str)> {
    let mut texts = Vec::new();
    text::texts(pointer, task, &mut texts);
    let mut found = Vec::new();
    for (pointer, text) in texts {
        for reference in text::references(text) {
            let Some(maker) = text::named(reference, "tasks") else { continue };
            let rest = reference.strip_prefix("tasks.").and_then(|rest| rest.strip_prefix(maker)).unwrap_or_default();
            found.extend(text::named(rest, ".results").map(|result| (pointer.clone(), maker, result)));
        }
    }
    found
}

/// A task that waits for itself, over however many others: the pointer to it, and its name.
fn cycle<'a>(unit: &Unit<'a>) -> Option<(String, &'a str)> {
    let tasks: Vec<(String, &str, Vec<&str>)> = unit
        .items("tasks")
        .filter_map(|(pointer, task)| {
            let after = run_after(&pointer, task).into_iter().map(|(_, after)| after);
            let after = after.chain(results(&pointer, task).into_iter().map(|(_, maker, _)| maker)).collect();
            Some((pointer, name(task)?, after))
        })
        .collect();
    // Tasks whose turn has come are taken away until nothing is left, or nothing goes.
    let mut open: Vec<_> = tasks.iter().collect();
    loop {
        let names: FxHashSet<&str> = open.iter().map(|(_, name, _)| *name).collect();
        let before = open.len();
        open.retain(|(_, _, after)| after.iter().any(|after| names.contains(after)));
        if open.len() == before {
            return open.first().map(|(pointer, name, _)| (pointer.clone(), *name));
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that the results that a Pipeline reads (`$(tasks.build.results.digest)`) are those of its own tasks, and,
    /// where the Task is rendered here or written inside, that it makes them.
    ///
    /// ## Why is this bad?
    /// Tekton refuses the Pipeline, or the run fails when everything before it is done.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata: {name: build}
    /// spec:
    ///   tasks:
    ///     - {name: build, taskRef: {name: buildah}}
    ///     - name: deploy
    ///       taskRef: {name: helm}
    ///       params: [{name: image, value: "$(tasks.biuld.results.image)@$(tasks.build.results.digets)"}]
    /// ---
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata: {name: buildah}
    /// spec: {results: [{name: digest}], steps: [{name: build, image: buildah:1.38}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata: {name: build}
    /// spec:
    ///   tasks: [{name: build, taskRef: {name: from-a-catalogue}}]
    ///   finally:
    ///     - name: tell
    ///       taskRef: {name: tell}
    ///       params: [{name: text, value: "$(tasks.build.status) $(tasks.build.results.digest)"}]
    /// ```
    pub(super) static MISSING_RESULT = {
        code: "TKN002",
        summary: "result that no task of the Pipeline makes",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: missing_result },
    }
}

fn missing_result(manifest: &Manifest, findings: &mut Findings<'_>) {
    let Some(unit) = unit(manifest) else { return };
    let known = unit.names("tasks");
    for (pointer, maker, result) in unit.tasks().flat_map(|(pointer, task)| results(&pointer, task)) {
        let Some((_, task)) = unit.items("tasks").find(|(_, task)| name(task) == Some(maker)) else {
            let message = format!("{} reads a result of the task `{maker}`, which it does not have", unit.title());
            let help = did_you_mean(maker, known.iter().copied(), "name a task of `tasks`");
            findings.add(manifest, pointer, message).help(help);
            continue;
        };
        let Some(made) = made(manifest, task, findings) else { continue };
        if !made.contains(&result) {
            let message = format!("task `{maker}` makes no result `{result}`");
            let help = did_you_mean(result, made.iter().copied(), "declare it in `results` of the Task");
            findings.add(manifest, pointer, message).help(help);
        }
    }
}

/// The results of a task, where its Task is known.
fn made<'a>(manifest: &'a Manifest, task: &'a Node, findings: &Findings<'a>) -> Option<Vec<&'a str>> {
    let spec = task.get("taskSpec").or_else(|| {
        let called = super::reference::local(task)?;
        findings.set.find("Task", manifest.id.namespace.as_deref(), called)?.object.get("spec")
    })?;
    // A Task of another kind says nothing here.
    spec.get("steps")?;
    Some(spec.get("results").map_or(&[][..], Node::items).iter().filter_map(name).collect())
}
