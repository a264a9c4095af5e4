//! What the cluster did meanwhile: asked at an interval, while requests are sent.
//!
//! It is a picture beside the measurement and never part of it: a Prometheus or an API server that is not there, or does
//! not answer, is noted, and the test goes on.

mod prometheus;
mod replicas;
mod watch;

pub use prometheus::{Query, default_queries, replica_queries};
pub use replicas::{Kind, Workload};
pub use watch::Watch;

use serde::{Deserialize, Serialize};

/// The answers to one question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// What is counted: `bytes`. Series of one unit can be shown on one axis.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// Seconds from the beginning of the run, and what was answered; nothing where there was no answer.
    pub points: Vec<(f64, Option<f64>)>,
    /// Why there are none, or not all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The numbers of a workload's replicas, whoever is asked for them.
const NAMES: [&str; 4] = ["wanted replicas", "replicas", "ready replicas", "autoscaler's wish"];

impl Series {
    /// A series without an answer yet, of a question such as `heap [bytes]`.
    fn of(question: &str) -> Self {
        let split = question.strip_suffix(']').and_then(|text| text.split_once('['));
        let (name, unit) = split.map_or((question, ""), |(name, unit)| (name.trim(), unit));
        Self { name: name.to_owned(), unit: unit.to_owned(), points: Vec::new(), note: None }
    }

    /// The values that there are.
    pub fn values(&self) -> impl Iterator<Item = f64> {
        self.points.iter().filter_map(|(_, value)| *value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_told_from_names() {
        let found = ["heap [bytes]", "up", "[s]", "a]"].map(|text| {
            let Series { name, unit, .. } = Series::of(text);
            (name, unit)
        });
        let pairs = [("heap", "bytes"), ("up", ""), ("", "s"), ("a]", "")];
        assert_eq!(found, pairs.map(|(name, unit)| (name.to_owned(), unit.to_owned())));
    }
}
