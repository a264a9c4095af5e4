//! YAML in, YAML out.

mod reader;
mod writer;

pub use reader::{Document, Parsed, read};
pub use writer::{write, write_to};

use crate::diagnostic::declare_codes;

declare_codes! {
    /// The text is not YAML that Kubernetes would read.
    SYNTAX = "SPC001", Error, "invalid YAML";
    /// A map has the same key twice. Kubernetes' tools disagree on which of the two values wins, so none does.
    DUPLICATE_KEY = "SPC002", Error, "duplicate key";
    /// The document is too deep, too large, or its aliases expand to too much.
    LIMIT = "SPC003", Error, "a limit of the reader is exceeded";
}
