//! What `karat lint --new-since` compares with: the findings of an earlier revision.

use std::path::Path;

use super::{
    LintArgs,
    around::{Around, Found},
};
use crate::{
    cli::{paths, repository, revision::Revision},
    diagnostic::Result,
    source::{DiskTree, SourceMap, Tree},
    suppress::Memory,
};

/// The findings of the revision that the user names, if any: what this version finds in the files of that time.
pub(super) fn findings(directory: &Path, args: &LintArgs) -> Result<Option<Memory>> {
    let Some(name) = args.known.revision() else { return Ok(None) };
    let (mut sources, mut diagnostics) = (SourceMap::default(), Vec::new());
    let (input, paths) = paths::read_at(name, directory, &args.paths, &mut sources, &mut diagnostics)?;
    let repository = repository::around(directory)?;
    let root = repository.as_ref().map(DiskTree::root);
    // The repository may be in no git repository, or in another one.
    let revision = root.and_then(|root| Revision::open(root, name).ok());
    let below = [repository::MARKER, "schemas", "policies"];
    let tree = revision.map(|revision| revision.tree(&below)).transpose()?;
    let tree = tree.as_ref().filter(|tree| tree.read(repository::MARKER).is_ok());
    let around = Around { directory, args, tree: tree.map(|tree| tree as &dyn Tree), root };
    let Found { diagnostics, .. } = around.find(&input, &paths, &mut sources, diagnostics)?;
    Ok(Some(Memory::of(&diagnostics, &sources)))
}
