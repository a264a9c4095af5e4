//! Where the user's repository is.

use std::path::{Path, PathBuf};

use crate::{
    diagnostic::{Error, Result},
    source::DiskTree,
};

/// The file that marks a repository's root.
pub(super) const MARKER: &str = "karat.yaml";

/// What some people call it.
const MISNAMED: &str = "karat.yml";

/// The repository that `directory` is in.
pub(super) fn open(directory: &Path) -> Result<DiskTree> {
    let root = find(directory)?;
    DiskTree::new(&root).map_err(|error| Error::io(format!("cannot open `{}`", root.display()), &error))
}

/// The repository that `directory` is in, if it is in one.
pub(super) fn around(directory: &Path) -> Result<Option<DiskTree>> {
    let start = directory.canonicalize();
    let start = start.map_err(|error| Error::io(format!("cannot open `{}`", directory.display()), &error))?;
    if root(&start).is_some() { open(directory).map(Some) } else { Ok(None) }
}

fn root(start: &Path) -> Option<&Path> {
    start.ancestors().find(|directory| directory.join(MARKER).is_file())
}

fn find(directory: &Path) -> Result<PathBuf> {
    let start = directory.canonicalize();
    let start = start.map_err(|error| Error::io(format!("cannot open `{}`", directory.display()), &error))?;
    root(&start).map(Path::to_path_buf).ok_or_else(|| {
        let hint = if start.join(MISNAMED).is_file() {
            format!("rename {MISNAMED} to {MARKER}")
        } else {
            "`karat init` makes a new repository; `-C DIR` works in another directory".into()
        };
        Error::new(format!("there is no {MARKER} in `{}`, nor in any directory around it", directory.display()))
            .hint(hint)
    })
}
