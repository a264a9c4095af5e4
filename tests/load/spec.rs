//! Load tests that are written down: in the spec of an app, and in a file of their own.

use std::{fs, path::Path, process::Command};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    command::{Ended, Running, booked},
    server::{Manner, Server},
};

/// A repository with one app, whose load test is this section.
fn repository(test: &str) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let files = [
        ("karat.yaml", "apiVersion: karat/v1\nkind: Project\n".to_owned()),
        (
            "envs/dev/env.yaml",
            "apiVersion: karat/v1\nkind: Environment\nmetadata: { name: dev }\nnamespace: shop\n".into(),
        ),
        (
            "envs/base/web/app.yaml",
            format!(
                "apiVersion: karat/v1\nkind: App\nmetadata: {{ name: web }}\nimage: registry.example/web:1\n\
                 containers: {{ app: {{ ports: {{ http: 8080 }} }} }}\nservice: {{ main: {{ ports: {{ http: 80 }} }} }}\n\
                 ingress: {{ main: {{ class: nginx, host: foo.localhost, paths: {{ /: {{ port: http }} }} }} }}\n\
                 secrets: {{ shopper: {{ existing: shopper }} }}\n{test}"
            ),
        ),
        ("envs/base/web/files/order.json", "{\"item\": 7}\n".into()),
    ];
    for (path, content) in files {
        write(directory.path(), path, &content);
    }
    directory
}

fn write(directory: &Path, path: &str, content: &str) {
    let path = directory.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// `karat load` in a directory, with some variables.
fn load(directory: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_karat"));
    command.arg("-C").arg(directory).arg("load").args(arguments).envs(variables.iter().copied());
    Running::of(command).unwrap().end()
}

/// The report of a run whose books balance.
fn report(directory: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Value {
    load(directory, variables, &[arguments, &["--format", "json"]].concat()).is_met()
}

const SPEC: &str = "loadtest:
  targets:
    home: { ingress: main, path: /home, weight: 3 }
    order:
      path: /api/orders
      port: http
      method: POST
      headers: { Content-Type: application/json, Authorization: { secret: shopper, key: token } }
      file: files/order.json
      expect: { status: [200], body: hello, headers: { X-Kind: test } }
      slo: { p50: 5s }
  rate: 100
  duration: 1s
  seed: 3
  maxLag: 5s
  slo: { p99: 5s, errorRate: 0% }
";

#[test]
fn an_apps_load_test_runs_from_its_spec() {
    let server = Server::start(Manner::Answers(200));
    let repository = repository(SPEC);
    let to = format!("::{}", server.address);
    let arguments = ["-e", "dev", "-a", "web", "--connect-to", &to];
    let token = [("KARAT_ORDER_AUTHORIZATION", "Bearer hush")];
    let ended = load(repository.path(), &token, &[&arguments[..], &["--format", "json"]].concat());
    let report = ended.is_met();
    assert_eq!(booked(&report, "planned"), 100);
    assert!(!ended.stdout.contains("hush") && !ended.stderr.contains("hush"));
    let requests = server.requests();
    let orders: Vec<_> = requests.iter().filter(|request| request.path() == "/api/orders").collect();
    assert!((10..45).contains(&orders.len()), "{}", orders.len());
    for order in &orders {
        assert_eq!((order.method(), order.header("host")), ("POST", "web.shop.svc"));
        assert_eq!((order.header("content-type"), order.header("authorization")), ("application/json", "Bearer hush"));
        assert_eq!(order.body, b"{\"item\": 7}\n");
    }
    let homes =
        requests.iter().filter(|request| request.path() == "/home" && request.header("host") == "foo.localhost");
    assert_eq!(homes.count() + orders.len(), 100);
    let names: Vec<&str> =
        report["results"].as_array().unwrap().iter().filter_map(|own| own["name"].as_str()).collect();
    assert!(names.contains(&"p50") && names.contains(&"p99"), "{names:?}");
}

#[test]
fn what_is_printed_is_what_runs() {
    let server = Server::start(Manner::Answers(200));
    let repository = repository(SPEC);
    let printed = load(repository.path(), &[], &["-e", "dev", "-a", "web", "--print"]);
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
    write(repository.path(), "test.yaml", &printed.stdout);
    let to = format!("::{}", server.address);
    let token = [("KARAT_ORDER_AUTHORIZATION", "Bearer hush")];
    let from_file = report(repository.path(), &token, &["--file", "test.yaml", "--connect-to", &to]);
    let paths = |server: &Server| {
        let mut paths: Vec<String> = server.requests().iter().map(|request| request.path().to_owned()).collect();
        paths.sort();
        paths
    };
    let other = Server::start(Manner::Answers(200));
    let to = format!("::{}", other.address);
    let from_spec = report(repository.path(), &token, &["-e", "dev", "-a", "web", "--connect-to", &to]);
    assert_eq!(paths(&server), paths(&other), "the same seed sends the same requests");
    assert_eq!(booked(&from_file, "planned"), booked(&from_spec, "planned"));
}

#[test]
fn options_replace_what_is_written() {
    let server = Server::start(Manner::Answers(200));
    let directory = tempfile::tempdir().unwrap();
    let url = server.url("/a");
    let test = format!(
        "apiVersion: karat/v1\nkind: LoadTest\ntargets:\n  a: {{ url: \"{url}\", headers: {{ X-One: one, X-Two: two }} }}\n\
         stages: [{{ rate: 10, for: 1h }}, {{ rate: 20, for: 1h }}]\nslo: {{ p99: 1ns, errorRate: 0% }}\nmaxLag: 5s\n"
    );
    write(directory.path(), "test.yaml", &test);
    let arguments = [
        "--file",
        "test.yaml",
        "--rate",
        "50",
        "--duration",
        "1s",
        "--slo",
        "p99=5s",
        "--header",
        "X-Two: 2",
        "--method",
        "PUT",
        "--requests",
        "20",
    ];
    let report = report(directory.path(), &[], &arguments);
    assert_eq!(booked(&report, "planned"), 20);
    let requests = server.requests();
    assert_eq!(requests.len(), 20);
    assert!(requests.iter().all(|request| request.method() == "PUT"));
    assert!(requests.iter().all(|request| (request.header("x-one"), request.header("x-two")) == ("one", "2")));
    let ended = load(directory.path(), &[], &["--file", "test.yaml", "--duration", "1s"]);
    ended.is_refused("the stages of this load test take as long as they say");
}

#[test]
fn a_file_that_makes_no_sense_is_shown_with_its_lines() {
    let directory = tempfile::tempdir().unwrap();
    let test = "apiVersion: karat/v1\nkind: LoadTest\ntargets:\n  a: { url: http://a/, weight: -1, slo: { p100: 1s } }\nduration: 0s\nrates: 5\n";
    write(directory.path(), "test.yaml", test);
    let ended = load(directory.path(), &[], &["--file", "test.yaml"]);
    for sentence in [
        "`-1` is not a number of at least 0",
        "test.yaml:4:32",
        "there is no objective `p100`",
        "a LoadTest has no field `rates`",
        "did you mean `rate`?",
        "the load test of `test.yaml` cannot be run as it is written",
    ] {
        ended.is_refused(sentence);
    }
    write(
        directory.path(),
        "test.yaml",
        "apiVersion: karat/v1\nkind: LoadTest\ntargets: { a: { url: http://a/ } }\nduration: 0s\n",
    );
    load(directory.path(), &[], &["--file", "test.yaml"]).is_refused("`duration` leaves no time at all");
}

#[test]
fn what_is_not_there_is_said_with_the_next_step() {
    let with = repository(SPEC);
    let refused = |arguments: &[&str], sentences: &[&str]| {
        let ended = load(with.path(), &[], arguments);
        for sentence in sentences {
            ended.is_refused(sentence);
        }
    };
    refused(&["-e", "dev", "-a", "wep"], &["there is no app `wep`", "did you mean `web`?"]);
    refused(&["-e", "dex", "-a", "web"], &["there is no environment `dex`", "did you mean `dev`?"]);
    refused(
        &["-e", "dev", "-a", "web"],
        &[
            "the environment variable `KARAT_ORDER_AUTHORIZATION` is not set, which holds the header `Authorization` of `order`",
            "export KARAT_ORDER_AUTHORIZATION=…",
        ],
    );
    refused(&["--file", "no.yaml"], &["cannot read the load test `no.yaml`", "kind: LoadTest"]);
    refused(&["--file", "envs"], &["cannot read the load test `envs`"]);
    refused(&["--file", "karat.yaml"], &["`kind` is `Project`, and in this place it has to be `LoadTest`"]);
    refused(&["-e", "dev"], &["--app <APP>"]);
    refused(&["-e", "dev", "-a", "web", "http://a/"], &["cannot be used with"]);
    let without = repository("");
    let ended = load(without.path(), &[], &["-e", "dev", "-a", "web"]);
    ended.is_refused("`web` has no `loadtest` with `targets` in `dev`");
    ended.is_refused("envs/base/web/app.yaml");
    let wrong = repository("loadtest: { targets: { home: { port: htpp } } }\n");
    let ended = load(wrong.path(), &[], &["-e", "dev", "-a", "web"]);
    ended.is_refused("`htpp` is no entry of `ports`");
    ended.is_refused("envs/base/web/app.yaml:9:38");
}

#[test]
fn certificates_of_the_cluster_are_named_from_elsewhere() {
    let repository = repository(
        "loadtest: { targets: { home: { url: \"https://foo.localhost/\" } }, tls: { authorities: { secret: shopper } } }\n",
    );
    let ended = load(repository.path(), &[], &["-e", "dev", "-a", "web"]);
    ended.is_refused("there is no `/etc/karat/authorities/ca.crt`, which the Job of the cluster has");
    ended.is_refused("--cacert FILE");
}

#[test]
fn the_wait_and_the_watch_are_those_of_the_document() {
    let directory = tempfile::tempdir().unwrap();
    let (server, prometheus) = (Server::start(Manner::Answers(503)), Server::start(Manner::Answers(200)));
    let test = format!(
        "apiVersion: karat/v1\nkind: LoadTest\ntargets: {{ a: {{ url: \"{}\" }} }}\nwaitReady: 300ms\n",
        server.url("/")
    );
    write(directory.path(), "test.yaml", &test);
    load(directory.path(), &[], &["--file", "test.yaml"]).is_refused("`a` is not ready");
    let good = Server::start(Manner::Answers(200));
    let test = format!(
        "apiVersion: karat/v1\nkind: LoadTest\ntargets: {{ a: {{ url: \"{}\" }} }}\nrate: 20\nduration: 1s\nmaxLag: 5s\n\
         prometheus: {{ url: \"{}\", interval: 200ms, queries: {{ up: count(up) }} }}\n",
        good.url("/"),
        prometheus.url("")
    );
    write(directory.path(), "test.yaml", &test);
    let report = report(directory.path(), &[], &["--file", "test.yaml"]);
    assert!(report.to_string().contains("\"up\""), "{report:#}");
    assert!(prometheus.requests().iter().all(|request| request.path() == "/api/v1/query?query=count%28up%29"));
    assert!(prometheus.requests().len() > 2);
}
