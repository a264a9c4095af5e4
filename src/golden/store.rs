//! Reads what stands in the golden files' directory.

use super::inventory::Inventory;
use crate::{
    diagnostic::{Error, Result},
    source::{Entry, EntryKind, ReadError, Tree},
};

/// The golden files' directory in a tree.
#[derive(Clone, Copy)]
pub(super) struct Store<'a> {
    tree: &'a dyn Tree,
    base: &'a str,
}

/// The names in one directory. Those that start with a dot are told apart: only temporary files are of interest.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) directories: Vec<String>,
    pub(super) files: Vec<String>,
    pub(super) temporaries: Vec<String>,
}

/// Temporary files start like this.
pub(super) const TEMPORARY: &str = ".karat-";

impl<'a> Store<'a> {
    /// The directory `base` of a tree; empty for its root.
    pub(super) fn new(tree: &'a dyn Tree, base: &'a str) -> Self {
        Self { tree, base }
    }

    /// The path from the tree's root.
    pub(super) fn path(&self, path: &str) -> String {
        [self.base, path].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
    }

    pub(super) fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.tree.read(&self.path(path))
    }

    pub(super) fn inventory(&self, path: &str) -> Result<Inventory> {
        Inventory::read(self.tree, &self.path(path)).map_err(|error| self.unreadable(path, &error))
    }

    pub(super) fn list(&self, path: &str) -> Result<Listing> {
        let entries = self.tree.entries(&self.path(path)).map_err(|error| self.unreadable(path, &error))?;
        let mut listing = Listing::default();
        for Entry { name, kind } in entries {
            match kind {
                EntryKind::File if name.starts_with(TEMPORARY) => listing.temporaries.push(name),
                _ if name.starts_with('.') => {}
                EntryKind::File | EntryKind::Link => listing.files.push(name),
                EntryKind::Directory => listing.directories.push(name),
            }
        }
        Ok(listing)
    }

    /// Every file below a directory, from the tree's root.
    pub(super) fn files_below(&self, path: &str) -> Result<Vec<String>> {
        self.tree.files_below(&self.path(path)).map_err(|error| self.unreadable(path, &error))
    }

    /// The failure to read a file or a directory.
    pub(super) fn unreadable(&self, path: &str, error: &ReadError) -> Error {
        Error::new(format!("cannot read `{}`: {error}", self.path(path)))
    }
}
