//! One page with plots, which needs nothing but itself, and no script.

mod figures;
mod tables;

use std::io;

use super::{Format, wording};
use crate::{load::Outcome, report::escape::escaped};

/// The format.
pub(super) static FORMAT: Format =
    Format { name: "html", help: "For people who would rather look: a page with plots", write };

const STYLE: &str = include_str!("style.css");

fn write(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    let verdict = outcome.verdict.name();
    writeln!(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(out, "<title>Load test: {verdict}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>")?;
    head(out, outcome)?;
    tables::objectives(out, outcome)?;
    writeln!(out, "<h2>Targets</h2>")?;
    tables::targets(out, outcome)?;
    tables::stages(out, outcome)?;
    tables::books(out, outcome)?;
    writeln!(out, "<h2>Over time</h2>")?;
    figures::over_time(out, outcome)?;
    tables::ticks(out, outcome)?;
    if !outcome.cluster.is_empty() {
        writeln!(out, "<h2>What the cluster did meanwhile</h2>")?;
        figures::cluster(out, outcome)?;
        tables::cluster(out, outcome)?;
    }
    writeln!(out, "<h2>How long requests took</h2>")?;
    figures::curve(out, outcome)?;
    tables::times(out, outcome)?;
    writeln!(out, "</main>\n</body>\n</html>")
}

fn head(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    let verdict = outcome.verdict.name();
    writeln!(out, "<h1>Load test: <span class=\"{verdict}\">{verdict}</span></h1>")?;
    writeln!(out, "<p class=\"sentence\">{}</p>", escaped(&wording::verdict(outcome)))?;
    if let Some(cut) = outcome.cut {
        writeln!(out, "<p>{}</p>", wording::cut(cut))?;
    }
    let (began, measured) = (wording::moment(outcome.began), wording::time(outcome.measured_for));
    let warm_up = if outcome.warmed_up_for.is_zero() {
        String::new()
    } else {
        format!(", after {} of warm-up", wording::time(outcome.warmed_up_for))
    };
    writeln!(out, "<p class=\"note\">{began}, measured for {measured}{warm_up}</p>")
}
