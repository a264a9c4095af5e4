//! What makes no sense is refused before anything is sent, with a sentence and the next step.

use crate::{
    command::load,
    server::{Manner, Server, nobody},
};

/// Arguments for `{url}`, and what is said of them.
const REFUSED: &[(&str, &str)] = &[
    // Time and rate.
    ("{url} --duration 0s", "a test that takes no time measures nothing"),
    ("{url} --stage 10:1s --stage 5:0s", "a test that takes no time measures nothing"),
    ("{url} --duration 10", "`10` is no time; write `250ms`, `1.5s` or `2m`"),
    ("{url} --duration 99999999999999999999s", "is no time"),
    ("{url} --timeout 99999999999999999s", "is no time"),
    ("{url} --rate 0", "at a rate of 0 nothing is sent"),
    ("{url} --rate=-5", "-5 is no rate of requests"),
    ("{url} --rate NaN", "NaN is no rate of requests"),
    ("{url} --rate inf", "inf is no rate of requests"),
    ("{url} --rate 1e12", "1000000000000 is no rate of requests"),
    ("{url} --connections 100000000000", "more than 1000000 requests at a time"),
    ("{url} --connections 1000 --http2 --streams 100000", "more than 1000000 requests at a time"),
    ("{url} --stage 5..-1:1s", "-1 is no rate of requests"),
    ("{url} --stage 5", "`5` is no stage; write `50:30s` or `50..200:1m`"),
    ("{url} --rate 5 --stage 5:1s", "'--rate <RATE>' cannot be used with '--stage"),
    ("{url} --connections 0", "no request can be sent over no connection"),
    ("{url} --http2 --streams 0", "no request can be sent over no stream"),
    ("{url} --streams 2", "--http2"),
    ("{url} --timeout 0s", "no answer comes in no time"),
    ("{url} --connect-timeout 0s", "no answer comes in no time"),
    ("{url} --requests-per-connection 0", "`0` is no number of requests; write `100` or `100:200`"),
    ("{url} --requests-per-connection 9:3", "`9:3` is no number of requests; write `100` or `100:200`"),
    ("{url} --worker 4/4", "`4/4` is no share; four workers take `0/4`, `1/4`, `2/4` and `3/4`"),
    ("{url} --start-at 1000000000", "the moment to begin at is over"),
    ("{url} --start-at NaN", "NaN is no moment"),
    ("{url} --start-at 1e19", "is no moment"),
    // Targets.
    ("", "there is nothing to ask for"),
    ("a:-1={url}", "the weight of `a` is -1"),
    ("a:NaN={url}", "the weight of `a` is NaN"),
    ("a:x={url}", "`x` is no weight; write `home:3=http://…`"),
    ("a:0={url} b:0={url}", "every target has the weight 0, so none is ever chosen"),
    ("a={url} a={url}", "the name `a` is given twice"),
    ("2={url} {url}", "the name `2` is given twice"),
    ("={url}", "there is an empty name"),
    ("localhost:80/", "`localhost:80/` is no URL"),
    ("ftp://localhost/", "`ftp://localhost/` does not begin with http:// or https://"),
    ("/path", "`/path` does not begin with http:// or https://"),
    ("http:///", "`http:///` is no URL"),
    ("http://localhost:99999/", "`http://localhost:99999/` names no port that there can be"),
    ("http://me:secret@localhost/", "`…@localhost/` holds a user"),
    ("{url} --header nonsense", "a header has no colon; write `Name: value`"),
    ("{url} --expect-header nonsense", "a header has no colon; write `Name: value`"),
    ("{url} --expect-status 99", "99 is not in 100..1000"),
    ("{url} --resolve localhost", "`localhost` resolves nothing"),
    ("{url} --body no/such/file", "cannot read"),
    ("{url} --cert a.pem", "--key <FILE>"),
    // Objectives.
    ("{url} --slo q99=1s", "there is no objective `q99`; there are p50 to p99.999, max, errorRate, minRps and unsent"),
    ("{url} --slo p100=1s", "there is no objective `p100`"),
    ("{url} --slo p99", "`p99` has no limit; write `p99=250ms`"),
    ("{url} --slo p99=250", "`250` is no time"),
    ("{url} --slo errorRate=2", "`2` is no part of a whole; write `0.5%`"),
    ("{url} --rate 100 --slo minRps=190", "minRps is 190, but no more than 100.0 requests per second are planned"),
    ("{url} --stage 0..100:10s --slo minRps=60", "but no more than 50.0 requests per second are planned"),
    // What is asked beside the requests, and where the reports go.
    ("{url} --prometheus {url}", "there is nothing to ask Prometheus for"),
    ("{url} --prometheus localhost --query a=b", "`localhost/api/v1/query?query=b` is no URL"),
    ("{url} --prometheus {url} --query a=b --interval 0s", "`--interval` is 0"),
    ("{url} --prometheus {url} --workload cart", "`cart` is no workload; write `shop/cart`"),
    ("{url} --format xml", "xml"),
    ("{url} --format json=no/such/directory/report.json", "no/such/directory"),
    ("{url} --compare no-such-report.json", "cannot read `./no-such-report.json`"),
    ("merge no-such-report.json", "cannot read `./no-such-report.json`"),
];

#[test]
fn what_makes_no_sense_is_refused_with_a_sentence() {
    let server = Server::start(Manner::Answers(200));
    for (arguments, sentence) in REFUSED {
        let arguments = arguments.replace("{url}", &server.url("/"));
        let ended = load(arguments.split_whitespace());
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{arguments}: {ended:?}");
        let stderr = ended.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(stderr.contains(sentence), "{arguments}: {sentence:?} is not in\n{}", ended.stderr);
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_secret_in_a_header_or_a_url_is_not_repeated() {
    for arguments in [["--header", "hunter2 hunter2"], ["--header", "a b: hunter2"], ["http://me:hunter2@x/", "-n1"]] {
        let ended = load(arguments);
        assert_eq!(ended.code, 2);
        assert!(!ended.stderr.contains("hunter2"), "{}", ended.stderr);
    }
}

#[test]
fn ports_that_will_run_out_are_told_of_before_the_start() {
    let away = format!("http://{}/", nobody());
    let arguments = ["--rate", "5000", "--duration", "60s", "--requests-per-connection", "1", "--wait-ready", "1ms"];
    let ended = load([away.as_str()].into_iter().chain(arguments));
    assert_eq!(ended.code, 2);
    let warned = ended.stderr.find("warning: 5000 connections a second are opened, and each port stays taken for 60 s");
    let refused = ended.stderr.find("is not ready");
    assert!(warned.is_some() && warned < refused, "{}", ended.stderr);
    assert!(ended.stderr.contains("let connections take more requests"), "{}", ended.stderr);
    // Nobody is warned who has a limit, or who keeps connections.
    for few in [["--requests", "100", "--requests-per-connection", "1"], ["-c", "5", "--requests-per-connection", "99"]]
    {
        let arguments = ["--rate", "5000", "--duration", "60s", "--wait-ready", "1ms"];
        let ended = load([away.as_str()].into_iter().chain(arguments).chain(few));
        assert!(!ended.stderr.contains("warning"), "{}", ended.stderr);
    }
}
