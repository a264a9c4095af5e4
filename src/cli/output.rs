//! Standard output, and files that are written in one step.

use std::{
    fs::{self, OpenOptions},
    io::{self, BufWriter, Write},
    path::Path,
    process,
};

use crate::diagnostic::{Error, Result};

/// Writes to standard output. A reader that has seen enough and hangs up, as `head` does, is no failure.
pub(super) fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    finish(write(&mut out).and_then(|()| out.flush()), "standard output")
}

/// The same for standard error.
pub(super) fn print_error(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let mut out = BufWriter::new(io::stderr().lock());
    finish(write(&mut out).and_then(|()| out.flush()), "standard error")
}

/// Gives a file new content in one step, so that nobody sees half of it. What is no file, such as a pipe or a device,
/// is written to.
pub(super) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    // A link stays a link.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let (Some(parent), Some(name)) = (target.parent(), target.file_name()) else {
        return Err(io::ErrorKind::InvalidFilename.into());
    };
    if fs::metadata(&target).is_ok_and(|found| !found.is_file()) {
        return OpenOptions::new().write(true).open(&target)?.write_all(content);
    }
    let temporary = parent.join(format!(".{}.{}", name.display(), process::id()));
    let mut file = OpenOptions::new().write(true).create_new(true).open(&temporary)?;
    let moved = file.write_all(content).and_then(|()| fs::rename(&temporary, &target));
    // The first error is the one to tell.
    moved.inspect_err(|_| drop(fs::remove_file(&temporary)))
}

fn finish(result: io::Result<()>, name: &str) -> Result<()> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::io(format!("cannot write to {name}"), &error))
        }
        _ => Ok(()),
    }
}
