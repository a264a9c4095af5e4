//! VerticalPodAutoscalers.

mod policy;
mod rival;
mod target;

use super::{Autoscaler, Check, Findings, Rule, autoscalers, declare_rule, did_you_mean, is_resource};
use crate::{manifest::Manifest, node::Node};

pub(in crate::lint::rules) static RULES: &[&Rule] = &[
    &target::MISSING_TARGET,
    &rival::RIVAL_METRICS,
    &policy::OLD_MODE,
    &policy::IMPOSSIBLE_BOUNDS,
    &target::MISSING_CONTAINER,
];

/// The kind that all of this is about.
const VPA: &[&str] = &["VerticalPodAutoscaler"];

/// The kind and the name of what an autoscaler looks at.
fn target(manifest: &Manifest) -> Option<(&str, &str)> {
    let text = |field: &str| manifest.object.at(field).and_then(Node::as_str);
    Some((text("/spec/targetRef/kind")?, text("/spec/targetRef/name")?))
}
