//! A JUnit XML report, in the dialect that Jenkins and GitLab share: each finding is a test case of its file.
//!
//! A finding that fails the run is a failure; any other is skipped, so that a build is red when Karat says so.

use std::io;

use super::{Format, Report, escape::Escaped, place::Place, wording};
use crate::diagnostic::Diagnostic;

/// The format.
pub static FORMAT: Format =
    Format { name: "junit", help: "For test reports of Jenkins, GitLab and others: JUnit XML", write };

fn write(out: &mut dyn io::Write, report: &Report<'_>) -> io::Result<()> {
    let tests = report.diagnostics.len().max(1);
    let failures = report.diagnostics.iter().filter(|finding| report.fails(finding)).count();
    let skipped = report.diagnostics.len() - failures;
    let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\" time=\"0\"");
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"karat\" {counts}>\n  <testsuite name=\"karat\" {counts}>")?;
    report.diagnostics.iter().try_for_each(|finding| write_case(out, report, finding))?;
    if report.diagnostics.is_empty() {
        // Jenkins takes a report without tests for a run that broke.
        let name = wording::summary(report);
        writeln!(out, "    <testcase classname=\"karat\" name=\"{}\" time=\"0\"/>", Escaped(&name))?;
    }
    writeln!(out, "  </testsuite>\n</testsuites>")
}

fn write_case(out: &mut dyn io::Write, report: &Report<'_>, finding: &Diagnostic) -> io::Result<()> {
    let (code, severity, message) = (finding.code.name, finding.severity.name(), wording::message(finding));
    let place = report.primary(finding);
    let file = place.as_ref().map(|place| (place.name(), place.start.line));
    let class = file.as_ref().map_or("karat", |(file, _)| without_extension(file));
    write!(out, "    <testcase classname=\"{}\" name=\"{code}: {}\"", Escaped(class), Escaped(&message))?;
    if let Some((file, line)) = &file {
        write!(out, " file=\"{}\" line=\"{line}\"", Escaped(file))?;
    }
    writeln!(out, " time=\"0\">")?;
    let details: Vec<String> = place.iter().map(Place::to_string).chain(wording::lines(report, finding)).collect();
    let details = details.join("\n");
    let (details, message) = (Escaped(&details), Escaped(&message));
    if report.fails(finding) {
        writeln!(out, "      <failure type=\"{severity}\" message=\"{message}\">{details}</failure>")?;
    } else {
        writeln!(out, "      <skipped message=\"{severity}: {message}\"/>")?;
        writeln!(out, "      <system-out>{details}</system-out>")?;
    }
    writeln!(out, "    </testcase>")
}

/// Jenkins takes what stands behind the last dot for the name of a class.
fn without_extension(path: &str) -> &str {
    path.rsplit_once('.').filter(|(_, extension)| !extension.contains('/')).map_or(path, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_have_no_dot_of_a_file() {
        assert_eq!(without_extension("envs/prod.eu/web.yaml"), "envs/prod.eu/web");
        assert_eq!(without_extension("envs/prod.eu/web"), "envs/prod.eu/web");
    }
}
