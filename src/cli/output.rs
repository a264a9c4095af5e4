//! Standard output and standard error.

use std::io::{self, BufWriter, Write};

use super::style;
use crate::{
    diagnostic::{Error, Result},
    report::{Report, human},
};

/// Writes to standard output. A reader that has seen enough and hangs up, as `head` does, is no failure.
pub(super) fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    finish(write(&mut out).and_then(|()| out.flush()), "standard output")
}

/// The same for standard error.
pub(super) fn print_error(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let mut out = BufWriter::new(io::stderr().lock());
    finish(write(&mut out).and_then(|()| out.flush()), "standard error")
}

/// Shows findings on standard error, for people.
pub(super) fn print_findings(report: &Report<'_>) -> Result<()> {
    print_error(|out| human::write_findings(out, report, style::of_stderr()))
}

fn finish(result: io::Result<()>, name: &str) -> Result<()> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::io(format!("cannot write to {name}"), &error))
        }
        _ => Ok(()),
    }
}
