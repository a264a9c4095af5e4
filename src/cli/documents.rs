//! Manifests as they are printed: the bytes of their golden files, with `---` between them.

use std::io::{self, Write};

use rayon::prelude::*;

use crate::{golden::Directory, manifest::Manifest};

/// What stands between two documents.
const SEPARATOR: &str = "---\n";

/// The documents of these objects, in the order in which they are applied.
pub(super) fn of<'a>(manifests: impl Iterator<Item = &'a Manifest>) -> Vec<String> {
    let manifests: Vec<&Manifest> = manifests.collect();
    manifests.into_par_iter().map(Directory::content).collect()
}

/// Writes documents as one stream.
pub(super) fn write(out: &mut dyn Write, documents: &[String]) -> io::Result<()> {
    for (at, document) in documents.iter().enumerate() {
        let separator = if at == 0 { "" } else { SEPARATOR };
        write!(out, "{separator}{document}")?;
    }
    Ok(())
}

/// One stream of documents, as text.
pub(super) fn text<'a>(manifests: impl Iterator<Item = &'a Manifest>) -> String {
    of(manifests).join(SEPARATOR)
}
