//! The `NetworkPolicy` (networking.k8s.io/v1) of a load test's pods: that workers meet nobody but each other, and, beside
//! what holds for all pods of the app, whom they ask.

use smol_str::format_smolstr;

use super::{
    InCluster, MEETING_PORT,
    edge::{Callee, callees, host_of_url},
};
use crate::{
    diagnostic::Diagnostic,
    manifest::Manifest,
    model::App,
    node::{Node, object},
    render::{
        Context, Kind, Render,
        codes::UNREACHED_TARGET,
        labels,
        neighbour::{NAME_SERVER, Neighbour, SCRAPER},
        network_policy::{API_VERSION, any_port, container_port, labelled, name_lookup, pods, port, rule},
    },
};

pub(in crate::render) static KIND: Kind =
    Kind { api_version: API_VERSION, name: "NetworkPolicy", render: Render::App(render) };

/// Where all other traffic of the app is refused, and wherever workers meet: whoever reaches worker 0 may end the run, and
/// these pods serve nothing else.
fn render(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let network = context.app.spec.network.as_ref();
    let denies = network.and_then(|network| network.default_deny.as_ref()).and_then(Node::as_bool) == Some(true);
    let Some(load) = InCluster::of(context.app).filter(|load| denies || load.workers().is_some()) else {
        return Vec::new();
    };
    let meeting = load.workers().map(|workers| {
        let port = port(&Node::new(MEETING_PORT, workers.span), None);
        (pods(&context.app.namespace, Some(load.selector())), vec![port], workers.span)
    });
    let meets = |direction| {
        let (peers, ports, span) = meeting.clone()?;
        Some(rule(direction, peers, ports).caused_by(span))
    };
    let ingress: Vec<Node> = meets("from").into_iter().collect();
    let mut egress = Vec::new();
    if denies {
        egress.extend(asks(context, &load, diagnostics));
        egress.extend(meets("to"));
    }
    let types = [(denies, "Egress"), (!ingress.is_empty(), "Ingress")];
    let types: Vec<Node> =
        types.into_iter().filter(|(is_there, _)| *is_there).map(|(_, word)| load.node(word)).collect();
    let spec = object! {
        "podSelector": object! { "matchLabels": load.selector() },
        "policyTypes": types,
        "ingress": (!ingress.is_empty()).then_some(ingress),
        "egress": (!egress.is_empty()).then_some(egress),
    };
    vec![KIND.manifest(context, load.name(), object! { "spec": spec })]
}

fn asks(context: &Context<'_>, load: &InCluster<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Node> {
    let app = context.app;
    let mut rules: Vec<Node> = Vec::new();
    let mut add = |rule: Option<Node>| rules.extend(rule.filter(|rule| !rules.contains(rule)));
    if NAME_SERVER.switch(app).is_none() {
        add(neighbour(context, &NAME_SERVER, &load.node(true), diagnostics)
            .map(|peers| name_lookup(peers, load.cause())));
    }
    for callee in callees(app, context.environment) {
        match callee {
            Callee::Own((name, entry)) => {
                let peers = pods(&app.namespace, Some(labels::pods(&app.name)));
                add(Some(rule("to", peers, vec![container_port(app, name, entry)]).caused_by(load.cause())));
            }
            // Behind its Service, a router listens on whatever port it likes.
            Callee::Router(router, cause) => {
                let peers = neighbour(context, router, cause, diagnostics);
                add(peers.map(|peers| any_port("to", peers).caused_by(cause.span)));
            }
            Callee::Host(host, cause) => diagnostics.extend(unreached(app, &host, cause)),
        }
    }
    if let Some(prometheus) = load.test.prometheus.as_ref().map(|prometheus| &prometheus.url)
        && !host_of_url(prometheus).is_some_and(|host| is_connected(app, &host))
    {
        let peers = neighbour(context, &SCRAPER, prometheus, diagnostics);
        add(peers.map(|peers| any_port("to", peers).caused_by(prometheus.span)));
    }
    if let Some(cause) = load.needs_api().filter(|_| !is_connected(app, API)) {
        diagnostics.extend(unreached(app, API, cause));
    }
    rules
}

/// The Kubernetes API's name in every cluster.
const API: &str = "kubernetes.default.svc";

/// The pods of a part of the platform; a finding where nobody knows where they are.
fn neighbour(
    context: &Context<'_>,
    neighbour: &Neighbour,
    cause: &Node,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Vec<Node>> {
    let place = neighbour.place(context.environment);
    if place.is_none() {
        diagnostics.push(neighbour.unknown(context.app, cause));
    }
    place.map(|place| labelled(&place.namespace, &place.pod_labels))
}

/// Whether a connection of the app leads to a host.
fn is_connected(app: &App, host: &str) -> bool {
    let bare = |host: &str| host.trim_end_matches('.').trim_end_matches(".cluster.local").to_owned();
    app.connections.iter().any(|connection| bare(&connection.host) == bare(host))
}

fn unreached(app: &App, host: &str, cause: &Node) -> Option<Diagnostic> {
    if is_connected(app, host) {
        return None;
    }
    let finding =
        Diagnostic::new(&UNREACHED_TARGET, "the load test speaks with a host that its NetworkPolicy keeps it from");
    let help = if host == API {
        // What a policy sees is the API server's own address, which only its owner knows.
        format_smolstr!("add `kubernetes: {{ fqdn: {API}, port: 6443, cidr: … }}` to `network.connections`")
    } else {
        format_smolstr!("add the host to `network.connections`, or name a target of the app itself")
    };
    Some(finding.at(cause.span).help(help))
}
