//! `karat render`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};

use super::{
    Verdict, documents, hydrate, output, repository,
    run::{self, Run, Started},
    scope::ScopeArgs,
};
use crate::{
    diagnostic::{Error, Result},
    golden::{self, Directory},
    lint,
    manifest::ManifestSet,
    model::LoadOptions,
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
    /// Write files into this directory; `-` prints
    #[arg(short, long, value_name = "DIR", default_value = "-", hide_default_value = true)]
    output: PathBuf,
    /// How the files in the directory are laid out
    #[arg(long, value_enum, default_value_t = Layout::Golden)]
    layout: Layout,
    /// The commit that the specs are of, where there is no clone that could tell
    #[arg(long, value_name = "SHA")]
    dry_sha: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Layout {
    /// Like the golden files: one for each object
    Golden,
    /// Like a branch that Argo CD's source hydrator writes: one environment, one `manifest.yaml` for each app
    Hydrated,
}

pub(super) fn run(directory: &Path, args: &RenderArgs) -> Result<Verdict> {
    args.check()?;
    let tree = repository::open(directory)?;
    let scope = match args.layout {
        Layout::Golden => args.scope.load_apps(),
        // A branch is about all apps of its environment.
        Layout::Hydrated => args.scope.load_options(),
    };
    let options = LoadOptions { sets: args.sets.clone(), ..scope };
    let Started { run, sources, mut diagnostics, .. } = run::start(&tree, &options)?;
    args.scope.check_apps(&run)?;
    let directories = run.layout(&mut diagnostics);
    if args.layout == Layout::Hydrated {
        diagnostics.extend(hydrate::plaintext(&run, &args.scope));
    }
    if run::has_errors(&diagnostics) {
        let findings = lint::fold(diagnostics);
        output::print_findings(&run.report(&findings, &sources))?;
        return Ok(Verdict::Findings);
    }
    match args.layout {
        Layout::Hydrated => hydrate::write(&args.output, &tree, &run, &args.scope, args.dry_sha.as_deref())?,
        Layout::Golden if args.prints() => print(&run, &args.scope)?,
        Layout::Golden => write(&base(&args.output)?, &directories, &args.scope)?,
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

/// The directory that files are written to. The user may name a link; below it there must be none.
pub(super) fn base(directory: &Path) -> Result<PathBuf> {
    let refused = |error| Error::io(format!("cannot make `{}`", directory.display()), &error);
    fs::create_dir_all(directory).map_err(refused)?;
    directory.canonicalize().map_err(refused)
}

fn write(base: &Path, directories: &[Directory<'_>], scope: &ScopeArgs) -> Result<()> {
    let written = golden::write(base, directories, &scope.environments_and_apps())?;
    output::print(|out| writeln!(out, "{written}"))
}

impl RenderArgs {
    fn prints(&self) -> bool {
        self.output == Path::new("-")
    }

    /// Sees to it that the options mean something together.
    fn check(&self) -> Result<()> {
        if self.layout == Layout::Golden {
            let without = self.dry_sha.is_some();
            return if without { Err(Error::new("`--dry-sha` needs `--layout hydrated`")) } else { Ok(()) };
        }
        if self.prints() {
            return Err(Error::new("a hydrated branch is written to a directory").hint("add `-o DIR`, a clone of it"));
        }
        if !self.sets.is_empty() {
            let error = Error::new("a hydrated branch holds what a commit of the specs says, without `--set`");
            return Err(error.hint("change the specs, and commit them"));
        }
        Ok(())
    }
}
