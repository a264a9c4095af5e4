//! Services that are broken: each in its own line of the books, with a sentence, and none of them passes.

use serde_json::Value;

use crate::{
    command::{Ended, booked, load, report},
    server::{Manner, Server, nobody},
};

/// Some requests to a URL, which have half a second each.
fn some(url: &str) -> Ended {
    report([url, "--rate", "40", "--duration", "500ms", "-c", "20", "--timeout", "500ms"])
}

/// All requests failed in one way, the books and the exit code say so, and so does a sentence.
fn fails(url: &str, line: usize, sentence: &str) -> Value {
    let ended = some(url);
    let report = ended.json();
    assert_eq!((ended.code, &report["verdict"]), (1, &Value::from("missed")), "{report:#}");
    assert_eq!((booked(&report, "planned"), report["ledger"]["failed"][line].as_u64()), (20, Some(20)), "{report:#}");
    let text = load([url, "--rate", "40", "--duration", "100ms", "--timeout", "200ms"]);
    assert!(text.stdout.starts_with("MISSED: errorRate"), "{}", text.stdout);
    assert!(text.stdout.contains(sentence), "{sentence:?} is not in:\n{}", text.stdout);
    report
}

const DNS: usize = 0;
const CONNECT: usize = 1;
const TLS: usize = 2;
const RESET: usize = 3;
const TIMEOUT: usize = 4;

#[test]
fn a_host_that_does_not_exist() {
    // A label of more than 63 letters is nobody's name, and no server has to be asked to know it.
    let name = "x".repeat(64);
    fails(&format!("http://{name}.example/"), DNS, "its name leads nowhere");
}

#[test]
fn a_port_that_is_refused() {
    let report = fails(&format!("http://{}/", nobody()), CONNECT, "nobody takes the connection: Connection refused");
    // Refusing is quick, and no time that an objective could be met with.
    assert_eq!(report["latency"][""]["response"].as_object().unwrap().len(), 0);
    assert_eq!(some(&format!("http://{}/", nobody())).code, 1);
}

#[test]
fn a_server_that_accepts_and_never_answers() {
    let server = Server::start(Manner::IsSilent);
    let report = fails(&server.url("/"), TIMEOUT, "no whole answer comes in time");
    assert!(report["latency"][""]["response"]["p50"].as_u64().unwrap() >= 499_000);
}

#[test]
fn a_server_that_closes_at_once() {
    let server = Server::start(Manner::Closes);
    fails(&server.url("/"), RESET, "the connection breaks, or what comes is no HTTP");
}

#[test]
fn a_server_that_sends_garbage() {
    let server = Server::start(Manner::Babbles);
    fails(&server.url("/"), RESET, "the connection breaks, or what comes is no HTTP");
}

#[test]
fn a_body_that_never_ends() {
    let server = Server::start(Manner::NeverEnds);
    fails(&server.url("/"), TIMEOUT, "no whole answer comes in time");
}

#[test]
fn a_server_that_speaks_no_tls() {
    let server = Server::start(Manner::Babbles);
    let ended = report([
        &format!("https://{}/", server.address),
        "--insecure",
        "--rate",
        "40",
        "--duration",
        "100ms",
        "--timeout",
        "500ms",
    ]);
    let report = ended.json();
    let failed = &report["ledger"]["failed"];
    // It may close, or wait for a request that never comes.
    assert_eq!(failed[TLS].as_u64().unwrap() + failed[TIMEOUT].as_u64().unwrap(), 4, "{report:#}");
    assert_eq!(ended.code, 1);
}

#[test]
fn answers_that_are_all_503() {
    let server = Server::start(Manner::Answers(503));
    let ended = some(&server.url("/"));
    let report = ended.json();
    assert_eq!((ended.code, report["ledger"]["answered"][4].as_u64()), (1, Some(20)));
    let text = load([&server.url("/"), "--requests", "5"]);
    assert_eq!(text.code, 1);
    assert!(text.stdout.starts_with("MISSED: errorRate"), "{}", text.stdout);
    assert!(text.stdout.contains("5 planned = 5 5xx"), "{}", text.stdout);
    assert!(text.stdout.contains("answers with status 503"), "{}", text.stdout);
}
