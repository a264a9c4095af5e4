//! The operations that change a disk, one at a time, so that a test can stop between any two of them.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::Path,
};

/// A disk that can be changed.
pub(super) trait Disk: Sync {
    /// Makes one directory.
    fn create_directory(&self, path: &Path) -> io::Result<()>;

    /// Makes a file that must not exist.
    fn create_file(&self, path: &Path, content: &[u8]) -> io::Result<()>;

    /// Gives a file another name, in place of the file that has it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file, or a link.
    fn remove_file(&self, path: &Path) -> io::Result<()>;

    /// Removes a directory that is empty.
    fn remove_directory(&self, path: &Path) -> io::Result<()>;
}

/// The disk of this machine.
pub(super) struct LocalDisk;

impl Disk for LocalDisk {
    fn create_directory(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    /// It is not flushed to the device: a golden file that a power failure cuts is written again by the next run.
    fn create_file(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        OpenOptions::new().write(true).create_new(true).open(path)?.write_all(content)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_directory(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }
}
