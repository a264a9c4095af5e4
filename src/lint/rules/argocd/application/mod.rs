//! What Applications, ApplicationSets and AppProjects say, and how it fits what is rendered.

mod deletion;
mod destination;
mod namespace;
mod option;
mod retry;
mod set;
mod source;

use super::{Check, Findings, Rule, declare_rule, did_you_mean};
use crate::{
    manifest::{Manifest, ManifestSet},
    node::Node,
    sync::{Application, Synced},
};

pub(in crate::lint::rules) static RULES: &[&Rule] = &[
    &option::UNKNOWN,
    &option::FORCE,
    &option::REPLACE,
    &deletion::FINALIZER,
    &destination::CLUSTER,
    &source::AMBIGUOUS,
    &set::ORDER,
    &set::MISSING_KEY,
    &namespace::METADATA,
    &retry::BACKOFF,
    &deletion::EMPTY,
];

/// The kinds that say what Applications are.
const KINDS: &[&str] = &["Application", "ApplicationSet"];

/// Whether a text is only known once an ApplicationSet has filled it in.
fn is_templated(text: &str) -> bool {
    text.contains("{{")
}
