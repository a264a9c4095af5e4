//! `TKN`: the Pipelines and Tasks of Tekton.

mod interface;
mod order;
mod reference;
mod removed;
mod text;

use super::{Check, Findings, Rule, declare_rule, did_you_mean};
use crate::{manifest::Manifest, node::Node};

pub(super) static RULES: &[&Rule] = &[
    &order::IMPOSSIBLE_ORDER,
    &order::MISSING_RESULT,
    &interface::UNDECLARED_PARAMETER,
    &interface::UNUSED_PARAMETER,
    &interface::UNDECLARED_WORKSPACE,
    &interface::UNUSED_WORKSPACE,
    &reference::MISSING_TASK,
    &reference::INCOMPLETE_CALL,
    &removed::REMOVED,
];

/// A Pipeline or a Task, on its own or inside of a run.
struct Unit<'a> {
    manifest: &'a Manifest,
    /// Where its fields stand: a JSON pointer.
    pointer: &'static str,
    is_pipeline: bool,
}

/// What an object defines.
fn unit(manifest: &Manifest) -> Option<Unit<'_>> {
    let (pointer, is_pipeline) = match manifest.kind() {
        "Pipeline" => ("/spec", true),
        "PipelineRun" => ("/spec/pipelineSpec", true),
        "Task" | "ClusterTask" => ("/spec", false),
        "TaskRun" => ("/spec/taskSpec", false),
        _ => return None,
    };
    let is_here = manifest.id.gvk.group == "tekton.dev" && manifest.object.at(pointer).is_some();
    is_here.then_some(Unit { manifest, pointer, is_pipeline })
}

/// The kinds that define a Pipeline or a Task.
const KINDS: &[&str] = &["Pipeline", "PipelineRun", "Task", "ClusterTask", "TaskRun"];

impl<'a> Unit<'a> {
    fn items(&self, list: &str) -> impl Iterator<Item = (String, &'a Node)> + use<'a> {
        self.manifest.items(&format!("{}/{list}", self.pointer))
    }

    /// The names in a list of the definition.
    fn names(&self, list: &str) -> Vec<&'a str> {
        self.items(list).filter_map(|(_, item)| name(item)).collect()
    }

    /// The names that a run around the definition adds to a list.
    fn names_of_run(&self, list: &str) -> Vec<&'a str> {
        let run = format!("/spec/{list}");
        let items = self.manifest.items(&run).filter(|_| self.pointer != "/spec");
        items.filter_map(|(_, item)| name(item)).collect()
    }

    /// The tasks of a Pipeline, those at its end last, with the pointers to them.
    fn tasks(&self) -> impl Iterator<Item = (String, &'a Node)> + use<'a> {
        self.items("tasks").chain(self.items("finally"))
    }

    /// `Pipeline `build``, for a message.
    fn title(&self) -> String {
        let generated = || self.manifest.object.at("/metadata/generateName").and_then(Node::as_str).unwrap_or_default();
        let name = &self.manifest.id.name;
        format!("{} `{}`", self.manifest.kind(), if name.is_empty() { generated() } else { name })
    }
}

fn name(node: &Node) -> Option<&str> {
    node.get("name")?.as_str()
}
