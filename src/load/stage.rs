//! What was measured in each stage of the plan.

use std::time::Duration;

use super::{
    plan::{Plan, Traffic},
    record::Record,
    schedule::Stage,
    slo::float,
};

/// A stage of an open loop, and what came of it. The warm-up is none.
#[derive(Clone, Debug)]
pub struct Passed {
    /// The stage, as it was planned for all workers together.
    pub stage: Stage,
    /// How much of it there was before the run ended.
    pub lasted: Duration,
    /// All targets together.
    pub record: Record,
}

impl Passed {
    /// Requests that were planned for a second of it, for the workers that were measured.
    pub fn planned_rate(&self) -> f64 {
        self.rate(self.record.ledger.planned)
    }

    /// Requests that were planned for it and ended well, by the second.
    pub fn good_rate(&self) -> f64 {
        self.rate(self.record.ledger.good())
    }

    fn rate(&self, count: u64) -> f64 {
        if self.lasted.is_zero() { 0.0 } else { float(count) / self.lasted.as_secs_f64() }
    }
}

/// The stages of a plan of which so much was measured. `records` has one for each; `whole` is their sum, which is all there
/// is where there is but one.
pub(super) fn passed(plan: &Plan, measured_for: Duration, records: &[Record], whole: &Record) -> Vec<Passed> {
    let Traffic::Open { stages, .. } = &plan.traffic else { return Vec::new() };
    let mut left = measured_for;
    let passed = stages.iter().enumerate().map(|(at, stage)| {
        let lasted = stage.lasts.min(left);
        left -= lasted;
        let record = if stages.len() == 1 { Some(whole) } else { records.get(at) };
        Passed { stage: *stage, lasted, record: record.cloned().unwrap_or_default() }
    });
    passed.collect()
}

/// Adds the stages of another worker. Says whether both are of one plan.
pub(super) fn add(sums: &mut [Passed], parts: &[Passed]) -> bool {
    let is_same = sums.len() == parts.len() && sums.iter().zip(parts).all(|(sum, part)| sum.stage == part.stage);
    if is_same {
        for (sum, part) in sums.iter_mut().zip(parts) {
            sum.record.add(&part.record);
            sum.lasted = sum.lasted.max(part.lasted);
        }
    }
    is_same
}
