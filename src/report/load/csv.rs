//! Tick by tick, for spreadsheets.

use std::io;

use super::{Format, wording};
use crate::load::Outcome;

/// The format.
pub(super) static FORMAT: Format =
    Format { name: "csv", help: "For spreadsheets: what happened, second by second", write };

fn write(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    let heads: Vec<String> = wording::QUANTILES.iter().map(|(name, _)| format!("{name}_us")).collect();
    writeln!(out, "second,seconds,planned,good,bad,{}", heads.join(","))?;
    let width = outcome.timeline.width.as_secs();
    for (at, tick) in outcome.timeline.ticks.iter().enumerate() {
        let micros = |part: f64| wording::at(&tick.response, part).map(|time| time.as_micros().to_string());
        let cell = |(_, part): &(&str, f64)| micros(*part).unwrap_or_default();
        let times: Vec<String> = wording::QUANTILES.iter().map(cell).collect();
        let second = at as u64 * width;
        writeln!(out, "{second},{width},{},{},{},{}", tick.planned, tick.good, tick.bad, times.join(","))?;
    }
    Ok(())
}
