//! The engine itself: what it measures beside what is true.

use std::{
    sync::{Arc, atomic::AtomicBool},
    time::{Duration, Instant, SystemTime},
};

use crate::server::{Manner, Server};
use karat::load::{
    Body, Cut, Expect, Failure, Objective, Origin, Outcome, Plan, Promises, Redirects, Reuse, Share, Spacing, Stage,
    Target, Traffic, Trust, Verdict, Version, quantile, run,
};

pub(crate) const SECOND: Duration = Duration::from_secs(1);

fn target(name: &str, host: &str, path: &str, weight: f64) -> Target {
    let request = http::Request::get(path).header("host", host).body(Body::default()).unwrap();
    Target { name: name.into(), weight, origin: 0, request, expect: Expect::default() }
}

pub(crate) fn plan(server: &Server, traffic: Traffic) -> Plan {
    Plan {
        origins: vec![Origin {
            tls: false,
            host: "127.0.0.1".into(),
            port: server.address.port(),
            via: None,
            address: None,
        }],
        targets: vec![target("all", "localhost", "/", 1.0)],
        traffic,
        warm_up: Duration::ZERO,
        connections: 10,
        streams: 1,
        version: Version::One,
        tls: Trust::default().config(false, Version::One).unwrap(),
        connect_timeout: SECOND,
        timeout: 2 * SECOND,
        reuse: Reuse::Always,
        requests: None,
        max_bytes: None,
        redirects: Redirects::default(),
        drain: SECOND,
        shed_after: None,
        seed: 1,
        share: Share::WHOLE,
        threads: 1,
    }
}

fn open(rate: f64, lasts: Duration) -> Traffic {
    Traffic::Open { stages: vec![Stage::steady(rate, lasts)], spacing: Spacing::Uniform }
}

fn outcome(plan: Plan, objectives: &[(&str, &str)]) -> Outcome {
    let plan = Arc::new(plan);
    let stop = AtomicBool::new(false);
    let measured = run(&plan, Instant::now(), &stop, |_| true).unwrap();
    let mut whole = Objective::DEFAULTS.to_vec();
    whole.extend(objectives.iter().map(|(name, value)| Objective::parse(name, value).unwrap()));
    // Other tests run beside this one.
    let promises = Promises { whole, targets: Vec::new(), lag: Some(Duration::from_millis(60)) };
    let outcome = Outcome::of(&plan, &promises, measured, SystemTime::now());
    assert!(outcome.whole.ledger.balances(), "{:?}", outcome.whole.ledger);
    outcome
}

/// A run without objectives of its own.
pub(crate) fn judged(plan: Plan) -> Outcome {
    outcome(plan, &[])
}

#[test]
fn a_good_server_meets_its_objectives() {
    let server = Server::start(Manner::Answers(200));
    let outcome = outcome(plan(&server, open(500.0, 2 * SECOND)), &[("p99", "1s"), ("minRps", "490")]);
    let ledger = &outcome.whole.ledger;
    assert_eq!((ledger.planned, ledger.answered[1], ledger.bytes), (1000, 1000, 5000));
    // On a busy machine the verdict may be in doubt; what was measured is all there.
    assert!(outcome.judged.iter().all(|judged| judged.is_met), "{:?}", outcome.judged);
    assert_eq!(server.arrivals().len(), 1000);
    assert!(server.connections() <= 10);
}

#[test]
fn a_stall_is_seen_by_all_who_had_to_wait() {
    let stalls = Manner::Stalls { every: SECOND, lasts: Duration::from_millis(200) };
    let found: Vec<_> = [10, 50]
        .map(|connections| {
            let server = Server::start(stalls);
            std::thread::spawn(move || outcome(Plan { connections, ..plan(&server, open(1000.0, 5 * SECOND)) }, &[]))
        })
        .into_iter()
        .map(|run| run.join().unwrap())
        .collect();
    for outcome in found {
        for (part, truth) in [(0.9, 102.0), (0.95, 151.0), (0.99, 191.0)] {
            let time = quantile(&outcome.whole, part).unwrap().as_secs_f64() * 1000.0;
            // To hide the stall is to show too little. A busy machine shows more, by as much as it is late itself.
            let late = Duration::from_micros(outcome.whole.lag.value_at_quantile(0.99)).as_secs_f64() * 1000.0;
            let truths = truth * 0.85..truth * 1.15 + late;
            assert!(truths.contains(&time), "p{}: {time} ms instead of {truth}, {late} late", part * 100.0);
        }
        assert_eq!(outcome.whole.ledger.planned, 5000);
    }
}

#[test]
fn what_a_server_cannot_take_does_not_disappear() {
    let server = Server::start(Manner::OneAtATime(Duration::from_millis(5)));
    let outcome = outcome(plan(&server, open(1000.0, 2 * SECOND)), &[]);
    let ledger = &outcome.whole.ledger;
    assert_eq!(ledger.planned, 2000);
    assert!(ledger.unsent > 1000, "{ledger:?}");
    assert_ne!(outcome.verdict, Verdict::Met);
}

#[test]
fn answers_that_are_errors_are_no_success() {
    let server = Server::start(Manner::Answers(503));
    let outcome = outcome(Plan { requests: Some(100), ..plan(&server, Traffic::Closed { lasts: 5 * SECOND }) }, &[]);
    assert_eq!((outcome.whole.ledger.answered[4], outcome.verdict), (100, Verdict::Missed));
    assert!(outcome.measured_for < 2 * SECOND);
}

#[test]
fn every_failure_has_its_name() {
    for (manner, failure) in [
        (Some(Manner::IsSilent), Failure::Timeout),
        (Some(Manner::Closes), Failure::Reset),
        (Some(Manner::Babbles), Failure::Reset),
        (Some(Manner::NeverEnds), Failure::Timeout),
        (None, Failure::Connect),
    ] {
        let server = Server::start(manner.unwrap_or(Manner::Answers(200)));
        let mut plan = plan(&server, open(50.0, SECOND / 2));
        plan.timeout = SECOND / 4;
        plan.connections = 25;
        if manner.is_none() {
            let unused = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
            plan.origins[0].port = unused.port();
        }
        let outcome = outcome(plan, &[]);
        let ledger = &outcome.whole.ledger;
        assert_eq!((ledger.failures(failure), outcome.verdict), (25, Verdict::Missed), "{failure:?} {ledger:?}");
        if failure == Failure::Timeout {
            assert!(quantile(&outcome.whole, 0.01).unwrap() >= SECOND / 4);
        }
    }
}

#[test]
fn a_name_that_leads_nowhere() {
    let server = Server::start(Manner::Answers(200));
    let mut plan = plan(&server, open(20.0, SECOND / 2));
    plan.origins[0].host = "no-such-host.invalid".into();
    assert_eq!(outcome(plan, &[]).whole.ledger.failures(Failure::Dns), 10);
}

#[test]
fn a_connection_that_was_closed_between_is_no_error() {
    let server = Server::start(Manner::ClosesAfterEach);
    let outcome = outcome(Plan { connections: 2, ..plan(&server, open(100.0, SECOND)) }, &[]);
    // A server that is slow to close may get another request before, which it leaves without an answer.
    let ledger = &outcome.whole.ledger;
    assert_eq!(ledger.good() + ledger.failures(Failure::Reset), 100, "{ledger:?}");
    assert!(ledger.good() >= 80, "{ledger:?}");
    assert!(server.connections() >= ledger.good());
}

#[test]
fn connections_are_made_anew_when_asked() {
    let server = Server::start(Manner::Answers(200));
    let reuse = Reuse::Between(5, 5);
    let outcome = outcome(
        Plan { connections: 1, reuse, requests: Some(100), ..plan(&server, Traffic::Closed { lasts: 5 * SECOND }) },
        &[],
    );
    assert_eq!((outcome.whole.ledger.good(), server.connections()), (100, 20));
}

#[test]
fn targets_come_by_weight_with_their_hosts() {
    let server = Server::start(Manner::Answers(200));
    let mut plan = plan(&server, open(2000.0, SECOND));
    plan.targets = vec![target("foo", "foo.localhost", "/foo", 3.0), target("bar", "bar.localhost", "/bar?x=1", 1.0)];
    let outcome = outcome(plan, &[]);
    let paths = server.paths();
    let foo = paths.iter().filter(|path| *path == "foo.localhost /foo").count();
    let bar = paths.iter().filter(|path| *path == "bar.localhost /bar?x=1").count();
    assert_eq!(foo + bar, 2000);
    assert!(foo.abs_diff(1500) < 80, "{foo}");
    let counts: Vec<u64> = outcome.targets.iter().map(|(_, record)| record.ledger.planned).collect();
    assert_eq!(counts, [foo as u64, bar as u64]);
}

#[test]
fn shares_of_several_workers_are_one_plan() {
    let server = Server::start(Manner::Answers(200));
    let whole = outcome(plan(&server, open(300.0, SECOND)), &[]).whole.ledger.planned;
    let parts: u64 = (0..3)
        .map(|worker| {
            let share = Share::WHOLE.divided(worker, 3);
            outcome(Plan { share, threads: 2, ..plan(&server, open(300.0, SECOND)) }, &[]).whole.ledger.planned
        })
        .sum();
    assert_eq!((whole, parts), (300, 300));
}

#[test]
fn a_warm_up_is_not_measured() {
    let server = Server::start(Manner::Answers(200));
    for traffic in [open(100.0, SECOND), Traffic::Closed { lasts: SECOND }] {
        let outcome = outcome(Plan { warm_up: SECOND / 2, ..plan(&server, traffic) }, &[]);
        let (before, after) = (outcome.warm_up.ledger.good(), outcome.whole.ledger.good());
        assert!(before >= 50 && after >= 100, "{before} {after}");
        assert!(outcome.measured_for <= SECOND);
    }
}

#[test]
fn a_run_that_is_cut_short_keeps_its_books() {
    let server = Server::start(Manner::Answers(200));
    let plan = Arc::new(plan(&server, open(100.0, 60 * SECOND)));
    let stop = AtomicBool::new(false);
    let measured = run(&plan, Instant::now(), &stop, |progress| progress.from < SECOND).unwrap();
    assert!(measured.cut == Some(Cut::Stopped) && measured.lasted < 10 * SECOND);
    let outcome = Outcome::of(&plan, &Promises::default(), measured, SystemTime::now());
    assert!(outcome.whole.ledger.balances());
    assert!((150..600).contains(&outcome.whole.ledger.planned), "{:?}", outcome.whole.ledger);
}
