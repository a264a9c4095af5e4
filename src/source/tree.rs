//! The trait through which every file is read.

use std::{fmt, io};

/// The largest file that is read. Nothing that people write by hand comes near it.
pub const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;

/// A repository's files: on disk, in memory, later in a git tree.
///
/// Paths go from the root, with `/` between the parts; the root itself is `""`.
pub trait Tree: Sync {
    /// The whole content of a file.
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError>;

    /// What is in a directory, sorted by name; empty when there is no such directory.
    fn entries(&self, directory: &str) -> Result<Vec<Entry>, ReadError>;

    /// The content as text, without a byte order mark.
    fn read_text(&self, path: &str) -> Result<String, ReadError> {
        let text = String::from_utf8(self.read(path)?).map_err(|error| {
            let offset = error.utf8_error().valid_up_to();
            ReadError::NotUtf8 { text: String::from_utf8_lossy(error.as_bytes()).into_owned(), offset }
        })?;
        Ok(match text.strip_prefix('\u{feff}') {
            Some(rest) => rest.to_owned(),
            None => text,
        })
    }

    /// Every file below a directory, sorted by path. Names that start with a dot, and links to directories, are left out.
    fn files_below(&self, directory: &str) -> Result<Vec<String>, ReadError> {
        let mut files = Vec::new();
        let mut open = vec![directory.to_owned()];
        while let Some(directory) = open.pop() {
            for entry in self.entries(&directory)?.into_iter().filter(|entry| !entry.name.starts_with('.')) {
                let path = join(&directory, &entry.name);
                match entry.kind {
                    EntryKind::Directory => open.push(path),
                    EntryKind::File => files.push(path),
                    EntryKind::Link => {}
                }
            }
        }
        files.sort_unstable();
        Ok(files)
    }
}

/// `directory/name`, or just the name at the root.
pub(crate) fn join(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
}

/// One name in a directory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The name, without its directory.
    pub name: String,
    /// What it names.
    pub kind: EntryKind,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// A directory.
    Directory,
    /// A file, or a link to one.
    File,
    /// A link to a directory. It is not walked: it could lead in circles, and its files have another, real path.
    Link,
}

/// Why a file could not be read. All but [`ReadError::Io`] are the repository's own mistakes.
#[derive(Debug)]
pub enum ReadError {
    /// There is no such file.
    NotFound,
    /// The file is larger than [`MAX_FILE_BYTES`].
    TooLarge {
        /// Its size in bytes.
        size: u64,
    },
    /// A byte sequence that is not UTF-8.
    NotUtf8 {
        /// The text with replacement characters, to show the place.
        text: String,
        /// The first bad byte.
        offset: usize,
    },
    /// A symbolic link that leads out of the repository.
    Escapes,
    /// A directory, a pipe, a device: reading it would fail, block or never end.
    NotAFile,
    /// The operating system refused.
    Io(io::Error),
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::NotFound { Self::NotFound } else { Self::Io(error) }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("no such file"),
            Self::TooLarge { size } => {
                write!(f, "the file has {size} bytes; at most {MAX_FILE_BYTES} bytes (16 MiB) are read")
            }
            Self::NotUtf8 { offset, .. } => write!(f, "the byte at offset {offset} is not UTF-8"),
            Self::Escapes => f.write_str("the symbolic link leads out of the directory tree"),
            Self::NotAFile => f.write_str("this is no regular file"),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ReadError {}
