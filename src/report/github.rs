//! Annotations of a GitHub workflow, by the commands that a step prints:
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>.
//!
//! GitHub shows ten annotations of each level for a step and drops the others, so the worst findings come first; those
//! beyond the ten are plain lines of the log.

use std::{cmp::Reverse, io};

use super::{Format, Report, wording};
use crate::diagnostic::{Diagnostic, Severity};

/// The format.
pub static FORMAT: Format =
    Format { name: "github", help: "For workflows of GitHub: annotations of the changed files", write };

/// Annotations of one level that GitHub shows for a step.
const SHOWN: usize = 10;

fn write(out: &mut dyn io::Write, report: &Report<'_>) -> io::Result<()> {
    let mut findings: Vec<&Diagnostic> = report.diagnostics.iter().collect();
    findings.sort_by_key(|finding| Reverse(finding.severity));
    let excess = |severity| report.count(severity).saturating_sub(SHOWN);
    let too_many = [Severity::Error, Severity::Warning, Severity::Info].into_iter().any(|level| excess(level) > 0);
    let mut logged = Vec::new();
    for level in findings.chunk_by(|a, b| a.severity == b.severity) {
        // The notice about the others needs a place among the ten.
        let room = if too_many && level[0].severity == Severity::Info { SHOWN - 1 } else { SHOWN };
        let (shown, others) = level.split_at(level.len().min(room));
        shown.iter().try_for_each(|finding| write_annotation(out, report, finding))?;
        others.iter().try_for_each(|finding| write_plain(out, report, finding))?;
        logged.extend(others.iter().copied());
    }
    if too_many {
        let counts = wording::counts(logged);
        let text = format!("{counts} more in the log of this step; `--format json=FILE` has all findings");
        writeln!(out, "::notice title=Karat::{}", data(&text))?;
    }
    let remarks = wording::remarks(report);
    remarks.iter().try_for_each(|remark| writeln!(out, "{}", without_commands(remark)))?;
    writeln!(out, "{}", wording::summary(report))
}

fn write_annotation(out: &mut dyn io::Write, report: &Report<'_>, finding: &Diagnostic) -> io::Result<()> {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let mut properties = vec![format!("title={}", property(&format!("Karat {}", finding.code.name)))];
    if let Some(place) = report.primary(finding) {
        let (start, end) = (place.start, place.last_line());
        properties.push(format!("file={},line={},endLine={end}", property(&place.name()), start.line));
        // Columns of several lines are refused.
        if start.line == end {
            let last = if place.end.line == end { place.end.column } else { start.column };
            properties.push(format!("col={},endColumn={last}", start.column));
        }
    }
    let mut text = vec![headline(report, finding)];
    text.extend(wording::lines(report, finding));
    writeln!(out, "::{command} {}::{}", properties.join(","), data(&text.join("\n")))
}

/// A line of the log.
fn write_plain(out: &mut dyn io::Write, report: &Report<'_>, finding: &Diagnostic) -> io::Result<()> {
    let title = format!("{}[{}]", finding.severity.name(), finding.code.name);
    let mut text = vec![headline(report, finding)];
    text.extend(wording::lines(report, finding));
    writeln!(out, "{title}: {}", without_commands(&text.join("; ")))
}

/// The runner looks for older commands anywhere in a line.
fn without_commands(line: &str) -> String {
    line.replace("##[", "## [")
}

/// The place too: the log shows nothing else of the properties.
fn headline(report: &Report<'_>, finding: &Diagnostic) -> String {
    let message = wording::message(finding);
    match report.primary(finding) {
        Some(place) => format!("{place}: {message}"),
        None => message,
    }
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn written(report: &Report<'_>) -> Vec<String> {
        let mut out = Vec::new();
        write(&mut out, report).unwrap();
        String::from_utf8(out).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn escapes() {
        assert_eq!(property("50%,\na:b\r"), "50%25%2C%0Aa%3Ab%0D");
        assert_eq!(data("50%,\na:b\r"), "50%25,%0Aa:b%0D");
    }

    #[test]
    fn ten_of_a_level_are_annotated_and_the_others_logged() {
        let (sources, diagnostics) = sample::findings();
        let [error, info] = [Severity::Error, Severity::Info].map(|severity| {
            let found = diagnostics.iter().find(|finding| finding.severity == severity);
            found.unwrap().clone().severity(severity)
        });
        let many: Vec<Diagnostic> = [vec![info; 11], vec![error; 13]].concat();
        let lines = written(&sample::report(&sources, &many));
        let count = |start: &str| lines.iter().filter(|line| line.starts_with(start)).count();
        assert!(lines[..10].iter().all(|line| line.starts_with("::error ")));
        assert_eq!((count("::error "), count("error[TST001]: ")), (10, 3));
        assert_eq!((count("::notice "), count("info[TST003]: ")), (10, 2));
        let notice = lines.iter().rfind(|line| line.starts_with("::notice ")).unwrap();
        assert!(notice.starts_with("::notice title=Karat::3 errors, 2 infos more in the log"), "{notice}");
    }

    #[test]
    fn no_line_of_the_log_is_a_command() {
        let (sources, mut diagnostics) = sample::findings();
        diagnostics.truncate(1);
        diagnostics[0].message = "a ##[error]b\n::error::c".into();
        let lines = written(&sample::report(&sources, &vec![diagnostics[0].clone(); SHOWN + 1]));
        assert!(lines[SHOWN].contains("a ## [error]b ::error::c"), "{}", lines[SHOWN]);
        assert_eq!(lines.iter().filter(|line| line.starts_with("::")).count(), SHOWN + 1);
    }
}
