//! `IMG`: which images containers run.

mod origin;
mod pull;
mod reference;
mod tag;

use super::{Check, Findings, Rule, declare_rule};

pub(super) static RULES: &[&Rule] = &[
    &tag::MOVING_TAG,
    &tag::MALFORMED,
    &pull::STALE,
    &tag::NO_DIGEST,
    &pull::NOT_ALWAYS,
    &pull::NEEDLESS,
    &origin::TWO_VERSIONS,
    &origin::FOREIGN_REGISTRY,
];
