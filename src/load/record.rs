//! What is measured: three histograms and the books, for each target and stage.

use std::{collections::BTreeMap, time::Duration};

use hdrhistogram::Histogram;

use super::ledger::{Ending, Failure, Ledger};

/// The times of one request.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// From when it was planned to its end: what a user has waited. In a closed loop there is no plan but the sending.
    pub response: Duration,
    /// From when it was sent to its end: what the server, and the way there, took.
    pub service: Duration,
    /// From when it could have been sent (it was planned, and a connection was free) to when it was: what this program
    /// took, and what is wrong with the measurement.
    pub lag: Duration,
}

/// The measurements of one target in one stage. Times are in microseconds, with three digits.
#[derive(Clone, Debug)]
pub struct Record {
    /// The books.
    pub ledger: Ledger,
    /// [`Times::response`] of every answer and every timeout.
    pub response: Histogram<u64>,
    /// [`Times::service`] of the same requests.
    pub service: Histogram<u64>,
    /// [`Times::lag`] of every request that was sent.
    pub lag: Histogram<u64>,
    /// What was seen first of each kind of failure, and, as [`UNEXPECTED`], of answers that were not as expected.
    pub causes: BTreeMap<String, String>,
}

/// What is wrong with answers, among the causes.
pub const UNEXPECTED: &str = "unexpected";

impl Record {
    /// A record without anything in it.
    pub fn new() -> Self {
        let (response, service, lag) = (histogram(3), histogram(3), histogram(3));
        Self { ledger: Ledger::default(), response, service, lag, causes: BTreeMap::new() }
    }

    /// Books the end of a request.
    ///
    /// A refused connection is quick, and would make a broken server look fast: of requests without an answer only
    /// those count in the histograms that timed out, with all the time that they took.
    pub fn book(&mut self, ending: Ending, times: Times, bytes: u64) {
        self.ledger.book(ending, bytes);
        self.lag.record(micros(times.lag)).ok();
        if counts(ending) {
            self.response.record(micros(times.response)).ok();
            self.service.record(micros(times.service)).ok();
        }
    }

    /// Notes what is wrong with a request, if it is the first of its kind.
    pub fn note(&mut self, ending: Ending, why: &str) {
        let kind = if let Ending::Failed(failure) = ending { failure.name() } else { UNEXPECTED };
        if !self.causes.contains_key(kind) {
            self.causes.insert(kind.to_owned(), why.to_owned());
        }
    }

    /// Adds what another has measured. Histograms of the same requests are the same, however they were shared out.
    pub fn add(&mut self, other: &Self) {
        self.ledger.add(&other.ledger);
        add(&mut self.response, &other.response);
        add(&mut self.service, &other.service);
        add(&mut self.lag, &other.lag);
        for (kind, why) in &other.causes {
            self.causes.entry(kind.clone()).or_insert_with(|| why.clone());
        }
    }
}

impl Default for Record {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether a request counts in the histograms of response and service times.
pub(super) fn counts(ending: Ending) -> bool {
    matches!(ending, Ending::Answered { .. } | Ending::Failed(Failure::Timeout))
}

/// A histogram that grows with what is put into it.
pub(super) fn histogram(digits: u8) -> Histogram<u64> {
    let mut histogram = Histogram::new(digits).unwrap_or_else(|_| unreachable!("up to five digits there can be"));
    histogram.auto(true);
    histogram
}

/// Adds one histogram to another that can grow.
pub(super) fn add(sum: &mut Histogram<u64>, part: &Histogram<u64>) {
    // It fails only where a histogram must not grow; ours may.
    let _ = sum.add(part);
}

/// A time in whole microseconds; the least is 1, since a histogram has no 0 to the left of its first value.
pub(super) fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(millis: u64) -> Times {
        let time = Duration::from_millis(millis);
        Times { response: time, service: time, lag: Duration::ZERO }
    }

    #[test]
    fn a_quick_failure_makes_nothing_look_fast() {
        let mut record = Record::new();
        record.book(Ending::Answered { status: 200, expected: true }, times(100), 1);
        record.book(Ending::Failed(Failure::Connect), times(0), 0);
        record.book(Ending::Failed(Failure::Timeout), times(10_000), 0);
        assert_eq!((record.response.len(), record.lag.len()), (2, 3));
        assert!(record.response.max() >= 10_000_000);
    }

    #[test]
    fn parts_add_up_to_the_whole_bit_by_bit() {
        let (mut whole, mut parts) = (Record::new(), vec![Record::new(); 8]);
        for at in 0..10_000_u64 {
            let ending = Ending::Answered { status: 200, expected: true };
            let time = times(at * at % 7_919);
            whole.book(ending, time, at);
            parts[usize::try_from(at % 8).unwrap()].book(ending, time, at);
        }
        let mut sum = Record::new();
        for part in &parts {
            sum.add(part);
        }
        assert_eq!((&sum.response, &sum.ledger), (&whole.response, &whole.ledger));
        assert_eq!(sum.response.value_at_quantile(0.99), whole.response.value_at_quantile(0.99));
    }
}
