//! The answer for programs, version 1.

use std::io::{self, Write};

use serde::Serialize;

use super::trace::Trace;
use crate::report::json;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    #[serde(flatten)]
    trace: &'a Trace,
}

/// Writes the answer as one JSON document on one line.
pub(super) fn write(out: &mut dyn Write, trace: &Trace) -> io::Result<()> {
    json::write_line(out, &Document { version: 1, trace })
}
