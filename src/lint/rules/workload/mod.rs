//! `WRK`: workloads: what their pods need, and what keeps them from starting, running or ending well.

mod expansion;
mod governing;
pub(super) mod holder;
mod identity;
pub(super) mod job;
mod key;
mod overlap;
mod placement;
mod pod;
pub(super) mod port;
pub(super) mod probe;
pub(super) mod reference;
pub(super) mod resource;
mod rollout;
mod shutdown;
mod variable;
mod volume;

use super::{Check, Findings, Rule, declare_rule, did_you_mean};

pub(super) static RULES: &[&Rule] = &[
    &identity::FOREIGN_PODS,
    &reference::DANGLING_REFERENCE,
    &pod::MISSING_VOLUME,
    &pod::DUPLICATE_NAME,
    &identity::MISSING_GOVERNING_SERVICE,
    &reference::UNKNOWN_STATE,
    &rollout::REFUSED_ROLLOUT,
    &rollout::OUTAGE,
    &shutdown::SLEEPS_PAST_GRACE,
    &shutdown::NO_GRACE,
    &overlap::SHARED_PODS,
    &placement::FOREIGN_SPREAD,
    &placement::MISSING_PRIORITY,
    &placement::MISSING_NDOTS,
    &placement::OLD_ACCOUNT,
    &volume::UNUSED_VOLUME,
    &volume::CONTENDED_CLAIM,
    &volume::FROZEN_FILE,
    &expansion::UNDEFINED_VARIABLE,
    &key::MISSING_KEY,
    &variable::REFUSED_VARIABLE,
    &variable::FILE_AS_VARIABLE,
    &variable::SHELL_LINE,
    &governing::SINGLE_ADDRESS,
    &governing::NAMELESS_PODS,
    &placement::INTERACTIVE,
    &volume::UNKNOWN_STORAGE_CLASS,
];
