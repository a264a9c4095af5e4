//! YAML in, YAML out.
//!
//! Text is read as `kubectl`, the API server and Argo CD read it: with the YAML 1.1 scalars of go-yaml v2, and with
//! documents that end where Kubernetes' line reader ends them. What they refuse is refused here, with a span.
//!
//! | file | its one job |
//! |---|---|
//! | `split` | where one document ends and the next begins |
//! | `reader` | one document after the other, from text to tree |
//! | `everyday` | text that is plain enough, straight to a tree |
//! | `tree` | events of the parser to a tree |
//! | `alias` | `&` and `*` |
//! | `mapping` | the keys of one map: duplicates, `<<` |
//! | `scalar` | what a plain scalar stands for |
//! | `repair` | text that only YAML 1.1 allows, made readable |
//! | `syntax` | the parser's errors in the words of a diagnostic |
//! | `writer` | a tree to text |
//! | `flow` | a value on one line |
//! | `quote` | which style a string needs |

mod alias;
mod everyday;
mod flow;
mod mapping;
mod quote;
mod reader;
mod repair;
mod scalar;
mod split;
mod syntax;
mod tree;
mod writer;

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod round_trip;

pub use flow::write_flow;
pub use reader::{Document, Parsed, read};
pub use writer::{write, write_to};

use crate::diagnostic::declare_codes;

/// How deep lists and maps may be nested, so that walking and dropping a tree is safe on every thread's stack.
pub const MAX_DEPTH: usize = 128;

declare_codes! {
    /// The text is not YAML that Kubernetes would read.
    ///
    /// Karat reads files as `kubectl`, the API server and Argo CD do, and refuses what they refuse: broken syntax, keys
    /// that are null, lists or maps, numbers that JSON cannot hold (`.inf`, `.nan`), directives (`%YAML`), text after
    /// `---` on the same line and text after the end of a document (`...`).
    ///
    /// A document whose syntax is broken is left out; the other documents of the file are still checked.
    ///
    /// As a warning it points at what Kubernetes reads in another way than it looks: characters that are line breaks
    /// only for Kubernetes (U+0085, U+2028, U+2029), and a `<<` that stands behind the keys which it overwrites.
    SYNTAX = "SPC001", Error, "invalid YAML";
    /// A map has the same key twice. Kubernetes' tools disagree on which of the two values wins, so none does.
    ///
    /// Keys are compared as Kubernetes sees them, which is as strings: `1` and `"1"` are the same key, and so are `yes`
    /// and `true`. Keys that come from a merge (`<<`) are no duplicates of keys that are written out.
    DUPLICATE_KEY = "SPC002", Error, "duplicate key";
    /// The document is too deep, too large, or its aliases expand to too much.
    ///
    /// Lists and maps may be nested 128 levels deep. What aliases (`*name`) expand to may be a few times as large as the
    /// file. Real files stay far below; only a mistake or an attack gets there.
    LIMIT = "SPC003", Error, "a limit of the reader is exceeded";
}
