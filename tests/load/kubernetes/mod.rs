//! What is asked of the Kubernetes API, and what is left there, by the program as its users run it.

mod api;

use std::{
    fs,
    io::Read,
    process::{Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::{Manner, Server};
use api::{Api, Asked, fixture};

/// How a run ended, and what it printed.
#[derive(Debug)]
struct Ended {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Ended {
    /// It ran, and every objective was met. Whether the machine was on time is another question.
    fn has_run(&self) {
        assert!(matches!(self.code, 0 | 3), "{self:?}");
    }

    fn verdict(&self) -> &str {
        if self.code == 0 { "met" } else { "inconclusive" }
    }
}

/// A kubeconfig for a server: how to log in.
fn kubeconfig(api: &Api, user: &str) -> (TempDir, String) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("config");
    let text = json!({
        "current-context": "local",
        "contexts": [{ "name": "local", "context": { "cluster": "local", "user": "me", "namespace": "shop" } }],
        "clusters": [{ "name": "local", "cluster": {
            "server": format!("https://127.0.0.1:{}", api.address.port()),
            "certificate-authority": fixture("tls/ca.crt"),
            "tls-server-name": "api.karat.test",
        } }],
    });
    // JSON is YAML.
    fs::write(&file, text.to_string().replacen('{', &format!("{{\"users\": [{{ name: me, user: {user} }}],"), 1))
        .unwrap();
    let file = file.to_str().unwrap().to_owned();
    (directory, file)
}

const TOKEN: &str = "{ token: TOP-SECRET }";

/// A run of half a second against a good server.
fn load(more: &[&str]) -> Ended {
    let server = Server::start(Manner::Answers(200));
    run(&[&format!("http://{}/", server.address), "--rate", "50", "--duration", "500ms", "--max-lag", "10s"], more)
}

fn run(arguments: &[&str], more: &[&str]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_karat"));
    command.arg("load").args(arguments).args(more).stdin(Stdio::null()).env_remove("KUBECONFIG");
    let output = command.env("HOME", "/nonexistent").env_remove("KUBERNETES_SERVICE_HOST").output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let ended =
        Ended { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) };
    assert!(!ended.stdout.contains("TOP-SECRET") && !ended.stderr.contains("TOP-SECRET"), "{ended:?}");
    ended
}

/// The series of a run beside a server.
fn replicas(api: &Api, user: &str) -> Vec<Value> {
    let (_kept, file) = kubeconfig(api, user);
    let ended = load(&[
        "--replicas",
        "--workload",
        "shop/cart",
        "--interval",
        "100ms",
        "--kubeconfig",
        &file,
        "--format",
        "json",
    ]);
    ended.has_run();
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    report["cluster"].as_array().cloned().unwrap_or_default()
}

fn not_found(_: &Asked) -> (u16, String) {
    (404, json!({ "kind": "Status", "message": "not found", "code": 404 }).to_string())
}

/// A StatefulSet that grows, and the autoscaler that makes it grow, beside that of another.
fn growing() -> impl Fn(&Asked) -> (u16, String) {
    let asked = AtomicU64::new(0);
    move |own: &Asked| {
        let scaler = |name: &str, wish: u64| {
            let target = json!({ "kind": "StatefulSet", "name": name });
            json!({ "spec": { "scaleTargetRef": target }, "status": { "desiredReplicas": wish } })
        };
        let body = match own.line.as_str() {
            "GET /apis/apps/v1/namespaces/shop/statefulsets/cart" => {
                let now = asked.fetch_add(1, Ordering::Relaxed);
                json!({ "spec": { "replicas": 7 }, "status": { "replicas": 1 + now, "readyReplicas": now } })
            }
            "GET /apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers" => {
                json!({ "items": [scaler("cart-db", 99), scaler("cart", 7)] })
            }
            _ => return not_found(own),
        };
        (200, body.to_string())
    }
}

#[test]
fn the_replicas_are_followed() {
    let api = Api::start(false, growing());
    let series = replicas(&api, TOKEN);
    let names: Vec<&str> = series.iter().map(|own| own["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["wanted replicas", "replicas", "ready replicas", "autoscaler's wish"]);
    assert!(series.iter().all(|own| own["unit"] == "pods" && own["note"].is_null()), "{series:#?}");
    let values = |own: &Value| -> Vec<Value> {
        own["points"].as_array().unwrap().iter().map(|point| point[1].clone()).collect()
    };
    let there = values(&series[1]);
    assert!(there.starts_with(&[json!(1.0), json!(2.0), json!(3.0)]), "{there:?}");
    assert!(values(&series[0]).iter().chain(&values(&series[3])).all(|wanted| wanted == 7.0));
    let asked = api.asked();
    assert!(asked.iter().all(|own| own.token == "Bearer TOP-SECRET"), "{asked:?}");
    // Once it is known what it is, only that is asked for.
    let deployments = asked.iter().filter(|own| own.line.contains("/deployments/")).count();
    assert_eq!(deployments, 1);
}

#[test]
fn a_certificate_says_who_asks() {
    let api = Api::start(true, growing());
    let (certificate, key) = (fixture("tls/client.crt"), fixture("tls/client.key"));
    let series = replicas(&api, &format!("{{ client-certificate: {certificate}, client-key: {key} }}"));
    assert_eq!(series.len(), 4, "{series:#?}");
    let series = replicas(&api, TOKEN);
    assert!(series[0]["note"].as_str().unwrap().starts_with("the API server does not answer: "), "{series:#?}");
}

#[test]
fn a_missing_right_is_named() {
    let forbidden = json!({ "kind": "Status", "message": "forbidden: User \"x\" cannot get", "code": 403 }).to_string();
    let api = Api::start(false, move |_| (403, forbidden.clone()));
    let notes: Vec<Value> = replicas(&api, TOKEN).iter().map(|own| own["note"].clone()).collect();
    let workload = "the right to `get` `deployments.apps` in namespace `shop` is missing (403)";
    let scaler = "the right to `list` `horizontalpodautoscalers.autoscaling` in namespace `shop` is missing (403)";
    assert_eq!(notes, [workload, workload, workload, scaler]);
}

#[test]
fn what_is_not_there_is_noted() {
    for (answer, note) in [
        (not_found(&Asked::default()), "there is no Deployment or StatefulSet `shop/cart`"),
        ((401, String::new()), "the API server does not know who asks (401)"),
        ((500, json!({ "message": "etcd is away" }).to_string()), "the API server refuses (500): etcd is away"),
        ((200, "<html>".to_owned()), "what answers is no API server: the answer is no JSON"),
    ] {
        let api = Api::start(false, move |_| answer.clone());
        assert_eq!(replicas(&api, TOKEN)[0]["note"], note);
    }
}

/// A user whose program does what it is told, and notes each call in a file.
#[cfg(unix)]
fn plugin(mode: &str, calls: &str) -> String {
    let command = fixture("plugin.sh");
    let variables = format!("[{{ name: MODE, value: {mode} }}, {{ name: CALLS, value: '{calls}' }}]");
    format!(
        "{{ exec: {{ apiVersion: client.authentication.k8s.io/v1, command: {command}, args: [--cluster, '7'], env: {variables} }} }}"
    )
}

#[cfg(unix)]
#[test]
fn a_program_is_called_again_when_its_token_expires() {
    let directory = tempfile::tempdir().unwrap();
    let calls = |mode: &str| {
        let (api, file) = (Api::start(false, growing()), directory.path().join(mode));
        let series = replicas(&api, &plugin(mode, file.to_str().unwrap()));
        assert!(series.iter().all(|own| own["note"].is_null()), "{series:#?}");
        (fs::read_to_string(file).unwrap().lines().count(), api.asked().len())
    };
    let (called, asked) = calls("token");
    assert!(called == 1 && asked > 2, "{called} calls for {asked} requests");
    let (called, asked) = calls("expired");
    assert!(called >= asked && asked > 2, "{called} calls for {asked} requests");
}

#[cfg(unix)]
#[test]
fn a_program_that_waits_does_not_keep_the_run() {
    let (began, api) = (Instant::now(), Api::start(false, growing()));
    let series = replicas(&api, &plugin("waits", ""));
    assert!(series.iter().all(|own| own["note"] == "no whole answer came in time"), "{series:#?}");
    assert!(!series.is_empty() && began.elapsed() < Duration::from_secs(30));
}

#[cfg(unix)]
#[test]
fn a_token_that_has_expired_is_asked_for_anew() {
    let asked = AtomicU64::new(0);
    let api = Api::start(false, move |own| match asked.fetch_add(1, Ordering::Relaxed) {
        2 => (401, String::new()),
        _ => growing()(own),
    });
    let series = replicas(&api, &plugin("token", ""));
    assert!(series.iter().all(|own| own["note"].is_null()), "{series:#?}");
    assert!(api.asked().iter().all(|own| own.token == "Bearer TOP-SECRET"));
}

#[test]
fn without_a_cluster_the_test_goes_on() {
    let ended = load(&["--replicas", "--workload", "shop/cart"]);
    ended.has_run();
    assert!(ended.stdout.contains("(there is no kubeconfig, and this is no pod of a cluster)"), "{ended:?}");
    // What somebody has named has to be there.
    let ended = load(&["--replicas", "--workload", "shop/cart", "--kubeconfig", "/nonexistent/config"]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.stderr.contains("there is no kubeconfig `/nonexistent/config`"), "{ended:?}");
}

/// Takes every ConfigMap.
fn taking(own: &Asked) -> (u16, String) {
    (200, own.body.clone())
}

#[test]
fn the_result_is_left_in_the_cluster() {
    let api = Api::start(false, taking);
    let (_kept, file) = kubeconfig(&api, TOKEN);
    let ended = load(&["--config-map", "result", "--kubeconfig", &file]);
    ended.has_run();
    let asked = api.asked();
    let lines: Vec<&str> = asked.iter().map(|own| own.line.as_str()).collect();
    let patch = "PATCH /api/v1/namespaces/shop/configmaps/result?fieldManager=karat";
    assert_eq!(lines, [format!("{patch}&dryRun=All"), patch.to_owned()]);
    assert!(asked.iter().all(|own| own.kind == "application/apply-patch+yaml"));
    let object: Value = serde_json::from_str(&asked[1].body).unwrap();
    assert_eq!((&object["kind"], &object["metadata"]["namespace"]), (&"ConfigMap".into(), &"shop".into()));
    let data = &object["data"];
    assert_eq!((&data["verdict"], data["report.txt"].as_str()), (&ended.verdict().into(), Some(ended.stdout.as_str())));
    assert!(data["report.md"].as_str().unwrap().contains(&format!("## Load test: {}", ended.verdict())));
    let report: Value = serde_json::from_str(data["report.json"].as_str().unwrap()).unwrap();
    assert_eq!((&report["verdict"], &report["ledger"]["planned"]), (&ended.verdict().into(), &25.into()));
}

#[test]
fn a_large_report_is_compressed() {
    let api = Api::start(false, taking);
    let (_kept, file) = kubeconfig(&api, TOKEN);
    let server = Server::start(Manner::Answers(200));
    let urls: Vec<String> = (0..300).map(|target| format!("t{target}=http://{}/", server.address)).collect();
    let mut arguments: Vec<&str> = urls.iter().map(String::as_str).collect();
    arguments.extend(["-n", "600", "-c", "2", "--max-lag", "10s", "--format", "json"]);
    let ended = run(&arguments, &["--config-map", "other/result", "--kubeconfig", &file]);
    ended.has_run();
    let last = api.asked().pop().unwrap();
    assert!(last.line.contains("/namespaces/other/") && last.body.len() < 1_000_000, "{}", last.body.len());
    let object: Value = serde_json::from_str(&last.body).unwrap();
    let bytes = BASE64_STANDARD.decode(object["binaryData"]["report.json.gz"].as_str().unwrap()).unwrap();
    let mut json = String::new();
    GzDecoder::new(bytes.as_slice()).read_to_string(&mut json).unwrap();
    assert_eq!(json, ended.stdout);
}

#[test]
fn where_the_result_cannot_be_left_nothing_is_sent() {
    let api = Api::start(false, |_| (403, json!({ "message": "forbidden" }).to_string()));
    let (_kept, file) = kubeconfig(&api, TOKEN);
    let server = Server::start(Manner::Answers(200));
    let url = format!("http://{}/", server.address);
    let ended = run(&[&url], &["--config-map", "result", "--kubeconfig", &file]);
    assert_eq!((ended.code, ended.stdout.as_str(), server.arrivals().len()), (2, "", 0), "{ended:?}");
    let why = "the right to `patch` `configmaps` in namespace `shop` is missing (403)";
    assert!(ended.stderr.contains(why) && ended.stderr.contains("`create` and `patch`"), "{ended:?}");
}

#[test]
fn a_result_that_is_lost_at_the_end_is_said() {
    for (status, code) in [(200, 2), (503, 1)] {
        let api =
            Api::start(false, |own| if own.line.contains("dryRun") { taking(own) } else { (409, "{}".to_owned()) });
        let (_kept, file) = kubeconfig(&api, TOKEN);
        let server = Server::start(Manner::Answers(status));
        let url = format!("http://{}/", server.address);
        let ended = run(&[&url, "-n", "20", "--max-lag", "10s"], &["--config-map", "result", "--kubeconfig", &file]);
        assert_eq!(ended.code, code, "{ended:?}");
        assert!(ended.stdout.contains("20 planned = 20 ") && ended.stderr.contains("somebody else"), "{ended:?}");
    }
}
