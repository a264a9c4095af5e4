//! `CHS`: the experiments of Chaos Mesh.

mod experiment;
mod schedule;
mod target;

use super::{Check, Findings, Rule, declare_rule, known_namespaces, near_miss, standard_cron};
use crate::{manifest::Manifest, node::Node};

pub(super) static RULES: &[&Rule] = &[
    &target::EMPTY_TARGET,
    &experiment::BAD_MODE,
    &experiment::NO_END,
    &experiment::MISSING_PARAMETERS,
    &schedule::BAD_SCHEDULE,
];

/// The kinds of experiments, and the fields that hold one of them in a Schedule or a step of a Workflow.
const KINDS: &[(&str, &str)] = &[
    ("AWSChaos", "awsChaos"),
    ("AzureChaos", "azureChaos"),
    ("BlockChaos", "blockChaos"),
    ("DNSChaos", "dnsChaos"),
    ("GCPChaos", "gcpChaos"),
    ("HTTPChaos", "httpChaos"),
    ("IOChaos", "ioChaos"),
    ("JVMChaos", "jvmChaos"),
    ("KernelChaos", "kernelChaos"),
    ("NetworkChaos", "networkChaos"),
    ("PhysicalMachineChaos", "physicalmachineChaos"),
    ("PodChaos", "podChaos"),
    ("StressChaos", "stressChaos"),
    ("TimeChaos", "timeChaos"),
];

/// One experiment.
struct Experiment<'a> {
    kind: &'static str,
    /// Where its fields stand.
    pointer: String,
    node: &'a Node,
    /// Whether it is a step of a Workflow, which says itself how long it takes.
    is_step: bool,
}

impl<'a> Experiment<'a> {
    fn text(&self, field: &str) -> Option<&'a str> {
        self.node.get(field)?.as_str()
    }

    fn pointer_to(&self, field: &str) -> String {
        format!("{}/{field}", self.pointer)
    }
}

/// The experiments of an object of Chaos Mesh: itself, that of a Schedule, or those of a Workflow's steps.
fn experiments(manifest: &Manifest) -> Vec<Experiment<'_>> {
    if manifest.id.gvk.group != "chaos-mesh.org" {
        return Vec::new();
    }
    let Some(spec) = manifest.object.get("spec") else { return Vec::new() };
    if let Some((kind, _)) = KINDS.iter().find(|(kind, _)| *kind == manifest.kind()) {
        return vec![Experiment { kind, pointer: "/spec".to_owned(), node: spec, is_step: false }];
    }
    let mut found = Vec::new();
    if manifest.kind() == "Schedule" {
        inside("/spec", spec, false, &mut found);
    }
    for (pointer, step) in manifest.items("/spec/templates") {
        inside(&pointer, step, true, &mut found);
    }
    found
}

fn inside<'a>(pointer: &str, node: &'a Node, is_step: bool, found: &mut Vec<Experiment<'a>>) {
    for (kind, field) in KINDS {
        found.extend(node.get(field).map(|node| Experiment {
            kind,
            pointer: format!("{pointer}/{field}"),
            node,
            is_step,
        }));
    }
}
