//! What a load test may say that no run can do, in an app's spec as in a file of its own.

mod alone;
mod objective;
mod request;
mod traffic;

pub use alone::check_alone;

use crate::{
    diagnostic::Diagnostic,
    grammar::{BAD_VALUE, MISSING_FIELD, formats},
    model::{LoadTest, Prometheus, Reuse, USUAL_CONNECTIONS},
    node::Node,
    render::{
        codes::IMPOSSIBLE_TEST,
        findings::{misplace, place},
    },
    source::Span,
};

/// Reports what cannot be.
pub fn check(test: &LoadTest, diagnostics: &mut Vec<Diagnostic>) {
    check_durations(test, diagnostics);
    traffic::check(test, diagnostics);
    objective::check(test, diagnostics);
    for (name, target) in &test.targets {
        request::check(name, target, diagnostics);
    }
    check_connections(test, diagnostics);
    if let Some(prometheus) = &test.prometheus {
        check_prometheus(prometheus, diagnostics);
    }
}

/// A finding about a value of the right type.
fn bad(node: &Node, message: String) -> Diagnostic {
    Diagnostic::new(&BAD_VALUE, message).at(node.span)
}

/// A finding about a test that tells nothing.
fn impossible(span: Option<Span>, message: String) -> Diagnostic {
    Diagnostic::new(&IMPOSSIBLE_TEST, message).at(span)
}

/// The seconds of a duration that was written.
fn seconds(node: &Node) -> Option<f64> {
    node.as_str().and_then(formats::seconds)
}

/// A year: nobody waits longer, and clocks can still count it.
const LONGEST: f64 = 366.0 * 86_400.0;

/// What takes no time is not done, and what never ends neither.
fn check_durations(test: &LoadTest, diagnostics: &mut Vec<Diagnostic>) {
    let interval = test.prometheus.as_ref().and_then(|prometheus| prometheus.interval.as_ref());
    let fields = [
        ("duration", test.duration.as_ref()),
        ("timeout", test.timeout.as_ref()),
        ("connectTimeout", test.connect_timeout.as_ref()),
        ("maxLag", test.max_lag.as_ref()),
        ("interval", interval),
    ];
    let stages = test.stages.iter().map(|stage| ("for", Some(&stage.lasts)));
    let fields = fields.into_iter().chain(stages);
    // These may be nothing at all.
    let others = [("warmUp", &test.warm_up), ("shedAfter", &test.shed_after), ("waitReady", &test.wait_ready)];
    for (field, node) in fields.clone() {
        if let Some(node) = node.filter(|node| seconds(node) == Some(0.0)) {
            let finding = bad(node, format!("`{field}` leaves no time at all"));
            diagnostics.push(finding.help("write a duration above 0, such as `10s`"));
        }
    }
    for (field, node) in fields.chain(others.map(|(field, node)| (field, node.as_ref()))) {
        if let Some(node) = node.filter(|node| seconds(node).is_some_and(|seconds| seconds > LONGEST)) {
            let finding = bad(node, format!("`{field}` is longer than a year"));
            diagnostics.push(finding.help("write a duration that somebody waits for, such as `1h`"));
        }
    }
}

fn check_connections(test: &LoadTest, diagnostics: &mut Vec<Diagnostic>) {
    let speaks_two = test.http2.as_ref().and_then(Node::as_bool) == Some(true);
    let streams = if speaks_two { None } else { place(test.streams.as_ref()) };
    let help = "set `http2: true`, or take it out";
    misplace(&[("streams", streams)], "a load test without `http2`", help, diagnostics);
    let (workers, connections) = (test.workers.as_ref(), test.connections.as_ref());
    if let Some(workers) = workers.filter(|workers| workers.as_int() > Some(connections_of(connections))) {
        let message = format!("{} workers cannot share the connections", workers.as_int().unwrap_or_default());
        let finding =
            impossible(workers.span, message).related(connections.and_then(|node| node.span), "these are all");
        diagnostics.push(finding.help("plan fewer `workers`, or a connection for each of them"));
    }
    if let Some(Reuse { min, max: Some(max), .. }) = &test.requests_per_connection
        && min.as_int() > max.as_int()
    {
        let finding = bad(max, "`max` is less than `min`".to_owned()).related(min.span, "`min` is here");
        diagnostics.push(finding.help("write the smaller number as `min`"));
    }
    let is_none = |node: &&Node| node.as_str().and_then(formats::quantity).is_some_and(|bytes| bytes < 1.0);
    if let Some(bytes) = test.max_bytes.as_ref().filter(is_none) {
        diagnostics.push(bad(bytes, "`maxBytes` leaves no answer".to_owned()).help("write a byte or more: `1Gi`"));
    }
}

/// So many connections are open at a time.
fn connections_of(own: Option<&Node>) -> i64 {
    own.and_then(Node::as_int).unwrap_or(USUAL_CONNECTIONS.into())
}

fn check_prometheus(prometheus: &Prometheus, diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.extend(request::not_http(&prometheus.url));
    let asks_nothing = prometheus.workload.as_ref().and_then(Node::as_bool) == Some(false);
    if asks_nothing && prometheus.queries.is_empty() {
        let finding = Diagnostic::new(&MISSING_FIELD, "Prometheus is asked for nothing").at(prometheus.span);
        diagnostics.push(finding.help("add `queries: { pods: count(up) }`, or take out `workload: false`"));
    }
}
