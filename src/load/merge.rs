//! The runs of several workers as the one that they were.

use super::{outcome::Outcome, stage};
use crate::diagnostic::{Error, Result};

impl Outcome {
    /// Adds the run of another worker of the same plan, and judges both together.
    ///
    /// # Errors
    /// When it is a run of another plan.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        let names = |outcome: &Self| outcome.targets.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        let promises = |outcome: &Self| outcome.promises();
        if names(self) != names(other) || promises(self) != promises(other) {
            let error = Error::new("these are runs of different tests: their targets or objectives differ");
            return Err(error.hint("merge reports of workers of the same plan"));
        }
        if !stage::add(&mut self.stages, &other.stages) {
            let error = Error::new("these are runs of different tests: their stages differ");
            return Err(error.hint("merge reports of workers of the same plan"));
        }
        self.targets.iter_mut().zip(&other.targets).for_each(|((_, sum), (_, part))| sum.add(part));
        self.warm_up.add(&other.warm_up);
        self.timeline.add(&other.timeline);
        self.generator.add_process(&other.generator);
        self.began = self.began.min(other.began);
        self.measured_for = self.measured_for.max(other.measured_for);
        self.warmed_up_for = self.warmed_up_for.max(other.warmed_up_for);
        self.cut = self.cut.max(other.cut);
        // All workers have asked the same Prometheus.
        if self.cluster.is_empty() {
            self.cluster.clone_from(&other.cluster);
        }
        self.judge(self.promises());
        Ok(())
    }

    /// Notes workers of which nothing is known: what they were to measure is missing.
    pub(super) fn lose(&mut self, workers: &[u64]) {
        self.generator.lost.extend(workers);
        self.judge(self.promises());
    }
}
