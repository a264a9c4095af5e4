//! `karat check`.

mod look;
mod since;

use std::path::Path;

use clap::{Args, ValueEnum};

use super::{
    Verdict,
    coverage::CoverageArgs,
    findings::FindingArgs,
    fix::FixArgs,
    known::KnownArgs,
    omission, repository,
    run::{self, Run, Started},
    schemas::SchemaArgs,
    scope::ScopeArgs,
    suppression::{Suppressing, looked},
    today::TodayArgs,
};
use crate::{
    diagnostic::{Diagnostic, Result, Severity},
    golden,
    lint::{self, Checked},
    manifest::Manifest,
    model::Project,
    node::Node,
    report::{Hidden, Report},
    source::SourceMap,
};

/// Render every environment, check it, and hold it against the golden files
///
/// Nothing is written without `--fix`. Exits with 1 when a finding is at least as bad as `--fail-on` or `failOn` of karat.yaml says,
/// which is an error unless one of them says otherwise.
#[derive(Args, Debug)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    scope: ScopeArgs,
    #[command(flatten)]
    findings: FindingArgs,
    #[command(flatten)]
    schemas: SchemaArgs,
    #[command(flatten)]
    coverage: CoverageArgs,
    #[command(flatten)]
    today: TodayArgs,
    #[command(flatten)]
    known: KnownArgs,
    #[command(flatten)]
    fix: FixArgs,
    /// Show what differs from golden files field by field, or line by line as well; or what `--fix` would change
    ///
    /// Without a value, it is what `--fix` would change: a unified diff, and nothing else. Nothing is written, and the
    /// exit code is 1 when anything would be changed.
    #[arg(long, value_enum, default_value_t = Diff::Semantic, num_args = 0..=1, default_missing_value = "fixes")]
    diff: Diff,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Diff {
    Semantic,
    Text,
    Fixes,
}

pub(super) fn run(directory: &Path, args: &CheckArgs) -> Result<Verdict> {
    args.findings.check(directory)?;
    let settled = if args.fix.fix || args.diff == Diff::Fixes { Some(look::edit(directory, args)?) } else { None };
    if let Some(settled) = settled.as_ref().filter(|_| args.diff == Diff::Fixes) {
        return settled.print_diff();
    }
    let schemas = args.schemas.options(directory, "0")?;
    let tree = repository::open(directory)?;
    let Started { run, originals, mut sources, mut diagnostics } = run::start(&tree, &args.scope.load_options())?;
    args.scope.check_apps(&run)?;
    let incomplete = run::has_errors(&diagnostics);
    let scope = args.scope.environments(incomplete);
    let mut directories = run.layout(&mut diagnostics);
    directories.retain(|directory| run.is_whole(directory));
    let counts = |manifest: &Manifest| args.scope.includes(manifest);
    let Checked { diagnostics: mut found, coverage } =
        run.lint(&tree, (args.findings.asked(), schemas), &counts, &mut sources)?;
    diagnostics.append(&mut found);
    let knows_all = !incomplete && args.scope.is_every_environment();
    let mut suppressed = args.suppress(&run, (&originals, &sources), knows_all, &mut diagnostics)?;
    let mut comparison = golden::compare(&tree, &directories, &scope, &mut sources)?;
    let earlier = since::findings(tree.root(), directory, args)?;
    let mut sieve = args.known.sieve(directory, earlier)?;
    for findings in [&mut diagnostics, &mut comparison.diagnostics] {
        args.retain(&run, &sources, findings);
        sieve.take(findings, &sources);
    }
    args.retain(&run, &sources, &mut suppressed);
    let looked = looked(&args.findings, run.settings(&args.findings.asked()), knows_all && args.scope.is_every_app());
    let hidden = sieve.finish(&mut sources, &mut diagnostics, looked)?;
    let mut findings = lint::fold(diagnostics);
    // What is wrong comes first: nobody accepts a difference before that is put right.
    findings.append(&mut lint::fold(comparison.diagnostics));
    findings.extend(args.coverage.finding(&coverage));
    look::place(&mut findings, &tree, &originals);
    let shows_differences = args.diff == Diff::Text && args.findings.selection().selects(&golden::DIFFERS);
    let mut differences = if shows_differences { comparison.differences } else { Vec::new() };
    differences.retain(|difference| args.scope.includes(difference.manifest));
    let omitted = omission::line(&run, &args.scope);
    let differences: Vec<String> = differences.iter().filter_map(|difference| difference.unified(&sources)).collect();
    let limit = fail_on(&run.project);
    let report = Report {
        coverage: Some(&coverage),
        limit,
        hidden: Hidden { suppressed: lint::fold(suppressed).len(), ..hidden },
        differences: &differences,
        omitted: omitted.as_deref(),
        ..run.report(&findings, &sources)
    };
    let verdict = args.findings.report(directory, tree.root(), &report)?;
    settled.map_or(Ok(()), |settled| settled.print_count("fixed"))?;
    // The process ends with this command: taking millions of nodes apart, one by one, would only delay it.
    std::mem::forget(run);
    Ok(verdict)
}

impl CheckArgs {
    /// Keeps the findings that the user asks for.
    fn retain(&self, run: &Run, sources: &SourceMap, findings: &mut Vec<Diagnostic>) {
        self.scope.retain(run, sources, findings);
        self.findings.retain(findings);
    }

    /// Takes out what is suppressed. All findings are known where no error and no option hides some.
    fn suppress(
        &self,
        run: &Run,
        (originals, sources): (&SourceMap, &SourceMap),
        knows_all: bool,
        findings: &mut Vec<Diagnostic>,
    ) -> Result<Vec<Diagnostic>> {
        let looked = looked(&self.findings, run.settings(&self.findings.asked()), knows_all);
        Suppressing::in_repository(run, originals).apply(&self.today, sources, findings, looked)
    }
}

/// What the project says of warnings.
fn fail_on(project: &Project) -> Severity {
    let warning = project.fail_on.as_ref().and_then(Node::as_str) == Some(Severity::Warning.name());
    if warning { Severity::Warning } else { Severity::Error }
}
