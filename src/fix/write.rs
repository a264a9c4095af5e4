//! New texts to disk.

use std::{fs, io, path::Path};

use crate::{
    diagnostic::{Error, Result},
    source::replace_file,
};

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Gives a file new text in one step: it is either old or new, whatever happens. Its permissions stay, and so does its
/// byte order mark; a link stays a link, and the file that it names is written.
///
/// # Errors
/// When the file no longer holds `old`, and when the disk refuses.
pub fn write(path: &Path, old: &str, new: &str) -> Result<()> {
    let refused = |error: &io::Error| Error::io(format!("cannot write `{}`", path.display()), error);
    let target = path.canonicalize().map_err(|error| refused(&error))?;
    let bytes = fs::read(&target).map_err(|error| refused(&error))?;
    let has_mark = bytes.starts_with(BYTE_ORDER_MARK.as_bytes());
    let mark = if has_mark { BYTE_ORDER_MARK } else { "" };
    if bytes.get(mark.len()..) != Some(old.as_bytes()) {
        let error = Error::new(format!("`{}` has changed while it was checked", path.display()));
        return Err(error.hint("run the command again"));
    }
    replace_file(&target, [mark, new].concat().as_bytes()).map_err(|error| refused(&error))
}
