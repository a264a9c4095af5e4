//! `WRK`: workloads whose pods cannot start, or are not theirs.

mod identity;
mod pod;
mod reference;

use super::{Check, Findings, Rule, declare_rule, did_you_mean};

pub(super) static RULES: &[&Rule] = &[
    &identity::FOREIGN_PODS,
    &reference::DANGLING_REFERENCE,
    &pod::MISSING_VOLUME,
    &pod::DUPLICATE_NAME,
    &identity::MISSING_GOVERNING_SERVICE,
    &reference::UNKNOWN_STATE,
];
