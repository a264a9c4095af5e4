//! Whether the objectives are met, and whether that can be said at all.

use smol_str::SmolStr;

use super::{generator::Doubt, slo::Objective};

/// What the run says of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every objective is met.
    Met,
    /// One is missed.
    Missed,
    /// What was measured says more of the machine that measured it.
    Inconclusive,
}

/// An objective beside what was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The target; all of them together where there is none.
    pub target: Option<SmolStr>,
    /// The objective.
    pub objective: Objective,
    /// What was measured, in the objective's unit.
    pub observed: Option<f64>,
    /// Whether it is met.
    pub is_met: bool,
}

/// The verdict.
///
/// Errors of the server are errors whatever state the generator was in. Times and rates say nothing if it was late.
pub(super) fn verdict(judged: &[Judged], doubts: &[Doubt]) -> Verdict {
    let is_error_rate = |judged: &&Judged| matches!(judged.objective, Objective::ErrorRate { .. });
    let mut missed = judged.iter().filter(|judged| !judged.is_met);
    if missed.clone().filter(is_error_rate).any(|judged| judged.observed.is_some()) {
        return Verdict::Missed;
    }
    match (doubts.is_empty(), missed.next()) {
        (false, _) => Verdict::Inconclusive,
        (true, Some(_)) => Verdict::Missed,
        (true, None) => Verdict::Met,
    }
}

impl Verdict {
    /// What reports call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Missed => "missed",
            Self::Inconclusive => "inconclusive",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn judged(objective: Objective, is_met: bool) -> Judged {
        Judged { target: None, objective, observed: Some(1.0), is_met }
    }

    #[test]
    fn errors_are_certain_and_times_are_not() {
        let doubt = [Doubt::Paused(0.2)];
        let p99 = || Objective::Quantile { part: 0.99, most: Duration::from_secs(1) };
        let errors = || Objective::ErrorRate { most: 0.0 };
        assert_eq!(verdict(&[judged(p99(), true)], &[]), Verdict::Met);
        assert_eq!(verdict(&[judged(p99(), false)], &[]), Verdict::Missed);
        assert_eq!(verdict(&[judged(p99(), true)], &doubt), Verdict::Inconclusive);
        assert_eq!(verdict(&[judged(p99(), false)], &doubt), Verdict::Inconclusive);
        assert_eq!(verdict(&[judged(p99(), false), judged(errors(), false)], &doubt), Verdict::Missed);
    }
}
