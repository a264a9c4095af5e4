//! The stages of a plan, one by one.

use std::time::Duration;

use karat::load::{Outcome, Plan, Share, Spacing, Stage, Stored, Traffic};

use crate::{
    server::{Manner, Server},
    truth::{SECOND, judged, plan},
};

/// A ramp, and a rate that is held, after a warm-up.
fn staged(server: &Server, share: Share) -> Plan {
    let stages = vec![Stage { from: 100.0, to: 300.0, lasts: SECOND }, Stage::steady(150.0, 2 * SECOND)];
    let traffic = Traffic::Open { stages, spacing: Spacing::Uniform };
    Plan { warm_up: SECOND / 2, share, ..plan(server, traffic) }
}

fn planned(outcome: &Outcome) -> Vec<u64> {
    outcome.stages.iter().map(|passed| passed.record.ledger.planned).collect()
}

#[test]
fn each_stage_has_its_own_record() {
    let server = Server::start(Manner::Answers(200));
    let outcome = judged(staged(&server, Share::WHOLE));
    assert_eq!((planned(&outcome), outcome.warm_up.ledger.planned), (vec![200, 300], 50));
    let sum: u64 = outcome.stages.iter().map(|passed| passed.record.response.len()).sum();
    assert_eq!(sum, outcome.whole.response.len());
    assert_eq!(outcome.stages[1].lasted, 2 * SECOND);
    assert!((outcome.stages[1].planned_rate() - 150.0).abs() < 0.01 && outcome.stages[1].good_rate() > 149.0);
}

#[test]
fn stages_of_several_workers_are_kept_and_added_up() {
    let server = Server::start(Manner::Answers(200));
    let mut parts = (0..3).map(|worker| {
        let text =
            serde_json::to_string(&Stored::of(&judged(staged(&server, Share::WHOLE.divided(worker, 3))))).unwrap();
        Stored::read(&text).unwrap().outcome().unwrap()
    });
    let mut sum = parts.next().unwrap();
    parts.for_each(|part| sum.merge(&part).unwrap());
    assert_eq!(planned(&sum), [200, 300]);
    let mut other = sum.clone();
    other.stages[0].stage.to = 200.0;
    assert!(sum.merge(&other).unwrap_err().to_string().contains("their stages differ"));
}

#[test]
fn a_stage_that_the_run_did_not_reach_has_no_rate() {
    let server = Server::start(Manner::Answers(200));
    let cut = Plan { requests: Some(100), ..staged(&server, Share::WHOLE) };
    let outcome = judged(cut);
    assert_eq!((planned(&outcome), outcome.stages[1].lasted), (vec![50, 0], Duration::ZERO));
    assert!(outcome.stages[1].planned_rate().abs() < f64::EPSILON);
}
