//! `karat policy`.

use std::path::Path;

use clap::{Args, Subcommand};

use super::{Verdict, output, repository, run::has_errors, style};
use crate::{
    diagnostic::Result,
    lint::{self, policy::Policies},
    report::{Report, human},
    source::SourceMap,
};

/// Work with the repository's own policies
#[derive(Args, Debug)]
pub(super) struct PolicyArgs {
    #[command(subcommand)]
    command: PolicyCommand,
}

#[derive(Debug, Subcommand)]
enum PolicyCommand {
    /// Run the `test_…` rules of `policies/**/*_test.rego`
    ///
    /// Exits with 1 when a test fails, or a policy is broken.
    Test,
}

pub(super) fn run(directory: &Path, args: &PolicyArgs) -> Result<Verdict> {
    match args.command {
        PolicyCommand::Test => test(directory),
    }
}

fn test(directory: &Path) -> Result<Verdict> {
    let tree = repository::open(directory)?;
    let (mut sources, mut diagnostics) = (SourceMap::default(), Vec::new());
    let policies = Policies::load(&tree, &mut sources, &mut diagnostics)?;
    let tests = policies.test();
    let failed = tests.failed.len();
    diagnostics.extend(tests.failed);
    let findings = lint::fold(diagnostics);
    let report = Report::new(&sources, &findings);
    output::print(|out| {
        human::write_findings(out, &report, style::of_stdout())?;
        writeln!(out, "{} passed, {failed} failed", tests.passed)
    })?;
    Ok(if has_errors(&findings) { Verdict::Findings } else { Verdict::Clean })
}
