//! What the cluster did meanwhile is a picture beside the measurement, whatever Prometheus does.

use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    command::{load, report},
    server::{Manner, Server, nobody},
};

const TWO: &str = r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"1.5"]},{"metric":{},"value":[1,"0.5"]}]}}"#;
const ERROR: &str = r#"{"status":"error","errorType":"bad_data","error":"parse error at char 3"}"#;
const EMPTY: &str = r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#;

/// A short run beside a Prometheus, which is met whatever Prometheus says.
fn beside(prometheus: &str) -> Value {
    let server = Server::start(Manner::Answers(200));
    let asked = ["--prometheus", prometheus, "--query", "pods=count(up == 1)", "--interval", "200ms"];
    let url = server.url("/");
    report([url.as_str(), "--rate", "50", "--duration", "1s"].into_iter().chain(asked)).is_met()["cluster"][0].clone()
}

#[test]
fn answers_are_kept_with_their_moments() {
    let prometheus = Server::start(Manner::Says(TWO));
    let series = beside(&prometheus.url("/"));
    let points = series["points"].as_array().unwrap();
    assert!(!points.is_empty() && points.len() <= 6, "{points:?}");
    assert!(points.iter().all(|point| point[1] == 2.0 && point[0].as_f64().unwrap() < 10.0), "{points:?}");
    assert_eq!((&series["name"], &series["note"]), (&"pods".into(), &Value::Null));
    assert_eq!(prometheus.requests()[0].path(), "/api/v1/query?query=count%28up%20%3D%3D%201%29");
}

#[test]
fn a_workload_is_asked_for_in_five_ways() {
    let prometheus = Server::start(Manner::Says(TWO));
    let server = Server::start(Manner::Answers(200));
    let (url, asked) = (server.url("/"), prometheus.url("/below/"));
    let report = report([&url, "-n", "5", "--prometheus", &asked, "--workload", "shop/cart"]).is_met();
    let names: Vec<&str> =
        report["cluster"].as_array().unwrap().iter().map(|series| series["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["cpu", "memory", "received", "sent", "running pods"]);
    let paths = prometheus.paths();
    assert!(paths.iter().all(|path| path.contains(" /below/api/v1/query?query=sum")), "{paths:?}");
}

#[test]
fn a_prometheus_that_does_not_help_is_noted_and_changes_nothing() {
    let wrong = Server::start(Manner::Says(ERROR));
    let empty = Server::start(Manner::Says(EMPTY));
    let page = Server::start(Manner::Says("<html>"));
    let closing = Server::start(Manner::Closes);
    let away = format!("http://{}", nobody());
    let runs = [
        (wrong.url(""), "parse error at char 3"),
        (empty.url(""), "there are no such series"),
        (page.url(""), "the answer is no JSON"),
        (closing.url(""), "the connection breaks"),
        (away, "nobody takes the connection"),
    ]
    .map(|(url, note)| (thread::spawn(move || beside(&url)), note));
    for (run, note) in runs {
        let series = run.join().unwrap();
        // It was asked, and nothing is known.
        let points = series["points"].as_array().unwrap();
        assert!(!points.is_empty() && points.iter().all(|point| point[1].is_null()), "{series}");
        assert!(series["note"].as_str().unwrap().contains(note), "{series}");
    }
}

#[test]
fn a_prometheus_that_stalls_holds_nobody_up() {
    let server = Server::start(Manner::Answers(200));
    let prometheus = Server::start(Manner::IsSilent);
    let begun = Instant::now();
    let (url, asked) = (server.url("/"), prometheus.url(""));
    let ended = load([&url, "-n", "5", "--prometheus", &asked, "--workload", "shop/cart", "--interval", "20s"]);
    assert!(ended.code != 2 && begun.elapsed() < Duration::from_secs(10), "{ended:?}");
    assert!(ended.stdout.contains("5 planned = 5 2xx"), "{ended:?}");
    assert!(ended.stdout.contains("running pods"), "{ended:?}");
}
