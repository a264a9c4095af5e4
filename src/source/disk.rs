//! A repository on disk.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::RwLock,
};

use rustc_hash::FxHashSet;

use super::{Entry, EntryKind, ReadError, Tree, tree::MAX_FILE_BYTES};

/// The files below one directory. Symbolic links are followed as long as they stay inside it.
#[derive(Debug)]
pub struct DiskTree {
    root: PathBuf,
    /// Directories that are known to lie inside. Asking for each file again would cost more than reading it.
    inside: RwLock<FxHashSet<PathBuf>>,
}

impl DiskTree {
    /// The repository at `root`.
    ///
    /// # Errors
    /// When there is no such directory.
    pub fn new(root: &Path) -> io::Result<Self> {
        Ok(Self { root: root.canonicalize()?, inside: RwLock::default() })
    }

    /// The repository's root.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What stands at a path, after links; refused when it is outside of the repository.
    fn metadata(&self, path: &Path) -> Result<fs::Metadata, ReadError> {
        if let Some(directory) = path.parent() {
            self.check_directory(directory)?;
        }
        let metadata = path.symlink_metadata()?;
        if !metadata.is_symlink() {
            return Ok(metadata);
        }
        let real = path.canonicalize()?;
        if real.starts_with(&self.root) { Ok(real.metadata()?) } else { Err(ReadError::Escapes) }
    }

    fn check_directory(&self, directory: &Path) -> Result<(), ReadError> {
        if self.inside.read().is_ok_and(|inside| inside.contains(directory)) {
            return Ok(());
        }
        if !directory.canonicalize()?.starts_with(&self.root) {
            return Err(ReadError::Escapes);
        }
        if let Ok(mut inside) = self.inside.write() {
            inside.insert(directory.to_owned());
        }
        Ok(())
    }
}

impl Tree for DiskTree {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let path = self.root.join(path);
        let metadata = self.metadata(&path)?;
        if !metadata.is_file() {
            return Err(ReadError::NotAFile);
        }
        if metadata.len() > MAX_FILE_BYTES {
            return Err(ReadError::TooLarge { size: metadata.len() });
        }
        Ok(fs::read(path)?)
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
        self.check_directory(&path)?;
        let mut entries = Vec::new();
        for entry in found {
            let entry = entry?;
            // A name that is not UTF-8 can be no environment's, app's or object's.
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let own = entry.file_type()?;
            let leads_to_directory = || entry.path().metadata().is_ok_and(|target| target.is_dir());
            let kind = match (own.is_dir(), own.is_symlink()) {
                (true, _) => EntryKind::Directory,
                (_, true) if leads_to_directory() => EntryKind::Link,
                _ => EntryKind::File,
            };
            entries.push(Entry { name, kind });
        }
        entries.sort_unstable();
        Ok(entries)
    }
}
