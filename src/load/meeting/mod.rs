//! Where the workers of one plan meet: they begin together, and one of them makes the report of all.
//!
//! ```text
//! worker 0 listens      the others connect, until they reach it
//!                   ←   hello: number, version, plan
//! all are there     →   begin in 1000 ms
//!      ⋮                     ⋮
//!                   ←   what was measured
//! merged, judged    →   taken
//! ```
//!
//! A moment is told as the time that is left until then, so that clocks need not agree. Nothing is measured unless all are
//! there, with one plan and one version. A worker that is lost later ends the run of all, and leaves it in doubt.
//!
//! The port is open to whoever reaches it (in the cluster a NetworkPolicy lets nobody but the workers): what is read is
//! bounded in size and time, and whoever does not speak as a worker does is sent away. One that does, with another plan or
//! version, ends the meeting: a forgotten option or image is told at once, instead of waiting for who never fits.

mod guest;
mod host;
mod wire;

use std::{
    sync::atomic::AtomicBool,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use self::{guest::Guest, host::Host};
use super::{outcome::Outcome, plan::Plan};
use crate::diagnostic::Result;

/// Answers and reports may take so much longer than requests.
const GRACE: Duration = Duration::from_secs(30);

/// Who meets whom, and where.
#[derive(Clone, Debug)]
pub struct Meeting {
    /// Where the others find worker 0. It listens on this address alone, or on all that it has if this is a name.
    pub host: String,
    /// The port there.
    pub port: u16,
    /// How long workers wait for each other.
    pub patience: Duration,
    /// Which worker this is, and of how many.
    worker: u64,
    workers: u64,
    /// What tells plans apart.
    plan: String,
    /// How long the plan lasts.
    lasts: Duration,
    /// How much longer a worker may take for its last answers, and for handing over what it has measured.
    grace: Duration,
}

/// A worker that has met the others.
#[derive(Debug)]
pub struct Met {
    role: Role,
    start: Instant,
}

#[derive(Debug)]
enum Role {
    Host(Host),
    Guest(Guest),
}

/// What a worker says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Hello {
    worker: u64,
    workers: u64,
    /// The version of the program.
    version: String,
    plan: String,
    /// Why it cannot begin.
    unready: Option<String>,
}

impl Meeting {
    /// A meeting at `place`, a host and a port, about a plan; `fingerprint` tells it apart from others.
    pub fn of(place: (String, u16), plan: &Plan, fingerprint: String, patience: Duration) -> Self {
        let grace = plan.connect_timeout + plan.timeout + GRACE;
        let (host, port) = place;
        let (worker, workers) = (plan.share.offset, plan.share.step);
        let lasts = plan.lasts() + plan.drain;
        Self { host, port, patience, worker, workers, plan: fingerprint, lasts, grace }
    }

    /// Meets the others. `unready` says why this worker cannot begin, for all of them to know. `stop` ends this worker's
    /// run when that of another has ended early; `note` is told what is worth knowing meanwhile.
    ///
    /// # Errors
    /// When one does not come in time or has left, has another plan or version, or a number that is taken; when one
    /// cannot begin.
    pub fn meet(&self, unready: Option<String>, stop: &'static AtomicBool, note: &dyn Fn(&str)) -> Result<Met> {
        let hello = Hello {
            worker: self.worker,
            workers: self.workers,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            plan: self.plan.clone(),
            unready,
        };
        let (role, start) = if self.worker == 0 {
            let (host, start) = Host::gather(self, &hello, stop, note)?;
            (Role::Host(host), start)
        } else {
            let (guest, start) = Guest::join(self, hello, stop)?;
            (Role::Guest(guest), start)
        };
        Ok(Met { role, start })
    }
}

impl Met {
    /// When all begin.
    pub fn start(&self) -> Instant {
        self.start
    }

    /// Whether this is the worker that makes the report.
    pub fn reports(&self) -> bool {
        matches!(self.role, Role::Host(_))
    }

    /// Hands over what this worker has measured: at the one that makes the report, gives what all have.
    ///
    /// # Errors
    /// When nobody takes it.
    pub fn hand_over(self, outcome: Outcome, note: &dyn Fn(&str)) -> Result<Option<Outcome>> {
        match self.role {
            Role::Host(host) => Ok(Some(host.collect(outcome, note))),
            Role::Guest(guest) => guest.hand_over(&outcome).map(|()| None),
        }
    }
}

#[cfg(test)]
mod tests;
