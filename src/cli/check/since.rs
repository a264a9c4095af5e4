//! What `karat check --new-since` compares with: the findings of an earlier revision.

use std::path::Path;

use super::CheckArgs;
use crate::{
    cli::{
        repository,
        revision::Revision,
        run::{self, Started},
    },
    diagnostic::Result,
    golden,
    model::LoadOptions,
    source::Tree,
    suppress::Memory,
};

/// The findings of the revision that the user names, if any: what this version finds in the files of that time.
pub(super) fn findings(root: &Path, directory: &Path, args: &CheckArgs) -> Result<Option<Memory>> {
    let Some(name) = args.known.revision() else { return Ok(None) };
    let tree = Revision::open(root, name)?.tree(&[])?;
    // Before there was a repository, nothing was wrong with it.
    if tree.read(repository::MARKER).is_err() {
        return Ok(Some(Memory::default()));
    }
    let options = LoadOptions { any_version: true, ..LoadOptions::default() };
    let Started { run, originals, mut sources, mut diagnostics } = run::start(&tree, &options)?;
    let scope = golden::Scope { incomplete: run::has_errors(&diagnostics), ..golden::Scope::default() };
    let mut directories = run.layout(&mut diagnostics);
    directories.retain(|directory| run.is_whole(directory));
    let schemas = args.schemas.options(directory, "0")?;
    let asked = args.findings.asked();
    diagnostics.append(&mut run.lint(&tree, (asked, schemas), &|_| true, &mut sources)?.diagnostics);
    args.suppress(&run, (&originals, &sources), !scope.incomplete, &mut diagnostics)?;
    diagnostics.append(&mut golden::compare(&tree, &directories, &scope, &mut sources)?.diagnostics);
    args.retain(&run, &sources, &mut diagnostics);
    let memory = Memory::of(&diagnostics, &sources);
    std::mem::forget(run);
    Ok(Some(memory))
}
