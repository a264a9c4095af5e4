//! `OBS`: what Prometheus scrapes and evaluates, and what Grafana shows.

mod dashboard;
mod duration;
mod monitor;
mod promql;
mod rule;

use super::{Check, Findings, Rule, declare_rule, did_you_mean, near_miss};

pub(super) static RULES: &[&Rule] = &[
    &monitor::EMPTY_MONITOR,
    &monitor::MISSING_PORT,
    &rule::BROKEN_EXPRESSION,
    &rule::REPEATED_RULE,
    &rule::MISSHAPEN_RULE,
    &duration::BAD_DURATION,
    &duration::LATE_SCRAPE,
    &rule::NO_SEVERITY,
    &dashboard::BROKEN_DASHBOARD,
    &dashboard::BROKEN_DATA_SOURCE,
];
