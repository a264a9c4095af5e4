//! Jobs and CronJobs: when they run, and how they end.

mod end;
mod form;
mod restart;
mod schedule;

use super::{Check, Findings, Rule, declare_rule};
use crate::{manifest::Manifest, node::Node};

pub(in crate::lint::rules) static RULES: &[&Rule] = &[
    &restart::RESTART_POLICY,
    &schedule::BAD_SCHEDULE,
    &schedule::BAD_TIME_ZONE,
    &schedule::SHORT_DEADLINE,
    &schedule::MISSING_DEADLINE,
    &schedule::CONCURRENT_RUNS,
    &end::KEPT_JOB,
    &end::ENDLESS_JOB,
    &form::REFUSED_JOB,
];

/// The spec of the jobs that an object is or makes, and the pointer to it.
fn spec(manifest: &Manifest) -> Option<(&'static str, &Node)> {
    let pointer = match manifest.kind() {
        "CronJob" => "/spec/jobTemplate/spec",
        "ScaledJob" => "/spec/jobTargetRef",
        _ => "/spec",
    };
    Some((pointer, manifest.object.at(pointer)?))
}
