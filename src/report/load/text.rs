//! For people at a terminal, and for logs.

use std::{io, time::Duration};

use super::{Format, wording};
use crate::{
    load::{Ledger, Outcome, Record, Tick},
    report::printable,
};

/// The format.
pub(super) static FORMAT: Format = Format { name: "text", help: "For people: tables", write };

fn write(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    let verdict = outcome.verdict.name().to_uppercase();
    writeln!(out, "{verdict}: {}", wording::verdict(outcome).trim_start_matches("missed: "))?;
    if let Some(cut) = outcome.cut {
        writeln!(out, "{}", wording::cut(cut))?;
    }
    writeln!(out)?;
    for judged in &outcome.judged {
        let mark = if judged.is_met { "met   " } else { "MISSED" };
        writeln!(out, "  {mark}  {:<24} {}", wording::name(judged), wording::comparison(judged))?;
    }
    outcome.doubts.iter().try_for_each(|doubt| writeln!(out, "  DOUBT   {}", doubt.sentence()))?;
    for own in &outcome.compared {
        let mark = if own.is_worse { "WORSE " } else { "      " };
        writeln!(out, "  {mark}  {:<24} {}", own.name, wording::difference(own))?;
    }
    let measured = wording::time(outcome.measured_for);
    writeln!(out, "\n{} in {measured}", wording::sum(&outcome.whole.ledger))?;
    wording::causes(&outcome.whole).try_for_each(|cause| writeln!(out, "  {cause}"))?;
    if !outcome.warmed_up_for.is_zero() {
        writeln!(
            out,
            "not counted, in {} of warm-up: {}",
            wording::time(outcome.warmed_up_for),
            wording::sum(&outcome.warm_up.ledger)
        )?;
    }
    latencies(out, &outcome.whole)?;
    targets(out, outcome)?;
    stages(out, outcome)?;
    cluster(out, outcome)
}

fn latencies(out: &mut dyn io::Write, record: &Record) -> io::Result<()> {
    let head = cells(wording::QUANTILES.iter().map(|(name, _)| (*name).to_owned()));
    writeln!(out, "\n{:<26}{head}", "")?;
    for (name, histogram) in [
        ("response, from the plan", &record.response),
        ("service, from the sending", &record.service),
        ("lag of the generator", &record.lag),
    ] {
        writeln!(out, "{name:<26}{}", cells(wording::cells(histogram)))?;
    }
    Ok(())
}

fn targets(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    let [_, _, ..] = outcome.targets.as_slice() else { return Ok(()) };
    let names: Vec<String> = outcome.targets.iter().map(|(name, _)| printable::line(name)).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or_default().max(6);
    writeln!(
        out,
        "\n{:<width$}  {:>10}  {:>8}  {:>10}  {:>10}  {:>10}",
        "target", "good/s", "errors", "p50", "p95", "p99"
    )?;
    for (name, (_, record)) in names.iter().zip(&outcome.targets) {
        let [p50, p95, p99] = [0.5, 0.95, 0.99].map(|part| wording::cell(&record.response, part));
        let (rate, errors) = (wording::rate(outcome, &record.ledger), record.ledger.errors());
        writeln!(out, "{name:<width$}  {rate:>10.1}  {errors:>8}  {p50:>10}  {p95:>10}  {p99:>10}")?;
    }
    Ok(())
}

fn stages(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    let stages = wording::stages(outcome);
    let names: Vec<String> = stages.iter().map(|passed| wording::stage(&passed.stage)).collect();
    let Some(width) = names.iter().map(|name| name.chars().count()).max() else { return Ok(()) };
    let heads = ["planned/s", "good/s", "p50", "p95", "p99", "max"];
    writeln!(out, "\n{:<width$}{}", "stage", cells(heads.map(str::to_owned).into_iter()))?;
    for (name, passed) in names.iter().zip(stages) {
        let times = [0.5, 0.95, 0.99, 1.0].map(|part| wording::cell(&passed.record.response, part));
        let rates = [passed.planned_rate(), passed.good_rate()].map(|rate| format!("{rate:.1}"));
        writeln!(out, "{name:<width$}{}", cells(rates.into_iter().chain(times)))?;
    }
    Ok(())
}

fn cluster(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    if !outcome.cluster.is_empty() {
        writeln!(out, "\n{:<26}{:>14}{:>14}{:>14}", "in the cluster", "least", "mean", "most")?;
    }
    for series in &outcome.cluster {
        let shown = wording::range(series).map(|range| range.map(|value| wording::amount(value, &series.unit)));
        let cells =
            shown.map(|shown| shown.into_iter().fold(String::new(), |line, text| line + &format!("{text:>14}")));
        let cells = cells.unwrap_or_default();
        // The note may be what some server has answered.
        let note = series.note.as_ref().map(|note| format!("  ({})", printable::line(note))).unwrap_or_default();
        writeln!(out, "{:<26}{cells}{note}", printable::line(&wording::series(series)))?;
    }
    Ok(())
}

/// Cells of a table.
fn cells(texts: impl Iterator<Item = String>) -> String {
    texts.fold(String::new(), |line, text| line + &format!("{text:>10}"))
}

/// What is printed of a tick while the run goes on: when it began, how long it was, and what happened.
pub fn line(from: Duration, lasts: Duration, tick: &Tick, ledger: &Ledger) -> String {
    let at = |part: f64| wording::cell(&tick.response, part);
    let times =
        if tick.response.is_empty() { "no answer".to_owned() } else { format!("p50 {}  p99 {}", at(0.5), at(0.99)) };
    #[expect(clippy::cast_precision_loss, reason = "counts of requests stay far below 2^53")]
    let rate = |count: u64| count as f64 / lasts.as_secs_f64();
    let (second, good, bad, errors) = (from.as_secs(), rate(tick.good), rate(tick.bad), ledger.errors());
    format!("{second:>5} s  {good:>8.0} good/s  {bad:>6.0} bad/s  {times}  errors so far {errors}")
}

/// Some numbers as a line of little bars, the highest of them for the largest.
pub fn sparkline(numbers: &[u64]) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let most = numbers.iter().copied().max().unwrap_or_default().max(1);
    let bar = |number: &u64| BARS[usize::try_from(number.saturating_mul(7) / most).unwrap_or(7).min(7)];
    numbers.iter().map(bar).collect()
}
