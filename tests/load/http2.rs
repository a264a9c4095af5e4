//! HTTP/2, over TLS and with prior knowledge.

use std::time::Duration;

use crate::{
    command::{booked, load, report},
    server::{Clients, Manner, Server, certificate, secure},
};

#[test]
fn streams_share_a_connection() {
    let server = Server::http2(Manner::Takes(Duration::from_millis(20)));
    let report = report([&server.url("/a?b"), "--http2", "-c", "1", "--streams", "8", "-n", "80"]).is_met();
    assert_eq!((booked(&report, "planned"), report["ledger"]["bytes"].as_u64()), (80, Some(400)));
    assert_eq!(server.connections(), 1);
    let requests = server.requests();
    assert_eq!((requests.len(), requests[0].path()), (80, "/a?b"));
    assert!(requests[0].head.starts_with("GET /a?b HTTP/2"), "{}", requests[0].head);
    // Eight had come before the first of them was answered.
    assert!(requests[7].at - requests[0].at < Duration::from_millis(20));
}

#[test]
fn the_protocol_is_agreed_upon_over_tls() {
    let config = secure(&[("foo.localhost", "foo.pem")], Clients::Anybody, &["h2", "http/1.1"]);
    let server = Server::secure(Manner::Answers(200), config);
    let (resolve, ca) = (server.resolve("foo.localhost", 443), certificate("ca.pem"));
    let arguments = ["https://foo.localhost/", "--resolve", &resolve, "--cacert", &ca, "-c", "2", "-n", "10"];
    report(arguments.into_iter().chain(["--http2", "--streams", "2"])).is_met();
    report(arguments).is_met();
    let requests = server.requests();
    let spoken = |version: &str| requests.iter().filter(|request| request.head.contains(version)).count();
    assert_eq!((spoken("HTTP/2"), spoken("HTTP/1.1")), (10, 10));
    assert!(requests.iter().all(|request| request.header("host") == "foo.localhost"));
}

#[test]
fn hosts_are_told_apart_by_their_authority() {
    let server = Server::http2(Manner::Answers(200));
    let (foo, bar) = (server.resolve("foo.localhost", 80), server.resolve("bar.localhost", 80));
    let resolve = ["--resolve", foo.as_str(), "--resolve", bar.as_str()];
    let urls = ["http://foo.localhost/", "http://bar.localhost/"];
    report(urls.into_iter().chain(resolve).chain(["--http2", "-c", "2", "-n", "100"])).is_met();
    let paths = server.paths();
    let foo = paths.iter().filter(|path| *path == "foo.localhost /").count();
    let bar = paths.iter().filter(|path| *path == "bar.localhost /").count();
    assert_eq!(foo + bar, 100);
    assert!((20..80).contains(&foo), "{foo}");
    assert!(server.connections() <= 2);
}

#[test]
fn a_server_that_speaks_http1_only() {
    let config = secure(&[("foo.localhost", "foo.pem")], Clients::Anybody, &["http/1.1"]);
    let secure = Server::secure(Manner::Answers(200), config);
    let plain = Server::start(Manner::Babbles);
    for url in [format!("https://{}/", secure.address), plain.url("/")] {
        let arguments = ["--http2", "--insecure", "-n", "3", "-c", "1", "--timeout", "1s"];
        let ended = report([url.as_str()].into_iter().chain(arguments));
        assert_eq!((ended.code, &ended.json()["ledger"]["answered"][1]), (1, &0.into()));
    }
    let arguments = ["--http2", "--insecure", "-n", "1", "--timeout", "1s"];
    let text = load([format!("https://{}/", secure.address).as_str()].into_iter().chain(arguments)).stdout;
    assert!(text.contains("no protocol in common"), "{text}");
}

#[test]
fn answers_without_an_end_and_without_a_beginning() {
    let server = Server::http2(Manner::IsSilent);
    let arguments = ["--http2", "-c", "2", "-n", "4", "--timeout", "200ms"];
    let ended = report([server.url("/").as_str()].into_iter().chain(arguments));
    assert_eq!((ended.code, &ended.json()["ledger"]["failed"][4]), (1, &4.into()));
    // Over a connection over which nothing comes, nothing more is sent.
    assert_eq!(server.connections(), 4);
}

#[test]
fn a_stream_without_an_answer_is_not_the_connection() {
    let server = Server::http2(Manner::LeavesOut(25));
    let arguments = ["--http2", "-c", "1", "--streams", "8", "--rate", "100", "--duration", "1s", "--timeout", "500ms"];
    let report = report([server.url("/").as_str()].into_iter().chain(arguments)).json();
    assert_eq!((booked(&report, "planned"), report["ledger"]["failed"][4].as_u64()), (100, Some(4)));
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_stream_that_has_had_its_requests_takes_another_connection() {
    let server = Server::http2(Manner::Answers(200));
    let arguments = ["--http2", "-c", "1", "--streams", "2", "-n", "40", "--requests-per-connection", "5"];
    report([server.url("/").as_str()].into_iter().chain(arguments)).is_met();
    let connections = server.connections();
    assert!((4..=9).contains(&connections), "{connections}");
}
