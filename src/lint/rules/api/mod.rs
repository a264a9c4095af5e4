//! `API`: versions of APIs that a cluster has no longer, has not for long, or has not yet.

mod version;

use super::{Check, Findings, Rule, declare_rule};

pub(super) static RULES: &[&Rule] = &[&version::GONE, &version::GOING, &version::COMING, &version::OLD];
