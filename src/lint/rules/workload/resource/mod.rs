//! What containers ask of a node, and what they may take of it.

mod amount;
mod equal;
mod missing;

use super::{Check, Findings, Rule, declare_rule};
use crate::{grammar::formats::quantity, manifest::Container, node::Node};

pub(in crate::lint::rules) static RULES: &[&Rule] = &[
    &missing::MISSING_REQUESTS,
    &missing::MISSING_MEMORY_LIMIT,
    &missing::MISSING_CPU_LIMIT,
    &amount::LIMIT_BELOW_REQUEST,
    &equal::UNEQUAL_MEMORY,
    &equal::UNEQUAL_CPU,
    &missing::MISSING_EPHEMERAL_STORAGE,
    &equal::UNEQUAL_EPHEMERAL_STORAGE,
    &equal::WIDE_RATIO,
    &amount::UNKNOWN_RESOURCE,
    &amount::IMPLAUSIBLE_AMOUNT,
];

/// What a container has under `requests` or `limits` for a resource.
fn entry<'a>(container: Container<'a>, field: &str, resource: &str) -> Option<&'a Node> {
    container.node.get("resources")?.get(field)?.get(resource)
}

/// The amount that a quantity stands for.
fn amount(node: &Node) -> Option<f64> {
    quantity(&node.scalar_text()?)
}
