//! A repository on disk.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{Entry, EntryKind, ReadError, Tree, tree::MAX_FILE_BYTES};

/// The files below one directory. Symbolic links are followed as long as they stay inside it.
#[derive(Clone, Debug)]
pub struct DiskTree {
    root: PathBuf,
}

impl DiskTree {
    /// The repository at `root`.
    ///
    /// # Errors
    /// When there is no such directory.
    pub fn new(root: &Path) -> io::Result<Self> {
        Ok(Self { root: root.canonicalize()? })
    }

    /// The repository's root.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The real path of a link's target, unless that is outside of the repository.
    fn resolve(&self, path: &Path) -> Result<(PathBuf, fs::Metadata), ReadError> {
        let real = path.canonicalize()?;
        if !real.starts_with(&self.root) {
            return Err(ReadError::Escapes);
        }
        let metadata = real.metadata()?;
        Ok((real, metadata))
    }
}

impl Tree for DiskTree {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let (real, metadata) = self.resolve(&self.root.join(path))?;
        if metadata.len() > MAX_FILE_BYTES {
            return Err(ReadError::TooLarge { size: metadata.len() });
        }
        // A FIFO or a device would block for ever or never end.
        if !metadata.is_file() {
            return Err(ReadError::Io(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")));
        }
        Ok(fs::read(real)?)
    }

    fn entries(&self, directory: &str) -> Result<Vec<Entry>, ReadError> {
        let path = self.root.join(directory);
        let found = match fs::read_dir(&path) {
            Ok(found) => found,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(Vec::new());
            }
            Err(error) => return Err(ReadError::Io(error)),
        };
        let mut entries = Vec::new();
        for entry in found {
            let entry = entry?;
            // A name that is not UTF-8 can be no environment's, app's or object's.
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let kind = entry.file_type()?;
            // A linked directory is not walked: it could lead in circles, and its files have another, real path.
            let kind = if kind.is_dir() { EntryKind::Directory } else { EntryKind::File };
            entries.push(Entry { name, kind });
        }
        entries.sort_unstable();
        Ok(entries)
    }
}
