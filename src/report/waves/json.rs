//! Syncs for programs, version 1: the charts as they are.

use std::io;

use serde::Serialize;

use super::{Chart, Format};
use crate::report::{Style, json};

/// The format.
pub(super) static FORMAT: Format = Format { name: "json", help: "For programs: all that is known, version 1", write };

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    environments: &'a [Chart],
}

fn write(out: &mut dyn io::Write, charts: &[Chart], _: Style) -> io::Result<()> {
    json::write_line(out, &Document { version: 1, environments: charts })
}
