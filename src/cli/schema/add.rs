//! `karat schema add`.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use clap::Args;
use rustc_hash::FxHashSet;

use crate::{
    cli::{Verdict, fix::Texts, output, paths, repository, run::has_errors},
    diagnostic::{Diagnostic, Error, Result, Severity},
    lint::{
        self,
        schema::{Change, Definition, NOT_ADDED, Plan, Store, is_definition},
    },
    manifest::Manifest,
    report::Report,
    source::{DiskTree, SourceMap, replace_file},
};

/// Copy CustomResourceDefinitions into the repository, so that custom resources are checked
///
/// From files, directories or standard input: `kubectl get crds -o yaml | karat schema add -`. What a cluster adds to its
/// objects is left out. A definition that the repository has is brought up to date where it stands; a new one goes to
/// `schemas/crds/GROUP/PLURAL.yaml`, or where the others' layout has it. Nothing is written while there are errors.
#[derive(Args, Debug)]
pub(in crate::cli) struct AddArgs {
    /// A file, a directory with `*.yaml`, `*.yml` and `*.json` files at any depth, or `-` for standard input
    #[arg(value_name = "FILE|DIR|-", required = true)]
    paths: Vec<String>,
}

pub(super) fn run(directory: &Path, args: &AddArgs) -> Result<Verdict> {
    let tree = repository::open(directory)?;
    let (mut sources, mut diagnostics) = (SourceMap::default(), Vec::new());
    let (input, _) = paths::read(directory, &args.paths, &Texts::new(), &mut sources, &mut diagnostics)?;
    let objects = input.objects(&mut diagnostics);
    let definitions = definitions(&objects, &mut diagnostics);
    let store = Store::read(&tree, &mut sources, &mut diagnostics)?;
    let plan = store.plan(definitions).unwrap_or_else(|mut refused| {
        diagnostics.append(&mut refused);
        Plan::default()
    });
    let is_refused = has_errors(&diagnostics);
    let findings = lint::fold(diagnostics);
    let report = Report::new(&sources, &findings);
    output::print_findings(&report)?;
    if is_refused {
        output::print_error(|out| writeln!(out, "nothing is added while there are errors"))?;
        return Ok(Verdict::Findings);
    }
    plan.files.iter().try_for_each(|(path, text)| write(&tree, path, text))?;
    output::print(|out| say(out, &plan))?;
    Ok(Verdict::Clean)
}

/// The definitions among some objects. In a file that has some, other objects are left out.
fn definitions(objects: &[Manifest], diagnostics: &mut Vec<Diagnostic>) -> Vec<Definition> {
    let mut definitions = Vec::new();
    let file = |manifest: &Manifest| manifest.object.any_span().map(|span| span.file);
    let with_definitions: FxHashSet<_> =
        objects.iter().filter(|manifest| is_definition(&manifest.object)).map(file).collect();
    for manifest in objects {
        if is_definition(&manifest.object) {
            match Definition::of(manifest) {
                Ok(definition) => definitions.push(definition),
                Err(mut refused) => diagnostics.append(&mut refused),
            }
            continue;
        }
        let message = format!("{} is no CustomResourceDefinition", manifest.kind());
        let finding = Diagnostic::new(&NOT_ADDED, message).at(manifest.object.span_at("/kind"));
        let is_beside = with_definitions.contains(&file(manifest));
        let severity = if is_beside { Severity::Warning } else { Severity::Error };
        diagnostics.push(finding.severity(severity).help("it is no schema; only definitions are added"));
    }
    definitions
}

/// Gives a file its new text in one step.
fn write(tree: &DiskTree, path: &str, text: &str) -> Result<()> {
    let refused = |error: io::Error| Error::io(format!("cannot write `{path}`"), &error);
    let target = tree.root().join(path);
    let parent = target.parent().unwrap_or(tree.root());
    fs::create_dir_all(parent).map_err(refused)?;
    if !parent.canonicalize().map_err(refused)?.starts_with(tree.root()) {
        let error = Error::new(format!("`{path}` is outside of the repository"));
        return Err(error.hint("a directory on the way to it is a link; definitions stand in directories of their own"));
    }
    replace_file(&target, text.as_bytes()).map_err(refused)
}

fn say(out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    let count = |change: Change| plan.updates.iter().filter(|update| update.change == change).count();
    for update in &plan.updates {
        let what = match update.change {
            Change::Added => "added    ",
            Change::Updated => "updated  ",
            Change::Unchanged => "unchanged",
        };
        writeln!(out, "{what}  {}", update.path)?;
    }
    let (added, updated, unchanged) = (count(Change::Added), count(Change::Updated), count(Change::Unchanged));
    writeln!(out, "{added} added, {updated} updated, {unchanged} unchanged")
}
