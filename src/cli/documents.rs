//! Manifests as they are printed: the bytes of their golden files, with `---` between them.

use std::io::{self, Write};

use rayon::prelude::*;

use crate::{golden::Directory, manifest::Manifest};

/// The documents of these objects, in the order in which they are applied.
pub(super) fn of<'a>(manifests: impl Iterator<Item = &'a Manifest>) -> Vec<String> {
    let manifests: Vec<&Manifest> = manifests.collect();
    manifests.into_par_iter().map(Directory::content).collect()
}

/// Writes documents as one stream.
pub(super) fn write(out: &mut dyn Write, documents: &[String]) -> io::Result<()> {
    for (at, document) in documents.iter().enumerate() {
        let separator = if at == 0 { "" } else { "---\n" };
        write!(out, "{separator}{document}")?;
    }
    Ok(())
}
