//! A repository some of whose files have another text than on disk.

use std::collections::BTreeMap;

use super::{Entry, ReadError, Tree};

/// The files of a tree, those of `texts` with their text from there. They exist in the tree, too.
#[derive(Clone, Copy)]
pub struct Overlay<'a> {
    /// The tree.
    pub tree: &'a dyn Tree,
    /// The texts, by path.
    pub texts: &'a BTreeMap<String, String>,
}

impl Tree for Overlay<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.texts.get(path).map_or_else(|| self.tree.read(path), |text| Ok(text.clone().into_bytes()))
    }

    fn entries(&self, directory: &str) -> Result<Vec<Entry>, ReadError> {
        self.tree.entries(directory)
    }
}
