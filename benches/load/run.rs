//! One run of one tool: what it says, and what it costs.

use std::{
    io::{self, Read},
    process::{Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};

use crate::process;

/// A run that has ended.
pub(crate) struct Run {
    /// Standard output.
    pub(crate) output: String,
    /// How it ended.
    pub(crate) status: ExitStatus,
    /// User and system time.
    pub(crate) cpu: Duration,
    /// The largest resident set, in bytes.
    pub(crate) peak: u64,
}

/// Runs a command to its end, and does something to it meanwhile.
pub(crate) fn run(command: &mut Command, meanwhile: impl FnOnce(u32) + Send + 'static) -> io::Result<Run> {
    let before = process::children()?;
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let mut stdout = child.stdout.take().ok_or_else(|| io::Error::other("no standard output"))?;
    let reader = thread::spawn(move || {
        let mut output = String::new();
        stdout.read_to_string(&mut output).map(|_| output)
    });
    let number = child.id();
    thread::spawn(move || meanwhile(number));
    let peak = process::peak(&mut child, Duration::from_millis(20))?;
    let status = child.wait()?;
    let output = reader.join().map_err(|_| io::Error::other("nobody has read the output"))??;
    Ok(Run { output, status, cpu: process::children()?.saturating_sub(before), peak })
}
