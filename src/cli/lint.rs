//! `karat lint`.

use std::path::Path;

use clap::Args;

use super::{
    Verdict, coverage::CoverageArgs, findings::FindingArgs, kube_version::KubeVersion, paths, repository,
    schemas::SchemaArgs,
};
use crate::{
    diagnostic::{Diagnostic, Result},
    lint::{self, Asked, Checked, Checks, input::Input, schema},
    manifest::ManifestSet,
    model::{DEFAULT_KUBE_VERSION, load_project},
    report::Report,
    source::{MemoryTree, SourceMap, Tree},
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
}

pub(super) fn run(directory: &Path, args: &LintArgs) -> Result<Verdict> {
    args.findings.check(directory)?;
    let schemas = args.schemas.options(directory, &args.kubernetes_version.patch)?;
    let (mut sources, mut diagnostics) = (SourceMap::default(), Vec::new());
    let input = paths::read(directory, &args.paths, &mut sources, &mut diagnostics)?;
    let files = sources.files().len();
    let set = set(&input, &args.kubernetes_version.minor, &mut diagnostics);
    let Checked { diagnostics: mut found, coverage } =
        check(directory, &set, (args.findings.asked(), schemas), &mut sources)?;
    diagnostics.append(&mut found);
    sources.mask(set.secret_values());
    let mut findings = lint::fold(diagnostics);
    args.findings.retain(&mut findings);
    findings.extend(args.coverage.finding(&coverage));
    let resources = set.manifests().len();
    let report = Report { files, resources, coverage: Some(&coverage), ..Report::new(&sources, &findings) };
    args.findings.report(directory, directory, &report)
}

/// All objects as those of one cluster, which has no name.
fn set(input: &Input, kube_version: &str, diagnostics: &mut Vec<Diagnostic>) -> ManifestSet {
    ManifestSet::new("".into(), kube_version.into(), input.objects(diagnostics))
}

fn check(
    directory: &Path,
    set: &ManifestSet,
    (asked, schemas): (Asked, schema::Options),
    sources: &mut SourceMap,
) -> Result<Checked> {
    let mut diagnostics = Vec::new();
    let repository = repository::around(directory)?;
    let nothing = MemoryTree::default();
    let tree = repository.as_ref().map_or(&nothing as &dyn Tree, |tree| tree);
    let project = match &repository {
        Some(tree) => load_project(tree, sources, &mut diagnostics)?,
        None => None,
    };
    let sections = project.iter().filter_map(|project| project.lint.as_ref());
    let mut checks = Checks::load(tree, schemas, sources, &mut diagnostics)?.asking(asked);
    checks.learn(set.manifests(), &mut diagnostics);
    checks.look_for(set, sources, &mut diagnostics)?;
    let mut checked = checks.check_set(set, sections, None, &|_| true);
    diagnostics.append(&mut checked.diagnostics);
    Ok(Checked { diagnostics, ..checked })
}
