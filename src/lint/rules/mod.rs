//! The built-in rules: one file per family; a rule is its doc comment, its function and one entry in the family's array.
//!
//! Rules look at rendered objects and trust no field of them: what has the wrong shape is the schema check's to report.

mod network;
mod workload;

use super::{Check, Findings, Rule, rule::declare_rule};

/// Every rule, by family.
pub static ALL: &[&[&Rule]] = &[network::RULES, workload::RULES];

/// Every rule.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    ALL.iter().copied().flatten().copied()
}
