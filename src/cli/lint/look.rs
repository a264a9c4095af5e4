//! What `karat lint` looks at: the files that the arguments name, some of them as if a fix had been made.

use std::path::Path;

use super::{
    LintArgs,
    around::{Around, Found},
};
use crate::{
    cli::{
        fix::{Look, Texts},
        known::Sieve,
        paths, repository,
        suppression::looked,
    },
    diagnostic::Result,
    fix, golden,
    lint::{self, Coverage},
    manifest::ManifestSet,
    report::Hidden,
    source::{DiskTree, SourceMap, Tree},
};

/// What is wrong, and in what.
pub(super) struct Looked {
    pub(super) look: Look,
    /// How many files were read.
    pub(super) files: usize,
    /// The objects in them.
    pub(super) set: ManifestSet,
    pub(super) hidden: Hidden,
    pub(super) coverage: Coverage,
}

/// Looks at all files; at those of `texts` as if they had these texts. What the sieve knows is left out.
pub(super) fn look(directory: &Path, args: &LintArgs, texts: &Texts, sieve: Option<Sieve<'_>>) -> Result<Looked> {
    let (mut sources, mut diagnostics) = (SourceMap::default(), Vec::new());
    let (input, mut paths) = paths::read(directory, &args.paths, texts, &mut sources, &mut diagnostics)?;
    let files = sources.files().len();
    let repository = repository::around(directory)?;
    let (tree, root) = (repository.as_ref().map(|tree| tree as &dyn Tree), repository.as_ref().map(DiskTree::root));
    let around = Around { directory, args, tree, root };
    let Found { set, mut diagnostics, suppressed, coverage, settings, knows_all } =
        around.find(&input, &paths, &mut sources, diagnostics)?;
    let originals = sources.clone();
    sources.mask(set.secret_values());
    let mut hidden = Hidden::default();
    if let Some(mut sieve) = sieve {
        sieve.take(&mut diagnostics, &sources);
        hidden = sieve.finish(&mut sources, &mut diagnostics, looked(&args.findings, vec![settings], knows_all))?;
    }
    let mut findings = lint::fold(diagnostics);
    findings.extend(args.coverage.finding(&coverage));
    if let Some(root) = root {
        // `karat golden` alone writes these.
        paths.retain(|_, path| !path.starts_with(root.join(golden::DIRECTORY)));
    }
    fix::place(&mut findings, &originals, &|path| paths.contains_key(path));
    let look = Look { findings, originals, sources, paths };
    hidden.suppressed = lint::fold(suppressed).len();
    Ok(Looked { look, files, set, hidden, coverage })
}
