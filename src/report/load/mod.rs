//! What is shown of a load test: one format, one file, one line in [`FORMATS`]. All say the same numbers.

mod csv;
mod html;
mod json;
mod junit;
mod markdown;
mod openmetrics;
mod plot;
#[cfg(test)]
mod sample;
mod summary;
mod text;
mod wording;

pub use summary::summary;
pub use text::{line, sparkline};

use std::io;

use crate::load::Outcome;

/// A way to show a load test.
#[derive(Debug)]
pub struct Format {
    /// What `--format` calls it.
    pub name: &'static str,
    /// Who reads it, in one line.
    pub help: &'static str,
    /// Writes a report.
    pub write: fn(&mut dyn io::Write, &Outcome) -> io::Result<()>,
}

/// Every format, the one for people first.
pub static FORMATS: &[&Format] = &[
    &text::FORMAT,
    &json::FORMAT,
    &html::FORMAT,
    &markdown::FORMAT,
    &junit::FORMAT,
    &csv::FORMAT,
    &openmetrics::FORMAT,
];

#[cfg(test)]
mod tests {
    use super::{FORMATS, sample};

    #[test]
    fn every_format_shows_the_same_run() {
        for format in FORMATS {
            let mut out = Vec::new();
            (format.write)(&mut out, &sample::outcome()).unwrap();
            insta::assert_snapshot!(format.name, String::from_utf8(out).unwrap());
        }
    }
}
