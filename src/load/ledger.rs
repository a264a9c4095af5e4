//! What became of every planned request. The books balance: nothing that was planned disappears.

use serde::{Deserialize, Serialize};

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With an answer.
    Answered {
        /// Its status.
        status: u16,
        /// Whether it is the one that was expected.
        expected: bool,
    },
    /// Without one.
    Failed(Failure),
    /// With an answer that nobody waited for: as much had been received as may be.
    Aborted,
}

impl Ending {
    /// Whether it ended as it was meant to.
    pub fn is_good(self) -> bool {
        matches!(self, Self::Answered { expected: true, .. })
    }
}

/// Why there was no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Failure {
    /// The host's name leads nowhere.
    Dns,
    /// Nobody takes the connection.
    Connect,
    /// The connection could not be encrypted.
    Tls,
    /// The connection broke, or what came was no HTTP.
    Reset,
    /// There was no connection, or no whole answer, in time.
    Timeout,
    /// This machine has no ports or files left: not the server's fault.
    Generator,
}

impl Failure {
    /// Every failure, in the order of a request's life.
    pub const ALL: [Self; 6] = [Self::Dns, Self::Connect, Self::Tls, Self::Reset, Self::Timeout, Self::Generator];

    /// What reports call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Reset => "reset",
            Self::Timeout => "timeout",
            Self::Generator => "generator",
        }
    }

    /// What has happened, as a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Dns => "its name leads nowhere",
            Self::Connect => "nobody takes the connection",
            Self::Tls => "the connection cannot be encrypted: its certificate is not trusted, or it speaks no TLS",
            Self::Reset => "the connection breaks, or what comes is no HTTP",
            Self::Timeout => "no whole answer comes in time",
            Self::Generator => "this machine has no ports or files left",
        }
    }
}

/// The books of one target in one stage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ledger {
    /// Requests that were to be sent. In a closed loop: those that were sent.
    pub planned: u64,
    /// Answers by the first digit of their status: 1xx to 5xx.
    pub answered: [u64; 5],
    /// Answers that were not as expected, among those.
    pub unexpected: u64,
    /// Requests without an answer, in the order of [`Failure::ALL`].
    pub failed: [u64; 6],
    /// Requests for which there was no connection until the run was over.
    pub unsent: u64,
    /// Requests that were given up because they were too late to be worth sending.
    pub shed: u64,
    /// Requests whose answers were not read to their ends, since as much had been received as may be.
    #[serde(default)]
    pub aborted: u64,
    /// Bytes of all bodies that were read.
    pub bytes: u64,
}

impl Ledger {
    /// Books the end of a request.
    pub fn book(&mut self, ending: Ending, bytes: u64) {
        self.planned += 1;
        self.bytes += bytes;
        match ending {
            Ending::Answered { status, expected } => {
                let class = usize::from(status / 100).clamp(1, 5);
                self.answered[class - 1] += 1;
                self.unexpected += u64::from(!expected);
            }
            Ending::Failed(failure) => self.failed[failure as usize] += 1,
            Ending::Aborted => self.aborted += 1,
        }
    }

    /// Books a request that was never sent.
    pub fn book_unsent(&mut self) {
        self.planned += 1;
        self.unsent += 1;
    }

    /// Books a request that was given up.
    pub fn book_shed(&mut self) {
        self.planned += 1;
        self.shed += 1;
    }

    /// Adds another's books.
    pub fn add(&mut self, other: &Self) {
        self.planned += other.planned;
        self.unexpected += other.unexpected;
        self.unsent += other.unsent;
        self.shed += other.shed;
        self.aborted += other.aborted;
        self.bytes += other.bytes;
        self.answered.iter_mut().zip(other.answered).for_each(|(sum, part)| *sum += part);
        self.failed.iter_mut().zip(other.failed).for_each(|(sum, part)| *sum += part);
    }

    /// Requests that got an answer.
    pub fn answers(&self) -> u64 {
        self.answered.iter().sum()
    }

    /// Requests that were sent to their ends, or for which a connection was tried.
    pub fn attempts(&self) -> u64 {
        self.answers() + self.failed.iter().sum::<u64>()
    }

    /// How many failed in one way.
    pub fn failures(&self, failure: Failure) -> u64 {
        self.failed[failure as usize]
    }

    /// Attempts that did not end well, for whatever reason on the server's side.
    pub fn errors(&self) -> u64 {
        self.unexpected + self.failed.iter().sum::<u64>() - self.failures(Failure::Generator)
    }

    /// Attempts that ended well.
    pub fn good(&self) -> u64 {
        self.answers() - self.unexpected
    }

    /// Whether everything that was planned is accounted for.
    pub fn balances(&self) -> bool {
        self.planned == self.attempts() + self.unsent + self.shed + self.aborted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_books_balance() {
        let mut ledger = Ledger::default();
        ledger.book(Ending::Answered { status: 200, expected: true }, 10);
        ledger.book(Ending::Answered { status: 503, expected: false }, 5);
        ledger.book(Ending::Answered { status: 999, expected: false }, 0);
        for failure in Failure::ALL {
            ledger.book(Ending::Failed(failure), 0);
        }
        ledger.book(Ending::Aborted, 1);
        ledger.book_unsent();
        ledger.book_shed();
        assert!(ledger.balances());
        assert_eq!(ledger.answered, [0, 1, 0, 0, 2]);
        assert_eq!((ledger.planned, ledger.good(), ledger.errors(), ledger.bytes), (12, 1, 7, 16));
        let mut twice = ledger.clone();
        twice.add(&ledger);
        assert!(twice.balances());
        assert_eq!((twice.planned, twice.errors()), (24, 14));
    }
}
