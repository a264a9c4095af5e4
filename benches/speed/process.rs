//! What a process costs, as Linux tells it in `/proc` (proc(5)).

use std::{fs, io, process::Child, thread, time::Duration};

/// `sysconf(_SC_CLK_TCK)`, which is this on every Linux.
const TICKS_PER_SECOND: f64 = 100.0;

/// The largest resident set of a child, in bytes, read at an interval until it ends.
pub(crate) fn peak(child: &mut Child, interval: Duration) -> io::Result<u64> {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait()?.is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        peak = line.and_then(|kibibytes| kibibytes.parse::<u64>().ok()).map_or(peak, |kibibytes| kibibytes * 1024);
        thread::sleep(interval);
    }
    Ok(peak)
}

/// User and system time of all children that have ended.
pub(crate) fn children() -> io::Result<Duration> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The second field is the program's name in parentheses, which may hold anything; the third comes after it.
    let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let ticks = after_name.split(' ').skip(13).take(2).filter_map(|field| field.parse::<u32>().ok());
    Ok(Duration::from_secs_f64(f64::from(ticks.sum::<u32>()) / TICKS_PER_SECOND))
}
