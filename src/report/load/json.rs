//! Everything, for programs; `load merge` and `--compare` read it back.

use std::{collections::BTreeMap, io};

use hdrhistogram::Histogram;
use serde::Serialize;

use super::{Format, wording};
use crate::load::{Outcome, Passed, Record, Stored};

/// The format.
pub(super) static FORMAT: Format = Format {
    name: "json",
    help: "For programs: all numbers, with the histograms (HDR V2) that `load merge` adds up",
    write,
};

/// What is said of a run beside what it takes to make it anew.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    verdict: &'static str,
    sentence: String,
    doubts: Vec<String>,
    results: Vec<Row>,
    good_per_second: f64,
    latency: BTreeMap<String, Latency>,
    /// Stage by stage.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    by_stage: Vec<Leg>,
    ledger: crate::load::Ledger,
    balances: bool,
    #[serde(flatten)]
    stored: Stored,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    name: String,
    limit: f64,
    observed: Option<f64>,
    met: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Leg {
    name: String,
    planned_per_second: f64,
    good_per_second: f64,
    latency: Latency,
}

/// Microseconds.
#[derive(Serialize)]
struct Latency {
    response: BTreeMap<&'static str, u64>,
    service: BTreeMap<&'static str, u64>,
    lag: BTreeMap<&'static str, u64>,
}

fn write(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    let own = outcome.targets.iter().map(|(name, record)| (name.to_string(), latency(record)));
    let results = outcome.judged.iter().map(|judged| Row {
        target: judged.target.as_ref().map(ToString::to_string),
        name: judged.objective.name().to_string(),
        limit: judged.objective.limit(),
        observed: judged.observed,
        met: judged.is_met,
    });
    let document = Document {
        verdict: outcome.verdict.name(),
        sentence: wording::verdict(outcome),
        doubts: outcome.doubts.iter().map(crate::load::Doubt::sentence).collect(),
        results: results.collect(),
        good_per_second: wording::rate(outcome, &outcome.whole.ledger),
        latency: own.chain([(String::new(), latency(&outcome.whole))]).collect(),
        by_stage: outcome.stages.iter().map(leg).collect(),
        ledger: outcome.whole.ledger.clone(),
        balances: outcome.whole.ledger.balances(),
        stored: Stored::of(outcome),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn leg(passed: &Passed) -> Leg {
    Leg {
        name: wording::stage(&passed.stage),
        planned_per_second: passed.planned_rate(),
        good_per_second: passed.good_rate(),
        latency: latency(&passed.record),
    }
}

fn latency(record: &Record) -> Latency {
    Latency { response: quantiles(&record.response), service: quantiles(&record.service), lag: quantiles(&record.lag) }
}

fn quantiles(histogram: &Histogram<u64>) -> BTreeMap<&'static str, u64> {
    let micros = |part: f64| u64::try_from(wording::at(histogram, part)?.as_micros()).ok();
    wording::QUANTILES.iter().filter_map(|(name, part)| Some((*name, micros(*part)?))).collect()
}
