//! A run beside an earlier one: what has become worse by more than chance.
//!
//! Requests that follow each other meet the same queue, so they say less than as many independent ones would. The ticks
//! of a run are taken for its samples instead: in each, the part of the requests that took longer than the earlier run's
//! percentile. Two runs of the same service differ in that part by chance alone, which Welch's t-test measures.

use std::time::Duration;

use super::{
    outcome::Outcome,
    slo::{float, quantile},
    timeline::Tick,
    verdict::Verdict,
};

/// A number of two runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// What it is: `p99`, `errors`.
    pub name: &'static str,
    /// In the earlier run: seconds, or a part of the whole.
    pub before: f64,
    /// In this run.
    pub after: f64,
    /// Welch's t: how many standard errors lie between them; nothing where there are too few ticks to tell.
    pub t: Option<f64>,
    /// Whether it is worse by more than chance, and by enough to matter.
    pub is_worse: bool,
}

/// The percentiles that are compared.
const PARTS: [(&str, f64); 3] = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99)];

/// So many standard errors are no chance: about one run in a thousand.
const SURE: f64 = 3.1;

/// A difference below this part matters to nobody, however sure it is.
const MATTERS: f64 = 0.05;

/// Fewer ticks say nothing.
const LEAST_TICKS: usize = 5;

impl Outcome {
    /// Holds the run against an earlier one. What is worse by more than chance is missed.
    pub fn compare(&mut self, before: &Self) {
        let times = PARTS.iter().filter_map(|(name, part)| {
            let (then, now) = (quantile(&before.whole, *part)?, quantile(&self.whole, *part)?);
            let limit = u64::try_from(then.as_micros()).unwrap_or(u64::MAX);
            let t = welch(&before.samples(|tick| above(tick, limit)), &self.samples(|tick| above(tick, limit)));
            Some(comparison(name, seconds(then), seconds(now), t))
        });
        let errors = {
            let part = |outcome: &Self| {
                let ledger = &outcome.whole.ledger;
                float(ledger.errors()) / float(ledger.attempts().max(1))
            };
            let t = welch(&before.samples(bad), &self.samples(bad));
            comparison("errors", part(before), part(self), t)
        };
        self.compared = times.chain([errors]).collect();
        if self.verdict == Verdict::Met && self.compared.iter().any(|own| own.is_worse) {
            self.verdict = Verdict::Missed;
        }
    }

    /// A number of each whole tick that was measured.
    fn samples(&self, number: impl Fn(&Tick) -> Option<f64>) -> Vec<f64> {
        let width = self.timeline.width.as_secs_f64();
        let is_measured = |at: usize| {
            let from = float(at as u64) * width;
            let (begin, end) =
                (self.warmed_up_for.as_secs_f64(), (self.warmed_up_for + self.measured_for).as_secs_f64());
            from >= begin && from + width <= end + 0.001
        };
        let ticks = self.timeline.ticks.iter().enumerate().filter(|(at, _)| is_measured(*at));
        ticks.filter_map(|(_, tick)| number(tick)).collect()
    }
}

fn comparison(name: &'static str, before: f64, after: f64, t: Option<f64>) -> Comparison {
    let is_worse = t.is_some_and(|t| t > SURE) && after > before * (1.0 + MATTERS);
    Comparison { name, before, after, t, is_worse }
}

fn seconds(time: Duration) -> f64 {
    time.as_secs_f64()
}

/// The part of a tick's requests that took longer.
fn above(tick: &Tick, micros: u64) -> Option<f64> {
    let all = tick.response.len();
    let longer = tick.response.count_between(micros.saturating_add(1), u64::MAX / 2);
    (all > 0).then(|| float(longer) / float(all))
}

fn bad(tick: &Tick) -> Option<f64> {
    let all = tick.good + tick.bad;
    (all > 0).then(|| float(tick.bad) / float(all))
}

/// Welch's t for the means of two samples; positive when the second is larger.
fn welch(before: &[f64], after: &[f64]) -> Option<f64> {
    if before.len().min(after.len()) < LEAST_TICKS {
        return None;
    }
    let ((mean_before, error_before), (mean_after, error_after)) = (mean(before), mean(after));
    let difference = mean_after - mean_before;
    // Samples without any spread differ by as much as they like, or not at all.
    let error = (error_before + error_after).sqrt().max(1e-9);
    Some(difference / error)
}

/// The mean, and the square of its standard error.
fn mean(samples: &[f64]) -> (f64, f64) {
    let count = float(samples.len() as u64);
    let mean = samples.iter().sum::<f64>() / count;
    let variance = samples.iter().map(|sample| (sample - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, variance / count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::{
        Ending, Record, Times,
        random::{Random, unit},
    };

    /// A run of half a minute whose answers take some time, and up to as long again by chance.
    fn outcome(millis: f64, seed: u64) -> Outcome {
        let (mut random, mut record) = (Random::new(seed), Record::new());
        let mut outcome = Outcome { measured_for: Duration::from_secs(30), ..Outcome::empty() };
        for at in 0..3_000_u32 {
            let time = Duration::from_secs_f64(millis / 1e3 * (1.0 + unit(random.draw())));
            let times = Times { response: time, service: time, lag: Duration::ZERO };
            record.book(Ending::Answered { status: 200, expected: true }, times, 0);
            outcome.timeline.end(Duration::from_secs(1) * at / 100, true, Some(time));
        }
        outcome.targets = vec![("all".into(), record)];
        outcome.judge(Vec::new());
        outcome
    }

    #[test]
    fn chance_is_no_difference_and_a_difference_is_no_chance() {
        for seed in 1..20 {
            let mut same = outcome(20.0, seed);
            same.compare(&outcome(20.0, 1000 + seed));
            assert!(same.compared.iter().all(|own| !own.is_worse), "{:?}", same.compared);
        }
        let mut slower = outcome(23.0, 1);
        slower.compare(&outcome(20.0, 2));
        let worse: Vec<&str> = slower.compared.iter().filter(|own| own.is_worse).map(|own| own.name).collect();
        assert_eq!((worse.as_slice(), slower.verdict), (&["p50", "p90", "p99"][..], Verdict::Missed));
        let mut quicker = outcome(17.0, 1);
        quicker.compare(&outcome(20.0, 2));
        assert_eq!(quicker.verdict, Verdict::Met);
    }

    #[test]
    fn a_short_run_says_nothing() {
        assert_eq!(welch(&[0.0; 4], &[1.0; 4]), None);
    }
}
