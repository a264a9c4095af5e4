//! `karat waves`.

mod environment;
mod given;

use std::path::Path;

use clap::Args;

use self::{environment::charts, given::given};
use super::{
    Verdict, output, repository,
    run::{self, Started},
    scope::ScopeArgs,
    target::{self, Target, TargetParser},
};
use crate::{
    diagnostic::{Diagnostic, Result},
    lint,
    manifest::Manifest,
    report::{
        Report,
        waves::{Chart, Format},
    },
    source::SourceMap,
    sync::{HealthChecks, application_health_patch},
};

/// Show the order in which Argo CD syncs, where it waits, and which waits may never end
///
/// Of the environments of the repository, or of any manifests: each FILE or DIR then stands for one Application. Objects
/// are shown in the order in which they are applied when nothing of them is in the cluster yet.
#[derive(Args, Debug)]
pub(super) struct WavesArgs {
    /// Manifests of another tool: a file, a directory, or `-` for standard input
    #[arg(value_name = "FILE|DIR|-", conflicts_with_all = ["environments", "apps"])]
    paths: Vec<String>,
    #[command(flatten)]
    scope: ScopeArgs,
    /// How syncs are shown; may be given more than once
    ///
    /// `FORMAT` prints them, `FORMAT=FILE` writes a file. Only one of the formats can print.
    #[arg(long = "format", value_name = "FORMAT[=FILE]", value_parser = TargetParser::<Format>::NEW, default_value = "text")]
    targets: Vec<Target<Format>>,
    /// The namespace of the Application's destination, for manifests of another tool
    #[arg(long, value_name = "NAMESPACE", default_value = "default", requires = "paths")]
    namespace: String,
    /// Argo CD's `argocd-cm` has a health check for Applications, so that one holds up another
    #[arg(long)]
    application_health: bool,
    /// Print that health check instead, as a patch of `argocd-cm`: `kubectl -n argocd patch configmap argocd-cm --type
    /// merge --patch-file FILE`
    #[arg(long, exclusive = true)]
    health_patch: bool,
}

impl WavesArgs {
    /// Whose health Argo CD assesses, as far as objects and flags tell.
    fn checks<'a>(&self, objects: impl IntoIterator<Item = &'a Manifest>) -> HealthChecks {
        let checks = HealthChecks::of(objects);
        if self.application_health { checks.with_applications() } else { checks }
    }
}

pub(super) fn run(directory: &Path, args: &WavesArgs) -> Result<Verdict> {
    if args.health_patch {
        output::print(|out| out.write_all(application_health_patch().as_bytes()))?;
        return Ok(Verdict::Clean);
    }
    target::check(directory, &args.targets)?;
    if !args.paths.is_empty() {
        return show_given(directory, args);
    }
    let tree = repository::open(directory)?;
    let Started { run, sources, diagnostics, .. } = run::start(&tree, &args.scope.load_options())?;
    args.scope.check_apps(&run)?;
    if run::has_errors(&diagnostics) {
        complain(diagnostics, &sources)?;
        return Ok(Verdict::Findings);
    }
    show(directory, args, &charts(&run, args))?;
    // The process ends with this command: taking every node apart would only delay it.
    std::mem::forget(run);
    Ok(Verdict::Clean)
}

fn show_given(directory: &Path, args: &WavesArgs) -> Result<Verdict> {
    let (mut sources, mut diagnostics) = (SourceMap::default(), Vec::new());
    let chart = given(directory, args, &mut sources, &mut diagnostics)?;
    let has_errors = run::has_errors(&diagnostics);
    complain(diagnostics, &sources)?;
    if has_errors {
        return Ok(Verdict::Findings);
    }
    show(directory, args, &[chart])?;
    Ok(Verdict::Clean)
}

fn show(directory: &Path, args: &WavesArgs, charts: &[Chart]) -> Result<()> {
    target::write(directory, &args.targets, |format, out, style| (format.write)(out, charts, style))
}

fn complain(diagnostics: Vec<Diagnostic>, sources: &SourceMap) -> Result<()> {
    let findings = lint::fold(diagnostics);
    output::print_findings(&Report::new(sources, &findings))
}
