//! Schemas, built-in rules, policies, and the sink that folds their findings.
//!
//! A check knows nothing of other environments, of severities that a user sets, or of colours: it says what it finds in
//! one environment, and [`fold`] makes one finding of the same mistake seen from several.

mod files;
mod rule;
pub mod rules;
pub mod schema;
mod sink;

#[cfg(test)]
mod examples;

pub use rule::{Check, Finding, Findings, Rule};
pub use sink::fold;

use rayon::prelude::*;

use crate::{diagnostic::Diagnostic, manifest::ManifestSet};

/// Everything that is wrong with the objects of one environment; the order is the same on every run.
pub fn check(set: &ManifestSet) -> Vec<Diagnostic> {
    let found = rules::ALL.par_iter().flat_map_iter(|family| family.iter().flat_map(|rule| rule.run(set)));
    found.filter(|finding| !finding.resources.iter().any(|resource| set.doubts(&resource.id))).collect()
}
