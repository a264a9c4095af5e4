//! What the machine lets a test do, known before it begins.

use super::{
    lane::STRANGERS,
    plan::{Plan, Reuse, Traffic},
    slo::float,
};
use crate::diagnostic::{Error, Result};

/// Files that a process has open beside its connections, with room to spare.
const OTHER_FILES: u64 = 64;

/// Ports that Linux gives to outgoing connections where nobody has changed that (`ip_local_port_range`).
const DEFAULT_PORTS: u64 = 28_232;

/// For so long a port stays taken after its connection was closed (TIME_WAIT).
const TIME_WAIT: f64 = 60.0;

impl Plan {
    /// Raises the limit on open files as far as it takes, and as the system lets one.
    ///
    /// # Errors
    /// When there are more connections than files that may be open.
    pub fn make_room(&self) -> Result<()> {
        let strangers = if self.redirects.most > 0 { STRANGERS } else { 0 };
        let needed = self.connections as u64 * (self.origins.len() + strangers) as u64 + OTHER_FILES;
        let Some(most) = raise_files(needed) else { return Ok(()) };
        let connections = self.connections;
        let message = format!(
            "{connections} connections need {needed} open files, and this process may have {most} (RLIMIT_NOFILE)"
        );
        let raise = format!(
            "use fewer connections, or raise the limit: `ulimit -n {needed}` as root, or `LimitNOFILE=` of a service"
        );
        Err(Error::new(message).hint(raise))
    }

    /// What will go wrong though it can be tried.
    pub fn warnings(&self) -> Vec<String> {
        self.port_warning(ports()).into_iter().collect()
    }

    /// Whether connections are opened faster than the ports of closed ones become free.
    fn port_warning(&self, ports: u64) -> Option<String> {
        let Reuse::Between(least, most) = self.reuse else { return None };
        let Traffic::Open { stages, .. } = &self.traffic else { return None };
        let rate = stages.iter().map(|stage| stage.from.max(stage.to)).fold(0.0, f64::max);
        // Each worker has its own ports, and sends its share alone.
        let own = rate / float(self.share.step);
        let (opened, ports) = (own / f64::midpoint(float(least), float(most)), float(ports));
        let lasts = self.lasts().as_secs_f64().min(TIME_WAIT);
        // As many requests as all may send at most, if that is known.
        let lasts = self.requests.map_or(lasts, |most| lasts.min(float(most) / rate));
        (opened * lasts > ports).then(|| {
            format!(
                "{opened:.0} connections a second are opened, and each port stays taken for {TIME_WAIT:.0} s: \
                 the {ports:.0} local ports will run out; let connections take more requests"
            )
        })
    }
}

/// Keeps this process as small as what it holds: a test shares its machine with the service. Pages of two megabytes, of
/// which a few kilobytes are used, double its memory, and gain it nothing.
#[cfg(target_os = "linux")]
pub fn keep_small() {
    // A system that knows no such pages refuses.
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

/// Keeps this process as small as what it holds, where that can be asked for.
#[cfg(not(target_os = "linux"))]
pub fn keep_small() {}

/// The number of local ports.
fn ports() -> u64 {
    let range = std::fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").unwrap_or_default();
    let mut ends = range.split_whitespace().filter_map(|end| end.parse::<u64>().ok());
    ends.next().zip(ends.next()).map_or(DEFAULT_PORTS, |(first, last)| last.saturating_sub(first) + 1)
}

/// Lets the process open as many files as are needed; the most that it may, if that is fewer.
#[cfg(unix)]
fn raise_files(needed: u64) -> Option<u64> {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= needed) {
        return None;
    }
    limit.current = Some(limit.maximum.map_or(needed, |most| most.min(needed)));
    let raised = if setrlimit(Resource::Nofile, limit).is_ok() { limit.current } else { Some(0) };
    raised.filter(|raised| *raised < needed)
}

#[cfg(not(unix))]
fn raise_files(_: u64) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::load::{Ask, Asked, Share, Spacing, Stage};

    #[test]
    fn each_worker_has_ports_of_its_own() {
        let stages = vec![Stage::steady(1000.0, Duration::from_mins(1))];
        let traffic = Traffic::Open { stages, spacing: Spacing::Uniform };
        let ask = Ask { traffic, reuse: Reuse::Between(1, 1), ..Ask::of(vec![Asked::get("home", "http://a/")]) };
        let (plan, _) = ask.plan().unwrap();
        let warning = |step| Plan { share: Share { offset: 0, step }, ..plan.clone() }.port_warning(28_000);
        assert!(warning(1).unwrap().starts_with("1000 connections a second"));
        assert!(warning(2).unwrap().starts_with("500 connections a second"));
        assert_eq!(warning(4), None);
    }
}
