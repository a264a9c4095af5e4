//! Several workers, and the one run that they are.

use std::fs;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use hdrhistogram::{
    Histogram,
    serialization::{Deserializer, Serializer, V2DeflateSerializer},
};
use serde_json::Value;

use crate::{
    command::{Ended, booked, load, start},
    server::{Manner, Server},
};

const LEDGER: [&str; 5] = ["planned", "unexpected", "unsent", "shed", "bytes"];

fn histogram(stored: &Value) -> Histogram<u64> {
    let bytes = BASE64_STANDARD.decode(stored.as_str().unwrap()).unwrap();
    Deserializer::new().deserialize(&mut bytes.as_slice()).unwrap()
}

fn stored(histogram: &Histogram<u64>) -> String {
    let mut bytes = Vec::new();
    V2DeflateSerializer::new().serialize(histogram, &mut bytes).unwrap();
    BASE64_STANDARD.encode(bytes)
}

/// The runs of all workers of one plan.
fn workers(count: usize, server: &Server) -> Vec<Value> {
    let urls = [format!("foo:3={}", server.url("/foo")), format!("bar:1={}", server.url("/bar"))];
    let running: Vec<_> = (0..count)
        .map(|number| {
            let share = format!("{number}/{count}");
            let plan = ["--rate", "210", "--duration", "500ms", "--poisson", "--seed", "5", "--worker", &share];
            start(urls.iter().map(String::as_str).chain(plan).chain(["-c", "8", "--format", "json"]))
        })
        .collect();
    running.into_iter().map(|run| run.end().json()).collect()
}

#[test]
fn the_merged_run_is_the_union_bit_by_bit() {
    let mut seen = Vec::new();
    for count in 2..=8 {
        let server = Server::start(Manner::Answers(200));
        let parts = workers(count, &server);
        let directory = tempfile::tempdir().unwrap();
        let files = parts.iter().enumerate().map(|(at, part)| {
            let file = directory.path().join(format!("{at}.json"));
            fs::write(&file, part.to_string()).unwrap();
            file.into_os_string().into_string().unwrap()
        });
        let arguments: Vec<String> = ["merge".to_owned()].into_iter().chain(files).collect();
        let merged = load(arguments.iter().map(String::as_str).chain(["--format", "json"])).json();
        for target in 0..2 {
            let of = |report: &Value| report["targets"][target].clone();
            for name in ["response", "service", "lag"] {
                let mut union = Histogram::<u64>::new(3).unwrap();
                union.auto(true);
                for part in &parts {
                    union.add(histogram(&of(part)[name])).unwrap();
                }
                let whole = of(&merged)[name].clone();
                assert_eq!(histogram(&whole), union);
                assert_eq!(whole, stored(&union), "{name} of {target}, {count} workers");
                assert_eq!(merged["latency"][["foo", "bar"][target]][name]["p99"], union.value_at_quantile(0.99));
            }
            for name in LEDGER {
                let sum: u64 = parts.iter().map(|part| of(part)["ledger"][name].as_u64().unwrap()).sum();
                assert_eq!(of(&merged)["ledger"][name], sum);
            }
        }
        assert_eq!(booked(&merged, "planned"), server.requests().len() as u64);
        let mut paths: Vec<String> = server.requests().iter().map(|request| request.path().to_owned()).collect();
        paths.sort();
        seen.push(paths);
    }
    // However many they are, together they send what one would have sent.
    assert!(seen.iter().all(|paths| *paths == seen[0] && paths.len() > 70), "{:?}", seen[0].len());
}

#[test]
fn runs_of_different_tests_are_not_added_up() {
    let server = Server::start(Manner::Answers(200));
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str| directory.path().join(name).into_os_string().into_string().unwrap();
    for (name, more) in [("a.json", ["--slo", "p99=9s"]), ("b.json", ["--slo", "p99=8s"])] {
        let to = format!("json={}", file(name));
        load([server.url("/").as_str(), "-n", "5", "--format", &to].into_iter().chain(more));
    }
    let merged: Ended = load(["merge", &file("a.json"), &file("b.json")]);
    merged.is_refused("these are runs of different tests: their targets or objectives differ");
}
