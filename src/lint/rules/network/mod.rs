//! `NET`: objects of the network that lead nowhere.

mod ingress;
mod policy;
mod service;

use super::{Check, Findings, Rule, declare_rule, did_you_mean, near_miss};

pub(super) static RULES: &[&Rule] = &[
    &service::DANGLING_SERVICE,
    &ingress::MISSING_BACKEND,
    &ingress::MISSING_BACKEND_PORT,
    &policy::DANGLING_POLICY,
    &service::MISSING_TARGET_PORT,
    &policy::DANGLING_PEER,
];
