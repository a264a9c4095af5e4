//! What is wrong with this machine is not blamed on the service.

use std::{process::Command, thread::sleep, time::Duration};

use rustix::process::{Signal, kill_process};

use crate::{
    command::{Running, start},
    server::{Manner, Server},
};

/// The program with fewer files that may be open; none may raise the limit again.
fn with_files(files: u32, arguments: &[&str]) -> Running {
    let mut command = Command::new("sh");
    let script = format!("ulimit -n {files} && exec \"$0\" load \"$@\"");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_karat")]).args(arguments);
    Running::of(command).unwrap()
}

#[test]
fn more_connections_than_files_are_refused_with_the_limit() {
    let server = Server::start(Manner::Answers(200));
    let ended = with_files(256, &[&server.url("/"), "--connections", "10000"]).end();
    ended.is_refused("10000 connections need 10064 open files, and this process may have 256 (RLIMIT_NOFILE)");
    ended.is_refused("hint: use fewer connections, or raise the limit: `ulimit -n 10064`");
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_soft_limit_is_raised_as_far_as_it_takes() {
    let server = Server::start(Manner::Answers(200));
    let mut command = Command::new("sh");
    let script = "ulimit -S -n 64 && exec \"$0\" load \"$@\"";
    let url = server.url("/");
    command.args(["-c", script, env!("CARGO_BIN_EXE_karat"), &url, "-c", "100", "-n", "200", "--format", "json"]);
    Running::of(command).unwrap().end().is_met();
    assert!(server.connections() <= 100);
}

#[test]
fn a_generator_that_stands_still_proves_nothing() {
    let server = Server::start(Manner::Answers(200));
    let run = start([&server.url("/"), "--rate", "500", "--duration", "3s", "--slo", "p99=5s", "--format", "json"]);
    sleep(Duration::from_millis(300));
    for _ in 0..5 {
        kill_process(run.pid(), Signal::STOP).unwrap();
        sleep(Duration::from_millis(100));
        kill_process(run.pid(), Signal::CONT).unwrap();
        sleep(Duration::from_millis(400));
    }
    let ended = run.end();
    let report = ended.json();
    assert_eq!((ended.code, report["verdict"].as_str()), (3, Some("inconclusive")), "{report:#}");
    let doubts = report["doubts"].to_string();
    assert!(doubts.contains("the generator sent requests up to"), "{doubts}");
    assert!(doubts.contains("late (p99), more than 10ms that it may take"), "{doubts}");
    assert!(report["latency"][""]["lag"]["p99"].as_u64().unwrap() > 50_000, "{}", report["latency"]);
    // Its service was quick all the same, and nothing that was planned is missing.
    assert_eq!((&report["ledger"]["planned"], &report["ledger"]["answered"][1]), (&1500.into(), &1500.into()));
}
