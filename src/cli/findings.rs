//! `--only`, `--skip`, `--fail-on`, `--format`: which findings count, and how they are shown.

use std::path::Path;

use clap::{Args, ValueEnum};
use smol_str::SmolStr;

use super::{
    Verdict, checkout,
    target::{self, Target, TargetParser},
};
use crate::{
    diagnostic::{Diagnostic, Error, Result, Severity},
    grammar::known_or_similar_code,
    lint::{Asked, PodSecurity, Selection},
    report::{Format, Report, catalogue},
};

/// Families of findings without which the others mean little: a file that nobody could read has none.
const ALWAYS: [&str; 2] = ["INP", "SPC"];

/// Which findings count, and how they are shown.
#[derive(Args, Debug)]
pub(super) struct FindingArgs {
    /// Only findings whose code starts with one of these: `NET,SCH001`
    ///
    /// Errors in what is read (`INP`, `SPC`) are shown nevertheless, for they hide other findings.
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    only: Vec<String>,
    /// No findings whose code starts with one of these
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    skip: Vec<String>,
    /// Rules that are off unless somebody asks for them: `WRK021,NET`
    ///
    /// `--only` with the whole code of such a rule asks for it, too.
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    enable: Vec<String>,
    /// The level of the Pod Security Standards that pods are held to, whatever karat.yaml says
    #[arg(long, value_enum, value_name = "LEVEL")]
    pss: Option<PodSecurity>,
    /// Exit with 1 when there is a finding this bad
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<FailOn>,
    /// How findings are shown; may be given more than once
    ///
    /// `FORMAT` prints them, `FORMAT=FILE` writes a file. Only one of the formats can print.
    #[arg(long = "format", value_name = "FORMAT[=FILE]", value_parser = TargetParser::<Format>::NEW, default_value = "human")]
    targets: Vec<Target<Format>>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FailOn {
    Error,
    Warning,
}

impl FindingArgs {
    /// Sees to it that every code exists, and that every report can be written.
    pub(super) fn check(&self, directory: &Path) -> Result<()> {
        self.check_codes()?;
        target::check(directory, &self.targets)
    }

    fn check_codes(&self) -> Result<()> {
        let codes = catalogue::all();
        let mut starts = self.only.iter().chain(&self.skip).chain(&self.enable);
        let unknown = starts.find(|start| !codes.iter().any(|code| code.starts_with(start)));
        let Some(unknown) = unknown else { return Ok(()) };
        let help = known_or_similar_code(unknown, &codes);
        Err(Error::new(format!("no code is or starts with `{unknown}`")).hint(help))
    }

    /// What is asked of the checks.
    pub(super) fn asked(&self) -> Asked {
        let whole = |start: &&String| catalogue::find(start).is_some();
        let enabled = self.enable.iter().chain(self.only.iter().filter(whole)).map(SmolStr::new).collect();
        Asked { pss: self.pss, enabled, selection: self.selection() }
    }

    /// Which findings count.
    pub(super) fn selection(&self) -> Selection {
        let starts = |starts: &[String]| starts.iter().map(SmolStr::new).collect();
        Selection { only: starts(&self.only), skip: starts(&self.skip) }
    }

    /// Keeps the findings that count.
    pub(super) fn retain(&self, findings: &mut Vec<Diagnostic>) {
        let selection = self.selection();
        let always =
            |finding: &Diagnostic| finding.severity == Severity::Error && ALWAYS.contains(&finding.code.family());
        findings.retain(|finding| selection.selects(finding.code) || always(finding) && !selection.skips(finding.code));
    }

    /// Writes the report in every format, and says how the command ends. The report's paths start from `base`; its limit
    /// holds where the user names none.
    pub(super) fn report(&self, directory: &Path, base: &Path, report: &Report<'_>) -> Result<Verdict> {
        let limit = match self.fail_on {
            Some(FailOn::Error) => Severity::Error,
            Some(FailOn::Warning) => Severity::Warning,
            None => report.limit,
        };
        let report = Report { limit, checkout: &checkout::around(base), ..*report };
        target::write(directory, &self.targets, |format, out, style| (format.write)(out, &Report { style, ..report }))?;
        let fails = report.diagnostics.iter().any(|finding| report.fails(finding));
        Ok(if fails { Verdict::Findings } else { Verdict::Clean })
    }
}
