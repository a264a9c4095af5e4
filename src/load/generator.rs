//! How the program that makes the load fared: whether what it measured can be believed.

use std::{fs, path::Path, time::Duration};

use hdrhistogram::Histogram;

use super::{
    ledger::Failure,
    record::{Record, add, histogram},
    slo::float,
};

/// How the threads fared.
#[derive(Clone, Debug)]
pub struct Generator {
    /// How late its heartbeats were, in microseconds.
    pub pauses: Histogram<u64>,
    /// For how long the thread stood still that did so for longest.
    pub paused: Duration,
    /// Which part of the time each thread was busy.
    pub busy: Vec<f64>,
    /// For how long the control group was throttled, if it can be known.
    pub throttled: Option<Duration>,
    /// The workers that have not handed over what they have measured.
    pub lost: Vec<u64>,
}

impl Default for Generator {
    fn default() -> Self {
        Self { pauses: histogram(3), paused: Duration::ZERO, busy: Vec::new(), throttled: None, lost: Vec::new() }
    }
}

impl Generator {
    /// Adds a thread. Threads stand still side by side, so the longest time counts, not the sum.
    pub fn add(&mut self, pauses: &Histogram<u64>, busy: f64) {
        add(&mut self.pauses, pauses);
        self.paused = self.paused.max(paused(pauses));
        self.busy.push(busy);
    }

    /// Adds another process. One that was throttled is enough to spoil it all, so the longest time counts.
    pub(super) fn add_process(&mut self, other: &Self) {
        add(&mut self.pauses, &other.pauses);
        self.paused = self.paused.max(other.paused);
        self.busy.extend(&other.busy);
        self.throttled = self.throttled.max(other.throttled);
        self.lost.extend(&other.lost);
    }
}

/// Why what was measured says more of this machine than of the service.
#[derive(Clone, Debug, PartialEq)]
pub enum Doubt {
    /// Requests went out late though a connection was free: the 99th percentile, and what would have been good enough.
    Lag(Duration, Duration),
    /// A thread stood still for this part of the time.
    Paused(f64),
    /// The control group's CPU quota was used up for this part of the time.
    Throttled(f64),
    /// So many connections could not be opened for want of ports or files of this machine.
    Exhausted(u64),
    /// Somebody has ended the run: what was promised of all of it cannot be said.
    Stopped,
    /// These workers were lost, and with them a part of the plan.
    Lost(Vec<u64>),
}

impl Doubt {
    /// What is in doubt, as a sentence.
    pub fn sentence(&self) -> String {
        let percent = |part: &f64| format!("{:.1} %", part * 100.0);
        match self {
            Self::Lag(lag, most) => {
                format!("the generator sent requests up to {lag:.1?} late (p99), more than {most:?} that it may take")
            }
            Self::Paused(part) => format!("the generator stood still for {} of the time", percent(part)),
            Self::Throttled(part) => {
                format!("the generator's CPU limit held it up for {} of the time; raise its limits.cpu", percent(part))
            }
            Self::Exhausted(count) => format!(
                "{count} connections could not be opened for want of local ports or file descriptors; \
                 keep connections alive, or raise net.ipv4.ip_local_port_range and ulimit -n"
            ),
            Self::Stopped => "the run was ended before its time".to_owned(),
            Self::Lost(workers) => {
                let numbers: Vec<String> = workers.iter().map(u64::to_string).collect();
                let (of, their) = if workers.len() == 1 { ("worker", "its") } else { ("workers", "their") };
                format!("nothing came from {of} {}, so {their} part of the plan is missing", numbers.join(", "))
            }
        }
    }
}

/// A pause is one that a server would be blamed for.
const PAUSE: Duration = Duration::from_millis(50);

/// The part of the time that may be lost without changing the verdict.
const TOLERATED: f64 = 0.01;

/// What casts doubt on a run in which nothing may be late by more than `most`.
pub(super) fn doubts(generator: &Generator, all: &Record, lasted: Duration, most: Duration) -> Vec<Doubt> {
    let lag = Duration::from_micros(all.lag.value_at_quantile(0.99));
    let of_time = |time: Duration| time.as_secs_f64() / lasted.as_secs_f64().max(1e-9);
    let paused = of_time(generator.paused);
    let throttled = generator.throttled.map_or(0.0, of_time);
    let exhausted = all.ledger.failures(Failure::Generator);
    let doubts = [
        (!all.lag.is_empty() && lag > most).then_some(Doubt::Lag(lag, most)),
        (paused > TOLERATED).then_some(Doubt::Paused(paused)),
        (throttled > TOLERATED).then_some(Doubt::Throttled(throttled)),
        (exhausted > 0).then_some(Doubt::Exhausted(exhausted)),
        (!generator.lost.is_empty()).then(|| Doubt::Lost(generator.lost.clone())),
    ];
    doubts.into_iter().flatten().collect()
}

fn paused(pauses: &Histogram<u64>) -> Duration {
    let long = pauses.iter_recorded().filter(|step| Duration::from_micros(step.value_iterated_to()) >= PAUSE);
    let micros: f64 = long.map(|step| float(step.value_iterated_to()) * float(step.count_since_last_iteration())).sum();
    Duration::from_secs_f64(micros / 1e6)
}

/// For how long this process's control group has been throttled since it was made (`cpu.stat`, cgroup v2 or v1).
pub(super) fn throttled() -> Option<Duration> {
    let own = fs::read_to_string("/proc/self/cgroup").ok()?;
    let path = own.lines().find_map(|line| line.strip_prefix("0::")).unwrap_or("/");
    let candidates = [
        format!("/sys/fs/cgroup{path}/cpu.stat"),
        "/sys/fs/cgroup/cpu.stat".into(),
        "/sys/fs/cgroup/cpu/cpu.stat".into(),
    ];
    candidates.iter().find_map(|path| read_throttled(Path::new(path)))
}

fn read_throttled(path: &Path) -> Option<Duration> {
    parse_throttled(&fs::read_to_string(path).ok()?)
}

fn parse_throttled(stat: &str) -> Option<Duration> {
    let number = |name: &str| {
        let line = stat.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.and_then(|number| number.trim().parse::<u64>().ok())
    };
    number("throttled_usec").map(Duration::from_micros).or_else(|| number("throttled_time").map(Duration::from_nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn throttling_is_read_in_both_versions() {
        let new = "usage_usec 7\nnr_periods 12\nnr_throttled 3\nthrottled_usec 250000\n";
        let old = "nr_periods 12\nnr_throttled 3\nthrottled_time 250000000\n";
        assert_eq!(parse_throttled(new), Some(Duration::from_millis(250)));
        assert_eq!(parse_throttled(old), Some(Duration::from_millis(250)));
        assert_eq!(parse_throttled("usage_usec 7\n"), None);
    }

    /// The doubts of a run of ten seconds, and of nothing else.
    fn doubts_of(generator: &Generator) -> Vec<Doubt> {
        doubts(generator, &Record::new(), Duration::from_secs(10), Duration::from_millis(10))
    }

    /// A thread that gets its turn, but for so many pauses of a tenth of a second.
    fn thread(pauses: u64) -> Generator {
        let (mut generator, mut late) = (Generator::default(), histogram(3));
        late.record_n(200, 1000).unwrap();
        late.record_n(100_000, pauses).unwrap();
        generator.add(&late, 0.5);
        generator
    }

    #[test]
    fn a_process_that_stood_still_is_in_doubt() {
        assert!(doubts_of(&thread(0)).is_empty());
        assert!(matches!(doubts_of(&thread(20))[..], [Doubt::Paused(part)] if (part - 0.2).abs() < 0.01));
    }

    #[test]
    fn short_pauses_of_many_threads_are_no_long_one() {
        let (mut threads, mut processes) = (Generator::default(), Generator::default());
        for _ in 0..8 {
            // 0.9 % of the time.
            let mut late = histogram(3);
            late.record(90_000).unwrap();
            threads.add(&late, 0.5);
            processes.add_process(&threads);
        }
        assert!(doubts_of(&threads).is_empty() && doubts_of(&processes).is_empty());
        processes.add_process(&thread(20));
        assert!(matches!(doubts_of(&processes)[..], [Doubt::Paused(part)] if (part - 0.2).abs() < 0.01));
    }
}
