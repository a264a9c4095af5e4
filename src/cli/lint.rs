//! `karat lint`.

use std::path::Path;

use clap::Args;

use super::{
    Verdict,
    coverage::CoverageArgs,
    findings::FindingArgs,
    fix::{FixArgs, Look, Settled, Texts, settle},
    kube_version::KubeVersion,
    paths, repository,
    run::has_errors,
    schemas::SchemaArgs,
    suppression::{Suppressing, looked},
    today::TodayArgs,
};
use crate::{
    diagnostic::{Diagnostic, Error, Result},
    fix, golden,
    lint::{self, Asked, Checked, Checks, Coverage, Settings, input::Input, schema},
    manifest::ManifestSet,
    model::{DEFAULT_KUBE_VERSION, Lint, load_project},
    report::{Hidden, Report},
    source::{DiskTree, MemoryTree, SourceMap, Tree},
    suppress::{Comments, Origin},
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
    let Looked { look: Look { sources, findings, .. }, files, resources, hidden, coverage } =
        look(directory, args, &Texts::new())?;
    let report = Report { files, resources, hidden, coverage: Some(&coverage), ..Report::new(&sources, &findings) };
    let verdict = args.findings.report(directory, directory, &report)?;
    settled.map_or(Ok(()), |settled| settled.print_count("fixed"))?;
    Ok(verdict)
}

/// Fixes the files; on disk, unless only a diff is wanted.
fn edit(directory: &Path, args: &LintArgs) -> Result<Settled> {
    if let Some(stream) = args.paths.iter().find(|path| paths::is_stream(directory, path)) {
        let name = if stream == "-" { "standard input" } else { stream };
        return Err(Error::new(format!("{name} cannot be fixed")).hint("name the files to fix"));
    }
    let settled = settle(args.fix.at_most(), |texts| Ok(look(directory, args, texts)?.look))?;
    if !args.diff {
        settled.write()?;
    }
    Ok(settled)
}

/// What is wrong, and in what.
struct Looked {
    look: Look,
    files: usize,
    resources: usize,
    hidden: Hidden,
    coverage: Coverage,
}

/// Looks at all files; at those of `texts` as if they had these texts.
fn look(directory: &Path, args: &LintArgs, texts: &Texts) -> Result<Looked> {
    let schemas = args.schemas.options(directory, &args.kubernetes_version.patch)?;
    let (mut sources, mut diagnostics) = (SourceMap::default(), Vec::new());
    let (input, mut paths) = paths::read(directory, &args.paths, texts, &mut sources, &mut diagnostics)?;
    let files = sources.files().len();
    let comments = Comments::read(&sources, Origin::Objects);
    let set = set(&input, &args.kubernetes_version.minor, &mut diagnostics);
    let knows_all = !has_errors(&diagnostics);
    let repository = repository::around(directory)?;
    let project = match &repository {
        Some(tree) => load_project(tree, &mut sources, &mut diagnostics)?,
        None => None,
    };
    let sections = project.iter().filter_map(|project| project.lint.as_ref());
    let settings = Settings::of(sections.clone()).asked(&args.findings.asked());
    let Checked { diagnostics: mut found, coverage } =
        check(repository.as_ref(), sections, &set, (args.findings.asked(), schemas), &mut sources)?;
    diagnostics.append(&mut found);
    let sets = std::slice::from_ref(&set);
    let from_root = |shown: &str| {
        let path = paths.get(shown)?.strip_prefix(repository.as_ref()?.root()).ok()?;
        path.to_str().map(str::to_owned)
    };
    let sections = project.iter().filter_map(|project| Some((project.lint.as_ref()?, None))).collect();
    let suppressing = Suppressing { comments, sets, sections, sources: &sources, is_whole: false, path: &from_root };
    let looked = looked(&args.findings, vec![settings], knows_all);
    let mut suppressed = suppressing.apply(&args.today, &sources, &mut diagnostics, looked)?;
    let originals = sources.clone();
    sources.mask(set.secret_values());
    let mut findings = lint::fold(diagnostics);
    args.findings.retain(&mut findings);
    args.findings.retain(&mut suppressed);
    let hidden = Hidden { suppressed: lint::fold(suppressed).len() };
    findings.extend(args.coverage.finding(&coverage));
    if let Some(repository) = &repository {
        // `karat golden` alone writes these.
        paths.retain(|_, path| !path.starts_with(repository.root().join(golden::DIRECTORY)));
    }
    fix::place(&mut findings, &originals, &|path| paths.contains_key(path));
    let look = Look { findings, originals, sources, paths };
    let resources = set.manifests().len();
    // Nobody looks at the objects again, and the process is about to end: taking them apart would only delay it.
    std::mem::forget(set);
    Ok(Looked { look, files, resources, hidden, coverage })
}

/// All objects as those of one cluster, which has no name.
fn set(input: &Input, kube_version: &str, diagnostics: &mut Vec<Diagnostic>) -> ManifestSet {
    ManifestSet::new("".into(), kube_version.into(), input.objects(diagnostics))
}

fn check<'a>(
    repository: Option<&DiskTree>,
    sections: impl IntoIterator<Item = &'a Lint>,
    set: &ManifestSet,
    (asked, schemas): (Asked, schema::Options),
    sources: &mut SourceMap,
) -> Result<Checked> {
    let mut diagnostics = Vec::new();
    let nothing = MemoryTree::default();
    let tree = repository.map_or(&nothing as &dyn Tree, |tree| tree);
    let mut checks = Checks::load(tree, schemas, sources, &mut diagnostics)?.asking(asked);
    checks.learn(set.manifests(), &mut diagnostics);
    checks.look_for(set, sources, &mut diagnostics)?;
    let mut checked = checks.check_set(set, sections, None, &|_| true);
    diagnostics.append(&mut checked.diagnostics);
    std::mem::forget(checks);
    Ok(Checked { diagnostics, ..checked })
}
