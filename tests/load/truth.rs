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

/// The parts of the requests that a stall of 200 ms in each second is seen by, and how long they wait, in milliseconds.
const WAITS: [(f64, f64); 4] = [(0.9, 102.0), (0.95, 151.0), (0.99, 191.0), (0.999, 200.0)];

#[test]
fn a_stall_is_seen_by_all_who_had_to_wait() {
    const RATE: f64 = 1000.0;
    let run = |connections| {
        let server = Server::start(Manner::Stalls { every: SECOND, lasts: Duration::from_millis(200) });
        let own = Arc::new(Plan { connections, ..plan(&server, open(RATE, 5 * SECOND)) });
        let start = Instant::now();
        let measured = run(&own, start, &AtomicBool::new(false), |_| true).unwrap();
        let outcome = Outcome::of(&own, &Promises::default(), measured, SystemTime::now());
        assert_eq!((outcome.whole.ledger.planned, server.arrivals().len()), (5000, 5000));
        (outcome, waits(&server, start, RATE))
    };
    let runs = [10, 50].map(|connections| std::thread::spawn(move || run(connections)));
    for (outcome, waited) in runs.map(|run| run.join().unwrap()) {
        let micros = [outcome.whole.lag.value_at_quantile(0.999), outcome.generator.pauses.max()];
        let late = Duration::from_micros(micros.iter().sum()).as_secs_f64() * 1e3;
        for (part, truth) in WAITS {
            let time = quantile(&outcome.whole, part).unwrap().as_secs_f64() * 1e3;
            // To hide the stall is to show too little.
            assert!(time >= truth * 0.95, "p{}: {time} ms instead of {truth}", part * 100.0);
            // A busy machine stalls longer, as the server has seen; and answers may be late to be read.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place among 5,000")]
            let seen = waited[(part * 5000.0) as usize - 1];
            assert!(time <= seen * 1.05 + 2.0 + late, "p{}: {time} ms instead of {seen}, {late} late", part * 100.0);
        }
    }
}

/// How long the requests of an even plan waited until the server took them, in milliseconds, by length.
fn waits(server: &Server, start: Instant, rate: f64) -> Vec<f64> {
    let mut arrivals = server.arrivals();
    arrivals.sort();
    let planned = (0..).map(|slot: u32| start + Duration::from_secs_f64(f64::from(slot) / rate));
    let waits = arrivals.iter().zip(planned).map(|(arrival, planned)| arrival.saturating_duration_since(planned));
    let mut waits: Vec<f64> = waits.map(|wait| wait.as_secs_f64() * 1e3).collect();
    waits.sort_by(f64::total_cmp);
    waits
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
    // Connections that waited for their moment have sent nothing.
    let planned: u64 = outcome.timeline.ticks.iter().map(|tick| tick.planned).sum();
    assert_eq!(planned, outcome.whole.ledger.planned);
}

#[test]
fn every_planned_request_has_its_tick() {
    let server = Server::start(Manner::OneAtATime(Duration::from_millis(5)));
    let shed_after = Some(SECOND / 5);
    let [unsent, shed] = [None, shed_after].map(|shed_after| {
        outcome(Plan { shed_after, warm_up: SECOND / 2, drain: SECOND / 4, ..plan(&server, open(500.0, SECOND)) }, &[])
    });
    assert!(unsent.whole.ledger.unsent > 0 && shed.whole.ledger.shed > 0);
    for outcome in [unsent, shed] {
        let ticks: Vec<u64> = outcome.timeline.ticks.iter().map(|tick| tick.planned).collect();
        assert_eq!(ticks[..2], [500, 250], "{ticks:?}");
        assert_eq!(outcome.whole.ledger.planned + outcome.warm_up.ledger.planned, 750);
    }
}

/// Nothing makes a connection break down that is known of; a target without an origin stands for what is not.
#[test]
fn a_connection_that_breaks_down_fails_the_run() {
    let server = Server::start(Manner::Answers(200));
    let mut plan = plan(&server, open(100.0, 60 * SECOND));
    plan.targets.push(Target { origin: 7, ..target("none", "localhost", "/", 0.01) });
    let begun = Instant::now();
    let failed = run(&Arc::new(plan), begun, &AtomicBool::new(false), |_| true).unwrap_err();
    assert_eq!(failed.to_string(), "a connection of the load test broke down");
    assert!(begun.elapsed() < 30 * SECOND, "{:?}", begun.elapsed());
}
