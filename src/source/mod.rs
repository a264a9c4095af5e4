//! Files, and the places in them.
//!
//! Every other stage speaks of a [`Span`]; only reports turn it into a path, a line and a column, through the
//! [`SourceMap`]. Files are read through the [`Tree`] trait, so that a test can bring its own repository.

mod disk;
mod map;
mod memory;
mod overlay;
mod replace;
mod tree;

pub use disk::DiskTree;
pub use map::{Location, SourceFile, SourceMap};
pub use memory::MemoryTree;
pub use overlay::Overlay;
pub use replace::replace_file;
pub use tree::{Entry, EntryKind, MAX_FILE_BYTES, ReadError, Tree};

use std::{num::NonZeroU32, ops::Range};

/// A file of the [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(NonZeroU32);

impl FileId {
    /// The id of the file at `index`, counted from 0. A repository of four thousand million files would run out of ids;
    /// the last one is then given again.
    pub fn from_index(index: usize) -> Self {
        Self(NonZeroU32::MIN.saturating_add(u32::try_from(index).unwrap_or(u32::MAX)))
    }

    /// The position of the file in the [`SourceMap`].
    pub fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// A half-open range of bytes in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

impl Span {
    /// The range `start..end` of `file`.
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { file, start, end }
    }

    /// The range of these bytes; what is beyond 4 GiB, which no file reaches, counts as its end.
    pub fn of_bytes(file: FileId, bytes: Range<usize>) -> Self {
        let offset = |byte| u32::try_from(byte).unwrap_or(u32::MAX);
        Self { file, start: offset(bytes.start), end: offset(bytes.end) }
    }

    /// The smallest span that holds both, when they are in one file; otherwise this one.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        if self.file != other.file {
            return self;
        }
        Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether `other` lies inside this span.
    pub fn contains(self, other: Self) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }
}
