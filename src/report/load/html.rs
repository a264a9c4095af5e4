//! One page with plots, which needs nothing but itself.

use std::{io, time::Duration};

use super::{
    Format, markdown,
    plot::{Plot, Series, places},
    wording,
};
use crate::{
    load::{self, Outcome, Tick},
    report::escape::escaped,
};

/// The format.
pub(super) static FORMAT: Format =
    Format { name: "html", help: "For people who would rather look: a page with plots", write };

const STYLE: &str = include_str!("style.css");

fn write(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    let verdict = outcome.verdict.name();
    writeln!(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(out, "<title>Load test: {verdict}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>")?;
    writeln!(out, "<h1>Load test: <span class=\"{verdict}\">{verdict}</span></h1>")?;
    writeln!(out, "<p>{}</p>", escaped(&wording::verdict(outcome)))?;
    if let Some(cut) = outcome.cut {
        writeln!(out, "<p>{}</p>", wording::cut(cut))?;
    }
    objectives(out, outcome)?;
    targets(out, outcome)?;
    stages(out, outcome)?;
    writeln!(
        out,
        "<p>{} in {}</p>",
        escaped(&wording::sum(&outcome.whole.ledger)),
        wording::time(outcome.measured_for)
    )?;
    let cluster = outcome.cluster.iter().map(|series| meanwhile(outcome, series));
    for plot in [latency(outcome), rate(outcome), errors(outcome)].into_iter().chain(cluster).chain([curve(outcome)]) {
        writeln!(out, "<figure>{plot}</figure>")?;
    }
    writeln!(out, "</body>\n</html>")
}

fn objectives(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    writeln!(out, "<table class=\"objectives\">\n<tr><th>objective</th><th>measured</th><th></th></tr>")?;
    for judged in &outcome.judged {
        let (class, word) = if judged.is_met { ("met", "met") } else { ("missed", "missed") };
        let (name, comparison) = (wording::name(judged), wording::comparison(judged));
        writeln!(out, "<tr><td>{}</td><td>{comparison}</td><td class=\"{class}\">{word}</td></tr>", escaped(&name))?;
    }
    for own in &outcome.compared {
        let (class, word) = if own.is_worse { ("missed", "worse") } else { ("met", "") };
        let difference = wording::difference(own);
        writeln!(out, "<tr><td>{}</td><td>{difference}</td><td class=\"{class}\">{word}</td></tr>", own.name)?;
    }
    writeln!(out, "</table>")
}

fn targets(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    write!(out, "<table>\n<tr><th>target</th><th>good/s</th><th>errors</th>")?;
    wording::QUANTILES.iter().try_for_each(|(name, _)| write!(out, "<th>{name}</th>"))?;
    writeln!(out, "</tr>")?;
    for (name, record) in markdown::rows(outcome) {
        let (rate, errors) = (wording::rate(outcome, &record.ledger), record.ledger.errors());
        write!(out, "<tr><td>{}</td><td>{rate:.1}</td><td>{errors}</td>", escaped(name))?;
        let at = |part: f64| wording::time(Duration::from_micros(record.response.value_at_quantile(part)));
        wording::QUANTILES.iter().try_for_each(|(_, part)| write!(out, "<td>{}</td>", at(*part)))?;
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</table>")
}

fn stages(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    let stages = wording::stages(outcome);
    if stages.is_empty() {
        return Ok(());
    }
    write!(out, "<table>\n<tr><th>stage</th><th>planned/s</th><th>good/s</th>")?;
    wording::QUANTILES.iter().try_for_each(|(name, _)| write!(out, "<th>{name}</th>"))?;
    writeln!(out, "</tr>")?;
    for passed in stages {
        let (name, planned, good) = (wording::stage(&passed.stage), passed.planned_rate(), passed.good_rate());
        write!(out, "<tr><td>{name}</td><td>{planned:.1}</td><td>{good:.1}</td>")?;
        let at = |part: f64| wording::time(Duration::from_micros(passed.record.response.value_at_quantile(part)));
        wording::QUANTILES.iter().try_for_each(|(_, part)| write!(out, "<td>{}</td>", at(*part)))?;
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</table>")
}

/// A line over the run: a value for each tick.
fn over_time<'a>(outcome: &Outcome, name: &'a str, value: impl Fn(&Tick) -> Option<f64>) -> Series<'a> {
    let width = outcome.timeline.width.as_secs_f64();
    let points = outcome.timeline.ticks.iter().zip(0_u32..).map(|(tick, at)| (f64::from(at) * width, value(tick)));
    Series { name, points: points.collect() }
}

/// A plot over the run.
fn plot(
    outcome: &Outcome,
    title: &str,
    is_logarithmic: bool,
    value: &dyn Fn(f64) -> String,
    series: Vec<Series<'_>>,
) -> String {
    let end = series.iter().flat_map(|series| &series.points).map(|(x, _)| *x).fold(0.0, f64::max);
    let marks = places(end).into_iter().map(|at| (at, format!("{at} s"))).collect();
    let warm_up = outcome.warmed_up_for;
    let below = if warm_up.is_zero() {
        "from the beginning".to_owned()
    } else {
        format!("from the beginning; the first {} are warm-up", wording::time(warm_up))
    };
    Plot { title, below: &below, is_logarithmic, value, marks, series }.svg()
}

fn latency(outcome: &Outcome) -> String {
    let at = |part: f64| {
        move |tick: &Tick| {
            let micros = tick.response.value_at_quantile(part);
            #[expect(clippy::cast_precision_loss, reason = "microseconds of any test stay below 2^53")]
            (!tick.response.is_empty()).then_some(micros as f64)
        }
    };
    let parts = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1.0)];
    let series = parts.map(|(name, part)| over_time(outcome, name, at(part)));
    plot(outcome, "Response time, from the plan", true, &micros, series.into())
}

fn micros(micros: f64) -> String {
    wording::time(Duration::try_from_secs_f64(micros / 1e6).unwrap_or_default())
}

#[expect(clippy::cast_precision_loss, reason = "counts of requests stay far below 2^53")]
fn rate(outcome: &Outcome) -> String {
    let width = outcome.timeline.width.as_secs_f64();
    let planned = over_time(outcome, "planned", |tick| Some(tick.planned as f64 / width));
    let good = over_time(outcome, "answered well", |tick| Some(tick.good as f64 / width));
    plot(outcome, "Requests per second", false, &wording::number, vec![planned, good])
}

#[expect(clippy::cast_precision_loss, reason = "counts of requests stay far below 2^53")]
fn errors(outcome: &Outcome) -> String {
    let width = outcome.timeline.width.as_secs_f64();
    let bad = over_time(outcome, "errors", |tick| Some(tick.bad as f64 / width));
    plot(outcome, "Errors per second", false, &wording::number, vec![bad])
}

/// What Prometheus says, over the run.
fn meanwhile(outcome: &Outcome, cluster: &load::Series) -> String {
    let points = cluster.points.iter().map(|(at, value)| (*at, *value)).collect();
    let title = cluster.note.as_ref().map_or_else(|| cluster.name.clone(), |note| format!("{} ({note})", cluster.name));
    plot(outcome, &title, false, &wording::number, vec![Series { name: &cluster.name, points }])
}

/// Percentiles, drawn so that each nine more is one step to the right.
fn curve(outcome: &Outcome) -> String {
    const MARKS: [(&str, f64); 6] =
        [("0 %", 0.0), ("90 %", 1.0), ("99 %", 2.0), ("99.9 %", 3.0), ("99.99 %", 4.0), ("99.999 %", 5.0)];
    let series =
        [("response", &outcome.whole.response), ("service", &outcome.whole.service), ("lag", &outcome.whole.lag)].map(
            |(name, histogram)| {
                #[expect(clippy::cast_precision_loss, reason = "counts and microseconds stay below 2^53")]
                let nines = (histogram.len().max(1) as f64).log10();
                let nines = (0..=100_u32).map(|step| f64::from(step) / 100.0 * nines);
                #[expect(clippy::cast_precision_loss, reason = "counts and microseconds stay below 2^53")]
                let value = |nines: f64| histogram.value_at_quantile(1.0 - 10_f64.powf(-nines)) as f64;
                let points = nines.map(|nines| (nines, (!histogram.is_empty()).then(|| value(nines))));
                Series { name, points: points.collect() }
            },
        );
    let marks = MARKS.into_iter().map(|(text, at)| (at, text.to_owned())).collect();
    let title = "Times by percentile";
    Plot { title, below: "part of all requests", is_logarithmic: true, value: &micros, marks, series: series.into() }
        .svg()
}
