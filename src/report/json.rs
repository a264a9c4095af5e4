//! Findings for programs, version 1.
//!
//! Columns count Unicode scalars from 1, and the end is the place after the last one. `text` is the line of source, the
//! first 400 characters of it.

use std::io;

use serde::{Serialize, Serializer};

use super::{Format, Report, coverage, fingerprint, printable, wording};
use crate::{
    diagnostic::{Change, Diagnostic, Fix, Label, ResourceRef, Severity},
    source::{SourceMap, Span},
};

/// The format.
pub static FORMAT: Format = Format { name: "json", help: "For programs: all that is known, version 1", write };

/// Characters of a line of source.
const WIDTH: usize = 400;

/// Writes the report as one JSON document on one line.
fn write(out: &mut dyn io::Write, report: &Report<'_>) -> io::Result<()> {
    write_line(out, &document(report))
}

/// Writes a value on a line of its own.
///
/// What could drive a terminal is written as `\u` escapes, in strings of every origin.
pub(crate) fn write_line(out: &mut dyn io::Write, value: &impl Serialize) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, Escaping);
    value.serialize(&mut serializer)?;
    writeln!(out)
}

/// A list whose items are made while it is written.
pub(super) struct Each<I>(pub(super) I);

impl<I: Iterator<Item: Serialize> + Clone> Serialize for Each<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone())
    }
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    diagnostics: Vec<Finding<'a>>,
    summary: Summary<'a>,
}

#[derive(Serialize)]
struct Finding<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    primary: Option<Place<'a>>,
    related: Vec<Related<'a>>,
    resources: Vec<Resource<'a>>,
    environments: Vec<&'a str>,
    policy: Option<&'a str>,
    fingerprint: String,
    fix: Option<Fixing<'a>>,
}

/// A fix: all of its edits are to be made, or none.
#[derive(Serialize)]
struct Fixing<'a> {
    safety: &'a str,
    title: &'a str,
    edits: Vec<Editing<'a>>,
}

/// Bytes of a file, from `start` to before `end`, counted from 0 behind a byte order mark; and what is to stand there.
#[derive(Serialize)]
struct Editing<'a> {
    file: &'a str,
    start: u32,
    end: u32,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    replacement: &'a str,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    text: &'a str,
}

#[derive(Serialize)]
struct Related<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    message: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Resource<'a> {
    environment: &'a str,
    api_version: String,
    kind: &'a str,
    namespace: Option<&'a str>,
    name: &'a str,
    path: &'a str,
}

#[derive(Serialize)]
struct Summary<'a> {
    errors: usize,
    warnings: usize,
    infos: usize,
    files: usize,
    resources: usize,
    suppressed: usize,
    in_baseline: usize,
    earlier: usize,
    coverage: Option<coverage::Document<'a>>,
}

fn document<'a>(report: &Report<'a>) -> Document<'a> {
    let findings = report.diagnostics.iter().zip(fingerprint::all(report));
    Document {
        version: 1,
        diagnostics: findings
            .map(|(diagnostic, fingerprint)| finding(diagnostic, fingerprint, report.sources))
            .collect(),
        summary: Summary {
            errors: report.count(Severity::Error),
            warnings: report.count(Severity::Warning),
            infos: report.count(Severity::Info),
            files: report.files,
            resources: report.resources,
            suppressed: report.hidden.suppressed,
            in_baseline: report.hidden.in_baseline,
            earlier: report.hidden.earlier,
            coverage: report.coverage.map(coverage::Document::from),
        },
    }
}

fn finding<'a>(diagnostic: &'a Diagnostic, fingerprint: String, sources: &'a SourceMap) -> Finding<'a> {
    let related = |label: &'a Label| Related { place: place(label, sources), message: &label.message };
    Finding {
        code: diagnostic.code.name,
        severity: diagnostic.severity.name(),
        message: &diagnostic.message,
        help: diagnostic.help.as_deref(),
        primary: diagnostic.primary.as_ref().map(|label| place(label, sources)),
        related: diagnostic.related.iter().map(related).collect(),
        resources: diagnostic.resources.iter().map(resource).collect(),
        environments: wording::environments(diagnostic),
        policy: diagnostic.policy.as_deref(),
        fingerprint,
        fix: diagnostic.fix.as_ref().filter(|fix| fix.is_placed()).map(|fix| fixing(fix, sources)),
    }
}

fn fixing<'a>(fix: &'a Fix, sources: &'a SourceMap) -> Fixing<'a> {
    let edit = |change: &'a Change| {
        let Span { start, end, .. } = change.span;
        let Place { file, line, column, end_line, end_column, .. } = place_of(change.span, sources);
        Editing { file, start, end, line, column, end_line, end_column, replacement: &change.text }
    };
    Fixing { safety: fix.safety.name(), title: &fix.title, edits: fix.changes.iter().map(edit).collect() }
}

fn place<'a>(label: &Label, sources: &'a SourceMap) -> Place<'a> {
    place_of(label.span, sources)
}

fn place_of(span: Span, sources: &SourceMap) -> Place<'_> {
    let file = sources.file(span.file);
    let (start, end) = (file.location(span.start), file.location(span.end));
    let line = file.line(start.line);
    let text = line.char_indices().nth(WIDTH).map_or(line, |(at, _)| &line[..at]);
    Place { file: &file.path, line: start.line, column: start.column, end_line: end.line, end_column: end.column, text }
}

fn resource(resource: &ResourceRef) -> Resource<'_> {
    Resource {
        environment: &resource.environment,
        api_version: resource.id.gvk.api_version().to_string(),
        kind: &resource.id.gvk.kind,
        namespace: resource.id.namespace.as_deref(),
        name: &resource.id.name,
        path: &resource.pointer,
    }
}

/// Writes compactly, and escapes every control character, not only those that JSON forbids.
struct Escaping;

impl serde_json::ser::Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, control)) = rest.char_indices().find(|(_, own)| printable::is_control(*own)) {
            // None of them is beyond the sixteen bits of one escape.
            write!(writer, "{}\\u{:04x}", &rest[..at], u32::from(control))?;
            rest = &rest[at + control.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn written(report: &Report<'_>) -> String {
        let mut out = Vec::new();
        write(&mut out, report).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn control_characters_are_escaped_and_come_back() {
        let (sources, diagnostics) = sample::findings();
        let text = written(&sample::report(&sources, &diagnostics));
        assert!(!text.trim_end().chars().any(printable::is_control));
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        let texts: Vec<_> =
            json["diagnostics"].as_array().unwrap().iter().map(|found| &found["primary"]["text"]).collect();
        assert!(texts.iter().any(|text| text.as_str() == Some(sample::HOSTILE)));
    }
}
