//! Why a field is not there.

use serde::Serialize;

use super::trace::{History, Tracer};
use crate::node::Pointer;

/// Why a field is not there.
#[derive(Serialize)]
pub(super) struct Absence {
    /// In one sentence; nothing where the layers tell it.
    pub(super) why: Option<&'static str>,
    /// The places of the merged spec whose value a layer deleted, or that own the field.
    pub(super) layers: Vec<History>,
    /// The part of the way that is there.
    pub(super) nearest: String,
    /// What stands there.
    pub(super) keys: Vec<String>,
}

pub(super) fn of(tracer: &Tracer<'_>, pointer: &Pointer) -> Absence {
    let (why, layers) = reasons(tracer, pointer);
    let steps = &pointer.0;
    let prefixes = (0..steps.len()).rev().map(|length| Pointer(steps[..length].to_vec()));
    let mut present = prefixes.filter_map(|prefix| Some((tracer.manifest.object.at(&prefix.to_string())?, prefix)));
    let (keys, nearest) = present.next().map_or_else(Default::default, |(node, prefix)| {
        let keys = node.entries().iter().map(|(key, _)| key.text.to_string()).collect();
        (keys, prefix.to_string())
    });
    Absence { why, layers, nearest, keys }
}

fn reasons(tracer: &Tracer<'_>, pointer: &Pointer) -> (Option<&'static str>, Vec<History>) {
    let Some(app) = tracer.app else { return (Some("no layer sets it"), Vec::new()) };
    let app_name = app.name.as_str();
    let hidden = tracer.hidden(pointer, &tracer.manifest.object);
    let name = pointer.0.last().map_or("", String::as_str);
    if name == "replicas"
        && let Some(autoscaling) = app.autoscaler()
    {
        let bound = autoscaling.max.as_ref().or(autoscaling.min.as_ref()).and_then(|bound| bound.span);
        let histories = bound.map(|span| tracer.repository.provenance(tracer.files, app_name, &[], span));
        return (Some("an autoscaler owns it"), tracer.shown_histories(hidden, &histories.unwrap_or_default()));
    }
    let deletions = tracer.repository.deletions(tracer.files, app_name, &[], name);
    let why = deletions.is_empty().then_some("no layer sets it");
    (why, tracer.shown_histories(hidden, &deletions))
}
