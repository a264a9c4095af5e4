//! The Test Anything Protocol, version 14: <https://testanything.org/tap-version-14-specification.html>.
//!
//! Each finding is a test point with its details as YAML; one that does not fail the run is `ok`.

use std::io;

use super::{
    Format, Report, json,
    wording::{self, Note},
};
use crate::diagnostic::Diagnostic;

/// The format.
pub static FORMAT: Format =
    Format { name: "tap", help: "For test harnesses: the Test Anything Protocol, version 14", write };

fn write(out: &mut dyn io::Write, report: &Report<'_>) -> io::Result<()> {
    writeln!(out, "TAP version 14\n1..{}", report.diagnostics.len().max(1))?;
    if report.diagnostics.is_empty() {
        writeln!(out, "ok 1 - {}", escaped(&wording::summary(report)))?;
    }
    for (number, finding) in (1..).zip(report.diagnostics) {
        let not = if report.fails(finding) { "not " } else { "" };
        let (code, message) = (finding.code.name, wording::message(finding));
        writeln!(out, "{not}ok {number} - {code}: {}", escaped(&message))?;
        write_details(out, report, finding, &message)?;
    }
    Ok(())
}

/// What JSON writes is YAML, so no text needs other quotes.
fn write_details(out: &mut dyn io::Write, report: &Report<'_>, finding: &Diagnostic, message: &str) -> io::Result<()> {
    writeln!(out, "  ---\n  severity: {}", finding.severity.name())?;
    write_field(out, "message", &message)?;
    if let Some(place) = report.primary(finding) {
        write_field(out, "file", &place.path)?;
        writeln!(out, "  line: {}\n  column: {}", place.start.line, place.start.column)?;
    }
    let (places, notes): (Vec<Note>, Vec<Note>) =
        wording::notes(report, finding).into_iter().partition(|note| note.word == wording::SEE);
    notes.iter().try_for_each(|note| write_field(out, note.word, &note.text))?;
    if !places.is_empty() {
        let places: Vec<&str> = places.iter().map(|note| note.text.as_str()).collect();
        write_field(out, wording::SEE, &places)?;
    }
    writeln!(out, "  ...")
}

fn write_field(out: &mut dyn io::Write, name: &str, value: &impl serde::Serialize) -> io::Result<()> {
    write!(out, "  {name}: ")?;
    json::write_line(out, value)
}

/// A `#` would start a directive.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('#', "\\#")
}
