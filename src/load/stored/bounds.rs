//! What there can be in a report. Whoever has written it, what follows from it is reckoned without surprises.

use std::time::Duration;

use super::StoredTimeline;
use crate::{
    diagnostic::{Error, Result},
    load::{ledger::Ledger, slo::LONGEST, timeline::MOST_TICKS},
};

/// More requests than a million a second for eight years; the sums of many workers stay far from where counters wrap.
const MOST_REQUESTS: u64 = 1 << 48;

/// More bytes than all of them together bring.
const MOST_BYTES: u64 = 1 << 56;

/// The end of the year 9999, in milliseconds since 1970.
const LAST_BEGINNING: u64 = 253_402_300_799_999;

/// A time of a run.
pub(super) fn seconds(seconds: f64) -> Result<Duration> {
    let time = Some(seconds).filter(|seconds| (0.0..=LONGEST).contains(seconds)).map(Duration::from_secs_f64);
    time.ok_or_else(|| Error::new(format!("it holds a time of {seconds} seconds, which no run takes")))
}

/// When a run began, counted from 1970.
pub(super) fn beginning(millis: u64) -> Result<Duration> {
    let is_known = millis <= LAST_BEGINNING;
    is_known
        .then(|| Duration::from_millis(millis))
        .ok_or_else(|| Error::new("it holds a run of a year that never comes"))
}

/// How long its ticks are: a second, or that doubled some times.
pub(super) fn width(timeline: &StoredTimeline) -> Result<Duration> {
    let width = seconds(timeline.tick_seconds)?;
    if width.subsec_nanos() > 0 || !width.as_secs().is_power_of_two() {
        return Err(Error::new(format!("it holds ticks of {width:?}, which no run has")));
    }
    if timeline.ticks.len() > MOST_TICKS {
        return Err(Error::new(format!("it holds more ticks than {MOST_TICKS}, which are the most of a run")));
    }
    let mut counts = timeline.ticks.iter().flat_map(|tick| [tick.planned, tick.good, tick.bad]);
    if counts.any(|count| count > MOST_REQUESTS) {
        return Err(Error::new("it holds a tick of more requests than there can be"));
    }
    Ok(width)
}

/// Its books.
pub(super) fn ledger(ledger: &Ledger) -> Result<Ledger> {
    let small = [ledger.planned, ledger.unexpected, ledger.unsent, ledger.shed, ledger.aborted];
    let mut counts = small.into_iter().chain(ledger.answered).chain(ledger.failed);
    let is_small = counts.all(|count| count <= MOST_REQUESTS) && ledger.bytes <= MOST_BYTES;
    if is_small && ledger.balances() && ledger.unexpected <= ledger.answers() {
        return Ok(ledger.clone());
    }
    Err(Error::new("it holds books that do not balance"))
}
