//! The `Job` (batch/v1) that runs a load test after each sync.

use super::InCluster;
use crate::{
    diagnostic::Diagnostic,
    manifest::Manifest,
    node::{Key, Node, object},
    render::{Context, Kind, Render},
    sync::{HOOK, HOOK_DELETE_POLICY, SYNC_WAVE},
};

pub(in crate::render) static KIND: Kind = Kind { api_version: "batch/v1", name: "Job", render: Render::App(render) };

/// One run, and no second try: a verdict does not get better by asking again, and a load test is no small request.
fn render(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let Some(load) = InCluster::of(context.app) else { return Vec::new() };
    let workers = load.workers();
    let spec = object! {
        "activeDeadlineSeconds": load.deadline(diagnostics),
        "backoffLimit": load.node(0),
        "completionMode": workers.map(|workers| Node::new("Indexed", workers.span)),
        "completions": workers,
        "parallelism": workers,
        "template": load.template(context),
    };
    vec![KIND.annotated(context, load.name(), &annotations(&load), object! { "spec": spec })]
}

/// It stays when its sync has succeeded, for its log: the next one takes its place.
fn annotations(load: &InCluster<'_>) -> Vec<(Key, Node)> {
    let own = load.job.and_then(|job| job.wave.as_ref());
    let own = own.and_then(|wave| Some(Node::new(wave.scalar_text()?, wave.span)));
    let annotations = object! {
        HOOK: load.node("PostSync"),
        HOOK_DELETE_POLICY: load.node("BeforeHookCreation"),
        SYNC_WAVE: own.or_else(|| Some(load.node(last_wave(load)?.to_string()))),
    };
    annotations.entries().to_vec()
}

/// The wave behind all other jobs of the phase: what they prepare or find out comes first. None where it would be 0.
fn last_wave(load: &InCluster<'_>) -> Option<i64> {
    let others = load.app.spec.jobs.iter().filter(|(_, job)| job.is_hook("PostSync"));
    let waves = others.map(|(_, job)| job.wave.as_ref().and_then(Node::as_int).unwrap_or_default());
    waves.max().map(|wave| wave.saturating_add(1)).filter(|wave| *wave != 0)
}
