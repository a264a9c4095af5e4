//! A repository in memory, for tests and for texts that are part of the program.

use std::collections::BTreeMap;

use super::{Entry, EntryKind, ReadError, Tree, tree::MAX_FILE_BYTES};

/// Files by path.
#[derive(Clone, Debug, Default)]
pub struct MemoryTree {
    files: BTreeMap<String, Vec<u8>>,
}

impl MemoryTree {
    /// Adds or replaces a file.
    #[must_use]
    pub fn with(mut self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        self.files.insert(path.to_owned(), content.into());
        self
    }
}

impl Tree for MemoryTree {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let content = self.files.get(path).ok_or(ReadError::NotFound)?;
        let size = content.len() as u64;
        if size > MAX_FILE_BYTES { Err(ReadError::TooLarge { size }) } else { Ok(content.clone()) }
    }

    fn entries(&self, directory: &str) -> Result<Vec<Entry>, ReadError> {
        let prefix = if directory.is_empty() { String::new() } else { format!("{directory}/") };
        let below = self.files.range(prefix.clone()..).map_while(|(path, _)| path.strip_prefix(&prefix));
        let mut entries: Vec<Entry> = below
            .map(|rest| match rest.split_once('/') {
                Some((name, _)) => Entry { name: name.to_owned(), kind: EntryKind::Directory },
                None => Entry { name: rest.to_owned(), kind: EntryKind::File },
            })
            .collect();
        entries.sort_unstable();
        entries.dedup();
        Ok(entries)
    }
}
