//! The built-in rules: one file per family; a rule is its doc comment, its function and one entry in the family's array.
//!
//! Rules look at rendered objects and trust no field of them: what has the wrong shape is the schema check's to report.

mod network;
mod workload;

use super::{Check, Findings, Rule, rule::declare_rule};
use crate::grammar::similar;

/// Every rule, by family.
pub static ALL: &[&[&Rule]] = &[network::RULES, workload::RULES];

/// The next step for a name that leads nowhere: a similar one, if there is one.
fn did_you_mean<'a>(name: &str, known: impl Iterator<Item = &'a str>, otherwise: impl Into<String>) -> String {
    similar(name, known).map_or_else(|| otherwise.into(), |known| format!("did you mean `{known}`?"))
}

/// Every rule.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    ALL.iter().copied().flatten().copied()
}
