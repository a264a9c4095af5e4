//! What the plots show. Those over time have one axis of time, so that they can be read beneath each other.

use std::{io, time::Duration};

use crate::{
    load::{self, Objective, Outcome, Tick},
    report::load::{
        plot::{Axis, Line, Plot},
        wording,
    },
};

/// Latency, rate and errors.
pub(super) fn over_time(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    latency(out, outcome)?;
    rate(out, outcome)?;
    if outcome.timeline.ticks.iter().any(|tick| tick.bad > 0) {
        return errors(out, outcome);
    }
    writeln!(out, "<p>No request failed.</p>")
}

/// When the last thing of a run happened, in seconds.
fn end(outcome: &Outcome) -> f64 {
    let width = outcome.timeline.width.as_secs_f64();
    let ticks = outcome.timeline.ticks.iter().fold(0.0, |end, _| end + width);
    let points = outcome.cluster.iter().flat_map(|series| &series.points).map(|(at, _)| *at);
    points.fold(ticks, f64::max)
}

/// A line over the run: a value for each tick, in its middle.
fn line<'a>(outcome: &Outcome, name: &'a str, value: impl Fn(&Tick) -> Option<f64>) -> Line<'a> {
    let width = outcome.timeline.width.as_secs_f64();
    let middle = |at: u32| (f64::from(at) + 0.5) * width;
    let points = outcome.timeline.ticks.iter().zip(0_u32..).map(|(tick, at)| (middle(at), value(tick)));
    Line { name, points: points.collect(), is_stepped: false, is_framed: false }
}

fn values<'a>(series: &'a [Line<'_>]) -> impl Iterator<Item = f64> + 'a {
    series.iter().flat_map(|series| &series.points).filter_map(|(_, value)| *value)
}

/// What goes for all plots over time.
fn plot<'a>(
    outcome: &Outcome,
    title: &'a str,
    y: Axis,
    show: &'a dyn Fn(f64) -> String,
    series: Vec<Line<'a>>,
) -> Plot<'a> {
    let measured_from = outcome.warmed_up_for.as_secs_f64();
    let x = Axis::seconds(end(outcome));
    Plot { title, note: String::new(), x, y, show, measured_from, limits: Vec::new(), series }
}

fn latency(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    let at = |part: f64| {
        move |tick: &Tick| {
            let micros = tick.response.value_at_quantile(part);
            (!tick.response.is_empty()).then_some(shown(micros))
        }
    };
    let parts = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1.0)];
    // In a tick of few requests, the largest is the 99th percentile.
    let line = |(name, part)| Line { is_framed: part > 0.9, ..line(outcome, name, at(part)) };
    let series: Vec<Line<'_>> = parts.map(line).into();
    let promised = outcome
        .judged
        .iter()
        .filter(|judged| judged.target.is_none() && matches!(judged.objective, Objective::Quantile { .. }));
    let limits: Vec<(String, f64)> = promised
        .map(|judged| {
            let micros = judged.objective.limit() * 1e6;
            (format!("{}, at most {}", judged.objective.name(), micros_text(micros)), micros)
        })
        .collect();
    let y = Axis::factors(values(&series).chain(limits.iter().map(|(_, limit)| *limit)), micros_text);
    let title = "Response time, counted from the plan";
    let note = if outcome.warmed_up_for.is_zero() { "" } else { "The shaded part is warm-up, which is not measured." };
    let plot = Plot { limits, note: note.to_owned(), ..plot(outcome, title, y, &micros_text, series) };
    write!(out, "{}", plot.html())
}

/// Microseconds; what is less than one has its place, too.
#[expect(clippy::cast_precision_loss, reason = "microseconds of any test stay below 2^53")]
fn shown(micros: u64) -> f64 {
    micros.max(1) as f64
}

fn micros_text(micros: f64) -> String {
    wording::time(Duration::try_from_secs_f64(micros / 1e6).unwrap_or_default())
}

#[expect(clippy::cast_precision_loss, reason = "counts of requests stay far below 2^53")]
fn rate(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    let width = outcome.timeline.width.as_secs_f64();
    let planned = line(outcome, "planned", |tick| Some(tick.planned as f64 / width));
    let good = line(outcome, "answered well", |tick| Some(tick.good as f64 / width));
    let series: Vec<Line<'_>> = [planned, good].map(|line| Line { is_framed: true, ..line }).into();
    let y = Axis::amounts(values(&series), "");
    write!(out, "{}", plot(outcome, "Requests per second", y, &wording::number, series).html())
}

#[expect(clippy::cast_precision_loss, reason = "counts of requests stay far below 2^53")]
fn errors(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    let width = outcome.timeline.width.as_secs_f64();
    let series = vec![line(outcome, "errors", |tick| Some(tick.bad as f64 / width))];
    let y = Axis::amounts(values(&series), "");
    write!(out, "{}", plot(outcome, "Errors per second", y, &wording::number, series).html())
}

/// A plot for each unit, and for each series without one.
pub(super) fn cluster(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    let mut groups: Vec<Vec<&load::Series>> = Vec::new();
    // What nobody has answered is in the table, with the reason.
    for series in outcome.cluster.iter().filter(|series| series.values().next().is_some()) {
        match groups.iter_mut().find(|group| !series.unit.is_empty() && group[0].unit == series.unit) {
            Some(group) => group.push(series),
            None => groups.push(vec![series]),
        }
    }
    groups.iter().try_for_each(|group| unit(out, outcome, group))
}

fn unit(out: &mut dyn io::Write, outcome: &Outcome, group: &[&load::Series]) -> io::Result<()> {
    let unit = group[0].unit.as_str();
    let series: Vec<Line<'_>> = group
        .iter()
        .map(|series| Line {
            name: &series.name,
            points: series.points.clone(),
            is_stepped: unit == "pods",
            is_framed: unit == "pods",
        })
        .collect();
    let title = match (unit, group) {
        ("pods", [_, _, ..]) => "Replicas".to_owned(),
        ("", _) | (_, [_]) => wording::series(group[0]),
        _ => {
            let names: Vec<&str> = group.iter().map(|series| series.name.as_str()).collect();
            format!("{} [{unit}]", names.join(", "))
        }
    };
    let show = |value: f64| wording::amount(value, unit);
    let y = Axis::amounts(values(&series), unit);
    let notes = group.iter().filter_map(|series| Some(format!("{}: {}", series.name, series.note.as_ref()?)));
    let note = notes.collect::<Vec<_>>().join("; ");
    let plot = Plot { note, ..plot(outcome, &title, y, &show, series) };
    write!(out, "{}", plot.html())
}

/// Percentiles, drawn so that each nine more is one step to the right.
pub(super) fn curve(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    const MARKS: [(f64, &str); 7] = [
        (0.0, "0 %"),
        (1.0, "90 %"),
        (2.0, "99 %"),
        (3.0, "99.9 %"),
        (4.0, "99.99 %"),
        (5.0, "99.999 %"),
        (6.0, "99.9999 %"),
    ];
    let whole = &outcome.whole;
    #[expect(clippy::cast_precision_loss, reason = "counts of requests stay far below 2^53")]
    let nines = (whole.response.len().max(10) as f64).log10();
    let of = |(name, histogram): (&'static str, &hdrhistogram::Histogram<u64>)| {
        let places = (0..=100_u32).map(|step| f64::from(step) / 100.0 * nines);
        let value = |nines: f64| shown(histogram.value_at_quantile(1.0 - 10_f64.powf(-nines)));
        let points = places.map(|nines| (nines, (!histogram.is_empty()).then(|| value(nines))));
        Line { name, points: points.collect(), is_stepped: false, is_framed: true }
    };
    let histograms = [("response", &whole.response), ("service", &whole.service), ("lag of the generator", &whole.lag)];
    let series: Vec<Line<'_>> = histograms.map(of).into();
    let plot = Plot {
        title: "Times by percentile",
        note: "Each step to the right is one nine more: this part of the requests took no longer.".to_owned(),
        x: Axis::between(0.0, nines, MARKS.map(|(at, text)| (at, text.to_owned())).into()),
        y: Axis::factors(values(&series), micros_text),
        show: &micros_text,
        measured_from: 0.0,
        limits: Vec::new(),
        series,
    };
    write!(out, "{}", plot.html())
}
