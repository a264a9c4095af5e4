//! How many threads send: one, and another only when those there are have no time left.
//!
//! A thread that needs help keeps every other slot of its share, and gives the rest away, with half of its connections.
//! What was to be sent, and when, stays as it was planned: no slot is lost or sent twice, whoever sends it. So the number
//! of threads need not be known before the run, and a ramp may need more of them at its end than in the warm-up.
//!
//! The moments at which a thread had no time left are in the measurement, and its lag says so.

use std::{
    cell::{Cell, RefCell},
    fs,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::slots::Slots;

/// Threads that may still be started.
#[derive(Debug)]
pub(super) struct Spare(AtomicUsize);

impl Spare {
    /// So many at most, one that is there included, and no more than this process has processors: by its affinity and by
    /// the quota of its control group, both of which the standard library knows. Beyond that they would only take turns.
    pub(super) fn new(most: usize) -> Self {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        Self(AtomicUsize::new(most.min(processors).saturating_sub(1)))
    }

    /// Takes one, if there is one.
    pub(super) fn take(&self) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
    }
}

/// For so long a thread is looked at.
const WINDOW: Duration = Duration::from_millis(250);

/// A thread that is busy for a larger part of the time cannot be trusted to be on time.
const BUSY: f64 = 0.9;

/// Whether a thread has time left. One that waits for a processor has none: beside another one, it gets more of what there
/// is.
pub(super) struct Saturation {
    since: Instant,
    wanted: Duration,
    is_busy: bool,
}

impl Saturation {
    pub(super) fn new() -> Self {
        Self { since: Instant::now(), wanted: cpu_time() + waited(), is_busy: false }
    }

    /// Whether the thread that asks has been busy for two windows in a row: opening connections takes a moment, too.
    pub(super) fn is_reached(&mut self) -> bool {
        let passed = self.since.elapsed();
        if passed < WINDOW {
            return false;
        }
        let (now, was_busy) = (Self::new(), self.is_busy);
        let is_busy = now.wanted.saturating_sub(self.wanted).as_secs_f64() > BUSY * passed.as_secs_f64();
        *self = Self { is_busy, ..now };
        is_busy && was_busy
    }
}

/// What one thread gives to another.
pub(super) struct Handover {
    pub(super) slots: Slots,
    /// The numbers of lanes that may begin, as others end: there are never more connections than were asked for.
    pub(super) lanes: UnboundedReceiver<u64>,
}

impl Handover {
    /// What the first thread begins with.
    pub(super) fn all(slots: Slots, lanes: usize) -> Self {
        let (sender, receiver) = unbounded_channel();
        // The receiver is there.
        (0..lanes as u64).for_each(|number| sender.send(number).unwrap_or_default());
        Self { slots, lanes: receiver }
    }
}

/// The lanes of a thread.
#[derive(Default)]
pub(super) struct Lanes {
    count: Cell<usize>,
    /// How many are to end, so that others may begin elsewhere.
    leaving: RefCell<Option<(usize, UnboundedSender<u64>)>>,
}

impl Lanes {
    pub(super) fn begin(&self) {
        self.count.set(self.count.get() + 1);
    }

    /// Whether there are lanes to give away: not if there is but one, or if others are about to leave.
    pub(super) fn can_split(&self) -> bool {
        self.count.get() > 1 && !self.is_to_leave()
    }

    /// Half of the lanes, which can begin elsewhere when they have ended here.
    pub(super) fn split(&self) -> Option<UnboundedReceiver<u64>> {
        if !self.can_split() {
            return None;
        }
        let (sender, receiver) = unbounded_channel();
        *self.leaving.borrow_mut() = Some((self.count.get() / 2, sender));
        Some(receiver)
    }

    /// Whether the lane that asks is one too many here.
    pub(super) fn is_to_leave(&self) -> bool {
        self.leaving.borrow().is_some()
    }

    /// A lane has ended: its connections are closed.
    pub(super) fn end(&self, number: u64) {
        self.count.set(self.count.get() - 1);
        let mut leaving = self.leaving.borrow_mut();
        let Some((left, sender)) = leaving.as_mut() else { return };
        // A thread that could not be started takes none.
        let _ = sender.send(number);
        *left -= 1;
        if *left == 0 {
            *leaving = None;
        }
    }
}

/// The time that this thread could have been busy, had it got a processor (`schedstat` of Linux, in nanoseconds).
fn waited() -> Duration {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let waited = stat.split_whitespace().nth(1).and_then(|nanos| nanos.parse().ok());
    waited.map_or(Duration::ZERO, Duration::from_nanos)
}

/// The time that this thread has been busy.
#[cfg(unix)]
pub(super) fn cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

#[cfg(not(unix))]
pub(super) fn cpu_time() -> Duration {
    Duration::ZERO
}

#[cfg(test)]
mod tests {
    use std::{iter::from_fn, sync::Arc};

    use super::*;
    use crate::load::{Ask, Asked, Spacing, Stage, Traffic, budget::Budget, slots::Slot, worker::Worker};

    /// A thread with some lanes, whose run has not begun.
    fn worker(lanes: usize) -> Worker {
        let stages = vec![Stage::steady(100.0, Duration::from_secs(1))];
        let traffic = Traffic::Open { stages, spacing: Spacing::Poisson };
        let (plan, _) = Ask { traffic, ..Ask::of(vec![Asked::get("home", "http://a")]) }.plan().unwrap();
        let slots = Slots::new(&plan, plan.share);
        let start = Instant::now() + Duration::from_mins(1);
        let worker = Worker::new(Arc::new(plan), Arc::new(Budget::new(None)), start, slots);
        (0..lanes).for_each(|_| worker.lanes.begin());
        worker
    }

    #[test]
    fn a_thread_with_nothing_to_give_away_takes_no_other() {
        let spare = Spare(AtomicUsize::new(1));
        assert!(worker(1).split(&spare).is_none());
        assert!(worker(2).split(&spare).is_some(), "another may need it");
        assert!(worker(2).split(&spare).is_none(), "there is no more");
    }

    #[test]
    fn what_is_given_away_is_sent_once() {
        let (alone, busy) = (worker(1), worker(5));
        let whole: Vec<Slot> = from_fn(|| alone.claim()).collect();
        let mut taken: Vec<Slot> = from_fn(|| busy.claim()).take(5).collect();
        let Handover { mut slots, mut lanes } = busy.split(&Spare(AtomicUsize::new(1))).unwrap();
        (0..5).for_each(|number| busy.lanes.end(number));
        assert_eq!(from_fn(|| lanes.try_recv().ok()).collect::<Vec<_>>(), [0, 1], "half of them begin again");
        let given: Vec<Slot> = from_fn(|| slots.claim(Duration::ZERO)).collect();
        taken.extend(from_fn(|| busy.claim()));
        assert!(given.len().abs_diff(whole.len() / 2) <= 3, "{} of {}", given.len(), whole.len());
        taken.extend(given);
        taken.sort_by_key(|slot| slot.number);
        assert_eq!(taken, whole);
    }

    #[test]
    fn no_more_threads_are_started_than_there_may_be() {
        assert!(!Spare::new(1).take() && !Spare::new(0).take());
        let processors = thread::available_parallelism().map_or(1, usize::from);
        let spare = Spare::new(1000);
        assert_eq!((0..1000).filter(|_| spare.take()).count(), processors - 1);
    }

    #[test]
    fn half_of_the_lanes_leave_one_by_one() {
        let lanes = Lanes::default();
        (0..5).for_each(|_| lanes.begin());
        let mut others = lanes.split().unwrap();
        assert!(lanes.split().is_none() && lanes.is_to_leave());
        lanes.end(3);
        assert_eq!((others.try_recv().ok(), lanes.is_to_leave()), (Some(3), true));
        lanes.end(0);
        assert_eq!((others.try_recv().ok(), lanes.is_to_leave()), (Some(0), false));
        lanes.end(1);
        assert!(others.is_closed() && others.try_recv().is_err());
        lanes.end(2);
        assert!(lanes.split().is_none());
    }

    #[test]
    fn a_thread_that_waits_has_time_left() {
        let mut saturation = Saturation::new();
        for _ in 0..3 {
            thread::sleep(WINDOW);
            assert!(!saturation.is_reached());
        }
    }
}
