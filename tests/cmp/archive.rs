//! A repository as the repo-server packs it, and as the plugin server unpacks it (`util/io/files/tar.go` of Argo CD).

use std::{
    fs::{self, Permissions},
    io::{self, Cursor, Read},
    os::unix::fs::{PermissionsExt, symlink},
    path::{Component, Path, PathBuf},
};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use sha2::{Digest, Sha256};
use tar::{Archive, Builder, EntryType};
use walkdir::WalkDir;

/// SHA-256 in hexadecimal digits.
pub(crate) fn checksum(bytes: &[u8]) -> String {
    let digits = Sha256::digest(bytes).iter().flat_map(|byte| [byte >> 4, byte & 15]).collect::<Vec<_>>();
    digits.into_iter().filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// Packs everything below a directory, `.git` included: files, directories and links, and nothing of what they lead to.
pub(crate) fn pack(root: &Path) -> Vec<u8> {
    let mut archive = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    archive.follow_symlinks(false);
    for entry in WalkDir::new(root).sort_by_file_name() {
        let entry = entry.unwrap();
        let name = entry.path().strip_prefix(root).unwrap();
        let name = if name.as_os_str().is_empty() { Path::new(".") } else { name };
        archive.append_path_with_name(entry.path(), name).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

/// Unpacks into a directory. Without `modes`, a file is 0644 and a directory 0755.
pub(crate) fn unpack(packed: &[u8], into: &Path, modes: bool) -> Result<(), String> {
    let mut archive = Archive::new(GzDecoder::new(Cursor::new(packed)));
    let entries = archive.entries().map_err(|error| format!("error reading file: {error}"))?;
    for entry in entries {
        let mut entry = entry.map_err(|error| format!("error while iterating on tar reader: {error}"))?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let target = clean(&into.join(name.trim_start_matches('/')));
        if target == into && matches!(name.as_str(), "." | "./") {
            continue;
        }
        if !is_inside(&target, into) {
            return Err(format!("illegal filepath in archive: {}", target.display()));
        }
        let mode = entry.header().mode().unwrap_or_default();
        match entry.header().entry_type() {
            EntryType::Directory => directory(&target, if modes { mode } else { 0o755 }),
            EntryType::Symlink => {
                let to = entry.link_name_bytes().unwrap_or_default();
                link(&String::from_utf8_lossy(&to), &target, into)?;
                Ok(())
            }
            EntryType::Regular => file(&mut entry, &target, if modes { mode } else { 0o644 }),
            _ => Ok(()),
        }
        .map_err(|error| format!("error creating file \"{}\": {error}", target.display()))?;
    }
    Ok(())
}

fn directory(target: &Path, mode: u32) -> io::Result<()> {
    fs::create_dir_all(target)?;
    fs::set_permissions(target, Permissions::from_mode(mode))
}

fn file(content: &mut impl Read, target: &Path, mode: u32) -> io::Result<()> {
    fs::create_dir_all(target.parent().unwrap())?;
    let mut bytes = Vec::new();
    content.read_to_end(&mut bytes)?;
    fs::write(target, bytes)?;
    fs::set_permissions(target, Permissions::from_mode(mode))
}

/// A link is made relative, even if it was not; one that leads out is refused.
fn link(to: &str, target: &Path, root: &Path) -> Result<(), String> {
    let directory = target.parent().unwrap();
    let named = clean(&directory.join(to.trim_start_matches('/')));
    let real = fs::canonicalize(&named).unwrap_or_else(|_| named.clone());
    if !is_inside(&real, root) {
        return Err(format!("illegal filepath in symlink: {}", named.display()));
    }
    symlink(relative(directory, &real), target).map_err(|error| format!("error creating symlink: {error}"))
}

/// A path without `.` and `..`, by its words alone.
pub(crate) fn clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for step in path.components() {
        match step {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            step => clean.push(step),
        }
    }
    clean
}

fn is_inside(path: &Path, root: &Path) -> bool {
    path != root && path.starts_with(root)
}

fn relative(from: &Path, to: &Path) -> PathBuf {
    let (from, to): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    let shared = from.iter().zip(&to).take_while(|(from, to)| from == to).count();
    let up = std::iter::repeat_n(Component::ParentDir, from.len() - shared);
    up.chain(to[shared..].iter().copied()).collect()
}
