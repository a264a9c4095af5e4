//! Probes: what they are missing, and what in them cannot work.

mod form;
mod missing;
mod port;
mod pressure;

use super::{Check, Findings, Rule, declare_rule, did_you_mean};
use crate::{manifest::Container, node::Node};

pub(in crate::lint::rules) static RULES: &[&Rule] = &[
    &missing::MISSING_READINESS,
    &missing::MISSING_LIVENESS,
    &missing::MISSING_STARTUP,
    &pressure::IDENTICAL_PROBES,
    &port::UNKNOWN_PORT,
    &port::UNDECLARED_PORT,
    &pressure::LATE_PROBE,
    &form::REFUSED_PROBE,
];

/// The fields of a container that hold its probes.
const PROBES: [&str; 3] = ["livenessProbe", "readinessProbe", "startupProbe"];

/// The ways in which a probe may ask.
const HANDLERS: [&str; 4] = ["exec", "grpc", "httpGet", "tcpSocket"];

/// The probes that a container has, with their names.
fn probes(container: Container<'_>) -> impl Iterator<Item = (&'static str, &Node)> {
    PROBES.into_iter().filter_map(move |field| Some((field, container.node.get(field)?)))
}

/// A number of a probe; the default of the API where it is absent, or zero, which means the same.
fn number(probe: &Node, field: &str, default: i64) -> i64 {
    probe.get(field).and_then(Node::as_int).filter(|number| *number != 0).unwrap_or(default)
}
