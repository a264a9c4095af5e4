//! A load test of a whole system: two services behind one ingress, an autoscaler that follows the load, a real Prometheus
//! that looks on, and a real browser that shows what has become of it.
//!
//! It takes a minute, and two programs that not every machine has: `task test:load` runs it.

mod exporter;
mod ingress;
mod picture;
mod program;

use std::{fs, path::Path, process::Command};

use serde_json::Value;

use crate::{
    command::Running,
    server::{Manner, Server},
};
use ingress::Ingress;
use program::{Browser, Prometheus, find};

const FORMATS: [&str; 7] = ["text", "json", "html", "markdown", "junit", "csv", "openmetrics"];

/// The reports of one run.
struct Reports<'a>(&'a Path);

impl Reports<'_> {
    fn file(&self, format: &str) -> std::path::PathBuf {
        self.0.join(format!("report.{format}"))
    }

    fn text(&self, format: &str) -> String {
        fs::read_to_string(self.file(format)).unwrap()
    }

    fn hold(&self, format: &str, texts: &[&str]) {
        let text = self.text(format);
        for part in texts {
            assert!(text.contains(part), "{part:?} is not in {format}:\n{text}");
        }
    }
}

#[test]
#[ignore = "needs a Prometheus and a browser: `task test:load`"]
fn all_reports_say_the_same_of_a_whole_system() {
    let prometheus = find("PROMETHEUS", &["prometheus"]);
    let browser = find("CHROMIUM", &["chromium", "chromium-browser", "google-chrome"]);
    let (Some(prometheus), Some(browser)) = (prometheus, browser) else { return };
    let (foo, bar) = (Server::start(Manner::Says("foo")), Server::start(Manner::Says("bar")));
    let ingress = Ingress::start(&[("foo.localhost", foo.address), ("bar.localhost", bar.address)]);
    let prometheus = Prometheus::start(&prometheus, exporter::start(ingress.passed()));
    let directory = tempfile::tempdir().unwrap();
    let reports = Reports(directory.path());
    run(&ingress, &prometheus, &reports);
    let report: Value = serde_json::from_str(&reports.text("json")).unwrap();
    traffic(&report, [&foo, &bar]);
    the_same_everywhere(&report, &reports);
    the_cluster(&report, &reports);
    the_page(&report, &reports, &Browser(&browser));
}

/// The load test that the spec of the echo services in this repository declares, which is seed document 001's. Only where
/// the ingress and Prometheus are is said anew, and how quick a machine has to be that tests run on.
fn run(ingress: &Ingress, prometheus: &Prometheus, reports: &Reports<'_>) {
    let resolve = ["foo", "bar"].map(|host| format!("{host}.localhost:80:{}", ingress.address));
    let formats = FORMATS.map(|format| format!("{format}={}", reports.file(format).display()));
    let url = prometheus.url();
    let mut command = Command::new(env!("CARGO_BIN_EXE_karat"));
    command.args(["-C", env!("CARGO_MANIFEST_DIR"), "load", "-e", "dev", "-a", "foo"]);
    command.args(resolve.iter().flat_map(|resolve| ["--resolve", resolve]));
    command.args(formats.iter().flat_map(|format| ["--format", format]));
    command.args(["--slo", "p90=2s", "--slo", "p95=2s", "--slo", "p99=2s", "--max-lag", "2s"]);
    command.args(["--prometheus", &url, "--interval", "1s", "--workload", "echo-dev/foo", "--replicas"]);
    command.args(["--query", "nothing=no_such_metric"]);
    let ended = Running::of(command).unwrap().end();
    // Whether this machine was on time is another question.
    assert!([0, 3].contains(&ended.code) && ended.stdout.is_empty(), "{ended:?}");
}

/// What was counted is what the servers have seen, by host and by weight.
fn traffic(report: &Value, servers: [&Server; 2]) {
    assert!(
        report["balances"] == true && report["results"].as_array().unwrap().iter().all(|result| result["met"] == true)
    );
    let planned = |record: &Value| record["ledger"]["planned"].as_u64().unwrap();
    let counts = [planned(&report["targets"][0]), planned(&report["targets"][1])];
    let seen = servers.map(|server| server.requests().len() as u64);
    // Each was asked once before, whether it is ready.
    assert_eq!(seen[0] + seen[1], planned(report) + planned(&report["warmUp"]) + 2);
    assert!(seen[0] >= counts[0] && seen[1] >= counts[1]);
    assert!(planned(report) > 300 && counts[0].abs_diff(counts[1]) < 150, "{counts:?}");
    for (server, host) in servers.into_iter().zip(["foo.localhost", "bar.localhost"]) {
        assert!(server.requests().iter().all(|request| request.header("host") == host));
    }
}

/// Three digits and a unit, as reports for people write a time.
fn shown(micros: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "microseconds of a short test")]
    let (number, unit) = match micros as f64 {
        micros if micros < 1e3 => (micros, "µs"),
        micros if micros < 1e6 => (micros / 1e3, "ms"),
        micros => (micros / 1e6, "s"),
    };
    let digits = [2, 1, 0][usize::from(number >= 10.0) + usize::from(number >= 100.0)];
    format!("{number:.digits$} {unit}")
}

fn the_same_everywhere(report: &Value, reports: &Reports<'_>) {
    let planned = report["ledger"]["planned"].as_u64().unwrap();
    let sum = format!("{planned} planned = {planned} 2xx");
    let micros = |target: &str, part: &str| report["latency"][target]["response"][part].as_u64().unwrap();
    for format in ["text", "markdown", "html"] {
        let times = ["p50", "p95", "p99"].map(|part| shown(micros("foo", part)));
        reports.hold(format, &[&sum, &shown(micros("", "p99")), &times[0], &times[1], &times[2]]);
    }
    let verdict = report["verdict"].as_str().unwrap();
    let tests = report["results"].as_array().unwrap().len();
    let errors = if verdict == "met" { 0 } else { tests };
    reports.hold("junit", &[&format!("tests=\"{tests}\" failures=\"0\" errors=\"{errors}\"")]);
    reports.hold("openmetrics", &[&format!("karat_load_verdict{{verdict=\"{verdict}\"}} 1")]);
    for (at, target) in ["foo", "bar"].into_iter().enumerate() {
        let count = report["targets"][at]["ledger"]["planned"].as_u64().unwrap();
        #[expect(clippy::cast_precision_loss, reason = "microseconds of a short test")]
        let seconds = micros(target, "p99") as f64 / 1e6;
        reports.hold(
            "openmetrics",
            &[
                &format!("karat_load_requests_total{{target=\"{target}\",result=\"2xx\"}} {count}\n"),
                &format!("karat_load_response_seconds{{target=\"{target}\",quantile=\"0.99\"}} {seconds}\n"),
                &format!("karat_load_response_seconds_count{{target=\"{target}\"}} {count}\n"),
            ],
        );
    }
    // Second by second, the warm-up included.
    let csv = reports.text("csv");
    let good: u64 = csv.lines().skip(1).map(|line| line.split(',').nth(3).unwrap().parse::<u64>().unwrap()).sum();
    assert_eq!(good, planned + report["warmUp"]["ledger"]["planned"].as_u64().unwrap());
}

/// What Prometheus has seen: one pod at first and three in the end, and nothing of the pods of others.
fn the_cluster(report: &Value, reports: &Reports<'_>) {
    let values = |name: &str| -> Vec<f64> {
        let series = report["cluster"].as_array().unwrap().iter().find(|series| series["name"] == name);
        let points = series.unwrap_or_else(|| panic!("no {name}"))["points"].as_array().unwrap();
        points.iter().filter_map(|point| point[1].as_f64()).collect()
    };
    for name in ["running pods", "wanted replicas", "replicas", "ready replicas", "autoscaler's wish"] {
        let values = values(name);
        assert!(values.len() >= 10 && values.is_sorted(), "{name}: {values:?}");
        assert_eq!((values[0].to_bits(), values[values.len() - 1].to_bits()), (1_f64.to_bits(), 3_f64.to_bits()));
    }
    // The spec's own question, about both services, stands for the usual one.
    let memory = values("memory");
    assert!(
        memory.is_sorted() && memory[0] >= 192.0 * 1024.0 * 1024.0 && memory[0] < 240.0 * 1024.0 * 1024.0,
        "{memory:?}"
    );
    for name in ["cpu", "received", "sent"] {
        let values = values(name);
        assert!(
            values.iter().any(|value| *value > 0.0) && values.iter().all(|value| *value < 1e6),
            "{name}: {values:?}"
        );
    }
    // What the spec asks for itself, in its own words.
    assert!(values("transmitted").iter().any(|value| *value > 0.0));
    for format in ["text", "markdown", "html"] {
        reports.hold(format, &["autoscaler's wish", "running pods", "there are no such series", "memory"]);
    }
}

/// The browser reads the same numbers, and draws the lines.
fn the_page(report: &Value, reports: &Reports<'_>, browser: &Browser<'_>) {
    let page = reports.file("html");
    let dom = browser.dom(&page);
    let planned = report["ledger"]["planned"].as_u64().unwrap();
    let p99 = shown(report["latency"][""]["response"]["p99"].as_u64().unwrap());
    for part in
        [&format!("{planned} planned = {planned} 2xx"), &p99, "Requests per second", "Replicas", "No request failed."]
    {
        assert!(dom.contains(part), "{part:?} is not in:\n{dom}");
    }
    assert_eq!(dom.matches("<svg ").count(), dom.matches("<figure>").count());
    assert!(dom.matches("<svg ").count() >= 7 && !dom.contains("NaN"), "{dom}");
    // The first colours of the lines, as the style sheet has them in the light.
    let counts = picture::count(&browser.picture(&page), [[0x1f, 0x6f, 0xb5], [0x17, 0x8a, 0x5c], [0xff, 0xff, 0xff]]);
    assert!(counts[0] > 2000 && counts[1] > 1000 && counts[2] > 1_000_000, "{counts:?}");
}
