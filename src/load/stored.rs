//! A run as it is kept in a file: lossless, so that the parts of several workers add up to what one would have measured,
//! and an old run can be held against a new one.

use std::{collections::BTreeMap, time::SystemTime};

use super::{
    cluster::Series,
    generator::Generator,
    ledger::Ledger,
    outcome::Outcome,
    record::Record,
    run::Cut,
    schedule::Stage,
    slo::Objective,
    stage::Passed,
    timeline::{Tick, Timeline},
};
use crate::diagnostic::{Error, Result};
use bounds::seconds;
use histogram::{decode, encode};
use serde::{Deserialize, Serialize};

mod bounds;
mod histogram;

/// The version of the form. A reader refuses one that it does not know.
pub const VERSION: u32 = 1;

/// A run.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stored {
    /// [`VERSION`].
    pub version: u32,
    /// When it began, in milliseconds since 1970.
    pub began_ms: u64,
    /// For how long was measured, in seconds.
    pub measured_seconds: f64,
    /// How long the warm-up was, in seconds.
    pub warm_up_seconds: f64,
    /// Whether it was cut short.
    pub cut: bool,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut_by: Option<Cut>,
    /// How late (p99) requests may be sent, in seconds.
    pub most_lag_seconds: f64,
    /// What is promised.
    pub objectives: Vec<StoredObjective>,
    /// What was measured, by target.
    pub targets: Vec<StoredTarget>,
    /// The same requests by stage, in an open loop.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<StoredStage>,
    /// What was measured before that, of all targets together.
    pub warm_up: StoredRecord,
    /// Tick by tick.
    pub timeline: StoredTimeline,
    /// How the program fared that made the load.
    pub generator: StoredGenerator,
    /// What the cluster did meanwhile.
    #[serde(default)]
    pub cluster: Vec<Series>,
}

/// An objective: `p99`, and `0.25` seconds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredObjective {
    /// The target; all of them together where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Its name.
    pub name: String,
    /// Its limit: seconds, a part of the whole, or requests per second.
    pub limit: f64,
}

/// The measurements of one target.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredTarget {
    /// Its name.
    pub name: String,
    /// What was measured.
    #[serde(flatten)]
    pub record: StoredRecord,
}

/// A stage of the plan.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredStage {
    /// Requests per second that all workers together were to send at its beginning.
    pub from: f64,
    /// The same at its end.
    pub to: f64,
    /// How long it was to last, in seconds.
    pub seconds: f64,
    /// How much of it there was before the run ended, in seconds.
    pub lasted_seconds: f64,
    /// What was measured, of all targets together.
    #[serde(flatten)]
    pub record: StoredRecord,
}

/// Histograms in the form HDR V2, compressed, in base64; times in microseconds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredRecord {
    /// The books.
    pub ledger: Ledger,
    /// From the plan to the end.
    pub response: String,
    /// From the sending to the end.
    pub service: String,
    /// From when it could have been sent to when it was.
    pub lag: String,
    /// What was seen first of each kind of failure.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub causes: BTreeMap<String, String>,
}

/// The run, tick by tick.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredTimeline {
    /// How long a tick is, in seconds.
    pub tick_seconds: f64,
    /// The ticks.
    pub ticks: Vec<StoredTick>,
}

/// What happened in a tick.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredTick {
    /// Requests that were planned.
    pub planned: u64,
    /// Requests that ended well.
    pub good: u64,
    /// Requests that ended otherwise.
    pub bad: u64,
    /// Response times.
    pub response: String,
}

/// How the program fared that made the load.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredGenerator {
    /// How late its heartbeats were.
    pub pauses: String,
    /// For how long the thread stood still that did so for longest, in seconds.
    pub paused_seconds: f64,
    /// Which part of the time each thread was busy.
    pub busy: Vec<f64>,
    /// For how long its control group was throttled, in seconds.
    pub throttled_seconds: Option<f64>,
    /// The workers that have not handed over what they have measured.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lost: Vec<u64>,
}

impl Stored {
    /// Reads a run.
    ///
    /// # Errors
    /// When it is none, or of a version that is not known.
    pub fn read(text: &str) -> Result<Self> {
        let stored: Self = serde_json::from_str(text)
            .map_err(|error| Error::new(format!("it is no report of a load test: {error}")))?;
        if stored.version == VERSION {
            return Ok(stored);
        }
        Err(Error::new(format!("it is a report of version {}; this program reads {VERSION}", stored.version)))
    }

    /// What is kept of a run.
    pub fn of(outcome: &Outcome) -> Self {
        let objectives = outcome.judged.iter().map(|judged| StoredObjective {
            target: judged.target.as_ref().map(ToString::to_string),
            name: judged.objective.name().to_string(),
            limit: judged.objective.limit(),
        });
        let targets = outcome.targets.iter();
        let began = outcome.began.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self {
            version: VERSION,
            began_ms: u64::try_from(began.as_millis()).unwrap_or(u64::MAX),
            measured_seconds: outcome.measured_for.as_secs_f64(),
            warm_up_seconds: outcome.warmed_up_for.as_secs_f64(),
            cut: outcome.cut.is_some(),
            cut_by: outcome.cut,
            most_lag_seconds: outcome.most_lag.as_secs_f64(),
            objectives: objectives.collect(),
            targets: targets
                .map(|(name, record)| StoredTarget { name: name.to_string(), record: of_record(record) })
                .collect(),
            stages: outcome.stages.iter().map(of_stage).collect(),
            warm_up: of_record(&outcome.warm_up),
            timeline: StoredTimeline {
                tick_seconds: outcome.timeline.width.as_secs_f64(),
                ticks: outcome.timeline.ticks.iter().map(of_tick).collect(),
            },
            generator: StoredGenerator {
                pauses: encode(&outcome.generator.pauses),
                paused_seconds: outcome.generator.paused.as_secs_f64(),
                busy: outcome.generator.busy.clone(),
                throttled_seconds: outcome.generator.throttled.map(|time| time.as_secs_f64()),
                lost: outcome.generator.lost.clone(),
            },
            cluster: outcome.cluster.clone(),
        }
    }

    /// The run, judged anew.
    ///
    /// # Errors
    /// When something in it is none of its kind, or nothing that a run can have measured.
    pub fn outcome(&self) -> Result<Outcome> {
        let targets = self.targets.iter().map(|target| Ok((target.name.as_str().into(), record(&target.record)?)));
        let objectives = self.objectives.iter().map(|own| {
            let found = Objective::with_limit(&own.name, own.limit);
            let found =
                found.ok_or_else(|| Error::new(format!("it holds an objective `{}`, which is none", own.name)))?;
            Ok((own.target.as_deref().map(Into::into), found))
        });
        let generator = Generator {
            pauses: decode(&self.generator.pauses, 3)?,
            paused: seconds(self.generator.paused_seconds)?,
            busy: self.generator.busy.clone(),
            throttled: self.generator.throttled_seconds.map(seconds).transpose()?,
            lost: self.generator.lost.clone(),
        };
        let ticks = self.timeline.ticks.iter().map(tick).collect::<Result<_>>()?;
        let mut outcome = Outcome {
            began: SystemTime::UNIX_EPOCH + bounds::beginning(self.began_ms)?,
            measured_for: seconds(self.measured_seconds)?,
            warmed_up_for: seconds(self.warm_up_seconds)?,
            cut: self.cut_by.or(self.cut.then_some(Cut::Stopped)),
            most_lag: seconds(self.most_lag_seconds)?,
            targets: targets.collect::<Result<_>>()?,
            stages: self.stages.iter().map(stage).collect::<Result<_>>()?,
            warm_up: record(&self.warm_up)?,
            timeline: Timeline { width: bounds::width(&self.timeline)?, ticks },
            generator,
            cluster: self.cluster.clone(),
            ..Outcome::empty()
        };
        outcome.judge(objectives.collect::<Result<_>>()?);
        Ok(outcome)
    }
}

fn of_record(record: &Record) -> StoredRecord {
    StoredRecord {
        ledger: record.ledger.clone(),
        response: encode(&record.response),
        service: encode(&record.service),
        lag: encode(&record.lag),
        causes: record.causes.clone(),
    }
}

fn record(stored: &StoredRecord) -> Result<Record> {
    Ok(Record {
        ledger: bounds::ledger(&stored.ledger)?,
        response: decode(&stored.response, 3)?,
        service: decode(&stored.service, 3)?,
        lag: decode(&stored.lag, 3)?,
        causes: stored.causes.clone(),
    })
}

fn of_stage(passed: &Passed) -> StoredStage {
    StoredStage {
        from: passed.stage.from,
        to: passed.stage.to,
        seconds: passed.stage.lasts.as_secs_f64(),
        lasted_seconds: passed.lasted.as_secs_f64(),
        record: of_record(&passed.record),
    }
}

fn stage(stored: &StoredStage) -> Result<Passed> {
    let stage = Stage { from: stored.from, to: stored.to, lasts: seconds(stored.seconds)? };
    Ok(Passed { stage, lasted: seconds(stored.lasted_seconds)?, record: record(&stored.record)? })
}

fn of_tick(tick: &Tick) -> StoredTick {
    StoredTick { planned: tick.planned, good: tick.good, bad: tick.bad, response: encode(&tick.response) }
}

fn tick(stored: &StoredTick) -> Result<Tick> {
    Ok(Tick { planned: stored.planned, good: stored.good, bad: stored.bad, response: decode(&stored.response, 2)? })
}

#[cfg(test)]
mod tests;
