//! `karat lint`.

use std::path::Path;

use clap::Args;

use super::{
    Verdict,
    coverage::CoverageArgs,
    findings::FindingArgs,
    fix::{FixArgs, Look, Paths, Settled, Texts, settle},
    known::{KnownArgs, Sieve},
    kube_version::KubeVersion,
    paths, repository,
    revision::Revision,
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
    suppress::{Comments, Memory, Origin},
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
    let sieve = args.known.sieve(directory, earlier(directory, args)?)?;
    let Looked { look: Look { sources, findings, .. }, files, resources, hidden, coverage } =
        look(directory, args, &Texts::new(), Some(sieve))?;
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
    let settled = settle(args.fix.at_most(), |texts| Ok(look(directory, args, texts, None)?.look))?;
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

/// Looks at all files; at those of `texts` as if they had these texts. What the sieve knows is left out.
fn look(directory: &Path, args: &LintArgs, texts: &Texts, sieve: Option<Sieve<'_>>) -> Result<Looked> {
    let (mut sources, mut diagnostics) = (SourceMap::default(), Vec::new());
    let (input, mut paths) = paths::read(directory, &args.paths, texts, &mut sources, &mut diagnostics)?;
    let files = sources.files().len();
    let repository = repository::around(directory)?;
    let around = Around { tree: repository.as_ref().map(|tree| tree as &dyn Tree), root: root(repository.as_ref()) };
    let Found { set, mut diagnostics, suppressed, coverage, settings, knows_all } =
        around.find(directory, args, &input, &paths, &mut sources, diagnostics)?;
    let originals = sources.clone();
    sources.mask(set.secret_values());
    let mut hidden = Hidden::default();
    if let Some(mut sieve) = sieve {
        sieve.take(&mut diagnostics, &sources);
        hidden = sieve.finish(&mut sources, &mut diagnostics, looked(&args.findings, vec![settings], knows_all))?;
    }
    let mut findings = lint::fold(diagnostics);
    findings.extend(args.coverage.finding(&coverage));
    if let Some(root) = around.root {
        // `karat golden` alone writes these.
        paths.retain(|_, path| !path.starts_with(root.join(golden::DIRECTORY)));
    }
    fix::place(&mut findings, &originals, &|path| paths.contains_key(path));
    let look = Look { findings, originals, sources, paths };
    hidden.suppressed = lint::fold(suppressed).len();
    let resources = set.manifests().len();
    // Nobody looks at the objects again, and the process is about to end: taking them apart would only delay it.
    std::mem::forget(set);
    Ok(Looked { look, files, resources, hidden, coverage })
}

/// What was found at the revision that the user names, if any: what this version finds in the files of that time.
fn earlier(directory: &Path, args: &LintArgs) -> Result<Option<Memory>> {
    let Some(name) = args.known.revision() else { return Ok(None) };
    let (mut sources, mut diagnostics) = (SourceMap::default(), Vec::new());
    let (input, paths) = paths::read_at(name, directory, &args.paths, &mut sources, &mut diagnostics)?;
    let repository = repository::around(directory)?;
    let root = root(repository.as_ref());
    // The repository may be in no git repository, or in another one.
    let revision = root.and_then(|root| Revision::open(root, name).ok());
    let below = [repository::MARKER, "schemas", "policies"];
    let tree = revision.map(|revision| revision.tree(&below)).transpose()?;
    let tree = tree.as_ref().filter(|tree| tree.read(repository::MARKER).is_ok());
    let around = Around { tree: tree.map(|tree| tree as &dyn Tree), root };
    let Found { diagnostics, .. } = around.find(directory, args, &input, &paths, &mut sources, diagnostics)?;
    Ok(Some(Memory::of(&diagnostics, &sources)))
}

fn root(repository: Option<&DiskTree>) -> Option<&Path> {
    repository.map(DiskTree::root)
}

/// The repository of Karat around what is looked at.
struct Around<'a> {
    tree: Option<&'a dyn Tree>,
    root: Option<&'a Path>,
}

/// What was found, not folded yet.
struct Found {
    set: ManifestSet,
    /// Those that the user asks for.
    diagnostics: Vec<Diagnostic>,
    suppressed: Vec<Diagnostic>,
    coverage: Coverage,
    settings: Settings,
    /// Whether no error hides findings.
    knows_all: bool,
}

impl Around<'_> {
    fn find(
        &self,
        directory: &Path,
        args: &LintArgs,
        input: &Input,
        paths: &Paths,
        sources: &mut SourceMap,
        mut diagnostics: Vec<Diagnostic>,
    ) -> Result<Found> {
        let comments = Comments::read(sources, Origin::Objects);
        let set = set(input, &args.kubernetes_version.minor, &mut diagnostics);
        let knows_all = !has_errors(&diagnostics);
        let project = self.tree.map(|tree| load_project(tree, sources, &mut diagnostics)).transpose()?.flatten();
        let sections = project.iter().filter_map(|project| project.lint.as_ref());
        let settings = Settings::of(sections.clone()).asked(&args.findings.asked());
        let schemas = args.schemas.options(directory, &args.kubernetes_version.patch)?;
        let Checked { diagnostics: mut found, coverage } =
            check(self.tree, sections.clone(), &set, (args.findings.asked(), schemas), sources)?;
        diagnostics.append(&mut found);
        let from_root = |shown: &str| Some(paths.get(shown)?.strip_prefix(self.root?).ok()?.to_str()?.to_owned());
        let (sets, sections) = (std::slice::from_ref(&set), sections.map(|section| (section, None)).collect());
        let suppressing = Suppressing { comments, sets, sections, sources, is_whole: false, path: &from_root };
        let looked = looked(&args.findings, vec![settings.clone()], knows_all);
        let mut suppressed = suppressing.apply(&args.today, sources, &mut diagnostics, looked)?;
        args.findings.retain(&mut diagnostics);
        args.findings.retain(&mut suppressed);
        Ok(Found { set, diagnostics, suppressed, coverage, settings, knows_all })
    }
}

/// All objects as those of one cluster, which has no name.
fn set(input: &Input, kube_version: &str, diagnostics: &mut Vec<Diagnostic>) -> ManifestSet {
    ManifestSet::new("".into(), kube_version.into(), input.objects(diagnostics))
}

fn check<'a>(
    repository: Option<&dyn Tree>,
    sections: impl IntoIterator<Item = &'a Lint>,
    set: &ManifestSet,
    (asked, schemas): (Asked, schema::Options),
    sources: &mut SourceMap,
) -> Result<Checked> {
    let mut diagnostics = Vec::new();
    let nothing = MemoryTree::default();
    let tree = repository.unwrap_or(&nothing);
    let mut checks = Checks::load(tree, schemas, sources, &mut diagnostics)?.asking(asked);
    checks.learn(set.manifests(), &mut diagnostics);
    checks.look_for(set, sources, &mut diagnostics)?;
    let mut checked = checks.check_set(set, sections, None, &|_| true);
    diagnostics.append(&mut checked.diagnostics);
    std::mem::forget(checks);
    Ok(Checked { diagnostics, ..checked })
}
