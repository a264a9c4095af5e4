//! `ARG`: what Argo CD reads: Applications and their projects, waves, hooks and plugins.

pub(super) mod application;
pub(super) mod hook;
pub(super) mod plugin;
pub(super) mod wave;

use super::{Check, Findings, Rule, declare_rule, did_you_mean, standard_cron};
use crate::{
    manifest::Manifest,
    node::{Node, escape},
    sync::{HELM_HOOK_WEIGHT, Phase, SYNC_WAVE, Task},
};

/// The JSON pointer to an annotation.
fn annotation_at(name: &str) -> String {
    format!("/metadata/annotations/{}", escape(name))
}

/// An annotation as it is written, whether or not Argo CD can read it.
fn written<'a>(manifest: &'a Manifest, name: &str) -> Option<&'a Node> {
    manifest.object.get("metadata")?.get("annotations")?.get(name)
}

/// The JSON pointer to what says an object's wave; to its name where nothing does.
fn wave_at(manifest: &Manifest) -> String {
    let said = [SYNC_WAVE, HELM_HOOK_WEIGHT].into_iter().find(|name| written(manifest, name).is_some());
    said.map_or_else(|| "/metadata/name".to_owned(), annotation_at)
}

/// What an object is called in a message: its kind and name.
fn title(manifest: &Manifest) -> String {
    let generated = || manifest.object.at("/metadata/generateName").and_then(Node::as_str).unwrap_or_default();
    let name = if manifest.id.name.is_empty() { generated() } else { &manifest.id.name };
    if name.is_empty() { manifest.kind().to_owned() } else { format!("{} `{name}`", manifest.kind()) }
}

/// When a task has its turn.
fn when(task: &Task<'_>) -> String {
    match task.phase {
        Phase::Sync => format!("wave {}", task.wave),
        phase => format!("wave {} of {}", task.wave, phase.name()),
    }
}
