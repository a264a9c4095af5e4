//! What is sent where, and which answers are right.

use std::fs;

use crate::{
    command::{booked, load, report},
    server::{Manner, Server},
};

#[test]
fn hosts_behind_one_address_share_connections_and_keep_their_names() {
    let server = Server::start(Manner::Answers(200));
    let (foo, bar) = (server.resolve("foo.localhost", 80), server.resolve("bar.localhost", 80));
    let urls = ["foo:3=http://foo.localhost/foo?x=1", "bar:1=http://bar.localhost/bar"];
    let ended = report(urls.into_iter().chain(["--resolve", &foo, "--resolve", &bar, "-n", "400", "-c", "4"]));
    let report = ended.is_met();
    let paths = server.paths();
    let foo = paths.iter().filter(|path| *path == "foo.localhost /foo?x=1").count();
    let bar = paths.iter().filter(|path| *path == "bar.localhost /bar").count();
    assert_eq!(foo + bar, 400);
    assert!(foo.abs_diff(300) < 40, "{foo}");
    assert!(server.connections() <= 4);
    let of = |at: usize| report["targets"][at]["ledger"]["planned"].as_u64().unwrap();
    assert_eq!((of(0), of(1)), (foo as u64, bar as u64));
}

#[test]
fn a_seed_chooses_the_same_targets_again() {
    let server = Server::start(Manner::Answers(200));
    let (a, b, c) = (server.url("/a"), server.url("/b"), server.url("/c"));
    let drawn = |seed: &str| {
        let before = server.requests().len();
        report([&a, &b, &c, "-c", "1", "-n", "100", "--seed", seed]).is_met();
        server.paths().split_off(before)
    };
    let first = drawn("7");
    assert_eq!(first.len(), 100);
    assert_eq!(first, drawn("7"));
    assert_ne!(first, drawn("8"));
}

#[test]
fn method_headers_and_body_are_sent_as_asked() {
    let server = Server::start(Manner::Answers(200));
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("body.json");
    fs::write(&file, r#"{"a": 1}"#).unwrap();
    let headers = ["-H", "Content-Type: application/json", "-H", "Host: other.example"];
    let body = ["-X", "POST", "--body", file.to_str().unwrap(), "-n", "3"];
    report([server.url("/orders").as_str()].into_iter().chain(headers).chain(body)).is_met();
    for request in server.requests() {
        assert_eq!((request.method(), request.path()), ("POST", "/orders"));
        assert_eq!((request.header("host"), request.header("content-type")), ("other.example", "application/json"));
        assert_eq!(request.body, br#"{"a": 1}"#);
    }
}

#[test]
fn an_answer_is_right_if_status_header_and_body_are() {
    let server = Server::start(Manner::Answers(404));
    let url = server.url("/");
    for (expected, why) in [
        (&["--expect-status", "404", "--expect-header", "x-kind: test", "--expect-body", "ell"][..], ""),
        (&["--expect-status", "404", "--expect-status", "200"], ""),
        (&[], "answers with status 404"),
        (&["--expect-status", "200"], "answers with status 404"),
        (&["--expect-status", "404", "--expect-header", "x-kind: other"], "header `x-kind` does not hold `other`"),
        (&["--expect-status", "404", "--expect-header", "x-other: test"], "header `x-other` does not hold `test`"),
        (&["--expect-status", "404", "--expect-body", "bye"], "body does not hold `bye`"),
    ] {
        let arguments = || [url.as_str(), "-n", "5"].into_iter().chain(expected.iter().copied());
        let ended = report(arguments());
        let unexpected = booked(&ended.json(), "unexpected");
        if why.is_empty() {
            ended.is_met();
            assert_eq!(unexpected, 0);
        } else {
            assert_eq!((ended.code, unexpected), (1, 5), "{expected:?}");
            let text = load(arguments()).stdout;
            assert!(text.contains(why), "{why:?} is not in:\n{text}");
        }
    }
}
