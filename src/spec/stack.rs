//! The references that are being worked out, and what stops them from going on for ever.

use smol_str::SmolStr;

use super::{CYCLE, fault::Fault};
use crate::{diagnostic::Diagnostic, source::Span};

/// How many references may need each other in a row, and how many one scalar may need in all. Real specs need three.
const MAX_DEPTH: usize = 64;
const MAX_LOOKUPS: usize = 10_000;

/// The references that are being worked out for one scalar, outermost first.
#[derive(Default)]
pub(super) struct Stack {
    frames: Vec<Frame>,
    lookups: usize,
}

/// A reference to a name of an app, or of the environment.
#[derive(Clone)]
pub(super) struct Frame {
    pub app: Option<SmolStr>,
    pub name: String,
    /// Where the reference stands.
    pub place: Option<Span>,
}

impl Stack {
    /// Whether one more reference can be worked out.
    pub(super) fn affords_more(&self) -> bool {
        self.frames.len() < MAX_DEPTH && self.lookups < MAX_LOOKUPS
    }

    /// Begins a reference, unless its value is already being worked out.
    pub(super) fn enter(&mut self, frame: Frame) -> Result<(), Fault> {
        self.lookups += 1;
        let same = |other: &Frame| other.app == frame.app && other.name == frame.name;
        let Some(start) = self.frames.iter().position(same) else {
            self.frames.push(frame);
            return Ok(());
        };
        let steps = self.frames[start + 1..].iter().cloned().chain([frame]).collect();
        Err(circle(steps).into())
    }

    /// Ends the reference that was begun last.
    pub(super) fn leave(&mut self) {
        self.frames.pop();
    }
}

/// The finding for references of which each needs the next, and the last one the first.
///
/// It starts at the same step whichever of them was asked for, so that a circle is one finding.
fn circle(mut steps: Vec<Frame>) -> Diagnostic {
    let first = (0..steps.len()).min_by_key(|at| (steps[*at].place, &steps[*at].app, &steps[*at].name));
    steps.rotate_left(first.unwrap_or_default());
    let across_apps = steps.iter().any(|step| step.app != steps[0].app);
    let describe = |step: &Frame| match &step.app {
        Some(app) if across_apps => format!("{} of {app}", step.name),
        _ => step.name.clone(),
    };
    let names: Vec<String> = steps.last().into_iter().chain(&steps).map(describe).collect();
    let mut finding = Diagnostic::new(&CYCLE, format!("references go in a circle: {}", names.join(" → ")));
    finding = finding.at(steps[0].place).help("write one of the values out");
    for (at, step) in steps.iter().enumerate().skip(1) {
        // One line may ask for the same name of several apps.
        if steps[..at].iter().all(|earlier| earlier.place != step.place) {
            finding = finding.related(step.place, format!("needs `{}`", step.name));
        }
    }
    finding
}
