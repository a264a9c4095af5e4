//! Documents as somebody writes them.

use std::{fs, time::Duration};

use super::{Document, Test};
use crate::{
    diagnostic::Diagnostic,
    load::{Reuse, Spacing, Stage, Traffic, Version},
    source::SourceMap,
};

const HEADER: &str = "apiVersion: karat/v1\nkind: LoadTest\n";

/// A document, and what is found in it: place, code and message.
fn read(body: &str) -> (Option<Document>, Vec<String>) {
    let (mut sources, mut diagnostics) = (SourceMap::default(), Vec::new());
    let text = format!("{HEADER}{body}\n");
    let document = Document::read(("load.yaml", &text), "/nowhere".into(), &mut sources, &mut diagnostics);
    let line = |finding: &Diagnostic| {
        let place = finding.primary.as_ref().map(|label| sources.describe(label.span)).unwrap_or_default();
        assert!(finding.help.is_some(), "{}", finding.message);
        format!("{} {} {}", place.trim_start_matches("load.yaml:"), finding.code.name, finding.message)
    };
    (document, diagnostics.iter().map(line).collect())
}

fn test(body: &str) -> Test {
    let (document, found) = read(body);
    assert_eq!(found, [""; 0]);
    let variables = |name: &str| (name.ends_with("TOKEN")).then(|| "Bearer hush\n".to_owned());
    document.unwrap().test(&variables).unwrap()
}

fn refused(body: &str) -> Vec<String> {
    let (document, found) = read(body);
    assert!(document.is_none(), "{found:?}");
    found
}

#[test]
fn every_field_becomes_what_it_says() {
    let test = test(
        "metadata: { name: cart, namespace: shop }
targets:
  home:
    url: http://foo.localhost/a
    via: 127.0.0.1:8080
    method: POST
    headers: { Accept: text/html }
    body: hello
    weight: 3
    expect: { status: [201], headers: { Content-Type: html }, body: well }
    slo: { p99.9: 1s }
  news: { url: \"https://bar.localhost/\" }
stages: [{ from: 10, to: 200, for: 30s }, { rate: 200, for: 2m }]
spacing: poisson
warmUp: 10s
connections: 7
requests: 1000
maxBytes: 1Ki
seed: 9
requestsPerConnection: { min: 100, max: 200 }
timeout: 3s
connectTimeout: 2s
shedAfter: 4s
http2: true
streams: 4
redirects: 5
threads: 2
tls: { insecure: true, authorities: { file: ca.crt }, identity: { certificate: tls.crt, key: /tls.key } }
slo: { p99: 250ms, errorRate: 0.5% }
maxLag: 20ms
waitReady: 60s
abortOnFail: true
prometheus: { url: \"http://p:9090\", interval: 1s, queries: { up: count(up) } }
replicas: true
workers: 4",
    );
    let seconds = Duration::from_secs;
    let ask = &test.ask;
    let home = &ask.targets[0];
    assert_eq!(
        (home.name.as_str(), home.url.as_str(), home.via.as_deref()),
        ("home", "http://foo.localhost/a", Some("127.0.0.1:8080"))
    );
    assert_eq!((home.method.as_str(), &home.body[..], home.weight), ("POST", &b"hello"[..], 3.0));
    assert_eq!((home.headers[0].0.as_str(), home.headers[0].1.as_bytes()), ("accept", &b"text/html"[..]));
    assert_eq!((home.expect.statuses.as_slice(), home.expect.headers[0].1.as_str()), (&[201][..], "html"));
    assert_eq!((home.expect.body.as_deref(), home.objectives[0].name().as_str()), (Some(&b"well"[..]), "p99.9"));
    assert_eq!((ask.targets[1].method.as_str(), ask.targets[1].weight), ("GET", 1.0));
    let ramp = Stage { from: 10.0, to: 200.0, lasts: seconds(30) };
    let stages = vec![ramp, Stage::steady(200.0, seconds(120))];
    assert_eq!(ask.traffic, Traffic::Open { stages, spacing: Spacing::Poisson });
    assert_eq!((ask.warm_up, ask.timeout, ask.connect_timeout), (seconds(10), seconds(3), seconds(2)));
    assert_eq!((ask.connections, ask.streams, ask.threads, ask.version), (7, 4, 2, Version::Two));
    assert_eq!((ask.requests, ask.max_bytes, ask.seed, ask.redirects), (Some(1000), Some(1024), 9, 5));
    assert_eq!((ask.reuse, ask.shed_after), (Reuse::Between(100, 200), Some(seconds(4))));
    assert_eq!(ask.lag, Some(Duration::from_millis(20)));
    let names: Vec<_> = ask.objectives.iter().map(|own| own.name().to_string()).collect();
    assert_eq!(names, ["p99", "errorRate"]);
    assert!(ask.trust.anybody);
    assert_eq!(ask.trust.authorities.as_deref(), Some("/nowhere/ca.crt".as_ref()));
    assert_eq!(ask.trust.identity, Some(("/nowhere/tls.crt".into(), "/tls.key".into())));
    assert_eq!(test.workload, Some(("shop".into(), "cart".into())));
    assert_eq!((test.wait_ready, test.abort_on_fail, test.replicas, test.workers), (Some(seconds(60)), true, true, 4));
    let prometheus = test.prometheus.unwrap();
    assert_eq!(
        (prometheus.url.as_str(), prometheus.interval, prometheus.workload),
        ("http://p:9090", Some(seconds(1)), true)
    );
    assert_eq!(prometheus.queries, [("up".into(), "count(up)".to_owned())]);
}

#[test]
fn the_guides_example_is_one() {
    let guide = include_str!("../../../docs/load.md");
    let example = guide.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let test = test(example.strip_prefix(HEADER).unwrap());
    assert_eq!(test.ask.targets.len(), 2);
    test.ask.plan().unwrap();
}

#[test]
fn what_is_left_out_is_as_on_the_command_line() {
    let test = test("targets: { home: { url: http://a/ } }");
    assert_eq!(test.ask.traffic, Traffic::Closed { lasts: Duration::from_secs(10) });
    assert_eq!((test.ask.connections, test.workers, test.wait_ready.is_none()), (50, 1, true));
    let rate = self::test("targets: { home: { url: http://a/ } }\nrate: 5");
    let stages = vec![Stage::steady(5.0, Duration::from_secs(10))];
    assert_eq!(rate.ask.traffic, Traffic::Open { stages, spacing: Spacing::Uniform });
}

#[test]
fn values_of_variables_are_nobodys_to_read() {
    let body = "targets: { home: { url: http://a/, headers: { Authorization: { env: TOKEN } } } }";
    let test = test(body);
    let (name, value) = &test.ask.targets[0].headers[0];
    assert_eq!((name.as_str(), value.as_bytes()), ("authorization", &b"Bearer hush"[..]));
    assert!(!format!("{test:?}").contains("hush"));
    assert!(!format!("{:?}", test.ask.plan().unwrap().0).contains("hush"));
    let document = read(body).0.unwrap();
    let error = document.test(&|_| None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the environment variable `TOKEN` is not set, which holds the header `Authorization` of `home`"
    );
    assert_eq!(error.next_step(), Some("set it: `export TOKEN=…`"));
    let error = document.test(&|_| Some("hush\u{1}".to_owned())).unwrap_err();
    assert_eq!(error.to_string(), "what `TOKEN` holds is no value of a header");
}

#[test]
fn bodies_are_read_beside_the_document() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("order.json"), b"{\xFF}").unwrap();
    let text = format!("{HEADER}targets: {{ order: {{ url: http://a/, method: POST, file: order.json }} }}\n");
    let mut found = Vec::new();
    let document =
        Document::read(("load.yaml", &text), directory.path().into(), &mut SourceMap::default(), &mut found).unwrap();
    assert_eq!(document.test(&|_| None).unwrap().ask.targets[0].body, &b"{\xFF}"[..]);
    assert_eq!(
        refused("targets: { order: { url: http://a/, file: order.json } }"),
        ["3:43 SPC043 there is no file `order.json` to send"]
    );
}

#[test]
fn what_refers_to_an_app_has_none_here() {
    assert_eq!(refused("targets: { home: {} }"), ["3:12 SPC013 `home` has no `url`"]);
    assert_eq!(
        refused("targets: { home: { port: http } }"),
        ["3:26 REN002 `port` has no place in a load test of its own"]
    );
    assert_eq!(
        refused("targets: { home: { url: http://a/, headers: { A: { secret: s, key: k } } } }"),
        ["3:60 REN002 `secret` has no place in a load test of its own"]
    );
    assert_eq!(
        refused(
            "targets: { home: { url: http://a/ } }\ntls: { authorities: { config: ca }, identity: { certificate: a } }"
        ),
        [
            "4:31 REN002 `config` has no place in a load test of its own",
            "4:62 SPC013 a certificate is used with its key"
        ]
    );
    assert_eq!(
        refused("targets: { home: { url: http://a/ } }\nreplicas: true"),
        ["4:11 SPC013 `replicas` asks for the pods of an app, and the load test names none"]
    );
    assert_eq!(refused("targets: { home: { url: http://a/ } }\njob: {}"), ["4:1 SPC010 a LoadTest has no field `job`"]);
    assert_eq!(
        refused("targets: { home: { url: http://a/ } }\nrate: \"${env.rate}\""),
        ["4:7 SPC012 nothing fills in `${env.rate}` here"]
    );
    assert_eq!(
        refused("targets: { home: { url: http://a/, headers: { A: { value: a, env: B } } } }"),
        ["3:50 SPC013 a header takes only one of `value`, `env`"]
    );
}

#[test]
fn what_an_app_may_not_say_no_file_may() {
    let body = |rest: &str| format!("targets: {{ home: {{ url: http://a/, weight: 1 }} }}\n{rest}");
    assert_eq!(refused(&body("duration: 0s")), ["4:11 SPC012 `duration` leaves no time at all"]);
    assert_eq!(refused(&body("duration: 99999h")), ["4:11 SPC012 `duration` is longer than a year"]);
    assert_eq!(refused(&body("slo: { p0: 1s }")), ["4:8 SPC012 there is no objective `p0`"]);
    assert_eq!(
        refused("targets: { home: { url: http://a/, weight: -1 } }"),
        ["3:44 SPC012 `-1` is not a number of at least 0"]
    );
    assert!(refused(&body("rate: 5\nslo: { minRps: 6 }"))[0].starts_with("5:16 REN022 `minRps` is 6"));
    assert_eq!(refused(""), ["1:1 SPC013 a load test needs something to ask for"]);
}

#[test]
fn what_is_no_document_is_said_to_be_none() {
    let found = |text: &str| {
        let (mut sources, mut diagnostics) = (SourceMap::default(), Vec::new());
        assert!(Document::read(("load.yaml", text), "/".into(), &mut sources, &mut diagnostics).is_none());
        diagnostics.iter().map(|finding| format!("{} {}", finding.code.name, finding.message)).collect::<Vec<_>>()
    };
    assert_eq!(found(""), ["SPC032 the file is empty, where `kind: LoadTest` is expected"]);
    assert_eq!(
        found("apiVersion: karat/v1\nkind: App\n"),
        ["SPC032 `kind` is `App`, and in this place it has to be `LoadTest`"]
    );
    assert_eq!(found("[1]"), ["SPC011 the file holds a list, where `kind: LoadTest` is expected"]);
    assert!(!found("a: [").is_empty());
}

#[test]
fn a_deletion_deletes_and_an_operator_does_what_it_says() {
    let test = test("targets: { home: { url: http://a/ } }\nrate: null\nduration: { $replace: 5s }");
    assert_eq!(test.ask.traffic, Traffic::Closed { lasts: Duration::from_secs(5) });
}
