//! Memory does not grow with the requests.

use std::{fs, thread::sleep, time::Duration};

use crate::{
    command::{booked, start},
    server::{Manner, Server},
};

#[test]
fn a_longer_run_takes_no_more_memory() {
    let server = Server::start(Manner::Answers(200));
    let run = start([&server.url("/"), "-c", "10", "--duration", "5s", "--format", "json"]);
    // What the program itself takes in the file system's cache is not counted: a debug build is large.
    let kilobytes = || {
        let status = fs::read_to_string(format!("/proc/{}/status", run.0.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
        line.trim_end_matches("kB").trim().parse::<u64>().unwrap()
    };
    sleep(Duration::from_millis(1500));
    let early = kilobytes();
    sleep(Duration::from_secs(3));
    let late = kilobytes();
    let requests = booked(&run.end().json(), "planned");
    // A record of each request would take more. How much exactly, and for how long, is the benchmark's to say.
    assert!(late.saturating_sub(early) <= 3 * 1024, "{early} to {late} kB in {requests} requests");
    assert!(late <= 24 * 1024, "{late} kB");
}
