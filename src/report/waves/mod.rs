//! Syncs, as Argo CD runs them: for people, for programs, and as pictures.
//!
//! Every format shows the same charts, and is held to the same sample.

mod chart;
mod html;
mod json;
mod lines;
mod mermaid;
mod picture;
#[cfg(test)]
mod sample;
mod svg;
#[cfg(test)]
mod tests;
mod text;
mod words;

pub use chart::{Chart, Doubt, Id, Moved, Object, Opening, Outside, Step, Sync};

use std::io;

use super::Style;

/// A way to show syncs.
#[derive(Debug)]
pub struct Format {
    /// What `--format` calls it.
    pub name: &'static str,
    /// Who reads it, in one line.
    pub help: &'static str,
    /// Writes the charts.
    pub write: fn(&mut dyn io::Write, &[Chart], Style) -> io::Result<()>,
}

/// Every format, the one for people first.
pub static FORMATS: &[&Format] = &[&text::FORMAT, &json::FORMAT, &mermaid::FORMAT, &svg::FORMAT, &html::FORMAT];
