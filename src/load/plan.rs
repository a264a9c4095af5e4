//! What a run is to do; all of it is settled before the run begins.

use std::{sync::Arc, time::Duration};

use rustls::ClientConfig;

use super::{
    connect::Version,
    redirect::Redirects,
    schedule::{Share, Spacing, Stage},
    target::{Origin, Target},
};

/// A run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where connections lead.
    pub origins: Vec<Origin>,
    /// What is asked; at least one.
    pub targets: Vec<Target>,
    /// How requests follow each other.
    pub traffic: Traffic,
    /// What comes before the measurement, with the same traffic.
    pub warm_up: Duration,
    /// Connections of all threads together.
    pub connections: usize,
    /// Requests that share a connection at a time; more than one in HTTP/2 alone.
    pub streams: usize,
    /// The HTTP that is spoken.
    pub version: Version,
    /// How connections are encrypted.
    pub tls: Arc<ClientConfig>,
    /// How long it may take to open a connection.
    pub connect_timeout: Duration,
    /// How long a request may take, opening a connection included.
    pub timeout: Duration,
    /// How long connections are used.
    pub reuse: Reuse,
    /// The most requests that are planned.
    pub requests: Option<u64>,
    /// The most bytes that are received in all bodies together, by all workers; then the run ends.
    pub max_bytes: Option<u64>,
    /// The redirects that are followed.
    pub redirects: Redirects,
    /// How long requests that are late may still be sent when the last planned moment is over.
    pub drain: Duration,
    /// How late a request may be to be worth sending.
    pub shed_after: Option<Duration>,
    /// What chance is drawn from.
    pub seed: u64,
    /// The slots that are this process's.
    pub share: Share,
    /// The most threads that send.
    pub threads: usize,
}

/// How requests follow each other.
#[derive(Clone, Debug, PartialEq)]
pub enum Traffic {
    /// Each connection sends its next request when it has the answer to the last.
    Closed {
        /// How long.
        lasts: Duration,
    },
    /// Requests are sent when the plan says so, whatever the answers do.
    Open {
        /// The rates.
        stages: Vec<Stage>,
        /// How requests are spread.
        spacing: Spacing,
    },
}

/// How long connections are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reuse {
    /// As long as they hold.
    Always,
    /// For a number of requests, drawn for each connection. The next one looks the name up anew, so that pods that have
    /// come up since get their share.
    Between(u64, u64),
}

impl Traffic {
    /// How long it lasts.
    pub fn lasts(&self) -> Duration {
        match self {
            Self::Closed { lasts } => *lasts,
            Self::Open { stages, .. } => stages.iter().map(|stage| stage.lasts).sum(),
        }
    }
}

impl Plan {
    /// How long the plan lasts, the warm-up included.
    pub fn lasts(&self) -> Duration {
        self.warm_up + self.traffic.lasts()
    }

    /// The most requests that all workers together plan after the warm-up; nothing where nobody can know.
    pub fn most_planned(&self) -> Option<u64> {
        let Traffic::Open { stages, spacing } = &self.traffic else { return self.requests };
        let most = spacing.most(stages);
        Some(self.requests.map_or(most, |requests| requests.min(most)))
    }

    /// The stages as they are run: the warm-up is one of them.
    pub(super) fn stages(&self) -> Vec<Stage> {
        let stages = match &self.traffic {
            Traffic::Closed { lasts } => vec![Stage::steady(0.0, *lasts)],
            Traffic::Open { stages, .. } => stages.clone(),
        };
        let first = stages.first().map_or(0.0, |stage| stage.from.max(stage.to.min(1.0)));
        let warm_up = self.has_warm_up().then(|| Stage::steady(first, self.warm_up));
        warm_up.into_iter().chain(stages).collect()
    }

    /// Whether the first stage is not measured.
    pub fn has_warm_up(&self) -> bool {
        !self.warm_up.is_zero()
    }
}
