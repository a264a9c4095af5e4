//! As many threads as are needed, and what they share.

use std::time::Duration;

use karat::load::{Plan, Schedule, Share, Spacing, Stage, Traffic};
use rustix::time::{ClockId, clock_gettime};

use crate::{
    server::{Manner, Server},
    truth::{SECOND, judged, plan},
};

fn open(rate: f64, lasts: Duration) -> Traffic {
    Traffic::Open { stages: vec![Stage::steady(rate, lasts)], spacing: Spacing::Uniform }
}

#[test]
fn another_thread_is_not_used_where_one_has_time_left() {
    let server = Server::start(Manner::Answers(200));
    let outcome = judged(Plan { threads: 4, ..plan(&server, open(100.0, 2 * SECOND)) });
    assert_eq!((outcome.generator.busy.len(), outcome.whole.ledger.good()), (1, 200));
}

/// How many slots of a plan a thread can look at in a second.
fn slots_by_second() -> f64 {
    const SLOTS: u32 = 200_000;
    let stages = vec![Stage::steady(1e6, 60 * SECOND)];
    let mut schedule = Schedule::new(stages, Spacing::Uniform, 1, Share::WHOLE.divided(0, SLOTS.into()));
    let own_time = || Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap();
    let times = (0..10).map(|_| {
        let begun = own_time();
        assert!(schedule.next().is_some());
        own_time().saturating_sub(begun)
    });
    // The first slot is found at once.
    f64::from(SLOTS) / times.skip(1).min().unwrap().as_secs_f64()
}

/// To find its few slots among more than there is time to look at keeps a worker busy, whatever the machine.
#[test]
fn what_a_busy_thread_gives_away_is_sent_all_the_same() {
    let server = Server::start(Manner::Answers(200));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some hundred thousand")]
    let workers = (2.0 * slots_by_second() / 120.0) as u32;
    let share = Share::WHOLE.divided(3, workers.into());
    let outcome = judged(Plan { threads: 2, share, ..plan(&server, open(f64::from(workers) * 120.0, 2 * SECOND)) });
    let ledger = &outcome.whole.ledger;
    assert_eq!((ledger.planned, ledger.errors()), (240, 0), "{ledger:?}");
    assert_eq!(ledger.good() + ledger.unsent, 240, "{ledger:?}");
    assert_eq!(u64::try_from(server.arrivals().len()).unwrap(), ledger.good());
    assert!(server.connections() <= 10 + 10 / 2, "{}", server.connections());
    let processors = std::thread::available_parallelism().unwrap().get();
    assert_eq!(outcome.generator.busy.len(), processors.min(2), "{:?}", outcome.generator.busy);
}
