//! Makes the golden files' directory what it should be.

use std::{
    collections::BTreeSet,
    fmt, fs, io,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicUsize, Ordering},
};

use rayon::prelude::*;

use super::{
    Directory, Scope,
    disk::{Disk, LocalDisk},
    inventory,
    store::{Store, TEMPORARY},
    survey::{Holding, survey},
};
use crate::{
    diagnostic::{Error, Result},
    source::DiskTree,
};

/// How many files a run changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// New files, and files with new bytes.
    pub written: usize,
    /// Files whose objects are no longer rendered.
    pub removed: usize,
    /// Files that were right already.
    pub unchanged: usize,
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} written, {} removed, {} unchanged", self.written, self.removed, self.unchanged)
    }
}

/// Writes the files of every directory below `base`, which is made if need be, and removes those of ours that are no
/// longer rendered.
///
/// A run that is killed leaves each file either old or new. It may leave temporary files; the next run removes them.
///
/// # Errors
/// When the disk refuses, or when a directory of golden files is a symbolic link: it could lead anywhere.
pub fn write(base: &Path, directories: &[Directory<'_>], scope: &Scope) -> Result<Written> {
    Writer { base, disk: &LocalDisk, files: AtomicUsize::new(0) }.write(directories, scope)
}

pub(super) struct Writer<'a> {
    pub(super) base: &'a Path,
    pub(super) disk: &'a dyn Disk,
    /// How many temporary files there were.
    pub(super) files: AtomicUsize,
}

impl Writer<'_> {
    pub(super) fn write(&self, directories: &[Directory<'_>], scope: &Scope) -> Result<Written> {
        self.make_base()?;
        let tree = DiskTree::new(self.base).map_err(|error| refused("open", self.base, &error))?;
        let store = Store::new(&tree, "");
        let survey = survey(store, directories, scope)?;
        for path in &survey.leftovers {
            self.remove(path)?;
        }
        let written: Vec<_> = survey.holdings.par_iter().map(|holding| self.update(store, holding)).collect();
        let mut total = Written::default();
        for written in written {
            let written = written?;
            total.written += written.written;
            total.removed += written.removed;
            total.unchanged += written.unchanged;
        }
        self.remove_empty(&survey.holdings);
        Ok(total)
    }

    /// Brings one directory up to date. At every moment, the inventory lists each file of ours that is there.
    fn update(&self, store: Store<'_>, holding: &Holding<'_>) -> Result<Written> {
        let rendered: BTreeSet<String> = holding.files().map(|(name, _)| name.clone()).collect();
        let stale: Vec<&String> = holding.inventory.names.difference(&rendered).collect();
        let union = inventory::text(holding.inventory.names.union(&rendered));
        self.write_inventory(holding, holding.inventory.text.as_deref(), &union)?;
        let mut written = self.write_files(store, holding)?;
        for name in stale.into_iter().filter(|name| holding.present.contains(*name)) {
            self.remove(&format!("{}/{name}", holding.path()))?;
            written.removed += 1;
        }
        if rendered.is_empty() {
            self.forget(holding)?;
        } else {
            self.write_inventory(holding, Some(&union), &inventory::text(&rendered))?;
        }
        Ok(written)
    }

    fn write_files(&self, store: Store<'_>, holding: &Holding<'_>) -> Result<Written> {
        let mut written = Written::default();
        for (name, manifest) in holding.files() {
            let path = format!("{}/{name}", holding.path());
            let content = Directory::content(manifest);
            // Whatever cannot be read is not what it should be.
            if holding.present.contains(name) && store.read(&path).is_ok_and(|bytes| bytes == content.as_bytes()) {
                written.unchanged += 1;
            } else {
                self.replace(&path, &content)?;
                written.written += 1;
            }
        }
        Ok(written)
    }

    /// An inventory that lists nothing is not written.
    fn write_inventory(&self, holding: &Holding<'_>, old: Option<&str>, new: &str) -> Result<()> {
        if old == Some(new) || new.is_empty() { Ok(()) } else { self.replace(&holding.inventory_path(), new) }
    }

    /// Removes the inventory of a directory of which nothing is rendered any more.
    fn forget(&self, holding: &Holding<'_>) -> Result<()> {
        if holding.inventory.text.is_some() { self.remove(&holding.inventory_path()) } else { Ok(()) }
    }

    /// Gives a file new content in one step.
    fn replace(&self, path: &str, content: &str) -> Result<()> {
        let (parent, _) = path.rsplit_once('/').unwrap_or(("", path));
        self.make_directory(parent)?;
        let number = self.files.fetch_add(1, Ordering::Relaxed);
        let temporary = self.base.join(parent).join(format!("{TEMPORARY}{}-{number}", process::id()));
        let target = self.base.join(path);
        let moved =
            self.disk.create_file(&temporary, content.as_bytes()).and_then(|()| self.disk.rename(&temporary, &target));
        moved.map_err(|error| {
            // The first error is the one to tell.
            let _ = self.disk.remove_file(&temporary);
            refused("write", &target, &error)
        })
    }

    /// Removes a file. One that is gone is fine.
    fn remove(&self, path: &str) -> Result<()> {
        let (parent, _) = path.rsplit_once('/').unwrap_or(("", path));
        self.check_directory(parent)?;
        let path = self.base.join(path);
        match self.disk.remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(refused("remove", &path, &error)),
            _ => Ok(()),
        }
    }

    /// Removes what a directory leaves behind that is not rendered any more; one that holds a foreign file stays.
    fn remove_empty(&self, holdings: &[Holding<'_>]) {
        for holding in holdings.iter().filter(|holding| holding.directory.is_none()) {
            for path in [
                holding.path(),
                holding.environment.clone(),
                format!("{}/{}", inventory::DIRECTORY, holding.environment),
            ] {
                if self.check_directory(&path).is_ok() {
                    let _ = self.disk.remove_directory(&self.base.join(path));
                }
            }
        }
    }

    fn make_base(&self) -> Result<()> {
        is_directory(self.base)?;
        fs::create_dir_all(self.base).map_err(|error| refused("make", self.base, &error))
    }

    /// Makes a directory and those around it.
    fn make_directory(&self, path: &str) -> Result<()> {
        for path in self.steps(path) {
            if !is_directory(&path)? {
                match self.disk.create_directory(&path) {
                    Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                        return Err(refused("make", &path, &error));
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Sees to it that a path leads through no link.
    fn check_directory(&self, path: &str) -> Result<()> {
        self.steps(path).try_for_each(|path| is_directory(&path).map(|_| ()))
    }

    /// The directories on the way to a path.
    fn steps(&self, path: &str) -> impl Iterator<Item = PathBuf> {
        let mut at = self.base.to_path_buf();
        path.split('/').filter(|part| !part.is_empty()).map(move |part| {
            at.push(part);
            at.clone()
        })
    }
}

/// Whether there is such a directory.
fn is_directory(path: &Path) -> Result<bool> {
    match path.symlink_metadata() {
        Ok(metadata) if metadata.is_dir() => Ok(true),
        Ok(_) => Err(Error::new(format!("`{}` is not a directory", path.display()))
            .hint("golden files stand in directories of their own; remove it")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(refused("look at", path, &error)),
    }
}

fn refused(what: &str, path: &Path, error: &io::Error) -> Error {
    Error::io(format!("cannot {what} `{}`", path.display()), error)
}
