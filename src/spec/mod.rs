//! Which files make up an environment; their layers, references and provenance.
//!
//! [`Repository::load`] reads and checks the spec files, [`Repository::merge`] lays the layers of one environment over
//! each other, and [`Merged::resolve`] fills in the references. What comes out is a plain tree for each app.

mod argocd;
mod connection;
mod document;
mod expression;
mod fault;
mod fill;
mod images;
mod layers;
mod layout;
mod overrides;
mod provenance;
mod reading;
mod repository;
mod resolve;
mod scan;
mod scheme;
mod scope;
mod selection;
mod stack;
#[cfg(test)]
mod testing;

pub use connection::{Connection, Peer, entry_name};
pub use document::{Condition, Document};
pub use layers::{Layer, Merged, MergedApp, void_deletions};
pub use overrides::Override;
pub use provenance::{Provenance, Step};
pub use repository::{AppFiles, EnvironmentFiles, Names, Repository};
pub use resolve::{Resolved, ResolvedApp, ResolvedCaller};
pub use selection::{Part, Selection};

use crate::diagnostic::declare_codes;

declare_codes! {
    /// A file of the repository that cannot be used: too large, not UTF-8, or a link that leads out of it.
    UNREADABLE = "SPC030", Error, "file cannot be used";
    /// A file, or a directory without the file that makes it one: an environment without `env.yaml`, an app without
    /// `app.yaml`, an overlay for an app that does not exist, a name in `apps` that no app has, a `promotesFrom` that names
    /// no other environment.
    ///
    /// It is also what is said of files that look like specs and are not read: those that end in `.yml`, those that
    /// stand beside the directories of `envs`, and links to directories.
    LAYOUT = "SPC031", Error, "file in the wrong place";
    /// A spec file holds exactly one document, of the kind that its place says, named as its place says.
    HEADER = "SPC032", Error, "wrong header";
    /// A `${…}` that names nothing, or that cannot be worked out.
    REFERENCE = "SPC040", Error, "reference that leads nowhere";
    /// References that need each other's values.
    CYCLE = "SPC041", Error, "references go in a circle";
    /// A connection to an app, a service or a port that does not exist.
    CONNECTION = "SPC042", Error, "connection that leads nowhere";
    /// A config file, or the body of a load test's request, that is not beside `app.yaml`.
    CONFIG_FILE = "SPC043", Error, "file is missing beside the app";
}
