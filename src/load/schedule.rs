//! When each request of an open loop is to be sent.
//!
//! The plan is drawn before the run and does not look at what the server does: that is what makes the loop open. It is
//! one sequence of slots for the whole run. A thread, or a pod of an Indexed Job, takes every n-th of them, so that
//! together they send exactly what one would have sent alone.

use std::time::Duration;

use super::random::Random;

/// A stretch of the plan with a rate, or with one that changes evenly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stage {
    /// Requests per second at its beginning.
    pub from: f64,
    /// Requests per second at its end.
    pub to: f64,
    /// How long it lasts.
    pub lasts: Duration,
}

impl Stage {
    /// A stage of one rate.
    pub fn steady(rate: f64, lasts: Duration) -> Self {
        Self { from: rate, to: rate, lasts }
    }

    /// How many requests it plans.
    fn area(&self) -> f64 {
        f64::midpoint(self.from, self.to) * self.lasts.as_secs_f64()
    }

    /// When this many requests of the stage have been planned: `from·t + (to − from)/(2·lasts)·t²`, solved for t.
    fn time_of(&self, area: f64) -> f64 {
        let bend = (self.to - self.from) / (2.0 * self.lasts.as_secs_f64());
        let root = (self.from * self.from + 4.0 * bend * area).max(0.0).sqrt();
        // This form of the solution stays exact when the rate hardly changes, and when it starts at 0.
        if area == 0.0 { 0.0 } else { 2.0 * area / (self.from + root) }
    }
}

/// How the requests of a stage are spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spacing {
    /// At even intervals.
    Uniform,
    /// As independent users come: intervals are exponentially distributed.
    Poisson,
}

impl Spacing {
    /// The most requests that some stages plan. Of independent users more may come than the rates say: hardly ever by more
    /// than five standard deviations.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
    pub(super) fn most(self, stages: &[Stage]) -> u64 {
        let area: f64 = stages.iter().map(Stage::area).sum();
        let most = match self {
            Self::Uniform => area,
            Self::Poisson => area + 5.0 * area.sqrt(),
        };
        (most - ROUNDING).ceil() as u64
    }
}

/// A whole number of requests that is reached by adding fractions is not to gain one by rounding.
const ROUNDING: f64 = 1e-6;

/// Every n-th slot of the plan, beginning with one of the first n.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The first slot.
    pub offset: u64,
    /// How many sharers there are.
    pub step: u64,
}

impl Share {
    /// All slots.
    pub const WHOLE: Self = Self { offset: 0, step: 1 };

    /// What the `number`-th of `count` takes of this share.
    #[must_use]
    pub fn divided(self, number: u64, count: u64) -> Self {
        Self { offset: self.offset + number * self.step, step: self.step * count }
    }
}

/// A planned request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arrival {
    /// Its place in the plan.
    pub slot: u64,
    /// When it is to be sent, from the beginning of the run.
    pub at: Duration,
    /// The stage that it belongs to.
    pub stage: usize,
}

/// The plan of an open loop, slot by slot.
#[derive(Clone, Debug)]
pub struct Schedule {
    stages: Vec<Stage>,
    spacing: Spacing,
    random: Random,
    share: Share,
    /// The next slot, whoever's it is.
    slot: u64,
    /// The stage that is being planned, and when it begins.
    stage: usize,
    begins: f64,
    /// How much of the stage is planned.
    area: f64,
}

impl Schedule {
    /// The plan for some stages; the same for the same seed, on every machine.
    pub fn new(stages: Vec<Stage>, spacing: Spacing, seed: u64, share: Share) -> Self {
        let random = Random::new(seed);
        let mut schedule = Self { stages, spacing, random, share, slot: 0, stage: 0, begins: 0.0, area: 0.0 };
        if spacing == Spacing::Poisson {
            schedule.area = schedule.random.exponential();
        }
        schedule
    }

    /// Gives away every other of the slots that are left.
    pub(super) fn split(&mut self) -> Self {
        let given = Self { share: self.share.divided(1, 2), ..self.clone() };
        self.share = self.share.divided(0, 2);
        given
    }

    /// The next slot of the whole plan.
    fn draw(&mut self) -> Option<Arrival> {
        while let Some(stage) = self.stages.get(self.stage) {
            let whole = stage.area();
            if self.area < whole - ROUNDING {
                let at = Duration::from_secs_f64(self.begins + stage.time_of(self.area));
                let arrival = Arrival { slot: self.slot, at, stage: self.stage };
                self.slot += 1;
                self.area += match self.spacing {
                    Spacing::Uniform => 1.0,
                    Spacing::Poisson => self.random.exponential(),
                };
                return Some(arrival);
            }
            self.area = (self.area - whole).max(0.0);
            self.begins += stage.lasts.as_secs_f64();
            self.stage += 1;
        }
        None
    }
}

impl Iterator for Schedule {
    type Item = Arrival;

    fn next(&mut self) -> Option<Arrival> {
        loop {
            let arrival = self.draw()?;
            if arrival.slot % self.share.step == self.share.offset {
                return Some(arrival);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn plan(stages: &[Stage], spacing: Spacing) -> Vec<Arrival> {
        Schedule::new(stages.to_vec(), spacing, 7, Share::WHOLE).collect()
    }

    #[test]
    fn a_steady_rate_is_even_and_exact() {
        let plan = plan(&[Stage::steady(5000.0, 20 * SECOND)], Spacing::Uniform);
        assert_eq!(plan.len(), 100_000);
        assert_eq!(plan[0].at, Duration::ZERO);
        let gap = plan[70_001].at.saturating_sub(plan[70_000].at);
        assert!(gap.abs_diff(Duration::from_micros(200)) < Duration::from_nanos(5), "{gap:?}");
    }

    #[test]
    fn a_ramp_plans_the_area_under_it() {
        let ramp = Stage { from: 0.0, to: 100.0, lasts: 10 * SECOND };
        let plan = plan(&[ramp, Stage::steady(100.0, SECOND)], Spacing::Uniform);
        assert_eq!(plan.len(), 600);
        // A quarter of the area is planned when half of the time is over.
        assert_eq!(plan[125].at, 5 * SECOND);
        assert_eq!(plan.iter().filter(|arrival| arrival.stage == 1).count(), 100);
        assert!(plan.windows(2).all(|pair| pair[0].at <= pair[1].at));
    }

    #[test]
    fn independent_users_come_in_bunches() {
        let plan = plan(&[Stage::steady(1000.0, 100 * SECOND)], Spacing::Poisson);
        let gaps: Vec<f64> = plan.windows(2).map(|pair| pair[1].at.saturating_sub(pair[0].at).as_secs_f64()).collect();
        #[expect(clippy::cast_precision_loss, reason = "a hundred thousand")]
        let count = gaps.len() as f64;
        let mean = gaps.iter().sum::<f64>() / count;
        let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / count;
        assert!((count - 100_000.0).abs() < 1_500.0, "{count}");
        assert!(
            (variance.sqrt() / mean - 1.0).abs() < 0.02,
            "the coefficient of variation is that of a Poisson process"
        );
    }

    #[test]
    fn no_more_is_planned_than_can_be_known_before() {
        let warm_up = Stage::steady(7.3, SECOND);
        let ramp = Stage { from: 0.0, to: 33.3, lasts: 3 * SECOND };
        for stages in [vec![ramp], vec![ramp, Stage::steady(0.1, SECOND)], vec![Stage::steady(0.1, 30 * SECOND); 10]] {
            let count = |spacing, seed| {
                let all = [vec![warm_up], stages.clone()].concat();
                Schedule::new(all, spacing, seed, Share::WHOLE).filter(|arrival| arrival.stage > 0).count() as u64
            };
            let even = Spacing::Uniform.most(&stages);
            assert!((even - 1..=even).contains(&count(Spacing::Uniform, 0)), "{even}");
            let most = Spacing::Poisson.most(&stages);
            let counts: Vec<u64> = (0..100).map(|seed| count(Spacing::Poisson, seed)).collect();
            assert!(
                counts.iter().all(|count| *count <= most) && counts.iter().any(|count| *count > even),
                "{counts:?}"
            );
        }
        assert_eq!(Spacing::Uniform.most(&[Stage::steady(0.1, 30 * SECOND)]), 3);
        assert_eq!([Spacing::Uniform, Spacing::Poisson].map(|spacing| spacing.most(&[])), [0, 0]);
    }

    #[test]
    fn shares_make_the_whole() {
        for spacing in [Spacing::Uniform, Spacing::Poisson] {
            let stages = vec![Stage { from: 10.0, to: 90.0, lasts: 5 * SECOND }, Stage::steady(33.0, SECOND)];
            let whole: Vec<Arrival> = Schedule::new(stages.clone(), spacing, 3, Share::WHOLE).collect();
            let mut parts: Vec<Arrival> = Vec::new();
            for worker in 0..3 {
                for thread in 0..2 {
                    let share = Share::WHOLE.divided(worker, 3).divided(thread, 2);
                    parts.extend(Schedule::new(stages.clone(), spacing, 3, share));
                }
            }
            parts.sort_by_key(|arrival| arrival.slot);
            assert_eq!(parts, whole);
        }
    }
}
