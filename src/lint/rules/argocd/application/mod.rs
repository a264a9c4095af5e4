//! What Applications, ApplicationSets and AppProjects say, and how it fits what is rendered.

mod apply;
mod deletion;
mod destination;
mod difference;
mod group;
mod hydrator;
mod leftover;
mod name;
mod namespace;
mod option;
mod permission;
mod placement;
mod plugin;
mod pointer;
mod random;
mod retry;
mod set;
mod sharing;
mod source;
mod wave;
mod window;

use super::{Check, Findings, Rule, declare_rule, did_you_mean, standard_cron};
use crate::{
    manifest::{Manifest, ManifestSet},
    node::Node,
    sync::{Application, Synced},
};

pub(in crate::lint::rules) static RULES: &[&Rule] = &[
    &option::UNKNOWN,
    &apply::FORCE,
    &apply::REPLACE,
    &deletion::FINALIZER,
    &permission::FORBIDDEN,
    &namespace::FORBIDDEN,
    &placement::OUTSIDE,
    &destination::CLUSTER,
    &source::AMBIGUOUS,
    &plugin::UNKNOWN,
    &plugin::IMPLICIT,
    &wave::PROJECT,
    &wave::HEALTH,
    &wave::BY_HAND,
    &set::ORDER,
    &set::MISSING_KEY,
    &sharing::SHARED,
    &sharing::REPEATED,
    &namespace::METADATA,
    &difference::OVERWRITTEN,
    &difference::NOWHERE,
    &group::GROUP,
    &retry::BACKOFF,
    &deletion::EMPTY,
    &name::LENGTH,
    &leftover::WRITTEN_BY_ARGO_CD,
    &leftover::EXCLUDED_KIND,
    &sharing::ITSELF,
    &window::WINDOW,
    &name::INSTANCE,
    &random::RANDOM,
    &hydrator::TARGET,
];

/// The kinds that say what Applications are.
const KINDS: &[&str] = &["Application", "ApplicationSet"];

/// Whether a text is only known once an ApplicationSet has filled it in.
fn is_templated(text: &str) -> bool {
    text.contains("{{")
}
