//! The branch of one environment, as Argo CD's source hydrator writes it
//! (<https://argo-cd.readthedocs.io/en/stable/user-guide/source-hydrator/>).
//!
//! ```text
//! hydrator.metadata         the commit of the specs that the branch is of
//! .gitattributes            tells forges which files nobody wrote
//! <app>/manifest.yaml       the app's objects, as `karat render` prints them
//! <app>/hydrator.metadata   the commit that changed them last
//! <app>/README.md           where they come from, for those who come across them
//! ```
//!
//! | file | its one job |
//! |---|---|
//! | `address` | the repository's address without credentials |
//! | `commit` | a commit of the specs, and the commit that it refers to |
//! | `metadata`, `readme` | what is written beside the manifests |
//! | `plaintext` | Secrets that must not get into git |
//! | `write` | makes the branch what it should be |

mod address;
mod commit;
mod metadata;
mod plaintext;
mod readme;
mod write;

pub use address::without_credentials;
pub use commit::{DryCommit, Message, Reference};
pub use plaintext::plaintext;
pub use write::{Branch, Hydrated, Path, write};
