//! Files that are written in one step.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::Path,
    process,
};

/// Gives a file new content in one step, so that it is either old or new, whatever happens. Its permissions stay, and a
/// link stays a link. What is no file, such as a pipe or a device, is written to.
///
/// # Errors
/// When the operating system refuses.
pub fn replace_file(path: &Path, content: &[u8]) -> io::Result<()> {
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let (Some(parent), Some(name)) = (target.parent(), target.file_name()) else {
        return Err(io::ErrorKind::InvalidFilename.into());
    };
    let found = fs::metadata(&target).ok();
    if found.as_ref().is_some_and(|found| !found.is_file()) {
        return OpenOptions::new().write(true).open(&target)?.write_all(content);
    }
    let temporary = parent.join(format!(".{}.{}", name.display(), process::id()));
    let mut file = OpenOptions::new().write(true).create_new(true).open(&temporary)?;
    let written = file.write_all(content);
    let permitted = |()| found.map_or(Ok(()), |found| fs::set_permissions(&temporary, found.permissions()));
    let moved = written.and_then(permitted).and_then(|()| fs::rename(&temporary, &target));
    // The first error is the one to tell.
    moved.inspect_err(|_| drop(fs::remove_file(&temporary)))
}
