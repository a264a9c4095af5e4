//! `karat lint`.

mod around;
mod look;
mod since;

use std::path::Path;

use clap::Args;

use self::look::Looked;
use super::{
    Verdict,
    coverage::CoverageArgs,
    findings::FindingArgs,
    fix::{FixArgs, Look, Settled, Texts, settle},
    known::KnownArgs,
    kube_version::KubeVersion,
    paths,
    schemas::SchemaArgs,
    today::TodayArgs,
};
use crate::{
    diagnostic::{Error, Result},
    model::DEFAULT_KUBE_VERSION,
    report::Report,
};

/// Check any Kubernetes YAML: files, directories, or what another tool prints
///
/// All objects are looked at together, by the schemas, rules and policies of `karat check`; CustomResourceDefinitions
/// among them are schemas for the others. In a repository of Karat, its schemas/ and policies/ count too.
#[derive(Args, Debug)]
pub(super) struct LintArgs {
    /// A file, a directory with `*.yaml`, `*.yml` and `*.json` files at any depth, or `-` for standard input
    #[arg(value_name = "FILE|DIR|-", required = true)]
    paths: Vec<String>,
    /// The version of Kubernetes whose schemas count
    #[arg(long, value_name = "VERSION", default_value = DEFAULT_KUBE_VERSION, value_parser = KubeVersion::parse)]
    kubernetes_version: KubeVersion,
    #[command(flatten)]
    schemas: SchemaArgs,
    #[command(flatten)]
    coverage: CoverageArgs,
    #[command(flatten)]
    findings: FindingArgs,
    #[command(flatten)]
    today: TodayArgs,
    #[command(flatten)]
    known: KnownArgs,
    #[command(flatten)]
    fix: FixArgs,
    /// Show what `--fix` would change as a unified diff, and write nothing
    ///
    /// Exits with 1 when it would change anything.
    #[arg(long)]
    diff: bool,
}

pub(super) fn run(directory: &Path, args: &LintArgs) -> Result<Verdict> {
    args.findings.check(directory)?;
    let settled = if args.diff || args.fix.fix { Some(edit(directory, args)?) } else { None };
    if let Some(settled) = settled.as_ref().filter(|_| args.diff) {
        return settled.print_diff();
    }
    let sieve = args.known.sieve(directory, since::findings(directory, args)?)?;
    let Looked { look: Look { sources, findings, .. }, files, set, hidden, coverage } =
        look::look(directory, args, &Texts::new(), Some(sieve))?;
    let resources = set.manifests().len();
    let report = Report { files, resources, hidden, coverage: Some(&coverage), ..Report::new(&sources, &findings) };
    let verdict = args.findings.report(directory, directory, &report)?;
    settled.map_or(Ok(()), |settled| settled.print_count("fixed"))?;
    // The process ends with this command: taking the objects apart, one by one, would only delay it.
    std::mem::forget(set);
    Ok(verdict)
}

/// Fixes the files; on disk, unless only a diff is wanted.
fn edit(directory: &Path, args: &LintArgs) -> Result<Settled> {
    if let Some(stream) = args.paths.iter().find(|path| paths::is_stream(directory, path)) {
        let name = if stream == "-" { "standard input" } else { stream };
        return Err(Error::new(format!("{name} cannot be fixed")).hint("name the files to fix"));
    }
    let settled = settle(args.fix.at_most(), |texts| Ok(look::look(directory, args, texts, None)?.look))?;
    if !args.diff {
        settled.write()?;
    }
    Ok(settled)
}
