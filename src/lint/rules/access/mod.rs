//! `SEC`: who may do what.

mod binding;
mod escalation;
mod grant;
mod right;
mod role;
mod subject;

use super::{Check, Findings, Rule, declare_rule, did_you_mean};
use crate::manifest::Manifest;

pub(super) static RULES: &[&Rule] = &[
    &binding::MISSING_ROLE,
    &binding::MISSING_SUBJECT,
    &binding::UNKNOWN_CLUSTER_ROLE,
    &right::MAKE_PODS,
    &right::READ_SECRETS,
    &subject::CLUSTER_ADMIN,
    &escalation::WILDCARD,
    &escalation::EVERYTHING,
    &right::EXECUTE,
    &escalation::ESCALATE,
    &subject::DEFAULT_SUBJECT,
    &subject::ANONYMOUS,
    &right::ENDPOINTS,
];

/// The role that a binding names, if it is of this kind.
fn role<'a>(binding: &'a Manifest, kind: &str) -> Option<&'a str> {
    let role = binding.object.get("roleRef")?;
    (role.get("kind")?.as_str()? == kind).then(|| role.get("name")?.as_str()).flatten()
}
