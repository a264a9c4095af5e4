//! Health first.

use std::time::Instant;

use crate::{
    command::{booked, load, report},
    server::{Clients, Manner, Server, nobody, secure},
};

#[test]
fn a_service_that_comes_up_is_waited_for() {
    let server = Server::start(Manner::WarmsUp(3));
    let report = report([&server.url("/"), "--wait-ready", "20s", "-n", "10"]).is_met();
    // Three answers that were not as expected and one that was, none of which is measured.
    assert_eq!((booked(&report, "planned"), server.requests().len()), (10, 14));
}

#[test]
fn the_reason_is_told_when_it_never_comes_up() {
    let failing = Server::start(Manner::Answers(503));
    let silent = Server::start(Manner::IsSilent);
    let closing = Server::start(Manner::Closes);
    let secure = Server::secure(Manner::Answers(200), secure(&[("", "expired.pem")], Clients::Anybody, &[]));
    let (ca, resolve) = (crate::server::certificate("ca.pem"), secure.resolve("foo.localhost", 443));
    let away = format!("http://{}/", nobody());
    let begun = Instant::now();
    for (url, reason) in [
        (failing.url("/").as_str(), "it answers with status 503"),
        (&silent.url("/"), "no whole answer comes in time"),
        (&closing.url("/"), "the connection breaks, or what comes is no HTTP"),
        (&away, "nobody takes the connection: Connection refused"),
        ("https://foo.localhost/", "the server's certificate has expired"),
    ] {
        let ended = load([url, "--wait-ready", "300ms", "--cacert", &ca, "--resolve", &resolve]);
        ended.is_refused("`all` is not ready after 300ms");
        ended.is_refused(reason);
    }
    assert!(begun.elapsed().as_secs() < 10, "a request may not take longer than the whole wait");
}

#[test]
fn the_target_is_named_that_is_not_ready() {
    let server = Server::start(Manner::Answers(200));
    let urls = [format!("good={}", server.url("/")), format!("away=http://{}/", nobody())];
    load(urls.iter().map(String::as_str).chain(["--wait-ready", "300ms"]))
        .is_refused("`away` is not ready after 300ms");
}
