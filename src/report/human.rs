//! Findings for people: each with its lines of source, the next step, and where it holds.

use std::{collections::BTreeMap, fmt, io};

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};

use super::{Format, Report, frame::Frame, printable, wording};
use crate::{
    diagnostic::{Diagnostic, Error, Severity},
    source::{SourceFile, SourceMap},
};

/// Findings of one code that are shown; the others are counted.
const SHOWN: usize = 50;

/// The format.
pub static FORMAT: Format = Format { name: "human", help: "For people: findings with their lines of source", write };

/// What the terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Colours and other escape sequences.
    pub color: bool,
    /// Lines drawn with characters outside of ASCII.
    pub unicode: bool,
}

impl Style {
    /// For files and other programs.
    pub const PLAIN: Self = Self { color: false, unicode: true };
}

/// Writes the whole report.
fn write(out: &mut dyn io::Write, report: &Report<'_>) -> io::Result<()> {
    write_findings(out, report, report.style)?;
    for unified in report.differences {
        write_difference(out, unified, report.style)?;
    }
    for remark in wording::remarks(report) {
        writeln!(out, "{remark}")?;
    }
    writeln!(out, "{}{}", wording::summary(report), wording::fixable(report))
}

/// Writes every finding, but no more than fifty of one code.
pub fn write_findings(out: &mut dyn io::Write, report: &Report<'_>, style: Style) -> io::Result<()> {
    let mut seen = BTreeMap::<&str, usize>::new();
    for diagnostic in report.diagnostics {
        let seen = seen.entry(diagnostic.code.name).or_default();
        *seen += 1;
        if *seen <= SHOWN {
            write_finding(out, diagnostic, report, style)?;
        }
    }
    for (code, seen) in seen.iter().filter(|(_, seen)| **seen > SHOWN) {
        writeln!(out, "{SHOWN} of {seen} findings of {code} are shown; `--format json` has them all\n")?;
    }
    Ok(())
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

fn write_finding(out: &mut dyn io::Write, finding: &Diagnostic, report: &Report<'_>, style: Style) -> io::Result<()> {
    let sources = report.sources;
    let shown = Shown {
        message: wording::message(finding),
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
    if let Some(fix) = wording::fix(finding) {
        writeln!(out, "  fix:  {fix}")?;
    }
    if let Some(note) = wording::built_in(report, finding) {
        writeln!(out, "  note: {note}")?;
    }
    if let Some(whereabouts) = wording::whereabouts(finding) {
        writeln!(out, "  in:   {}", printable::line(&whereabouts))?;
    }
    writeln!(out)
}

/// Files that have no line to show: they are empty, or a finding is about the whole of them.
fn without_text<'a>(finding: &'a Diagnostic, sources: &'a SourceMap) -> impl Iterator<Item = &'a str> {
    files(finding, sources).filter(|file| file.text.is_empty()).map(|file| &*file.path)
}

/// The files that a finding points into, that of its primary place first.
fn files<'a>(finding: &'a Diagnostic, sources: &'a SourceMap) -> impl Iterator<Item = &'a SourceFile> {
    let labels = finding.primary.iter().chain(&finding.related);
    labels.map(|label| sources.file(label.span.file))
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
        write(&mut out, &Report { style, ..*report }).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn other_terminals() {
        let (sources, diagnostics) = sample::findings();
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
        assert!(
            shown.ends_with("1 error in 4 files, 1 resource; 3 suppressed, 2 in the baseline, 1 there before\n"),
            "{shown}"
        );
    }
}
