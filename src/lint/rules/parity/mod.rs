//! `ENV`: what an environment lacks, or has, against the ones that its changes came through.
//!
//! In the examples, the objects of the namespace `staging` are those of the environment before.

mod container;
mod workload;

use super::{Check, Findings, Rule, declare_rule};
use crate::{
    lint::Promotion,
    manifest::{Container, Manifest, ManifestSet, Pod, Selector},
};

pub(super) static RULES: &[&Rule] = &[
    &workload::LOST_BUDGET,
    &container::LOST_PROBE,
    &container::LOST_RESOURCES,
    &workload::LOST_ISOLATION,
    &workload::NEVER_RUN,
];

/// The pods of the environment, each with the same ones in the environment before.
fn pairs<'a>(promotion: &'a Promotion<'_>) -> impl Iterator<Item = (Pod<'a>, Pod<'a>)> {
    promotion.own.pods().filter_map(|pod| Some((pod, Pod::of(promotion.predecessor(pod.manifest)?)?)))
}
