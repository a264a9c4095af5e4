//! `DR`: what Velero backs up.

mod backup;
mod place;

use super::{Check, Findings, Rule, declare_rule, did_you_mean, known_namespaces, standard_cron};
use crate::{manifest::Manifest, node::Node};

pub(super) static RULES: &[&Rule] = &[
    &backup::BAD_SCHEDULE,
    &backup::BAD_DURATION,
    &place::MISSING_LOCATION,
    &place::MISSING_NAMESPACE,
    &backup::MISSING_CONTAINER,
    &backup::NO_TTL,
    &place::WRONG_NAMESPACE,
];

/// The kinds that say what to back up.
const KINDS: &[&str] = &["Backup", "Schedule"];

/// What an object of Velero says of backups, with the pointer to it. Other operators have such kinds, too.
fn backup(manifest: &Manifest) -> Option<(&'static str, &Node)> {
    if manifest.id.gvk.group != "velero.io" {
        return None;
    }
    let pointer = if manifest.kind() == "Schedule" { "/spec/template" } else { "/spec" };
    Some((pointer, manifest.object.at(pointer)?))
}
