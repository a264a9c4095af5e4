//! `--only`, `--skip`, `--fail-on`, `--format`: which findings count, and how they are shown.

use clap::{Args, ValueEnum};
use smol_str::SmolStr;

use super::Verdict;
use crate::{
    diagnostic::{Code, Diagnostic, Error, Result, Severity},
    grammar::known_or_similar,
    lint::{Asked, PodSecurity},
    report::catalogue,
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
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Human,
    Json,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FailOn {
    Error,
    Warning,
}

impl FindingArgs {
    /// Sees to it that every code exists.
    pub(super) fn check_codes(&self) -> Result<()> {
        let codes = catalogue::all();
        match self
            .only
            .iter()
            .chain(&self.skip)
            .chain(&self.enable)
            .find(|start| !codes.iter().any(|code| code.starts_with(start)))
        {
            None => Ok(()),
            Some(unknown) => {
                let upper = unknown.to_ascii_uppercase();
                let is_number = upper.ends_with(|last: char| last.is_ascii_digit());
                let known =
                    if is_number { codes.iter().map(|code| code.name).collect() } else { catalogue::families() };
                let error = Error::new(format!("no code is or starts with `{unknown}`"));
                Err(error.hint(known_or_similar(&upper, known.into_iter())))
            }
        }
    }

    /// What is asked of the checks.
    pub(super) fn asked(&self) -> Asked {
        let whole = |start: &&String| catalogue::find(start).is_some();
        let enabled = self.enable.iter().chain(self.only.iter().filter(whole)).map(SmolStr::new).collect();
        Asked { pss: self.pss, enabled }
    }

    /// Whether findings of a code count.
    pub(super) fn selects(&self, code: &Code) -> bool {
        let is_in = |starts: &[String]| starts.iter().any(|start| code.starts_with(start));
        !is_in(&self.skip) && (self.only.is_empty() || is_in(&self.only))
    }

    /// Keeps the findings that count.
    pub(super) fn retain(&self, findings: &mut Vec<Diagnostic>) {
        let skipped = |code: &Code| self.skip.iter().any(|start| code.starts_with(start));
        let always =
            |finding: &Diagnostic| finding.severity == Severity::Error && ALWAYS.contains(&finding.code.family());
        findings.retain(|finding| self.selects(finding.code) || always(finding) && !skipped(finding.code));
    }

    /// Whether programs read the report.
    pub(super) fn is_json(&self) -> bool {
        matches!(self.format, Format::Json)
    }

    /// How the command ends; `otherwise` is the limit where the user names none.
    pub(super) fn verdict(&self, findings: &[Diagnostic], otherwise: Severity) -> Verdict {
        let limit = match self.fail_on {
            Some(FailOn::Error) => Severity::Error,
            Some(FailOn::Warning) => Severity::Warning,
            None => otherwise,
        };
        if findings.iter().any(|finding| finding.severity >= limit) { Verdict::Findings } else { Verdict::Clean }
    }
}
