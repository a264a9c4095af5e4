//! `NetworkPolicy` (networking.k8s.io/v1): nothing but what is declared reaches the app's pods, or is reached by them.
//!
//! A connection is declared once, by the caller; the callee's policy lets the caller in by itself. One policy holds for
//! all pods of an app, those of its jobs included: they call the same services, and nobody calls them.

use super::{
    Context, Kind, Render,
    codes::UNKNOWN_ADDRESS,
    graph::Caller,
    ingress, labels,
    neighbour::{INGRESS_CONTROLLER, NAME_SERVER, Neighbour, SCRAPER},
    ports,
};
use crate::{
    diagnostic::Diagnostic,
    manifest::Manifest,
    model::App,
    node::{Map, Node, object},
    spec::{Connection, Peer},
};

pub(super) const KIND: Kind =
    Kind { api_version: "networking.k8s.io/v1", name: "NetworkPolicy", render: Render::App(render) };

/// The label that Kubernetes itself puts on every namespace.
const NAMESPACE: &str = "kubernetes.io/metadata.name";

/// Addresses of the inside (RFC 1918), and link-local ones (RFC 3927), where clouds serve the node's credentials.
const PRIVATE_V4: &[&str] = &["10.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"];

/// Unique local (RFC 4193) and link-local (RFC 4291) addresses.
const PRIVATE_V6: &[&str] = &["fc00::/7", "fe80::/10"];

/// Renders `network` of an app that has pods and refuses all other traffic.
fn render(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let app = context.app;
    let Some(network) = app.spec.network.as_ref() else { return Vec::new() };
    let Some(deny) = network.default_deny.as_ref().filter(|deny| deny.as_bool() == Some(true)) else {
        return Vec::new();
    };
    if !app.runs() && app.spec.jobs.is_empty() {
        return Vec::new();
    }
    let ingress = ingress_rules(context, diagnostics);
    let egress = egress_rules(context, diagnostics);
    let spec = object! {
        "podSelector": object! { "matchLabels": labels::pods(&app.name) },
        "policyTypes": Node::new(vec!["Ingress".into(), "Egress".into()], deny.span),
        "ingress": (!ingress.is_empty()).then_some(ingress),
        "egress": (!egress.is_empty()).then_some(egress),
    };
    vec![KIND.manifest(context, &app.name, object! { "spec": spec })]
}

fn ingress_rules(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Node> {
    let mut rules: Vec<Node> = context.graph.callers(context.app).iter().map(caller).collect();
    let mut admit = |neighbour: &Neighbour, ports: Vec<Node>| {
        if !ports.is_empty() {
            rules.extend(allowed(context, neighbour, "from", ports, diagnostics));
        }
    };
    admit(&INGRESS_CONTROLLER, routed_ports(context.app));
    admit(&SCRAPER, metrics_port(context.app));
    rules
}

fn egress_rules(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Node> {
    let dns = vec![port(&53.into(), Some(&"UDP".into())), port(&53.into(), None)];
    let mut rules: Vec<Node> = allowed(context, &NAME_SERVER, "to", dns, diagnostics).into_iter().collect();
    for connection in &context.app.connections {
        diagnostics.extend(unknown_address(connection));
        rules.push(callee(connection));
    }
    rules
}

/// Traffic with a neighbour, if the app allows it and env.yaml says where the neighbour lives.
fn allowed(
    context: &Context<'_>,
    neighbour: &Neighbour,
    direction: &'static str,
    ports: Vec<Node>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Node> {
    let switch = neighbour.switch(context.app)?;
    let Some(peer) = neighbour.place(context.environment) else {
        diagnostics.push(neighbour.unknown(context.app, switch));
        return None;
    };
    let labels = peer.pod_labels.iter().cloned().collect::<Map>();
    let peers = pods(&peer.namespace, (!labels.is_empty()).then(|| labels.into()));
    Some(rule(direction, peers, ports).caused_by(switch.span))
}

/// One entry of `ingress` or `egress`: who, and through which ports.
fn rule(direction: &'static str, peers: Vec<Node>, ports: Vec<Node>) -> Node {
    let ports = ("ports".into(), ports.into());
    Node::made(Map::from_iter([(direction.into(), peers.into()), ports]))
}

fn port(number: &Node, protocol: Option<&Node>) -> Node {
    object! { "port": number, "protocol": protocol.cloned().unwrap_or_else(|| "TCP".into()) }
}

/// Pods with these labels in a namespace; all of its pods without labels.
fn pods(namespace: impl Into<Node>, labels: Option<Node>) -> Vec<Node> {
    let namespace = Map::from_iter([(NAMESPACE.into(), namespace.into())]);
    vec![object! {
        "namespaceSelector": object! { "matchLabels": namespace },
        "podSelector": labels.map(|labels| object! { "matchLabels": labels }),
    }]
}

/// Lets a caller in, through all ports that it calls.
fn caller(caller: &Caller<'_>) -> Node {
    let from = pods(&caller.app.namespace, Some(labels::pods(&caller.app.name)));
    let mut targets: Vec<Node> = Vec::new();
    for connection in &caller.connections {
        if let Peer::App { target, protocol, .. } = &connection.peer {
            let port = port(target, protocol.as_ref());
            if !targets.contains(&port) {
                targets.push(port);
            }
        }
    }
    rule("from", from, targets).caused_by(caller.connections.first().and_then(|connection| connection.name.span))
}

/// Lets a connection out.
fn callee(connection: &Connection) -> Node {
    let (to, port) = match &connection.peer {
        Peer::App { name, namespace, target, protocol } => {
            (pods(namespace.clone(), Some(labels::pods(name.clone()))), port(target, protocol.as_ref()))
        }
        Peer::Service { namespace } => (pods(namespace.clone(), None), port(&connection.port, None)),
        Peer::Outside { cidr: Some(cidr) } => (vec![block(cidr, &[])], port(&connection.port, None)),
        Peer::Outside { cidr: None } => {
            let public = vec![block("0.0.0.0/0", PRIVATE_V4), block("::/0", PRIVATE_V6)];
            (public, port(&connection.port, None))
        }
    };
    rule("to", to, vec![port]).caused_by(connection.name.span)
}

fn block(cidr: impl Into<Node>, except: &[&str]) -> Node {
    let except: Vec<Node> = except.iter().map(|range| Node::made(*range)).collect();
    object! { "ipBlock": object! { "cidr": cidr, "except": (!except.is_empty()).then_some(except) } }
}

fn unknown_address(connection: &Connection) -> Option<Diagnostic> {
    if !matches!(connection.peer, Peer::Outside { cidr: None }) {
        return None;
    }
    let name = &connection.name;
    let message = format!("the address behind `{}` is unknown, so its port is open to every public address", name.text);
    let finding = Diagnostic::new(&UNKNOWN_ADDRESS, message).at(name.span);
    Some(finding.help("add the host's `cidr`, such as `cidr: 203.0.113.0/24`"))
}

/// The numbers of the container ports that the app's ingresses lead to.
fn routed_ports(app: &App) -> Vec<Node> {
    let paths = app.spec.ingresses.iter().flat_map(|(_, ingress)| &ingress.paths);
    let mut routed = Vec::new();
    for (_, path) in paths {
        let Some((_, service)) = ingress::backend(app, path) else { continue };
        let is_it =
            |name: &str, number: &Node| path.port.as_str().map_or(path.port == *number, |wanted| wanted == name);
        let Some((name, entry)) = service.ports.iter().find(|(name, entry)| is_it(name.as_str(), &entry.port)) else {
            continue;
        };
        let port = match ports::behind(app, name, entry) {
            Some((_, container)) => port(&container.port, container.protocol.as_ref()),
            None => port(entry.target.as_ref().unwrap_or(&entry.port), entry.protocol.as_ref()),
        };
        if !routed.contains(&port) {
            routed.push(port);
        }
    }
    routed
}

fn metrics_port(app: &App) -> Vec<Node> {
    ports::named(app, "metrics").map(|(_, found)| port(&found.port, found.protocol.as_ref())).into_iter().collect()
}
