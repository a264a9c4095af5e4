//! What is shown of findings, and of what they can be.
//!
//! One format, one file, one line in [`FORMATS`]. Every format is held to the same sample of findings, so that none
//! forgets a case that another knows.

pub mod brief;
pub mod catalogue;
pub mod coverage;
mod escape;
mod fingerprint;
mod frame;
pub mod github;
pub mod gitlab;
pub mod human;
pub mod json;
pub mod junit;
pub mod kinds;
pub mod load;
pub mod markdown;
mod place;
mod printable;
#[cfg(test)]
mod sample;
pub mod sarif;
#[cfg(test)]
mod strictness;
pub mod tap;
pub mod waves;
mod wording;

pub use human::Style;
pub use place::Checkout;

use std::io;

use crate::{
    diagnostic::{Diagnostic, Safety, Severity},
    lint::Coverage,
    source::SourceMap,
};

/// A way to show findings.
#[derive(Debug)]
pub struct Format {
    /// What `--format` calls it.
    pub name: &'static str,
    /// Who reads it, in one line.
    pub help: &'static str,
    /// Writes a report.
    pub write: fn(&mut dyn io::Write, &Report<'_>) -> io::Result<()>,
}

/// Every format, the one for people first.
pub static FORMATS: &[&Format] = &[
    &human::FORMAT,
    &json::FORMAT,
    &sarif::FORMAT,
    &junit::FORMAT,
    &github::FORMAT,
    &gitlab::FORMAT,
    &markdown::FORMAT,
    &tap::FORMAT,
];

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
    /// How many findings are left out.
    pub hidden: Hidden,
    /// How much of them was checked; nothing where that was not the question.
    pub coverage: Option<&'a Coverage>,
    /// A finding this bad fails the run; formats that know tests tell it from those that do not.
    pub limit: Severity,
    /// Unified diffs from golden files to what is rendered, for people.
    pub differences: &'a [String],
    /// What errors left out, in one line.
    pub omitted: Option<&'a str>,
    /// What the terminal can show.
    pub style: Style,
    /// Where the files stand in the repository that others see.
    pub checkout: &'a Checkout,
}

/// How many findings are left out of a report, and why.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hidden {
    /// Somebody suppressed them.
    pub suppressed: usize,
    /// They are in the baseline.
    pub in_baseline: usize,
    /// They were there at an earlier revision.
    pub earlier: usize,
}

impl<'a> Report<'a> {
    /// A report that says nothing of what was looked at.
    pub fn new(sources: &'a SourceMap, diagnostics: &'a [Diagnostic]) -> Self {
        Self {
            sources,
            diagnostics,
            environments: None,
            files: 0,
            resources: 0,
            hidden: Hidden::default(),
            coverage: None,
            limit: Severity::Error,
            differences: &[],
            omitted: None,
            style: Style::PLAIN,
            checkout: &place::UNKNOWN,
        }
    }
}

impl Report<'_> {
    /// How many findings have a fix that is this safe.
    pub fn fixable(&self, safety: Safety) -> usize {
        let fixes = self.diagnostics.iter().filter_map(|diagnostic| diagnostic.fix.as_ref());
        fixes.filter(|fix| fix.is_placed() && fix.safety == safety).count()
    }

    /// How many findings are this bad.
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }

    /// Whether a finding fails the run.
    pub fn fails(&self, finding: &Diagnostic) -> bool {
        finding.severity >= self.limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(format: &Format, report: &Report<'_>) -> String {
        let mut out = Vec::new();
        (format.write)(&mut out, report).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_sample_in_every_format() {
        let (sources, diagnostics) = sample::findings();
        for format in FORMATS {
            let shown = written(format, &sample::report(&sources, &diagnostics));
            insta::assert_snapshot!(format.name, shown);
        }
    }

    #[test]
    fn nothing_in_every_format() {
        let sources = SourceMap::default();
        let shown = FORMATS.iter().map(|format| {
            let shown = written(format, &sample::report(&sources, &[]));
            format!("== {}\n{shown}", format.name)
        });
        insta::assert_snapshot!(shown.collect::<String>());
    }

    /// Whatever a file holds, no format lets it drive the terminal that shows the report.
    #[test]
    fn no_format_drives_a_terminal() {
        let (sources, diagnostics) = sample::findings();
        for format in FORMATS {
            let shown = written(format, &sample::report(&sources, &diagnostics));
            assert!(!shown.chars().any(|own| printable::is_control(own) && own != '\n'), "{}", format.name);
        }
    }

    #[test]
    fn formats_are_named_once_and_helped() {
        let mut names: Vec<_> = FORMATS.iter().map(|format| format.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FORMATS.len());
        assert!(FORMATS.iter().all(|format| !format.help.is_empty() && !format.help.ends_with('.')));
    }
}
