//! The numbers of the page. What a plot shows can be read here, too.

use std::io;

use crate::{
    load::Outcome,
    report::{
        escape::escaped,
        load::{markdown, wording},
    },
};

/// Begins a table that may be wider than the page, with the heads of its columns.
fn begin<'a>(out: &mut dyn io::Write, name: &str, heads: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
    writeln!(
        out,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{name}\">\n<table class=\"{name}\">"
    )?;
    write!(out, "<thead><tr>")?;
    heads.into_iter().try_for_each(|head| write!(out, "<th scope=\"col\">{}</th>", escaped(head)))?;
    writeln!(out, "</tr></thead>\n<tbody>")
}

fn end(out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "</tbody>\n</table>\n</div>")
}

fn row(out: &mut dyn io::Write, name: &str, cells: impl IntoIterator<Item = String>) -> io::Result<()> {
    write!(out, "<tr><th scope=\"row\">{}</th>", escaped(name))?;
    cells.into_iter().try_for_each(|cell| write!(out, "<td>{}</td>", escaped(&cell)))?;
    writeln!(out, "</tr>")
}

/// What was promised, and what came of it.
pub(super) fn objectives(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    begin(out, "objectives", ["objective", "measured", ""])?;
    let mut judge = |name: &str, measured: &str, class: &str, word: &str| {
        let (name, measured) = (escaped(name), escaped(measured));
        writeln!(out, "<tr><th scope=\"row\">{name}</th><td>{measured}</td><td class=\"{class}\">{word}</td></tr>")
    };
    for judged in &outcome.judged {
        let word = if judged.is_met { "met" } else { "missed" };
        judge(&wording::name(judged), &wording::comparison(judged), word, word)?;
    }
    for own in &outcome.compared {
        let (class, word) = if own.is_worse { ("missed", "worse") } else { ("met", "") };
        judge(own.name, &wording::difference(own), class, word)?;
    }
    end(out)
}

/// Rates, errors and response times, by target.
pub(super) fn targets(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    let quantiles = wording::QUANTILES.iter().map(|(name, _)| *name);
    begin(out, "targets", ["target", "good/s", "errors"].into_iter().chain(quantiles))?;
    for (name, record) in markdown::rows(outcome) {
        let rate = format!("{:.1}", wording::rate(outcome, &record.ledger));
        let errors = record.ledger.errors().to_string();
        row(out, name, [rate, errors].into_iter().chain(wording::cells(&record.response)))?;
    }
    end(out)
}

/// Rates and response times, by stage.
pub(super) fn stages(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    let stages = wording::stages(outcome);
    if stages.is_empty() {
        return Ok(());
    }
    let quantiles = wording::QUANTILES.iter().map(|(name, _)| *name);
    begin(out, "stages", ["stage", "planned/s", "good/s"].into_iter().chain(quantiles))?;
    for passed in stages {
        let rates = [passed.planned_rate(), passed.good_rate()].map(|rate| format!("{rate:.1}"));
        let times = wording::cells(&passed.record.response);
        row(out, &wording::stage(&passed.stage), rates.into_iter().chain(times))?;
    }
    end(out)
}

/// The books, as a sum, and what was wrong with the requests that did not end well.
pub(super) fn books(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    writeln!(out, "<p>{}</p>", escaped(&wording::sum(&outcome.whole.ledger)))?;
    wording::causes(&outcome.whole).try_for_each(|cause| writeln!(out, "<p>{}</p>", escaped(&cause)))?;
    if outcome.warmed_up_for.is_zero() {
        return Ok(());
    }
    writeln!(
        out,
        "<p class=\"note\">not counted, in the warm-up: {}</p>",
        escaped(&wording::sum(&outcome.warm_up.ledger))
    )
}

/// What the plots over time show, as numbers.
pub(super) fn ticks(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    writeln!(out, "<details>\n<summary>The same as numbers</summary>")?;
    let quantiles = wording::QUANTILES.iter().map(|(name, _)| *name);
    begin(out, "ticks", ["from", "planned", "good", "bad"].into_iter().chain(quantiles))?;
    let width = outcome.timeline.width.as_secs();
    for (tick, at) in outcome.timeline.ticks.iter().zip(0..) {
        let counts = [tick.planned, tick.good, tick.bad].map(|count| count.to_string());
        row(out, &format!("{} s", at * width), counts.into_iter().chain(wording::cells(&tick.response)))?;
    }
    end(out)?;
    writeln!(out, "</details>")
}

/// What was asked meanwhile: the range of the answers, and all of them.
pub(super) fn cluster(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    begin(out, "cluster", ["", "least", "mean", "most", ""])?;
    for series in &outcome.cluster {
        let shown = wording::range(series).map(|range| range.map(|value| wording::amount(value, &series.unit)));
        let cells = shown.unwrap_or_else(|| ["–"; 3].map(ToOwned::to_owned));
        row(out, &series.name, cells.into_iter().chain([series.note.clone().unwrap_or_default()]))?;
    }
    end(out)?;
    writeln!(out, "<details>\n<summary>All answers</summary>")?;
    begin(out, "answers", ["", "at", "answer"])?;
    for series in &outcome.cluster {
        for (at, value) in &series.points {
            let value = value.map_or_else(|| "no answer".to_owned(), |value| wording::amount(value, &series.unit));
            row(out, &series.name, [format!("{at:.1} s"), value])?;
        }
    }
    end(out)?;
    writeln!(out, "</details>")
}

/// The percentiles of all times.
pub(super) fn times(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    begin(out, "times", std::iter::once("").chain(wording::QUANTILES.iter().map(|(name, _)| *name)))?;
    let whole = &outcome.whole;
    for (name, histogram) in [
        ("response, from the plan", &whole.response),
        ("service, from the sending", &whole.service),
        ("lag of the generator", &whole.lag),
    ] {
        row(out, name, wording::cells(histogram))?;
    }
    end(out)
}
