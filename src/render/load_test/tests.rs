//! Documents of load tests, and what cannot be one.

use super::{Document, Holder, document};
use crate::{
    diagnostic::Diagnostic,
    grammar::{self, fields},
    node::{Node, yaml},
    render::testing,
    source::FileId,
};

const APP: &str = "containers: { app: { image: \"web:1\", ports: { http: 8080 } } }
service: { main: { ports: { http: 80 } }, admin: { ports: { http: 80, ops: 81 } } }
ingress: { main: { class: nginx, host: web.example, paths: { /: { port: http } }, tls: cert }, any: { host: \"*.example\" } }
secrets: { creds: { existing: web-creds } }
config: { ca: { data: { ca.crt: PEM } } }
";

/// A load test, what is wrong with it, and its text.
struct Tested {
    text: String,
    document: Document,
    diagnostics: Vec<Diagnostic>,
}

/// The document of an app with this load test, without its braces.
fn tested(section: &str) -> Tested {
    let text = format!("{APP}loadtest: {{ {section} }}\n");
    let mut diagnostics = Vec::new();
    let app = testing::app("web", &text, &mut diagnostics);
    let document = document(&app, &mut diagnostics).unwrap();
    Tested { text, document, diagnostics }
}

fn with_target(target: &str) -> Tested {
    tested(&format!("targets: {{ ping: {{ {target} }} }}"))
}

impl Tested {
    fn json(&self, pointer: &str) -> String {
        self.document.node.at(pointer).map_or("nothing".into(), |node| node.to_json().to_string())
    }

    fn underlined(&self, node: Option<&Node>) -> &str {
        let span = node.and_then(|node| node.span).unwrap();
        &self.text[span.start as usize..span.end as usize]
    }

    /// Code, underlined text and message of each finding.
    fn findings(&self) -> Vec<String> {
        let line = |finding: &Diagnostic| {
            let span = finding.primary.as_ref().unwrap().span;
            let place = &self.text[span.start as usize..span.end as usize];
            assert!(finding.help.is_some(), "{}", finding.message);
            format!("{} {place}: {}", finding.code.name, finding.message)
        };
        self.diagnostics.iter().map(line).collect()
    }

    fn finding(&self) -> String {
        let found = self.findings();
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].clone()
    }
}

#[test]
fn services_and_ingresses_become_urls() {
    let url = |target: &str| {
        let tested = with_target(target);
        assert_eq!(tested.findings(), [""; 0]);
        (tested.json("/targets/ping/url"), tested.underlined(tested.document.node.at("/targets/ping/url")).to_owned())
    };
    let known = |url: &str, cause: &str| (format!("\"{url}\""), cause.to_owned());
    assert_eq!(url("path: /api?a=b, port: http"), known("http://web.shop.svc:80/api?a=b", "http"));
    assert_eq!(url(""), known("http://web.shop.svc:80/", "ping"));
    assert_eq!(url("service: admin, port: 81, scheme: https"), known("https://web-admin.shop.svc:81/", "81"));
    assert_eq!(url("ingress: main, path: a"), known("https://web.example/a", "main"));
    assert_eq!(url("ingress: main, scheme: http"), known("http://web.example/", "main"));
    assert_eq!(
        url("url: \"http://other.example:8080/x\""),
        known("http://other.example:8080/x", "\"http://other.example:8080/x\"")
    );
}

#[test]
fn what_leads_nowhere_is_reported() {
    let finding = |target: &str| with_target(target).finding();
    assert_eq!(finding("service: mian"), "REN001 mian: `mian` is no entry of `service`");
    assert_eq!(finding("port: htpp"), "REN001 htpp: `htpp` is no entry of `ports`");
    assert_eq!(finding("port: 8"), "REN001 8: the service `main` has no port 8");
    assert_eq!(finding("service: admin"), "SPC013 ping: `ping` names no port of the service `admin`");
    assert_eq!(finding("ingress: mian"), "REN001 mian: `mian` is no entry of `ingress`");
    assert_eq!(finding("ingress: any"), "SPC013 any: the ingress `any` has no host that could be asked");
    assert_eq!(finding("path: /a b"), "SPC012 /a b: the address of `ping` is no URL");
    assert_eq!(finding("url: ftp://a"), "SPC012 ftp://a: `ftp://a` does not begin with http:// or https://");
    assert_eq!(finding("url: \"http://u:secret@a/\""), "SPC012 \"http://u:secret@a/\": the URL holds a user");
    assert_eq!(finding("via: nowhere"), "SPC012 nowhere: `via` of `ping` is no host and port");
}

#[test]
fn one_target_has_one_address() {
    let found =
        with_target("url: \"http://a/\", path: /b, service: main, ingress: main, port: 1, scheme: https").findings();
    let fields = ["service", "ingress", "port", "scheme", "path"];
    assert_eq!(found.len(), fields.len(), "{found:?}");
    for (found, field) in found.iter().zip(fields) {
        assert!(
            found.starts_with("REN002") && found.ends_with(&format!("`{field}` has no place in a target with `url`"))
        );
    }
    let found = with_target("ingress: main, port: http").finding();
    assert_eq!(found, "REN002 http: `port` has no place in a target with `ingress`");
}

#[test]
fn secrets_become_names_of_variables() {
    let tested = tested(
        "targets: { a-b: { headers: { Authorization: { secret: creds, key: token }, X-Y: \"1\", X_Y: { secret: s, key: k } } }, \
         a: { headers: { B-Authorization: { secret: s, key: l } } } }",
    );
    assert_eq!(tested.findings(), [""; 0]);
    assert_eq!(
        tested.json("/targets/a-b/headers"),
        r#"{"Authorization":{"env":"KARAT_A_B_AUTHORIZATION"},"X-Y":"1","X_Y":{"env":"KARAT_A_B_X_Y"}}"#
    );
    assert_eq!(tested.json("/targets/a/headers/B-Authorization/env"), r#""KARAT_A_B_AUTHORIZATION_2""#);
    let variables: Vec<String> = tested
        .document
        .variables
        .iter()
        .map(|own| format!("{} {} {}", own.name, own.secret.as_str().unwrap(), own.key.as_str().unwrap()))
        .collect();
    assert_eq!(
        variables,
        ["KARAT_A_B_AUTHORIZATION web-creds token", "KARAT_A_B_X_Y s k", "KARAT_A_B_AUTHORIZATION_2 s l"]
    );
}

#[test]
fn headers_that_cannot_be_sent() {
    let finding = |headers: &str| with_target(&format!("headers: {{ {headers} }}")).finding();
    assert_eq!(finding("\"a b\": x"), "SPC012 \"a b\": `a b` is no name of a header");
    assert_eq!(finding("a: \"x\\ny\""), "SPC012 \"x\\ny\": the value of the header `a` cannot be sent");
    assert_eq!(finding("a: { secret: s }"), "SPC013 s: the header `a` names no key of the Secret");
    assert_eq!(finding("a: { value: x, key: k }"), "REN002 k: `key` has no place in a header without `secret`");
    assert_eq!(finding("cookie: \"a=b\""), "SPC012 \"a=b\": the header `cookie` is a credential, written out");
    assert_eq!(finding("a: { env: A }"), "REN002 A: `env` has no place in the load test of an app");
    let found = with_target("expect: { headers: { \"a b\": x } }").finding();
    assert_eq!(found, "SPC012 \"a b\": `a b` is no name of a header");
}

#[test]
fn certificates_become_files() {
    let tested = tested("targets: { ping: {} }, tls: { authorities: { config: ca }, identity: { secret: creds } }");
    assert_eq!(tested.findings(), [""; 0]);
    assert_eq!(tested.json("/tls/authorities/file"), r#""/etc/karat/authorities/ca.crt""#);
    assert_eq!(
        tested.json("/tls/identity"),
        r#"{"certificate":"/etc/karat/identity/tls.crt","key":"/etc/karat/identity/tls.key"}"#
    );
    let mounts: Vec<String> = tested
        .document
        .mounts
        .iter()
        .map(|mount| match &mount.holder {
            Holder::Config(name) => format!("{} config {}", mount.directory, name.as_str().unwrap()),
            Holder::Secret(name) => format!("{} secret {}", mount.directory, name.as_str().unwrap()),
        })
        .collect();
    assert_eq!(mounts, ["/etc/karat/authorities config web-ca", "/etc/karat/identity secret web-creds"]);
}

#[test]
fn traffic_that_cannot_be() {
    let finding = |traffic: &str| tested(&format!("targets: {{ ping: {{}} }}, {traffic}")).finding();
    assert_eq!(finding("rate: 0"), "REN022 0: at a rate of 0 nothing is sent");
    assert_eq!(finding("duration: 0s"), "SPC012 0s: `duration` leaves no time at all");
    assert_eq!(finding("timeout: 0"), "SPC012 0: `timeout` leaves no time at all");
    assert_eq!(
        finding("stages: [{ rate: 5, for: 0s }, { rate: 5, for: 1s }]"),
        "SPC012 0s: `for` leaves no time at all"
    );
    assert_eq!(
        finding("rate: 5, stages: [{ rate: 5, for: 1s }]"),
        "REN002 5: `rate` has no place in a load test with `stages`"
    );
    assert_eq!(finding("stages: [{ rate: 5, to: 6, for: 1s }]"), "REN002 6: `to` has no place in a stage with `rate`");
    assert_eq!(
        finding("stages: [{ from: 5, for: 1s }]"),
        "SPC013 { from: 5, for: 1s }: a stage needs `rate`, or `from` and `to`"
    );
    assert_eq!(
        finding("spacing: poisson"),
        "REN002 poisson: `spacing` has no place in a load test without `rate` or `stages`"
    );
    assert_eq!(finding("streams: 2"), "REN002 2: `streams` has no place in a load test without `http2`");
    assert_eq!(finding("requestsPerConnection: { min: 2, max: 1 }"), "SPC012 1: `max` is less than `min`");
    assert_eq!(finding("workers: 51"), "REN022 51: 51 workers cannot share the connections");
    assert_eq!(finding("maxBytes: 0"), "SPC012 0: `maxBytes` leaves no answer");
    assert_eq!(
        finding("prometheus: { url: \"http://p\", workload: false }"),
        "SPC013 { url: \"http://p\", workload: false }: Prometheus is asked for nothing"
    );
}

#[test]
fn objectives_that_cannot_be_met() {
    let finding =
        |test: &str| tested(&format!("targets: {{ a: {{ weight: 3 }}, b: {{}} }}, rate: 100, {test}")).finding();
    assert_eq!(
        finding("slo: { minRps: 101 }"),
        "REN022 101: `minRps` is 101, but no more than 100.0 requests a second are planned on average"
    );
    assert_eq!(finding("slo: { p99: 5 }"), "SPC012 5: `5` is no limit of `p99`");
    assert_eq!(finding("slo: { max: 0s }"), "SPC012 0s: `0s` is no limit of `max`");
    assert_eq!(finding("slo: { errorRate: 2 }"), "SPC012 2: `2` is no limit of `errorRate`");
    assert_eq!(finding("slo: { minRps: 5s }"), "SPC012 5s: `5s` is no limit of `minRps`");
    assert_eq!(finding("slo: { p100: 5s }"), "SPC012 p100: there is no objective `p100`");
    let found = tested("targets: { a: { weight: 3 }, b: { slo: { minRps: 26 } } }, rate: 100").finding();
    assert_eq!(
        found,
        "REN022 26: `minRps` of `b` is 26, but no more than 25.0 requests a second are planned on average"
    );
    let ramp = "targets: { a: {} }, stages: [{ from: 0, to: 100, for: 10s }, { rate: 100, for: 10s }]";
    assert_eq!(tested(&format!("{ramp}, slo: {{ minRps: 75 }}")).findings(), [""; 0]);
    assert!(tested(&format!("{ramp}, slo: {{ minRps: 76 }}")).finding().starts_with("REN022 76"));
}

#[test]
fn targets_that_are_never_chosen() {
    let found = tested("targets: { a: { weight: 0 }, b: { weight: 0 } }").finding();
    assert_eq!(found, "REN022 0: every target has the weight 0, so that none is ever chosen");
    let found = tested("targets: { a: { weight: 0, slo: { p99: 1s } }, b: {} }").finding();
    assert_eq!(found, "REN022 0: `a` has the weight 0, so that its `slo` is never met");
    assert_eq!(tested("targets: { a: { weight: 0 }, b: {} }").findings(), [""; 0]);
    assert_eq!(tested("targets: { a: { weight: -1 } }").finding(), "SPC012 -1: `-1` is not a number of at least 0");
}

#[test]
fn settings_for_all_load_tests_make_none() {
    let app = testing::app("web", "loadtest: { rate: 0, duration: 0s }\n", &mut Vec::new());
    let mut found = Vec::new();
    assert!(document(&app, &mut found).is_none());
    assert_eq!(found, []);
}

/// A field that the document forgets would be accepted, and then ignored.
#[test]
fn the_document_is_one_of_its_grammar_with_every_field() {
    let whole = "targets: { ping: { url: \"http://a/\", via: \"b:80\", method: POST, headers: { a: b }, body: c, weight: 2, \
         expect: { status: [200], headers: { d: e }, body: f }, slo: { p99: 1s } } }, duration: 60s, rate: 10, spacing: poisson, \
         warmUp: 1s, connections: 5, requests: 100, maxBytes: 1Gi, seed: 7, requestsPerConnection: 10, timeout: 1s, \
         connectTimeout: 1s, shedAfter: 1s, http2: true, streams: 4, redirects: 5, threads: 2, \
         tls: { insecure: true, authorities: { secret: creds, key: a.crt }, identity: { secret: creds } }, \
         slo: { p99: 250ms, errorRate: 0.5%, minRps: 9.5 }, maxLag: 10ms, waitReady: 60s, abortOnFail: true, \
         prometheus: { url: \"http://p:9090\", interval: 5s, workload: true, queries: { up: count(up) } }, replicas: true, \
         workers: 4, job: { enabled: true }";
    let tested = tested(whole);
    assert_eq!(tested.findings(), [""; 0]);
    let text = yaml::write(&tested.document.node);
    let parsed = yaml::read(FileId::from_index(0), &text);
    let root = &parsed.documents[0].root;
    let mut found = parsed.diagnostics;
    grammar::check_file(root, &fields::LOAD_TEST_FILE, &text, &mut found);
    assert_eq!(found, [], "{text}");
    let missing = fields::LOAD_TEST.fields.iter().filter(|field| root.get(field.name).is_none());
    assert_eq!(missing.map(|field| field.name).collect::<Vec<_>>(), ["stages"]);
    let target = root.at("/targets/ping").unwrap();
    let fields = ["url", "via", "method", "headers", "body", "weight", "expect", "slo"];
    assert_eq!(target.entries().iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), fields);
    for (pointer, keys) in [("/prometheus", 4), ("/tls", 3), ("/targets/ping/expect", 3)] {
        assert_eq!(root.at(pointer).unwrap().entries().len(), keys, "{pointer}");
    }
}
