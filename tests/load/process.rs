//! Signals.

use std::{
    io::{BufRead, BufReader},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

use crate::{
    command::{Running, booked, start},
    server::{Manner, Server},
};

impl Running {
    pub(crate) fn pid(&self) -> Pid {
        Pid::from_child(&self.0)
    }

    fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// Waits until a second has been measured.
    fn is_under_way(&mut self) {
        self.has_measured(1);
    }

    /// Waits until so many seconds have been measured.
    fn has_measured(&mut self, seconds: usize) {
        let lines = BufReader::new(self.0.stderr.take().unwrap()).lines().take(seconds);
        let lines: Vec<String> = lines.map(Result::unwrap).collect();
        assert!(lines.len() == seconds && lines.iter().all(|line| line.contains("good/s")), "{lines:?}");
    }
}

#[test]
fn an_interrupt_ends_the_run_with_the_report_so_far() {
    for signal in [Signal::INT, Signal::TERM] {
        let server = Server::start(Manner::Answers(200));
        let mut run = start([&server.url("/"), "--rate", "100", "--duration", "60s", "--format", "json"]);
        run.is_under_way();
        let asked = Instant::now();
        run.signal(signal);
        let ended = run.end();
        assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
        let report = ended.json();
        // What was promised of a minute cannot be said after a second.
        assert_eq!((ended.code, &report["cut"], &report["verdict"]), (3, &true.into(), &"inconclusive".into()));
        assert!(report["sentence"].as_str().unwrap().contains("the run was ended before its time"), "{report:#}");
        let planned = booked(&report, "planned");
        assert!((50..3000).contains(&planned), "{}", report["ledger"]);
        assert_eq!(planned, server.requests().len() as u64 + booked(&report, "unsent"));
    }
}

#[test]
fn what_fails_fails_even_if_it_is_interrupted() {
    let server = Server::start(Manner::Answers(503));
    let mut run = start([&server.url("/"), "--rate", "50", "--duration", "60s", "--format", "json"]);
    run.is_under_way();
    run.signal(Signal::INT);
    let ended = run.end();
    assert_eq!((ended.code, &ended.json()["verdict"]), (1, &"missed".into()));
}

/// So it goes in a cluster: when the run of all has ended early, every pod is told to end.
#[test]
fn an_interrupt_of_a_run_that_ends_already_waits_for_the_report() {
    let server = Server::start(Manner::IsSilent);
    let plan = ["--rate", "5", "--duration", "60s", "--timeout", "3s", "--abort-on-fail", "--format", "json"];
    let mut run = start([server.url("/").as_str()].into_iter().chain(plan));
    // Three of three hundred requests may fail, and five have; others are still waited for.
    run.has_measured(4);
    std::thread::sleep(Duration::from_millis(300));
    assert!(run.0.try_wait().unwrap().is_none(), "it waits for answers");
    run.signal(Signal::TERM);
    let ended = run.end();
    assert_eq!((ended.code, &ended.json()["cut"]), (1, &true.into()));
}

#[test]
fn a_second_interrupt_waits_for_nothing() {
    let server = Server::start(Manner::IsSilent);
    let mut run = start([&server.url("/"), "--rate", "50", "--duration", "60s", "--timeout", "60s"]);
    run.is_under_way();
    run.signal(Signal::INT);
    std::thread::sleep(Duration::from_millis(300));
    assert!(run.0.try_wait().unwrap().is_none(), "it waits for answers");
    let asked = Instant::now();
    run.signal(Signal::INT);
    let ended = run.end();
    assert_eq!((ended.code, ended.stdout.as_str()), (130, ""));
    assert!(asked.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_run_that_has_not_begun_can_be_interrupted() {
    let server = Server::start(Manner::Answers(200));
    let begin = (std::time::SystemTime::now() + Duration::from_mins(1)).duration_since(std::time::UNIX_EPOCH).unwrap();
    let moment = begin.as_secs().to_string();
    let run = start([&server.url("/"), "--start-at", &moment, "--rate", "5", "--format", "json"]);
    std::thread::sleep(Duration::from_millis(700));
    run.signal(Signal::INT);
    let asked = Instant::now();
    let ended = run.end();
    assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
    assert_ne!(ended.code, 0);
    assert_eq!(server.requests().len(), 0);
}
