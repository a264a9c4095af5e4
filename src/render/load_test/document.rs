//! The document of an app's load test.

use super::{
    check::check,
    secret::{Mount, Variable, Variables, authorities, identity},
    target,
};
use crate::{
    diagnostic::Diagnostic,
    model::{App, LoadStage, LoadTest, LoadTrust, Named, Prometheus, Reuse},
    node::{Map, Node, object},
};

/// A load test that refers to nothing.
#[derive(Clone, Debug)]
pub struct Document {
    /// The file, `kind: LoadTest`; its nodes know the lines of the spec that caused them.
    pub node: Node,
    /// The environment variables that it names, and what they have to hold.
    pub variables: Vec<Variable>,
    /// The directories of the files that it names, and what they have to hold.
    pub mounts: Vec<Mount>,
}

/// The document of an app's load test, if it has one. A target that leads nowhere is reported and left out.
pub fn document(app: &App, diagnostics: &mut Vec<Diagnostic>) -> Option<Document> {
    let test = app.load_test()?;
    check(test, diagnostics);
    let (mut variables, mut mounts) = (Variables::default(), Vec::new());
    let targets: Map = test
        .targets
        .iter()
        .filter_map(|(name, target)| {
            Some((name.clone(), target::resolved(app, name, target, &mut variables, diagnostics)?))
        })
        .collect();
    let tls = test.tls.as_ref().map(|tls| trust(app, tls, &mut mounts, diagnostics));
    let node = whole(app, test, targets, tls).caused_by(test.span);
    Some(Document { node, variables: variables.0, mounts })
}

fn whole(app: &App, test: &LoadTest, targets: Map, tls: Option<Node>) -> Node {
    let metadata = object! { "name": &app.name, "namespace": &app.namespace };
    let stages: Vec<Node> = test.stages.iter().map(stage).collect();
    object! {
        "apiVersion": "karat/v1",
        "kind": "LoadTest",
        "metadata": metadata,
        "targets": targets,
        "rate": &test.rate,
        "duration": &test.duration,
        "stages": (!stages.is_empty()).then_some(stages),
        "spacing": &test.spacing,
        "warmUp": &test.warm_up,
        "connections": &test.connections,
        "requests": &test.requests,
        "maxBytes": &test.max_bytes,
        "seed": &test.seed,
        "requestsPerConnection": test.requests_per_connection.as_ref().map(reuse),
        "timeout": &test.timeout,
        "connectTimeout": &test.connect_timeout,
        "shedAfter": &test.shed_after,
        "http2": &test.http2,
        "streams": &test.streams,
        "redirects": &test.redirects,
        "threads": &test.threads,
        "tls": tls,
        "slo": entries(&test.slo),
        "maxLag": &test.max_lag,
        "waitReady": &test.wait_ready,
        "abortOnFail": &test.abort_on_fail,
        "prometheus": test.prometheus.as_ref().map(prometheus),
        "replicas": &test.replicas,
        "workers": &test.workers,
    }
}

/// A map by name, unless it is empty.
pub(super) fn entries(entries: &Named<Node>) -> Option<Map> {
    (!entries.is_empty()).then(|| entries.iter().cloned().collect())
}

fn stage(stage: &LoadStage) -> Node {
    let node = object! { "rate": &stage.rate, "from": &stage.from, "to": &stage.to, "for": &stage.lasts };
    node.caused_by(stage.span)
}

fn reuse(reuse: &Reuse) -> Node {
    object! { "min": &reuse.min, "max": &reuse.max }.caused_by(reuse.span)
}

fn prometheus(prometheus: &Prometheus) -> Node {
    let node = object! {
        "url": &prometheus.url,
        "interval": &prometheus.interval,
        "workload": &prometheus.workload,
        "queries": entries(&prometheus.queries),
    };
    node.caused_by(prometheus.span)
}

fn trust(app: &App, tls: &LoadTrust, mounts: &mut Vec<Mount>, diagnostics: &mut Vec<Diagnostic>) -> Node {
    let node = object! {
        "insecure": &tls.insecure,
        "authorities": tls.authorities.as_ref().and_then(|own| authorities(app, own, mounts, diagnostics)),
        "identity": tls.identity.as_ref().and_then(|own| identity(app, own, mounts, diagnostics)),
    };
    node.caused_by(tls.span)
}
