//! `karat render`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;

use super::{
    Verdict, documents, output, repository,
    run::{self, Run, Started},
    scope::ScopeArgs,
    style,
};
use crate::{
    diagnostic::{Error, Result},
    golden::{self, Directory},
    lint,
    manifest::ManifestSet,
    model::LoadOptions,
    report::human,
};

/// Print the manifests of the environments, or write them to a directory
///
/// Objects are printed in the order in which they are applied, and with the bytes of their golden files. Nothing is
/// printed when a spec is wrong.
#[derive(Args, Debug)]
pub(super) struct RenderArgs {
    #[command(flatten)]
    scope: ScopeArgs,
    /// Set a field of every app over all layers, such as `workload.replicas=3`; may be given more than once
    #[arg(long = "set", value_name = "PATH=VALUE")]
    sets: Vec<String>,
    /// Write files into this directory, laid out like the golden files; `-` prints
    #[arg(short, long, value_name = "DIR", default_value = "-", hide_default_value = true)]
    output: PathBuf,
}

pub(super) fn run(directory: &Path, args: &RenderArgs) -> Result<Verdict> {
    let tree = repository::open(directory)?;
    let options = LoadOptions { sets: args.sets.clone(), ..args.scope.load_options() };
    let Started { run, sources, mut diagnostics, .. } = run::start(&tree, &options)?;
    args.scope.check_apps(&run)?;
    let directories = run.layout(&mut diagnostics);
    if run::has_errors(&diagnostics) {
        let findings = lint::fold(diagnostics);
        output::print_error(|out| human::write_findings(out, &run.report(&findings, &sources), style::of_stderr()))?;
        return Ok(Verdict::Findings);
    }
    if args.output == Path::new("-") {
        print(&run, &args.scope)?;
    } else {
        write(&args.output, &directories, &args.scope)?;
    }
    // The process ends with this command: taking every node apart would only delay it.
    std::mem::forget(run);
    Ok(Verdict::Clean)
}

fn print(run: &Run, scope: &ScopeArgs) -> Result<()> {
    let manifests = run.sets.iter().flat_map(ManifestSet::manifests).filter(|manifest| scope.owns(manifest));
    let documents = documents::of(manifests);
    output::print(|out| documents::write(out, &documents))
}

fn write(directory: &Path, directories: &[Directory<'_>], scope: &ScopeArgs) -> Result<()> {
    let refused = |error| Error::io(format!("cannot make `{}`", directory.display()), &error);
    fs::create_dir_all(directory).map_err(refused)?;
    // The user may name a link; below it there must be none.
    let base = directory.canonicalize().map_err(refused)?;
    let written = golden::write(&base, directories, &scope.environments_and_apps())?;
    output::print(|out| writeln!(out, "{written}"))
}
