//! `karat golden`.

use std::path::Path;

use clap::Args;

use super::{
    Verdict, output, repository,
    run::{self, Run, Started},
    scope::ScopeArgs,
    suppression::Suppressing,
    today::TodayArgs,
};
use crate::{
    diagnostic::{Result, Severity},
    golden::{self, Directory},
    lint::{self, Asked, schema},
    source::{DiskTree, SourceMap},
    suppress::Looked,
};

/// Write the golden files that Argo CD syncs
///
/// Only files whose bytes differ are written, and only files of an earlier run are removed. Nothing is written while
/// there are errors.
#[derive(Args, Debug)]
pub(super) struct GoldenArgs {
    #[command(flatten)]
    scope: ScopeArgs,
}

pub(super) fn run(directory: &Path, args: &GoldenArgs) -> Result<Verdict> {
    update(&repository::open(directory)?, &args.scope)
}

/// Brings a repository's golden files up to date, or says what stands in the way.
pub(super) fn update(tree: &DiskTree, scope: &ScopeArgs) -> Result<Verdict> {
    let Started { run, originals, mut sources, mut diagnostics } = run::start(tree, &scope.load_options())?;
    scope.check_apps(&run)?;
    let options = (Asked::default(), schema::Options::default());
    diagnostics.append(&mut run.lint(tree, options, &|_| true, &mut sources)?.diagnostics);
    let suppressing = Suppressing::in_repository(&run, &originals);
    suppressing.apply(&TodayArgs::default(), &sources, &mut diagnostics, |_| Looked::Unknown)?;
    let directories = run.layout(&mut diagnostics);
    if run::has_errors(&diagnostics) {
        diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
        let findings = lint::fold(diagnostics);
        output::print_findings(&run.report(&findings, &sources))?;
        output::print_error(|out| writeln!(out, "golden files are not written while there are errors"))?;
        return Ok(Verdict::Findings);
    }
    print_refused(&run, &directories, tree, scope, &mut sources)?;
    let base = tree.root().join(golden::DIRECTORY);
    let written = golden::write(&base, &directories, &scope.environments_and_apps())?;
    output::print(|out| writeln!(out, "{written}"))?;
    Ok(Verdict::Clean)
}

/// Says which changes the cluster refuses. Once they are written, nobody can tell.
fn print_refused(
    run: &Run,
    directories: &[Directory<'_>],
    tree: &DiskTree,
    scope: &ScopeArgs,
    sources: &mut SourceMap,
) -> Result<()> {
    let mut findings = golden::compare(tree, directories, &scope.environments_and_apps(), sources)?.diagnostics;
    findings.retain(|finding| finding.code == &golden::REFUSED);
    let findings = lint::fold(findings);
    output::print_findings(&run.report(&findings, sources))
}
