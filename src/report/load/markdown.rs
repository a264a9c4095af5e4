//! A comment for a pull request.

use std::io;

use super::{Format, wording};
use crate::{
    load::{Outcome, Record},
    report::printable,
};

/// The format.
pub(super) static FORMAT: Format =
    Format { name: "markdown", help: "For comments of pull requests: tables in Markdown", write };

/// By this line a job finds the comment that it wrote before.
const MARK: &str = "<!-- karat load -->";

fn write(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    writeln!(out, "{MARK}\n## Load test: {}\n\n{}\n", outcome.verdict.name(), text(&wording::verdict(outcome)))?;
    if let Some(cut) = outcome.cut {
        writeln!(out, "{}\n", wording::cut(cut))?;
    }
    writeln!(out, "| objective | measured | |\n|---|---|---|")?;
    for judged in &outcome.judged {
        let met = if judged.is_met { "met" } else { "**missed**" };
        writeln!(out, "| {} | {} | {met} |", text(&wording::name(judged)), wording::comparison(judged))?;
    }
    for own in &outcome.compared {
        let worse = if own.is_worse { "**worse**" } else { "" };
        writeln!(out, "| {} | {} | {worse} |", own.name, wording::difference(own))?;
    }
    let heads: Vec<&str> = wording::QUANTILES.iter().map(|(name, _)| *name).collect();
    writeln!(
        out,
        "\n| target | good/s | errors | {} |\n|---|--:|--:|{}",
        heads.join(" | "),
        "--:|".repeat(heads.len())
    )?;
    for (name, record) in rows(outcome) {
        let times: Vec<String> = wording::cells(&record.response).collect();
        let rate = wording::rate(outcome, &record.ledger);
        writeln!(out, "| {} | {rate:.1} | {} | {} |", text(name), record.ledger.errors(), times.join(" | "))?;
    }
    stages(out, outcome)?;
    cluster(out, outcome)?;
    writeln!(out, "\n{} in {}", wording::sum(&outcome.whole.ledger), wording::time(outcome.measured_for))?;
    wording::causes(&outcome.whole).try_for_each(|cause| writeln!(out, "\n{}", text(&cause)))
}

fn stages(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    let stages = wording::stages(outcome);
    if !stages.is_empty() {
        let heads: Vec<&str> = wording::QUANTILES.iter().map(|(name, _)| *name).collect();
        let lines = "--:|".repeat(heads.len());
        writeln!(out, "\n| stage | planned/s | good/s | {} |\n|---|--:|--:|{lines}", heads.join(" | "))?;
    }
    for passed in stages {
        let times: Vec<String> = wording::cells(&passed.record.response).collect();
        let (name, planned, good) = (wording::stage(&passed.stage), passed.planned_rate(), passed.good_rate());
        writeln!(out, "| {name} | {planned:.1} | {good:.1} | {} |", times.join(" | "))?;
    }
    Ok(())
}

fn cluster(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    if !outcome.cluster.is_empty() {
        writeln!(out, "\n| in the cluster | least | mean | most | |\n|---|--:|--:|--:|---|")?;
    }
    for series in &outcome.cluster {
        let shown = wording::range(series).map(|range| range.map(|value| wording::amount(value, &series.unit)));
        let cells = shown.unwrap_or_default().join(" | ");
        let note = text(series.note.as_deref().unwrap_or_default());
        writeln!(out, "| {} | {cells} | {note} |", text(&series.name))?;
    }
    Ok(())
}

/// The targets, and where there are several, all of them together.
pub(super) fn rows(outcome: &Outcome) -> impl Iterator<Item = (&str, &Record)> {
    let whole = (outcome.targets.len() > 1).then_some(("all", &outcome.whole));
    outcome.targets.iter().map(|(name, record)| (name.as_str(), record)).chain(whole)
}

/// What somebody else has named must not end a cell.
fn text(text: &str) -> String {
    printable::line(text).replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;").replace('`', "\\`")
}
