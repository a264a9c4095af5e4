//! What there is to see while a load test runs.

use std::{
    collections::BTreeMap,
    io::{IsTerminal, Write, stderr},
    time::Duration,
};

use crate::{
    load::{Ledger, Objective, Plan, Progress, Promises, Tick},
    report::load::{line, sparkline},
};

/// The view of one run.
pub(super) struct Live {
    is_terminal: bool,
    /// Ticks of which not every thread has told, by when they began: how long they were, and how many have told.
    open: BTreeMap<Duration, (Duration, Tick, usize)>,
    /// The last books of each thread.
    ledgers: Vec<Ledger>,
    /// The 99th percentiles of the last seconds.
    history: Vec<u64>,
    /// How many errors are too many, whatever is still to come.
    most_errors: Option<u64>,
}

/// As many seconds are drawn.
const HISTORY: usize = 40;

impl Live {
    pub(super) fn new(plan: &Plan, promises: &Promises, aborts: bool) -> Self {
        Self {
            is_terminal: stderr().is_terminal(),
            open: BTreeMap::new(),
            ledgers: vec![Ledger::default(); plan.threads],
            history: Vec::new(),
            most_errors: if aborts { most_errors(plan, promises) } else { None },
        }
    }

    /// Takes what a thread tells, and shows what all have told. Says whether the run is to go on.
    pub(super) fn show(&mut self, progress: &Progress) -> bool {
        if let Some(ledger) = self.ledgers.get_mut(progress.thread) {
            *ledger = progress.ledger.clone();
        }
        let (_, tick, told) = self.open.entry(progress.from).or_insert((progress.lasts, Tick::default(), 0));
        tick.add(&progress.tick);
        *told += 1;
        if *told >= progress.threads {
            // A thread that has come to a later tick tells no more of earlier ones.
            let later = self.open.split_off(&(progress.from + progress.lasts));
            for (from, (lasts, tick, _)) in std::mem::replace(&mut self.open, later) {
                self.print(from, lasts, &tick);
            }
        }
        self.most_errors.is_none_or(|most| self.ledger().errors() <= most)
    }

    /// Leaves the terminal as it was.
    pub(super) fn finish(&self) {
        if self.is_terminal && !self.history.is_empty() {
            let _ = writeln!(stderr());
        }
    }

    fn ledger(&self) -> Ledger {
        let mut sum = Ledger::default();
        self.ledgers.iter().for_each(|ledger| sum.add(ledger));
        sum
    }

    fn print(&mut self, from: Duration, lasts: Duration, tick: &Tick) {
        self.history.push(tick.response.value_at_quantile(0.99));
        let text = line(from, lasts, tick, &self.ledger());
        // Nobody needs to see this for the run to be right.
        let _ = if self.is_terminal {
            let last = self.history.len().saturating_sub(HISTORY);
            write!(stderr(), "\r\x1b[2K{text}  {}", sparkline(&self.history[last..]))
        } else {
            writeln!(stderr(), "{text}")
        };
    }
}

/// How many requests of the whole plan may fail at most. The other workers' may all end well.
fn most_errors(plan: &Plan, promises: &Promises) -> Option<u64> {
    let rate = promises.whole.iter().find_map(|objective| match objective {
        Objective::ErrorRate { most } => Some(*most),
        _ => None,
    })?;
    let planned = plan.most_planned()?;
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
    Some((planned as f64 * rate) as u64)
}
