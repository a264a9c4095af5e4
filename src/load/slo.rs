//! Objectives: what the service has promised.

use std::time::Duration;

use smol_str::{SmolStr, format_smolstr};

use super::{ledger::Failure, record::Record};
use crate::grammar::formats::{percentage, percentile, seconds};

/// One promise.
#[derive(Clone, Debug, PartialEq)]
pub enum Objective {
    /// `p99: 250ms`: this part of all requests has ended within a time.
    Quantile {
        /// The part: 0.99.
        part: f64,
        /// The time.
        most: Duration,
    },
    /// `errorRate: 0.5%`: no larger part of the requests fails.
    ErrorRate {
        /// The part: 0.005.
        most: f64,
    },
    /// `minRps: 190`: so many requests a second end well.
    Rate {
        /// Requests per second.
        least: f64,
    },
    /// `unsent: 0.5%`: no larger part of what was planned is left unsent. The rate that was asked for was not reached
    /// otherwise, and nothing else that was measured says what it seems to say.
    Unsent {
        /// The part.
        most: f64,
    },
}

impl Objective {
    /// What must hold where nobody says otherwise: a test in which everything fails has not gone well.
    pub const DEFAULTS: [Self; 2] = [Self::ErrorRate { most: 0.01 }, Self::Unsent { most: 0.005 }];

    /// Reads an objective as the spec writes it: a name and a value.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn parse(name: &str, value: &str) -> Result<Self, String> {
        match name {
            "errorRate" => Ok(Self::ErrorRate { most: parse_part(value)? }),
            "unsent" => Ok(Self::Unsent { most: parse_part(value)? }),
            "minRps" => {
                let least = value.parse::<f64>().ok().filter(|rate| rate.is_finite() && *rate >= 0.0);
                least.map(|least| Self::Rate { least }).ok_or_else(|| format!("`{value}` is no rate"))
            }
            "max" => Ok(Self::Quantile { part: 1.0, most: parse_time(value)? }),
            _ => {
                let unknown = || {
                    format!(
                        "there is no objective `{name}`; there are p50 to p99.999, max, errorRate, minRps and unsent"
                    )
                };
                Ok(Self::Quantile { part: percentile(name).ok_or_else(unknown)?, most: parse_time(value)? })
            }
        }
    }

    /// The objective of a name, with its limit in the unit of what is observed.
    pub(super) fn with_limit(name: &str, limit: f64) -> Option<Self> {
        let time = Duration::try_from_secs_f64(limit).ok();
        // Any value of the right form will do: what counts of it is which objective it makes.
        let found = Self::parse(name, "1s").or_else(|_| Self::parse(name, "1")).ok()?;
        Some(match found {
            Self::Quantile { part, .. } => Self::Quantile { part, most: time? },
            Self::ErrorRate { .. } => Self::ErrorRate { most: limit },
            Self::Rate { .. } => Self::Rate { least: limit },
            Self::Unsent { .. } => Self::Unsent { most: limit },
        })
    }

    /// What it is called.
    pub fn name(&self) -> SmolStr {
        match self {
            Self::Quantile { part, .. } if *part >= 1.0 => "max".into(),
            // 0.999 × 100 is not quite 99.9.
            Self::Quantile { part, .. } => format_smolstr!("p{}", (part * 100_000.0).round() / 1_000.0),
            Self::ErrorRate { .. } => "errorRate".into(),
            Self::Rate { .. } => "minRps".into(),
            Self::Unsent { .. } => "unsent".into(),
        }
    }

    /// What was measured: seconds, a part of the whole, or requests per second; nothing if nothing was.
    pub fn observed(&self, record: &Record, lasted: Duration) -> Option<f64> {
        let ledger = &record.ledger;
        match self {
            Self::Quantile { part, .. } => quantile(record, *part).map(|time| time.as_secs_f64()),
            Self::ErrorRate { .. } => ratio(ledger.errors(), ledger.attempts() - ledger.failures(Failure::Generator)),
            Self::Rate { .. } => Some(float(ledger.good()) / lasted.as_secs_f64().max(1e-9)),
            Self::Unsent { .. } => ratio(ledger.unsent + ledger.shed, ledger.planned),
        }
    }

    /// The limit, in the unit of what is observed.
    pub fn limit(&self) -> f64 {
        match self {
            Self::Quantile { most, .. } => most.as_secs_f64(),
            Self::ErrorRate { most } | Self::Unsent { most } => *most,
            Self::Rate { least } => *least,
        }
    }

    /// Whether it is met by what was observed. One that nothing was observed for is not.
    pub fn is_met(&self, observed: Option<f64>) -> bool {
        observed.is_some_and(|observed| match self {
            Self::Rate { least } => observed >= *least,
            _ => observed <= self.limit(),
        })
    }
}

/// The response time within which a part of the requests has ended.
pub fn quantile(record: &Record, part: f64) -> Option<Duration> {
    (!record.response.is_empty()).then(|| Duration::from_micros(record.response.value_at_quantile(part)))
}

fn ratio(some: u64, all: u64) -> Option<f64> {
    (all > 0).then(|| float(some) / float(all))
}

#[expect(clippy::cast_precision_loss, reason = "counts of requests stay far below 2^53")]
pub(super) fn float(count: u64) -> f64 {
    count as f64
}

/// `0.5%` or `0.005`.
fn parse_part(text: &str) -> Result<f64, String> {
    let plain = || text.parse::<f64>().ok().filter(|part| (0.0..=1.0).contains(part));
    percentage(text).or_else(plain).ok_or_else(|| format!("`{text}` is no part of a whole; write `0.5%`"))
}

/// Ten years: no clock runs over when it is added a few times.
pub(super) const LONGEST: f64 = 315_360_000.0;

/// `250ms`, `1.5s`, `2m`, `1h30m`; ten years at most.
///
/// # Errors
/// What is wrong with it, as a sentence.
pub fn parse_time(text: &str) -> Result<Duration, String> {
    let time = seconds(text.trim())
        .filter(|seconds| *seconds <= LONGEST)
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    time.ok_or_else(|| format!("`{text}` is no time; write `250ms`, `1.5s` or `2m`"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::{Ending, Times};

    #[test]
    fn objectives_are_read_and_named() {
        for (name, value, limit) in [
            ("p99", "250ms", 0.25),
            ("p99.9", "1.5s", 1.5),
            ("max", "2m", 120.0),
            ("errorRate", "0.5%", 0.005),
            ("minRps", "190", 190.0),
            ("unsent", "0", 0.0),
        ] {
            let objective = Objective::parse(name, value).unwrap();
            assert_eq!((objective.name().as_str(), objective.limit()), (name, limit));
        }
        for (name, value) in [
            ("p0", "1s"),
            ("p100", "1s"),
            ("p99.9999", "1s"),
            ("p9e1", "1s"),
            ("errorRate", "1e-1%"),
            ("p99", "250"),
            ("p99", "-1s"),
            ("errorRate", "101%"),
            ("minRps", "-1"),
            ("q99", "1s"),
            ("p99", "NaNs"),
            ("p99", "99999999999999999s"),
        ] {
            assert!(Objective::parse(name, value).is_err(), "{name} {value}");
        }
    }

    #[test]
    fn what_an_objective_is_called_makes_it_again() {
        let percentiles = (1..100_000).step_by(7).map(|part| format!("p{}", f64::from(part) / 1000.0));
        for name in percentiles.chain(["p99.999", "p00.001", "p05", "max"].map(ToOwned::to_owned)) {
            let objective = Objective::parse(&name, "250ms").unwrap();
            let again = Objective::with_limit(&objective.name(), objective.limit());
            assert_eq!(again, Some(objective), "{name}");
        }
        for name in ["errorRate", "unsent"] {
            let objective = Objective::parse(name, "1.1%").unwrap();
            assert_eq!(Objective::with_limit(&objective.name(), objective.limit()), Some(objective));
        }
    }

    #[test]
    fn nothing_measured_is_nothing_met() {
        let record = Record::new();
        let p99 = Objective::parse("p99", "1s").unwrap();
        assert!(!p99.is_met(p99.observed(&record, Duration::from_secs(1))));
    }

    #[test]
    fn the_generators_own_failures_are_not_the_servers() {
        let mut record = Record::new();
        let times = Times { response: Duration::ZERO, service: Duration::ZERO, lag: Duration::ZERO };
        record.book(Ending::Answered { status: 200, expected: true }, times, 0);
        record.book(Ending::Failed(Failure::Generator), times, 0);
        let rate = Objective::ErrorRate { most: 0.0 };
        assert_eq!(rate.observed(&record, Duration::from_secs(1)), Some(0.0));
    }
}
