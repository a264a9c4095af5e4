//! What a command costs, as Linux tells it in `/proc` (proc(5)).

use std::{
    fs, io,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// `sysconf(_SC_CLK_TCK)`, which is this on every Linux.
const TICKS_PER_SECOND: f64 = 100.0;

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
    let peak = peak(command.spawn()?)?;
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

/// The largest resident set of a child, read once a millisecond until it ends.
fn peak(mut child: Child) -> io::Result<u64> {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait()?.is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        peak = line.and_then(|kibibytes| kibibytes.parse::<u64>().ok()).map_or(peak, |kibibytes| kibibytes * 1024);
        thread::sleep(Duration::from_millis(1));
    }
    Ok(peak)
}

/// User and system time of all children that have ended.
fn children() -> io::Result<Duration> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The second field is the program's name in parentheses, which may hold anything; the third comes after it.
    let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let ticks = after_name.split(' ').skip(13).take(2).filter_map(|field| field.parse::<u32>().ok());
    Ok(Duration::from_secs_f64(f64::from(ticks.sum::<u32>()) / TICKS_PER_SECOND))
}
