//! Karat turns declarative environment specs into checked Kubernetes and Argo CD manifests.
//!
//! Data flows one way; a module uses only what stands before it in this list:
//!
//! ```text
//! source → diagnostic → node → grammar → spec → model → manifest → sync → render → cel → lint → suppress → fix → diff → golden → cmp → load → report → cli
//! ```
//!
//! | module | its one job |
//! |---|---|
//! | [`source`] | files and the places in them |
//! | [`diagnostic`] | the one shape of every finding, and of every failure |
//! | [`node`] | the tree that remembers where it was written; YAML in, YAML out |
//! | [`grammar`] | the table of spec fields: strict keys, merge, editors' schema, reference page |
//! | [`spec`] | which files make up an environment; layers, interpolation, provenance |
//! | [`model`] | the merged spec, typed |
//! | [`manifest`] | rendered objects and the questions that rules ask of them |
//! | [`sync`] | what Argo CD does with objects: phases, waves, hooks, and their order |
//! | [`render`] | from the model to manifests: one file per resource kind |
//! | [`cel`] | the expression language of Kubernetes' own rules |
//! | [`lint`] | schemas, built-in rules, policies, and the sink that folds their findings |
//! | [`suppress`] | findings that somebody wants to live with, and how long |
//! | [`fix`] | findings put right in the files of the user |
//! | [`diff`] | what changed between two objects, in the words of their fields |
//! | [`golden`] | manifests against the files that Argo CD syncs |
//! | [`cmp`] | what Argo CD asks of its plugin, and what it is told |
//! | [`load`] | the load test: what is sent, what is measured, what follows |
//! | [`report`] | one file per output format; the catalogue of what can be found |
//! | [`cli`] | one file per command |

pub mod cel;
pub mod cli;
pub mod cmp;
pub mod diagnostic;
pub mod diff;
pub mod fix;
pub mod golden;
pub mod grammar;
pub mod lint;
pub mod load;
pub mod manifest;
pub mod model;
pub mod node;
pub mod render;
pub mod report;
pub mod source;
pub mod spec;
pub mod suppress;
pub mod sync;

#[cfg(test)]
mod flow;
