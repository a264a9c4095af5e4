//! Seven reports of one run, which say the same.

use std::fs;

use serde_json::Value;

use crate::{
    command::load,
    server::{Manner, Server},
};

#[test]
fn every_report_says_the_same() {
    let server = Server::start(Manner::WarmsUp(3));
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).into_os_string().into_string().unwrap();
    let formats = ["text", "json", "html", "markdown", "junit", "csv", "openmetrics"];
    let url = server.url("/");
    let mut arguments: Vec<String> = vec![url, "--rate".into(), "50".into(), "--duration".into(), "2s".into()];
    arguments.extend(["--slo".to_owned(), "p99=20s".into()]);
    arguments.extend(formats.iter().flat_map(|format| ["--format".to_owned(), format!("{format}={}", path(format))]));
    let ended = load(&arguments);
    // Three of a hundred requests failed.
    assert_eq!((ended.code, ended.stdout.as_str()), (1, ""), "{ended:?}");
    let read = |format: &str| fs::read_to_string(path(format)).unwrap();
    let json: Value = serde_json::from_str(&read("json")).unwrap();
    assert_eq!((json["ledger"]["planned"].as_u64(), json["ledger"]["answered"][4].as_u64()), (Some(100), Some(3)));
    let sum = "100 planned = 97 2xx + 3 5xx";
    for format in ["text", "html", "markdown"] {
        assert!(read(format).contains(sum), "{format}:\n{}", read(format));
        assert!(read(format).contains("3.00 %"), "{format}:\n{}", read(format));
    }
    let p99 = json["latency"][""]["response"]["p99"].as_f64().unwrap();
    let observed = json["results"][0]["observed"].as_f64().unwrap();
    assert!((observed * 1e6 - p99).abs() < 0.5, "{observed} s and {p99} µs");
    assert!(read("junit").contains(r#"failures="1""#), "{}", read("junit"));
    let rows: Vec<Vec<u64>> = read("csv")
        .lines()
        .skip(1)
        .map(|row| row.split(',').skip(2).take(3).map(|cell| cell.parse().unwrap()).collect())
        .collect();
    let sums: Vec<u64> = (0..3).map(|column| rows.iter().map(|row| row[column]).sum()).collect();
    assert_eq!(sums, [100, 97, 3]);
    assert!(read("openmetrics").ends_with("# EOF\n"));
    // A line for each second, but for the last one, which the report follows.
    assert!(ended.stderr.contains("errors so far 3"), "{}", ended.stderr);
}

#[test]
fn one_report_is_printed_and_others_go_to_files() {
    let server = Server::start(Manner::Answers(200));
    let directory = tempfile::tempdir().unwrap();
    let page = directory.path().join("load.html");
    let html = format!("html={}", page.display());
    let ended = load([&server.url("/"), "-n", "5", "--format", &html, "--format", "markdown"]);
    assert!(ended.stdout.contains("5 planned = 5 2xx"), "{ended:?}");
    assert!(fs::read_to_string(page).unwrap().starts_with("<!doctype html>"));
}
