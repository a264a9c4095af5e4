//! A Code Quality report of GitLab: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.
//!
//! GitLab compares fingerprints to tell new findings from known ones, and drops one that it has seen before.

use std::io;

use serde_json::{Value as Json, json};

use super::{
    Format, Report, fingerprint,
    json::{self, Each},
    wording,
};
use crate::diagnostic::{Diagnostic, Severity};

/// The format.
pub static FORMAT: Format =
    Format { name: "gitlab", help: "For merge requests of GitLab: a Code Quality report", write };

fn write(out: &mut dyn io::Write, report: &Report<'_>) -> io::Result<()> {
    let fingerprints = fingerprint::all(report);
    let findings = report.diagnostics.iter().zip(&fingerprints);
    json::write_line(out, &Each(findings.map(|(finding, fingerprint)| issue(report, finding, fingerprint))))
}

fn issue(report: &Report<'_>, finding: &Diagnostic, fingerprint: &str) -> Json {
    let place = report.primary(finding).unwrap_or_else(|| report.anywhere());
    let mut description = vec![wording::message(finding)];
    description.extend(wording::lines(report, finding));
    json!({
        "description": description.join("; "),
        "check_name": finding.code.name,
        "fingerprint": fingerprint,
        "severity": severity(finding.severity),
        "location": { "path": place.path, "lines": { "begin": place.start.line, "end": place.last_line() } },
    })
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "critical",
        Severity::Warning => "minor",
        Severity::Info => "info",
    }
}
