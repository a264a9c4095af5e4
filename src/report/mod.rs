//! What is shown of findings, and of what they can be.
//!
//! Every format is held to the same sample of findings, so that none forgets a case that another knows.

pub mod catalogue;
pub mod coverage;
mod frame;
pub mod human;
pub mod json;
mod printable;
#[cfg(test)]
mod sample;

use crate::{
    diagnostic::{Diagnostic, Severity},
    lint::Coverage,
    source::SourceMap,
};

/// What a run found, and what it looked at.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The files that findings point into.
    pub sources: &'a SourceMap,
    /// The findings, in the order in which they are shown.
    pub diagnostics: &'a [Diagnostic],
    /// How many environments were rendered; nothing where none is meant to be.
    pub environments: Option<usize>,
    /// How many spec files were read, or files with objects.
    pub files: usize,
    /// How many objects were rendered, or read.
    pub resources: usize,
    /// How much of them was checked; nothing where that was not the question.
    pub coverage: Option<&'a Coverage>,
}

impl Report<'_> {
    /// How many findings are this bad.
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }
}
