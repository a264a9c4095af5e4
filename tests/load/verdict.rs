//! What follows from a run: exit codes and the sentences that go with them.

use std::time::Duration;

use crate::{
    command::{booked, load, report, start},
    server::{Manner, Server},
};

#[test]
fn a_good_service_meets_its_objectives() {
    let server = Server::start(Manner::Answers(200));
    let url = server.url("/");
    let slo = ["--slo", "p99=2s", "--slo", "max=5s", "--slo", "errorRate=0", "--slo", "minRps=90"];
    let report = report([url.as_str(), "--rate", "100", "--duration", "1s"].into_iter().chain(slo)).is_met();
    assert_eq!((booked(&report, "planned"), report["ledger"]["answered"][1].as_u64()), (100, Some(100)));
    assert_eq!(server.requests().len(), 100);
    let names: Vec<&str> =
        report["results"].as_array().unwrap().iter().map(|result| result["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["p99", "max", "errorRate", "minRps", "unsent"]);
}

#[test]
fn a_slow_service_misses_its_percentile() {
    let server = Server::start(Manner::Takes(Duration::from_millis(50)));
    let slow = [&server.url("/"), "--rate", "50", "--duration", "1s", "--slo", "p50=20ms"];
    let report = report(slow).is_missed();
    assert_eq!(report["ledger"]["answered"][1], 50);
    let p50 = &report["results"][0];
    assert_eq!((p50["name"].as_str(), p50["met"].as_bool()), (Some("p50"), Some(false)));
    assert!(p50["observed"].as_f64().unwrap() >= 0.05, "{p50}");
}

#[test]
fn what_a_service_cannot_take_is_accounted_for_and_fails() {
    // It takes 1,900 requests a second, and is asked for 5,000.
    let server = Server::start(Manner::OneAtATime(Duration::from_nanos(526_316)));
    let report = report([&server.url("/"), "--rate", "5000", "--duration", "1500ms"]).is_missed();
    let ledger = &report["ledger"];
    let (planned, unsent) = (booked(&report, "planned"), booked(&report, "unsent"));
    assert_eq!(planned, 7500);
    // Whatever of the plan is over a second late when the plan ends.
    assert!(unsent > 1500, "{ledger}");
    assert_eq!(planned, unsent + ledger["answered"][1].as_u64().unwrap(), "{ledger}");
    let missed = report["results"].as_array().unwrap().iter().find(|result| result["name"] == "unsent").unwrap();
    assert_eq!(missed["met"], false);
    assert_eq!(server.requests().len() as u64, planned - unsent);
}

#[test]
fn requests_that_are_too_late_can_be_given_up() {
    let server = Server::start(Manner::OneAtATime(Duration::from_millis(20)));
    let arguments = ["--rate", "200", "--duration", "1s", "-c", "2", "--shed-after", "100ms"];
    let report = report([server.url("/").as_str()].into_iter().chain(arguments)).is_missed();
    assert_eq!(booked(&report, "planned"), 200);
    assert!(booked(&report, "shed") > 50, "{}", report["ledger"]);
    assert_eq!(server.requests().len() as u64, 200 - booked(&report, "shed") - booked(&report, "unsent"));
}

#[test]
fn a_warm_up_is_sent_and_not_measured() {
    let server = Server::start(Manner::WarmsUp(20));
    let cold = ["--warm-up", "500ms", "--rate", "100", "--duration", "500ms"];
    let report = report([server.url("/").as_str()].into_iter().chain(cold)).is_met();
    assert_eq!((booked(&report, "planned"), server.requests().len()), (50, 100));
    assert_eq!(
        (&report["warmUp"]["ledger"]["planned"], &report["warmUp"]["ledger"]["answered"][4]),
        (&50.into(), &20.into())
    );
}

#[test]
fn a_run_that_must_fail_need_not_be_waited_for() {
    let server = Server::start(Manner::Answers(503));
    let begun = std::time::Instant::now();
    let ended = report([&server.url("/"), "--rate", "100", "--duration", "60s", "--abort-on-fail"]);
    let report = ended.json();
    assert_eq!((ended.code, &report["cut"]), (1, &true.into()));
    assert!(begun.elapsed() < Duration::from_secs(30));
    // One in a hundred of the whole plan may fail.
    assert!((60..3000).contains(&booked(&report, "planned")), "{}", report["ledger"]);
}

#[test]
fn a_worker_ends_no_run_that_the_others_may_save() {
    let server = Server::start(Manner::Answers(503));
    // All that it sends fails, which is half of the plan.
    let plan = ["--worker", "0/2", "--rate", "200", "--duration", "3s", "--slo", "errorRate=60%", "--abort-on-fail"];
    let report = report([server.url("/").as_str()].into_iter().chain(plan)).json();
    assert_eq!((booked(&report, "planned"), &report["cut"]), (300, &false.into()));
}

#[test]
fn a_bound_on_requests_ends_a_run() {
    let server = Server::start(Manner::Answers(200));
    let text = load([&server.url("/"), "-n", "30"]);
    assert!(text.stdout.contains("30 planned = 30 2xx"), "{}", text.stdout);
    let open = report([&server.url("/"), "-n", "30", "--rate", "200", "--duration", "60s"]);
    assert_eq!((booked(&open.is_met(), "planned"), server.requests().len()), (30, 60));
}

#[test]
fn workers_begin_at_a_moment() {
    let server = Server::start(Manner::Answers(200));
    let begin = std::time::SystemTime::now() + Duration::from_millis(1200);
    let moment = begin.duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap().as_secs_f64().to_string();
    let run = start([&server.url("/"), "--start-at", &moment, "-n", "5", "--format", "json"]);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(server.requests().len(), 0);
    let report = run.end().is_met();
    assert_eq!(server.requests().len(), 5);
    let millis = report["beganMs"].as_f64().unwrap();
    assert!((millis - moment.parse::<f64>().unwrap() * 1e3).abs() <= 1.0);
}
