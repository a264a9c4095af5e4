//! Findings for people: each with its lines of source, the next step, and where it holds.

use std::{collections::BTreeMap, fmt, hash::Hash, io};

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use super::{Report, coverage, frame::Frame, printable};
use crate::{
    diagnostic::{Diagnostic, Error, Severity},
    source::{SourceFile, SourceMap},
};

/// Findings of one code that are shown; the others are counted.
const SHOWN: usize = 50;

/// Objects of one finding that are named; the others are counted.
const NAMED: usize = 3;

/// What the terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Colours and other escape sequences.
    pub color: bool,
    /// Lines drawn with characters outside of ASCII.
    pub unicode: bool,
}

/// Writes every finding, but no more than fifty of one code.
pub fn write_findings(out: &mut dyn io::Write, report: &Report<'_>, style: Style) -> io::Result<()> {
    let mut seen = BTreeMap::<&str, usize>::new();
    for diagnostic in report.diagnostics {
        let seen = seen.entry(diagnostic.code.name).or_default();
        *seen += 1;
        if *seen <= SHOWN {
            write_finding(out, diagnostic, report.sources, style)?;
        }
    }
    for (code, seen) in seen.iter().filter(|(_, seen)| **seen > SHOWN) {
        writeln!(out, "{SHOWN} of {seen} findings of {code} are shown; `--format json` has them all\n")?;
    }
    Ok(())
}

/// Writes what was not checked, if there is any, and how many findings there are in what.
pub fn write_summary(out: &mut dyn io::Write, report: &Report<'_>) -> io::Result<()> {
    if let Some(line) = report.coverage.and_then(coverage::line) {
        write_line(out, &line)?;
    }
    let counts =
        [Severity::Error, Severity::Warning, Severity::Info].map(|severity| (report.count(severity), severity));
    let counts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, severity)| counted(*count, severity.name()))
        .collect();
    let counts = if counts.is_empty() { "no findings".to_owned() } else { counts.join(", ") };
    let place =
        report.environments.map_or_else(|| counted(report.files, "file"), |count| counted(count, "environment"));
    writeln!(out, "{counts} in {place}, {}", counted(report.resources, "resource"))
}

/// Writes a line of its own; what it names may be anything.
pub fn write_line(out: &mut dyn io::Write, line: &str) -> io::Result<()> {
    writeln!(out, "{}", printable::line(line))
}

/// Writes a unified diff, what is removed in red and what is added in green.
pub fn write_difference(out: &mut dyn io::Write, unified: &str, style: Style) -> io::Result<()> {
    for line in unified.lines() {
        let color = match line.as_bytes().first() {
            Some(b'-') if style.color => "\u{1b}[31m",
            Some(b'+') if style.color => "\u{1b}[32m",
            _ => "",
        };
        let reset = if color.is_empty() { "" } else { "\u{1b}[0m" };
        writeln!(out, "{color}{}{reset}", printable::source(line))?;
    }
    writeln!(out)
}

/// Writes why Karat could not work, and the next step.
pub fn write_error(out: &mut dyn io::Write, error: &Error, style: Style) -> io::Result<()> {
    let (red, reset) = if style.color { ("\u{1b}[31m", "\u{1b}[0m") } else { ("", "") };
    writeln!(out, "{red}error:{reset} {}", printable::line(&error.to_string()))?;
    error.next_step().map_or(Ok(()), |hint| writeln!(out, "  hint: {}", printable::line(hint)))
}

/// `1 error`, `2 errors`.
fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

fn write_finding(out: &mut dyn io::Write, finding: &Diagnostic, sources: &SourceMap, style: Style) -> io::Result<()> {
    let shown = Shown {
        message: printable::line(&finding.message),
        help: finding.help.as_deref().map(printable::line),
        severity: finding.severity,
        frame: Frame::new(finding, sources),
    };
    let mut text = String::new();
    handler(finding, style).render_report(&mut text, &shown).map_err(io::Error::other)?;
    out.write_all(text.as_bytes())?;
    for path in without_text(finding, sources) {
        writeln!(out, "  file: {}", printable::line(path))?;
    }
    if let Some(path) = built_in(finding, sources) {
        writeln!(out, "  note: {path} is part of Karat; whatever it sets, a layer of yours can set otherwise")?;
    }
    if let Some(whereabouts) = whereabouts(finding) {
        writeln!(out, "  in:   {}", printable::line(&whereabouts))?;
    }
    writeln!(out)
}

/// Files that have no line to show: they are empty, or a finding is about the whole of them.
fn without_text<'a>(finding: &'a Diagnostic, sources: &'a SourceMap) -> impl Iterator<Item = &'a str> {
    files(finding, sources).filter(|file| file.text.is_empty()).map(|file| &*file.path)
}

/// The file that a finding blames although nobody can edit it.
fn built_in<'a>(finding: &'a Diagnostic, sources: &'a SourceMap) -> Option<&'a str> {
    files(finding, sources).find(|file| file.is_built_in()).map(|file| &*file.path)
}

/// The files that a finding points into, that of its primary place first.
fn files<'a>(finding: &'a Diagnostic, sources: &'a SourceMap) -> impl Iterator<Item = &'a SourceFile> {
    let labels = finding.primary.iter().chain(&finding.related);
    labels.map(|label| sources.file(label.span.file))
}

/// `dev, staging (Deployment web, Service web and 2 more)`; just the objects where there are no environments.
fn whereabouts(finding: &Diagnostic) -> Option<String> {
    let of_resources = finding.resources.iter().map(|resource| &resource.environment);
    let environments = of_resources.chain(&finding.environments).map(SmolStr::as_str);
    let environments = distinct(environments.filter(|name| !name.is_empty())).join(", ");
    let objects = distinct(finding.resources.iter().map(|resource| (&resource.id.gvk.kind, &resource.id.name)));
    let more = objects.len().saturating_sub(NAMED);
    let named = objects.iter().take(NAMED).map(|(kind, name)| format!("{kind} {name}").trim().to_owned());
    let named = named.collect::<Vec<_>>().join(", ");
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    match (environments.is_empty(), named.is_empty()) {
        (true, true) => None,
        (true, false) => Some(named + &more),
        (false, true) => Some(environments),
        (false, false) => Some(format!("{environments} ({named}{more})")),
    }
}

/// Each once, in the order in which they first came. One line of a shared file may be about thousands of objects.
fn distinct<T: Copy + Eq + Hash>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = FxHashSet::default();
    all.filter(|one| seen.insert(*one)).collect()
}

/// miette's own way of drawing, with severity and code in front of the message.
fn handler(finding: &Diagnostic, style: Style) -> GraphicalReportHandler {
    let mut theme = match (style.color, style.unicode) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::ascii(),
        (false, true) => GraphicalTheme::unicode_nocolor(),
        (false, false) => GraphicalTheme::none(),
    };
    let title = format!("{}[{}]:", finding.severity.name(), finding.code.name);
    theme.characters.error.clone_from(&title);
    theme.characters.warning.clone_from(&title);
    theme.characters.advice = title;
    // A terminal wraps by itself; a file or another program wants lines as they are.
    GraphicalReportHandler::new_themed(theme).with_wrap_lines(false).with_links(false)
}

/// A finding as miette sees it.
#[derive(Debug)]
struct Shown {
    message: String,
    help: Option<String>,
    severity: Severity,
    frame: Option<Frame>,
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown {}

impl miette::Diagnostic for Shown {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.frame.as_ref().map(|frame| frame as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let frame = self.frame.as_ref()?;
        Some(Box::new(frame.labels().iter().cloned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn shown(report: &Report<'_>, style: Style) -> String {
        let mut out = Vec::new();
        write_findings(&mut out, report, style).unwrap();
        write_summary(&mut out, report).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_sample() {
        let (sources, diagnostics) = sample::findings();
        let report = sample::report(&sources, &diagnostics);
        insta::assert_snapshot!(shown(&report, Style { color: false, unicode: true }));
        insta::assert_snapshot!(
            "ascii",
            shown(&sample::report(&sources, &diagnostics[..2]), Style { color: false, unicode: false })
        );
        insta::assert_snapshot!(
            "colour",
            shown(&sample::report(&sources, &diagnostics[..1]), Style { color: true, unicode: true })
                .replace('\u{1b}', "␛")
        );
    }

    #[test]
    fn only_colours_escape() {
        let (sources, diagnostics) = sample::findings();
        let shown = shown(&sample::report(&sources, &diagnostics), Style { color: false, unicode: true });
        assert!(!shown.chars().any(|own| printable::is_control(own) && own != '\n'));
    }

    #[test]
    fn many_findings_of_one_code_are_counted() {
        let (sources, diagnostics) = sample::findings();
        let many = vec![diagnostics[1].clone(); SHOWN + 7];
        let shown = shown(&sample::report(&sources, &many), Style { color: false, unicode: false });
        assert_eq!(shown.matches("error[TST001]").count(), SHOWN);
        assert!(shown.contains("50 of 57 findings of TST001 are shown"));
    }

    #[test]
    fn a_difference_and_an_error() {
        let mut out = Vec::new();
        let style = |color| Style { color, unicode: true };
        write_difference(&mut out, "--- a\n+++ b\n@@ -1 +1 @@\n-a: \u{1b}1\n+a: 2\n", style(true)).unwrap();
        write_difference(&mut out, "-a\n+b\n", style(false)).unwrap();
        let error = Error::new("there is no environment `prd`").hint("did you mean `prod`?");
        write_error(&mut out, &error, style(true)).unwrap();
        write_error(&mut out, &error, style(false)).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap().replace('\u{1b}', "␛ESC"));
    }

    #[test]
    fn objects_of_no_environment() {
        let (sources, mut diagnostics) = sample::findings();
        let mut finding = diagnostics.remove(0);
        finding.resources.iter_mut().for_each(|resource| resource.environment = "".into());
        let report = Report { environments: None, ..sample::report(&sources, std::slice::from_ref(&finding)) };
        let shown = shown(&report, Style { color: false, unicode: false });
        assert!(shown.contains("  in:   Deployment web\n"), "{shown}");
        assert!(shown.ends_with("1 error in 4 files, 1 resource\n"), "{shown}");
    }

    #[test]
    fn nothing_found() {
        let sources = SourceMap::default();
        assert_eq!(
            shown(&sample::report(&sources, &[]), Style { color: true, unicode: true }),
            "no findings in 2 environments, 1 resource\n"
        );
    }
}
