//! What `karat check --fix` looks at: everything but the golden files, which nobody edits.

use std::path::Path;

use super::{CheckArgs, Diff};
use crate::{
    cli::{
        fix::{Look, Paths, Settled, Texts, settle},
        repository,
        run::{self, Started},
    },
    diagnostic::{Diagnostic, Result},
    fix, lint,
    source::{DiskTree, Overlay, SourceMap},
};

/// Fixes the files; on disk, unless only a diff is wanted.
pub(super) fn edit(directory: &Path, args: &CheckArgs) -> Result<Settled> {
    let tree = repository::open(directory)?;
    let settled = settle(args.fix.at_most(), |texts| look(directory, &tree, args, texts))?;
    if args.diff != Diff::Fixes {
        settled.write()?;
    }
    Ok(settled)
}

/// Finds the bytes of the findings' fixes. Gives back where the files are that may be edited.
pub(super) fn place(findings: &mut [Diagnostic], tree: &DiskTree, originals: &SourceMap) -> Paths {
    let files = originals.files().iter().filter(|file| !file.is_built_in());
    let paths: Paths = files.map(|file| (file.path.to_string(), tree.root().join(&*file.path))).collect();
    fix::place(findings, originals, &|path| paths.contains_key(path));
    paths
}

fn look(directory: &Path, disk: &DiskTree, args: &CheckArgs, texts: &Texts) -> Result<Look> {
    let tree = Overlay { tree: disk, texts };
    let schemas = args.schemas.options(directory, "0")?;
    let Started { run, originals, mut sources, mut diagnostics } = run::start(&tree, &args.scope.load_options())?;
    args.scope.check_apps(&run)?;
    diagnostics.append(&mut run.lint(&tree, (args.findings.asked(), schemas), &|_| true, &mut sources)?.diagnostics);
    args.suppress(&run, (&originals, &sources), false, &mut diagnostics)?;
    let mut findings = lint::fold(diagnostics);
    args.scope.retain(&run, &sources, &mut findings);
    args.findings.retain(&mut findings);
    let paths = place(&mut findings, disk, &originals);
    Ok(Look { findings, originals, sources, paths })
}
