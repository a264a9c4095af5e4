//! Workers that are processes, against a server that counts.

use std::{
    io::Write,
    net::{TcpListener, TcpStream},
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::server::{Manner, Server};

/// A port that nobody listens on.
fn port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A test of two targets at 300 requests a second. Other tests run beside it: it may be late.
fn load(server: &Server, more: &[&str]) -> Command {
    let url = |path: &str| format!("http://127.0.0.1:{}/{path}", server.address.port());
    let mut command = Command::new(env!("CARGO_BIN_EXE_karat"));
    command.args(["load", &format!("a:3={}", url("a")), &format!("b:1={}", url("b"))]);
    command.args(["--rate", "300", "--connections", "9", "--seed", "5", "--poisson", "--max-lag", "1s"]);
    command.args(more).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

struct Worker(Child);

impl Worker {
    fn start(server: &Server, port: u16, share: &str, more: &[&str]) -> Self {
        let place = format!("127.0.0.1:{port}");
        let own = ["--worker", share, "--meet", &place, "--format", "json"];
        Self(load(server, &[&own, more].concat()).spawn().unwrap())
    }

    fn end(self) -> Output {
        self.0.wait_with_output().unwrap()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)))
}

fn planned(report: &Value) -> u64 {
    let targets = report["targets"].as_array().unwrap();
    targets.iter().map(|target| target["ledger"]["planned"].as_u64().unwrap()).sum()
}

/// How often a server was asked for each target.
fn asked(server: &Server) -> [usize; 2] {
    let paths = server.paths();
    ["/a", "/b"].map(|end| paths.iter().filter(|path| path.ends_with(end)).count())
}

#[test]
fn together_they_send_what_one_would_have_sent() {
    let alone = Server::start(Manner::Answers(200));
    let one = load(&alone, &["--duration", "1s", "--format", "json"]).output().unwrap();
    let expected = planned(&report(&one));
    for workers in 2..=4 {
        let (server, port) = (Server::start(Manner::Answers(200)), port());
        let start = |number| Worker::start(&server, port, &format!("{number}/{workers}"), &["--duration", "1s"]);
        let guests: Vec<_> = (1..workers).map(start).collect();
        let host = start(0);
        // Somebody has found the port.
        let port = thread::spawn(move || {
            // On a busy machine the meeting may be over before.
            let until = Instant::now() + Duration::from_secs(5);
            while Instant::now() < until {
                let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { continue };
                stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").ok();
                break;
            }
        });
        let host = host.end();
        for guest in guests {
            let guest = guest.end();
            assert_eq!((guest.status.code(), text(&guest.stdout)), (Some(0), String::new()), "{}", text(&guest.stderr));
        }
        port.join().unwrap();
        let report = report(&host);
        assert_eq!(planned(&report), expected, "{workers}");
        assert_eq!(asked(&server), asked(&alone), "{workers}");
        assert_eq!(report["generator"]["busy"].as_array().unwrap().len(), workers, "a thread of each");
        let verdict = (host.status.code(), report["verdict"].as_str().unwrap());
        // On a busy machine a generator may have stood still.
        assert!([(Some(0), "met"), (Some(3), "inconclusive")].contains(&verdict), "{verdict:?}");
    }
}

#[test]
fn a_missing_worker_is_named_and_nothing_is_sent() {
    let (server, port) = (Server::start(Manner::Answers(200)), port());
    let start = |share| Worker::start(&server, port, share, &["--duration", "1s", "--meet-within", "1s"]);
    let (host, guest) = (start("0/3"), start("2/3"));
    let (host, guest) = (host.end(), guest.end());
    assert_eq!((host.status.code(), guest.status.code()), (Some(2), Some(2)));
    assert!(text(&host.stderr).contains("worker 1 of 3 is not there after 1s"), "{}", text(&host.stderr));
    assert!(text(&guest.stderr).contains("there is no run"), "{}", text(&guest.stderr));
    assert_eq!((server.paths().len(), text(&host.stdout)), (0, String::new()));
}

#[test]
fn a_worker_that_dies_leaves_no_verdict_of_met() {
    let (server, port) = (Server::start(Manner::Answers(200)), port());
    let start = |share| Worker::start(&server, port, share, &["--duration", "30s"]);
    let (host, good, mut bad) = (start("0/3"), start("1/3"), start("2/3"));
    while server.paths().len() < 30 {
        thread::sleep(Duration::from_millis(20));
    }
    bad.0.kill().unwrap();
    bad.0.wait().unwrap();
    let (host, good) = (host.end(), good.end());
    assert_eq!((host.status.code(), good.status.code()), (Some(3), Some(0)), "{}", text(&good.stderr));
    assert!(text(&host.stderr).contains("worker 2 is lost: it has gone"), "{}", text(&host.stderr));
    let report = report(&host);
    assert_eq!(report["verdict"], "inconclusive");
    let doubts = report["doubts"].to_string();
    assert!(doubts.contains("nothing came from worker 2"), "{doubts}");
    assert!(report["cut"].as_bool().unwrap());
}

#[test]
fn without_worker_0_the_others_end_and_say_so() {
    let (server, port) = (Server::start(Manner::Answers(200)), port());
    let start = |share| Worker::start(&server, port, share, &["--duration", "30s"]);
    let (mut host, guest) = (start("0/2"), start("1/2"));
    while server.paths().len() < 30 {
        thread::sleep(Duration::from_millis(20));
    }
    host.0.kill().unwrap();
    host.0.wait().unwrap();
    let guest = guest.end();
    assert_eq!(guest.status.code(), Some(2));
    let said = text(&guest.stderr);
    assert!(said.contains("worker 0 has not taken what this worker measured: it has gone"), "{said}");
}

#[test]
fn a_place_takes_a_number_and_leaves_no_moment() {
    let server = Server::start(Manner::Answers(200));
    for more in [
        &["--meet", "127.0.0.1:1"][..],
        &["--meet", "127.0.0.1", "--worker", "0/2"],
        &["--meet", "127.0.0.1:1", "--worker", "0/2", "--start-at", "1"],
        &["--meet", "127.0.0.1:1", "--worker", "0/20"],
    ] {
        let output = load(&server, more).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{more:?} {}", text(&output.stderr));
    }
}
