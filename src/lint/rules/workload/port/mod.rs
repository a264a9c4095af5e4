//! Ports of containers, and of the hosts that they run on.

mod declared;
mod host;

use super::{Check, Findings, Rule, declare_rule};
use crate::node::Node;

pub(in crate::lint::rules) static RULES: &[&Rule] =
    &[&declared::DUPLICATE_PORT, &host::REFUSED_HOST_PORT, &declared::BAD_PORT, &host::SINGLE_HOST_PORT];

/// The protocol of a port.
fn protocol(port: &Node) -> &str {
    port.get("protocol").and_then(Node::as_str).unwrap_or("TCP")
}
