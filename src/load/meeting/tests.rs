//! Workers on threads, which measure what a test tells them.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Mutex, atomic::Ordering},
    thread,
};

use super::{wire::Message, *};
use crate::load::{
    ledger::Ending,
    record::{Record, Times},
    run::Cut,
    slo::Objective,
    stored::Stored,
    verdict::Verdict,
};

fn port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn meeting(port: u16, worker: u64, workers: u64) -> Meeting {
    Meeting {
        host: "127.0.0.1".to_owned(),
        port,
        patience: Duration::from_secs(5),
        worker,
        workers,
        plan: "a plan".to_owned(),
        lasts: Duration::from_secs(1),
        grace: Duration::from_secs(2),
    }
}

/// A flag that outlives every thread.
fn stop() -> &'static AtomicBool {
    Box::leak(Box::new(AtomicBool::new(false)))
}

/// What a worker has measured: every `workers`-th of a thousand requests.
fn measured(worker: u64, workers: u64) -> Outcome {
    let mut record = Record::new();
    for slot in (worker..1000).step_by(usize::try_from(workers).unwrap()) {
        let time = Duration::from_micros(slot * slot % 7919);
        let times = Times { response: time, service: time / 2, lag: Duration::ZERO };
        record.book(Ending::Answered { status: 200, expected: true }, times, 10);
    }
    let mut outcome = Outcome { targets: vec![("all".into(), record)], ..Outcome::empty() };
    outcome.measured_for = Duration::from_secs(1);
    outcome.judge(vec![(None, Objective::parse("p99", "1s").unwrap())]);
    outcome
}

fn run(meeting: &Meeting, stop: &'static AtomicBool, note: &dyn Fn(&str)) -> Result<Option<Outcome>> {
    let met = meeting.meet(None, stop, note)?;
    thread::sleep(met.start().saturating_duration_since(Instant::now()));
    met.hand_over(measured(meeting.worker, meeting.workers), note)
}

/// Runs worker 0 here, and some others beside it. Gives what came of each, and what worker 0 noted.
fn all(meetings: Vec<Meeting>) -> (Vec<Result<Option<Outcome>, String>>, Vec<String>) {
    let notes = Mutex::new(Vec::new());
    let note = |sentence: &str| notes.lock().unwrap().push(sentence.to_owned());
    let ends = thread::scope(|scope| {
        let note = &note;
        let workers: Vec<_> = meetings
            .into_iter()
            .map(|meeting| scope.spawn(move || run(&meeting, stop(), note).map_err(|error| error.to_string())))
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    (ends, notes.into_inner().unwrap())
}

#[test]
fn what_is_merged_is_what_one_would_have_measured() {
    for workers in [1, 2, 4] {
        let port = port();
        // Worker 0 comes last: the others find nobody at first.
        let meetings = (0..workers).rev().map(|worker| meeting(port, worker, workers)).collect();
        let (mut ends, notes) = all(meetings);
        let report = ends.pop().unwrap().unwrap().unwrap();
        let whole = measured(0, 1);
        let texts = [&report, &whole].map(|outcome| serde_json::to_string(&Stored::of(outcome)).unwrap());
        assert_eq!(texts[0], texts[1]);
        assert_eq!(report.verdict, Verdict::Met);
        assert!(ends.iter().all(|end| matches!(end, Ok(None))), "{ends:?}");
        assert_eq!(notes, [""; 0]);
    }
}

#[test]
fn workers_that_do_not_belong_together_do_not_begin() {
    let port = port();
    let refused = |other: Meeting| {
        let (ends, _) = all(vec![meeting(port, 0, 3), meeting(port, 1, 3), other]);
        let ends: Vec<String> = ends.into_iter().map(Result::unwrap_err).collect();
        assert_eq!(format!("there is no run: {}", ends[0]), ends[2]);
        ends[0].clone()
    };
    let plan = Meeting { plan: "another".to_owned(), ..meeting(port, 2, 3) };
    assert_eq!(refused(plan), "worker 2 has another plan than worker 0");
    assert_eq!(refused(meeting(port, 2, 4)), "worker 2 is one of 4, and worker 0 is one of 3");
    assert_eq!(refused(meeting(port, 1, 3)), "two workers have the number 1");
    assert_eq!(refused(meeting(port, 7, 3)), "two workers have the number 7");
}

#[test]
fn another_version_is_another_program() {
    let own = Hello { worker: 0, workers: 2, version: "1.0.0".to_owned(), plan: "a plan".to_owned(), unready: None };
    let other = Hello { worker: 1, version: "1.1.0".to_owned(), plan: "b".to_owned(), ..own.clone() };
    let error = host::objection(&own, &other, false).unwrap();
    assert_eq!(error.to_string(), "worker 1 is Karat 1.1.0, and worker 0 is 1.0.0");
    assert!(host::objection(&own, &Hello { worker: 1, ..own.clone() }, false).is_none());
}

#[test]
fn one_that_is_missing_is_named() {
    let port = port();
    let short = |worker| Meeting { patience: Duration::from_millis(800), ..meeting(port, worker, 4) };
    let (ends, _) = all(vec![short(0), short(2)]);
    let sentence = "workers 1, 3 of 4 are not there after 800ms";
    assert_eq!(ends[0].as_ref().unwrap_err(), sentence);
    assert_eq!(ends[1].as_ref().unwrap_err(), &format!("there is no run: {sentence}"));
}

#[test]
fn nobody_waits_for_ever_for_worker_0() {
    let lone = Meeting { patience: Duration::from_millis(300), ..meeting(port(), 1, 2) };
    let error = lone.meet(None, stop(), &|_| {}).unwrap_err().to_string();
    assert!(error.starts_with("worker 0 cannot be met at `127.0.0.1:"), "{error}");
}

#[test]
fn one_that_cannot_begin_says_why() {
    let port = port();
    let told = thread::scope(|scope| {
        let host = scope.spawn(|| run(&meeting(port, 0, 2), stop(), &|_| {}).unwrap_err().to_string());
        thread::sleep(Duration::from_millis(100));
        let own = meeting(port, 1, 2).meet(Some("`foo` is not ready".to_owned()), stop(), &|_| {}).unwrap_err();
        assert_eq!(own.to_string(), "`foo` is not ready");
        host.join().unwrap()
    });
    assert_eq!(told, "worker 1 cannot begin: `foo` is not ready");
}

#[test]
fn a_worker_that_is_lost_leaves_the_run_in_doubt() {
    let port = port();
    let stopped = stop();
    let notes = Mutex::new(Vec::new());
    let note = |sentence: &str| notes.lock().unwrap().push(sentence.to_owned());
    let report = thread::scope(|scope| {
        let host = scope.spawn(|| run(&meeting(port, 0, 3), stopped, &note).unwrap().unwrap());
        let good = scope.spawn(|| run(&meeting(port, 1, 3), stop(), &|_| {}));
        // It leaves as soon as all begin.
        drop(meeting(port, 2, 3).meet(None, stop(), &|_| {}).unwrap());
        assert!(matches!(good.join().unwrap(), Ok(None)));
        host.join().unwrap()
    });
    assert!(stopped.load(Ordering::Relaxed));
    assert_eq!(notes.into_inner().unwrap(), ["worker 2 is lost: it has gone"]);
    assert_eq!(report.verdict, Verdict::Inconclusive);
    assert_eq!(report.doubts[0].sentence(), "nothing came from worker 2, so its part of the plan is missing");
    assert_eq!(report.whole.ledger.planned, 667);
    // And it stays so when the report is read again.
    assert_eq!(Stored::of(&report).outcome().unwrap().verdict, Verdict::Inconclusive);
}

#[test]
fn a_run_that_ends_early_ends_for_all() {
    let port = port();
    let (cut, others) = (stop(), [stop(), stop()]);
    thread::scope(|scope| {
        let host = scope.spawn(|| {
            let met = meeting(port, 0, 3).meet(None, others[0], &|_| {}).unwrap();
            while !others[0].load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(5));
            }
            let own = Outcome { cut: Some(Cut::Stopped), ..measured(0, 3) };
            met.hand_over(own, &|_| {}).unwrap().unwrap()
        });
        let other = scope.spawn(|| {
            let met = meeting(port, 1, 3).meet(None, others[1], &|_| {}).unwrap();
            while !others[1].load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(5));
            }
            met.hand_over(measured(1, 3), &|_| {}).unwrap();
        });
        let met = meeting(port, 2, 3).meet(None, cut, &|_| {}).unwrap();
        met.hand_over(Outcome { cut: Some(Cut::Stopped), ..measured(2, 3) }, &|_| {}).unwrap();
        other.join().unwrap();
        let report = host.join().unwrap();
        assert_eq!(report.cut, Some(Cut::Stopped));
        assert_eq!(report.whole.ledger.planned, 1000);
    });
}

#[test]
fn strangers_are_sent_away() {
    let port = port();
    let notes = Mutex::new(Vec::new());
    let note = |sentence: &str| notes.lock().unwrap().push(sentence.to_owned());
    let end = thread::scope(|scope| {
        let host = scope.spawn(|| run(&meeting(port, 0, 2), stop(), &note));
        let mut silent = Vec::new();
        let come = || loop {
            if let Ok(stream) = TcpStream::connect(("127.0.0.1", port)) {
                break stream;
            }
        };
        for words in
            [&b"GET / HTTP/1.1\r\n\r\n"[..], b"KRT1\xff\xff\xff\xff", b"KRT1\0\0\0\x02{}", b"KRT1\0\0\0\x06\"Stop\""]
        {
            let mut stream = come();
            stream.write_all(words).unwrap();
            // It is closed, without an answer.
            assert!(matches!(stream.read(&mut [0; 16]), Ok(0) | Err(_)));
            silent.push(come());
        }
        run(&meeting(port, 1, 2), stop(), &|_| {}).unwrap();
        host.join().unwrap()
    });
    assert_eq!(end.unwrap().unwrap().whole.ledger.planned, 1000);
    let notes = notes.into_inner().unwrap();
    assert_eq!(notes, ["somebody who is no worker came from 127.0.0.1, and was sent away"]);
}

#[test]
fn long_reasons_are_cut_between_characters() {
    let Message::Failed(why) = Message::failed(&"é".repeat(4000)) else { panic!("a failure") };
    assert_eq!(why.chars().count(), 500);
}

#[test]
fn every_reason_fits_into_a_message() {
    let hello = Hello { worker: 1, workers: 2, version: "1.0.0".to_owned(), plan: "a plan".to_owned(), unready: None };
    for char in ['\0', '\u{1b}', '\u{7f}', '\n', '"', '\\', 'a', 'é', '\u{10ffff}'] {
        let why = char.to_string().repeat(4000);
        for message in [Message::failed(&why), Message::hello(Hello { unready: Some(why.clone()), ..hello.clone() })] {
            let length = serde_json::to_vec(&message).unwrap().len();
            assert!((100..1200).contains(&length), "{char:?} {length}");
        }
    }
}

#[test]
fn a_long_reason_reaches_worker_0() {
    let port = port();
    let why = "\u{1}".repeat(5000);
    let told = thread::scope(|scope| {
        let host = scope.spawn(|| run(&meeting(port, 0, 2), stop(), &|_| {}).unwrap_err().to_string());
        thread::sleep(Duration::from_millis(100));
        let own = meeting(port, 1, 2).meet(Some(why.clone()), stop(), &|_| {}).unwrap_err();
        assert_eq!(own.to_string(), why);
        host.join().unwrap()
    });
    assert!(told.starts_with("worker 1 cannot begin: \u{1}"), "{told}");
}
