//! Manifests against the files that Argo CD syncs.
//!
//! ```text
//! golden/<env>/<app>/[<namespace>.]<kind>[.<group>]-<name>.yaml   one object
//! golden/<env>/_cluster/…                                         what several apps share
//! golden/<env>/_argocd/…                                          Argo CD's own objects
//! golden/.inventory/<env>/<app>                                   which of these files are ours, one name a line
//! ```
//!
//! Only files of an inventory are ever removed. An inventory lists a file from before it is first written until after it
//! is removed, so that a run that is killed leaves nothing behind that nobody owns.
//!
//! | file | its one job |
//! |---|---|
//! | `layout` | which file holds which object |
//! | `inventory` | the list of our files in one directory |
//! | `survey` | what stands in `golden/` now |
//! | `compare` | what differs, as findings |
//! | `kept` | how much is still rendered |
//! | `difference` | one object against its file, field by field |
//! | `refusal`, `immutable` | changes that the cluster refuses |
//! | `write` | makes `golden/` what it should be |
//! | `disk` | the operations that change a disk |
//! | `hydrated` | another layout: the branch of one environment |

mod codes;
mod compare;
mod difference;
mod disk;
mod file_name;
pub mod hydrated;
mod immutable;
mod inventory;
mod kept;
mod layout;
mod refusal;
mod shown;
mod store;
mod survey;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod twin;
mod write;

pub use codes::*;
pub use compare::{Comparison, compare};
pub use difference::Difference;
pub use kept::{Kept, kept};
pub use layout::{Directory, layout};
pub use survey::Scope;
pub use write::{Written, write};

/// The directory of golden files, from the repository's root.
pub const DIRECTORY: &str = "golden";
