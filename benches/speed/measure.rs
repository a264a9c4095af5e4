//! What a command costs.

use std::{
    io,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::process::{children, peak};

/// What several runs of one command cost.
#[derive(Debug)]
pub(crate) struct Costs {
    /// From start to end, the quickest run first.
    walls: Vec<Duration>,
    /// User and system time of all threads: the mean of all runs, for a single one is counted too coarsely.
    pub(crate) cpu: Duration,
    /// The largest resident set, in bytes.
    pub(crate) peak: u64,
}

impl Costs {
    /// The quickest run.
    pub(crate) fn min(&self) -> Duration {
        self.walls[0]
    }

    /// The run in the middle.
    pub(crate) fn median(&self) -> Duration {
        self.walls[self.walls.len() / 2]
    }

    /// The slowest run.
    pub(crate) fn max(&self) -> Duration {
        self.walls[self.walls.len() - 1]
    }

    /// How much more than another this takes: time at its quickest, and CPU, which a busy machine distorts less.
    pub(crate) fn ratio(&self, other: &Self) -> String {
        let wall = self.min().as_secs_f64() / other.min().as_secs_f64();
        let cpu = self.cpu.as_secs_f64() / other.cpu.as_secs_f64();
        format!("{wall:.1} times the time, {cpu:.1} times the CPU")
    }
}

/// Runs a command a number of times; once more before, to see its memory and to warm the system's cache of files.
pub(crate) fn measure(command: &mut Command, runs: u32) -> io::Result<Costs> {
    command.stdout(Stdio::null());
    let peak = peak(&mut command.spawn()?, Duration::from_millis(1))?;
    let before = children()?;
    let mut walls = (0..runs).map(|_| wall(command)).collect::<io::Result<Vec<_>>>()?;
    let cpu = children()?.saturating_sub(before) / runs;
    walls.sort_unstable();
    Ok(Costs { walls, cpu, peak })
}

fn wall(command: &mut Command) -> io::Result<Duration> {
    let start = Instant::now();
    let status = command.status()?;
    let wall = start.elapsed();
    if status.success() { Ok(wall) } else { Err(io::Error::other(format!("{command:?}: {status}"))) }
}
