//! As many threads as are needed, and what they share.

use karat::load::{Plan, Share, Spacing, Stage, Traffic};

use crate::{
    server::{Manner, Server},
    truth::{SECOND, judged, plan},
};

fn open(rate: f64, lasts: std::time::Duration) -> Traffic {
    Traffic::Open { stages: vec![Stage::steady(rate, lasts)], spacing: Spacing::Uniform }
}

#[test]
fn another_thread_is_not_used_where_one_has_time_left() {
    let server = Server::start(Manner::Answers(200));
    let outcome = judged(Plan { threads: 4, ..plan(&server, open(100.0, 2 * SECOND)) });
    assert_eq!((outcome.generator.busy.len(), outcome.whole.ledger.good()), (1, 200));
}

/// To find its few slots among very many keeps a worker busy, whatever the machine.
#[test]
fn what_a_busy_thread_gives_away_is_sent_all_the_same() {
    let server = Server::start(Manner::Answers(200));
    let share = Share::WHOLE.divided(3, 100_000);
    let busy = Plan { threads: 2, share, ..plan(&server, open(12_000_000.0, 2 * SECOND)) };
    let outcome = judged(busy);
    let ledger = &outcome.whole.ledger;
    assert_eq!((ledger.planned, ledger.errors()), (240, 0), "{ledger:?}");
    assert_eq!(ledger.good() + ledger.unsent, 240, "{ledger:?}");
    assert_eq!(u64::try_from(server.arrivals().len()).unwrap(), ledger.good());
    assert!(server.connections() <= 10 + 10 / 2, "{}", server.connections());
    let processors = std::thread::available_parallelism().unwrap().get();
    assert!(outcome.generator.busy.len() <= processors.min(2));
}
