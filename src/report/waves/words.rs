//! Words about syncs that several formats share.

use super::{Chart, Id, Object, Opening, Step};

/// `Deployment web`.
pub(super) fn named(id: &Id) -> String {
    format!("{} `{}`", id.kind, id.name)
}

impl Opening {
    /// What it means, in a few words.
    pub(super) fn consequence(self) -> &'static str {
        match self {
            Self::End => "nothing is waited for",
            Self::Pause => "nothing here has a health check",
            Self::Healthy => "goes on when it is healthy",
            Self::Doubtful => "may wait for ever",
            Self::Never => "never goes on",
        }
    }

    /// What class of a picture it is drawn in.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::End => "end",
            Self::Pause => "pause",
            Self::Healthy => "healthy",
            Self::Doubtful => "doubtful",
            Self::Never => "never",
        }
    }
}

/// `pauses 2 s, then waits for Deployment web, api; Job a`.
pub(super) fn gate(step: &Step) -> String {
    let awaited: Vec<&Object> = step.objects.iter().filter(|object| object.awaited).collect();
    let kinds = awaited.chunk_by(|a, b| a.id.kind == b.id.kind).map(|objects| {
        let names: Vec<&str> = objects.iter().map(|object| object.id.name.as_str()).collect();
        format!("{} {}", objects[0].id.kind, names.join(", "))
    });
    let kinds: Vec<String> = kinds.collect();
    let when = if step.phase == "SyncFail" { "only if the sync fails; " } else { "" };
    match (step.pause_seconds, kinds.is_empty()) {
        (0, true) => "done when this is applied: nothing is waited for".to_owned(),
        (0, false) => format!("{when}waits for {}", kinds.join("; ")),
        (pause, true) => format!("pauses {pause} s: {}", Opening::Pause.consequence()),
        (pause, false) => format!("pauses {pause} s, then waits for {}", kinds.join("; ")),
    }
}

/// What syncs the Applications of an environment step by step, if anything does.
pub(super) fn rolling(chart: &Chart) -> Option<String> {
    let steps: Vec<String> = chart.rolling_steps.iter().map(|step| step.join(", ")).collect();
    let place = chart.environment.as_deref().map(|name| format!(" of {name}")).unwrap_or_default();
    let text = format!(
        "the ApplicationSet{place} syncs its Applications step by step (RollingSync): {}",
        steps.join("; then ")
    );
    (!steps.is_empty()).then_some(text)
}

/// `declares Sync 3, and comes now since Coupon `spring` needs it`, if an object was moved.
pub(super) fn moved(object: &Object) -> Option<String> {
    let moved = object.moved.as_ref()?;
    let user = named(&moved.needed_by);
    Some(format!("declares {} {}, and comes now since {user} needs it", moved.from_phase, moved.from_wave))
}
