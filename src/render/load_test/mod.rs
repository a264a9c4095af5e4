//! Load tests: from the section `loadtest` of an app to the document that `karat load` runs.
//!
//! The document is a file of the same grammar, `kind: LoadTest`, in which nothing refers to the app any more: every
//! target has its URL, and what is secret has become the name of an environment variable or of a file. The Job in the
//! cluster and `karat load -e ENV -a APP` run the same one.

mod check;
mod cluster;
mod document;
mod secret;
mod target;

pub use check::{check, check_alone};
pub(super) use cluster::{
    CONFIG_MAP, Callee, InCluster, JOB, NETWORK_POLICY, ROLE, ROLE_BINDING, SERVICE, SERVICE_ACCOUNT, callees,
};
pub use document::{Document, document};
pub use secret::{Holder, Mount, Variable};

#[cfg(test)]
mod tests;
