//! Where a sync waits between its steps, and for what.
//!
//! As `syncContext.Sync` of gitops-engine does it. A step is applied as a whole, and what stands in its gate must be
//! healthy before the next step begins. One object that fails ends the sync; one that neither becomes healthy nor fails
//! holds it up for ever, since Argo CD has no deadline of its own (`--sync-timeout` is 0 unless somebody sets it).
//!
//! The last step without hooks has no gate: the sync has succeeded as soon as it is applied.

mod application_health;
mod around;
mod assessed;
mod cause;
mod health;

pub use application_health::application_health_patch;
pub use cause::Cause;
pub use health::HealthChecks;

use self::around::Around;
use super::{Dependencies, Phase, Plan, Task};

/// Seconds between two steps that Argo CD gives the controllers to notice what was applied (`ARGOCD_SYNC_WAVE_DELAY`).
pub const PAUSE: u32 = 2;

/// What has to be so before the step behind this one begins.
#[derive(Clone, Debug)]
pub struct Gate<'p, 'a> {
    /// The step that it closes: objects of one phase and wave. Hooks of `SyncFail` run together, whatever their waves.
    pub step: &'p [Task<'a>],
    /// Whether a step follows, unless the sync fails; Argo CD then pauses for [`PAUSE`] seconds.
    pub is_followed: bool,
    /// The objects that must be healthy first, in the order of the step; those without a health check are left out.
    pub waits: Vec<Wait<'p, 'a>>,
}

/// An object that a gate stays shut for.
#[derive(Clone, Debug)]
pub struct Wait<'p, 'a> {
    /// The object.
    pub task: &'p Task<'a>,
    /// Why it may never become healthy.
    pub causes: Vec<Cause<'a>>,
}

impl Wait<'_, '_> {
    /// Whether nothing in this sync can open the gate.
    pub fn is_for_ever(&self) -> bool {
        self.causes.iter().any(Cause::is_certain)
    }
}

impl<'a> Plan<'a> {
    /// The gates of a sync, one behind each step. The dependencies are those of a set that holds its objects.
    pub fn gates(&self, checks: &HealthChecks, dependencies: &Dependencies<'a>) -> Vec<Gate<'_, 'a>> {
        let steps: Vec<&[Task<'a>]> = self.tasks.chunk_by(|a, b| step(a) == step(b)).collect();
        let around = Around::of(self, dependencies);
        let last = steps.iter().rposition(|step| step[0].phase != Phase::SyncFail);
        let gates = steps.iter().enumerate().map(|(at, step)| {
            let is_followed = last.is_some_and(|last| at < last);
            let is_closed = is_followed || step.iter().any(|task| task.is_hook);
            let waits = step.iter().filter(|task| is_closed && self.holds_up(task, checks));
            let waits = waits.map(|task| Wait { task, causes: around.causes(task) });
            Gate { step, is_followed, waits: waits.collect() }
        });
        gates.collect()
    }

    /// Whether Argo CD looks at the health of an object before it goes on. If there is but one step, it does so for hooks
    /// alone.
    fn holds_up(&self, task: &Task<'_>, checks: &HealthChecks) -> bool {
        (task.is_hook || self.is_multi_step()) && checks.assess(&task.manifest.id.gvk)
    }
}

/// What belongs to one step.
fn step(task: &Task<'_>) -> (Phase, Option<i64>) {
    (task.phase, Some(task.wave).filter(|_| task.phase != Phase::SyncFail))
}

#[cfg(test)]
mod tests;
