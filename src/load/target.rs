//! What is asked of the server, and which answer is right.

use std::net::SocketAddr;

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use smol_str::{SmolStr, format_smolstr};

use super::random::{Random, unit};

/// The body of a request: all of it is there before the run.
pub type Body = Full<Bytes>;

/// One kind of request.
#[derive(Clone, Debug)]
pub struct Target {
    /// What reports call it.
    pub name: SmolStr,
    /// How often it is chosen, relative to the others.
    pub weight: f64,
    /// Which of the plan's origins it is sent to.
    pub origin: usize,
    /// The request, made once.
    pub request: Request<Body>,
    /// Which answers are right.
    pub expect: Expect,
}

/// Where connections lead. Targets with the same origin share connections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Whether the connection is encrypted.
    pub tls: bool,
    /// The name that is asked for, and that the server's certificate has to bear.
    pub host: SmolStr,
    /// Its port.
    pub port: u16,
    /// Where to connect instead. The server is asked for the same host all the same.
    pub via: Option<Via>,
    /// The address to connect to, instead of what the name leads to.
    pub address: Option<SocketAddr>,
}

/// The host to connect to for another. Its name is looked up at each connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Via {
    /// Its name, or an address without brackets.
    pub host: SmolStr,
    /// The port.
    pub port: u16,
}

impl Origin {
    /// The name and port that are looked up.
    pub(super) fn end(&self) -> (&str, u16) {
        self.via.as_ref().map_or((&self.host, self.port), |via| (&via.host, via.port))
    }

    /// The host as URLs write it.
    pub(super) fn bracketed(&self) -> SmolStr {
        if self.host.contains(':') { format_smolstr!("[{}]", self.host) } else { self.host.clone() }
    }

    /// Whether requests to both can go over the same connections: a `Host` header tells them apart, a certificate does
    /// not.
    pub(super) fn shares_connections(&self, other: &Self) -> bool {
        let ends = || match (self.address, other.address) {
            (None, None) => self.end() == other.end(),
            (own, others) => own == others,
        };
        self == other || !self.tls && !other.tls && ends()
    }
}

/// Which answers are right.
#[derive(Clone, Debug, Default)]
pub struct Expect {
    /// The statuses; any of 200–399 when there are none.
    pub statuses: Vec<u16>,
    /// Headers, and what they hold.
    pub headers: Vec<(http::HeaderName, SmolStr)>,
    /// A text that the body holds.
    pub body: Option<Bytes>,
}

impl Expect {
    /// What is wrong with a head, if anything is. `holds` says whether a header of a name holds a text.
    pub(super) fn complaint_of_head(&self, status: u16, holds: impl Fn(&str, &str) -> bool) -> Option<SmolStr> {
        let is_right =
            if self.statuses.is_empty() { (200..400).contains(&status) } else { self.statuses.contains(&status) };
        if !is_right {
            return Some(format_smolstr!("it answers with status {status}"));
        }
        let (name, part) = self.headers.iter().find(|(name, part)| !holds(name.as_str(), part))?;
        Some(format_smolstr!("its header `{name}` does not hold `{part}`"))
    }

    /// What is wrong with a body, as far as it was kept.
    pub(super) fn complaint_of_body(&self, body: &[u8]) -> Option<SmolStr> {
        let part = self.body.as_ref().filter(|part| !contains(body, part))?;
        Some(format_smolstr!("its body does not hold `{}`", String::from_utf8_lossy(part)))
    }
}

/// Whether some bytes hold others.
pub(super) fn contains(bytes: &[u8], part: &[u8]) -> bool {
    part.is_empty() || bytes.windows(part.len()).any(|window| window == part)
}

/// Chooses targets by weight: the same ones for the same slots and seed, whoever sends them.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    seed: u64,
    /// The sum of the weights up to each target, as a part of the whole.
    up_to: Vec<f64>,
}

impl Choice {
    /// The choice among targets of some weights.
    pub(super) fn new(weights: impl IntoIterator<Item = f64>, seed: u64) -> Self {
        let mut sum = 0.0;
        let sums: Vec<f64> = weights
            .into_iter()
            .map(|weight| {
                sum += weight;
                sum
            })
            .collect();
        // Another sequence than that of the schedule, which may use the same seed.
        Self { seed: !seed, up_to: sums.into_iter().map(|part| part / sum).collect() }
    }

    /// The target of a slot.
    pub(super) fn of(&self, slot: u64) -> usize {
        let [_, .., _] = self.up_to.as_slice() else { return 0 };
        let place = unit(Random::at(self.seed, slot));
        self.up_to.partition_point(|part| *part <= place).min(self.up_to.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_hold() {
        let choice = Choice::new([1.0, 0.0, 3.0], 11);
        let mut counts = [0_u32; 3];
        (0..100_000).for_each(|slot| counts[choice.of(slot)] += 1);
        assert_eq!(counts[1], 0);
        assert!(counts[0].abs_diff(25_000) < 600, "{counts:?}");
        assert_eq!(Choice::new([5.0], 1).of(9), 0);
    }

    #[test]
    fn a_part_is_found() {
        assert!(contains(b"all is well", b"well"));
        assert!(contains(b"", b""));
        assert!(!contains(b"wel", b"well"));
    }
}
