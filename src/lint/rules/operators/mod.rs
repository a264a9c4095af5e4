//! `OPS`: what the objects of other operators refer to: cert-manager, External Secrets, Argo Rollouts, Kyverno,
//! Gatekeeper.

mod policy;
mod reference;

use super::{Check, Findings, Rule, declare_rule, did_you_mean};

pub(super) static RULES: &[&Rule] = &[
    &reference::MISSING_ISSUER,
    &reference::MISSING_STORE,
    &reference::MISSING_ROLLOUT_SERVICE,
    &policy::OLD_ACTION,
    &policy::POD_FIELDS,
];
