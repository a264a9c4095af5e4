//! A run with its verdict: what every report is made from.

use std::time::{Duration, SystemTime};

use smol_str::SmolStr;

use super::{
    cluster::Series,
    compare::Comparison,
    generator::{Doubt, Generator, doubts},
    plan::{Plan, Traffic},
    record::Record,
    run::{Cut, Measured},
    slo::Objective,
    stage::{Passed, passed},
    timeline::Timeline,
    verdict::{Judged, Verdict, verdict},
};

/// What is promised, and how much this program may be in the way.
#[derive(Clone, Debug, Default)]
pub struct Promises {
    /// Of all requests together.
    pub whole: Vec<Objective>,
    /// Of a target, by its place in the plan.
    pub targets: Vec<(usize, Objective)>,
    /// How late requests may be sent (p99) though a connection is free.
    pub lag: Option<Duration>,
}

/// The latest that requests may be sent where nobody says otherwise.
pub const MOST_LAG: Duration = Duration::from_millis(10);

/// A run with its verdict.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// When it began.
    pub began: SystemTime,
    /// How long was measured: without the warm-up, and without waiting for the last answers.
    pub measured_for: Duration,
    /// How long the warm-up was.
    pub warmed_up_for: Duration,
    /// Why it was cut short, if it was.
    pub cut: Option<Cut>,
    /// How late (p99) requests may be sent though a connection is free.
    pub most_lag: Duration,
    /// What was measured, by target.
    pub targets: Vec<(SmolStr, Record)>,
    /// The same requests by stage, in an open loop.
    pub stages: Vec<Passed>,
    /// The sum of all targets.
    pub whole: Record,
    /// What was measured in the warm-up.
    pub warm_up: Record,
    /// Tick by tick, the warm-up included.
    pub timeline: Timeline,
    /// How this program fared.
    pub generator: Generator,
    /// Objective by objective.
    pub judged: Vec<Judged>,
    /// Why the measurement may say nothing.
    pub doubts: Vec<Doubt>,
    /// The run beside an earlier one, if there was one to hold it against.
    pub compared: Vec<Comparison>,
    /// What the cluster did meanwhile.
    pub cluster: Vec<Series>,
    /// What follows.
    pub verdict: Verdict,
}

/// A promise, and the target that it is about; all of them together where there is none.
pub type Promise = (Option<SmolStr>, Objective);

impl Outcome {
    /// Judges a run.
    pub fn of(plan: &Plan, promises: &Promises, measured: Measured, began: SystemTime) -> Self {
        let names = plan.targets.iter().map(|target| target.name.clone());
        let whole = promises.whole.iter().map(|objective| (None, objective.clone()));
        let own = promises
            .targets
            .iter()
            .filter_map(|(target, objective)| Some((Some(plan.targets.get(*target)?.name.clone()), objective.clone())));
        let mut outcome = Self {
            began,
            measured_for: lasted(plan, &measured).saturating_sub(plan.warm_up),
            warmed_up_for: plan.warm_up,
            cut: measured.cut,
            most_lag: promises.lag.unwrap_or(MOST_LAG),
            targets: names.zip(measured.part.targets).collect(),
            warm_up: measured.part.warm_up,
            generator: measured.generator,
            ..Self::empty()
        };
        outcome.timeline = measured.part.timeline;
        outcome.judge(whole.chain(own).collect());
        outcome.stages = passed(plan, outcome.measured_for, &measured.part.stages, &outcome.whole);
        outcome
    }

    /// A run in which nothing was measured.
    pub(super) fn empty() -> Self {
        Self {
            began: SystemTime::UNIX_EPOCH,
            measured_for: Duration::ZERO,
            warmed_up_for: Duration::ZERO,
            cut: None,
            most_lag: MOST_LAG,
            targets: Vec::new(),
            stages: Vec::new(),
            whole: Record::new(),
            warm_up: Record::new(),
            timeline: Timeline::default(),
            generator: Generator::default(),
            judged: Vec::new(),
            doubts: Vec::new(),
            compared: Vec::new(),
            cluster: Vec::new(),
            verdict: Verdict::Inconclusive,
        }
    }

    /// Adds the targets up, and holds the objectives against what was measured.
    pub(super) fn judge(&mut self, promises: Vec<Promise>) {
        self.whole = sum(self.targets.iter().map(|(_, record)| record));
        let record = |name: &SmolStr| self.targets.iter().find(|(own, _)| own == name).map(|(_, record)| record);
        let judged = promises.into_iter().map(|(target, objective)| {
            let record = target.as_ref().map_or(Some(&self.whole), record);
            let observed = record.and_then(|record| objective.observed(record, self.measured_for));
            Judged { is_met: objective.is_met(observed), target, objective, observed }
        });
        self.judged = judged.collect();
        let lasted = self.measured_for + self.warmed_up_for;
        self.doubts = doubts(&self.generator, &self.whole, lasted, self.most_lag);
        self.doubts.extend((self.cut == Some(Cut::Stopped)).then_some(Doubt::Stopped));
        self.verdict = verdict(&self.judged, &self.doubts);
    }

    /// What was promised.
    pub(super) fn promises(&self) -> Vec<Promise> {
        self.judged.iter().map(|judged| (judged.target.clone(), judged.objective.clone())).collect()
    }
}

/// How long the plan went on. It is not over when its last request is answered, but when the next one would be sent.
fn lasted(plan: &Plan, measured: &Measured) -> Duration {
    let is_whole = measured.cut.is_none() && plan.requests.is_none();
    match plan.traffic {
        Traffic::Open { .. } if is_whole => plan.lasts(),
        _ => measured.lasted.min(plan.lasts()),
    }
}

fn sum<'a>(records: impl Iterator<Item = &'a Record>) -> Record {
    let mut sum = Record::new();
    records.for_each(|record| sum.add(record));
    sum
}
