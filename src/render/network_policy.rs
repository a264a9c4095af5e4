//! `NetworkPolicy` (networking.k8s.io/v1): nothing but what is declared reaches the app's pods, or is reached by them.
//!
//! A connection is declared once, by the caller; the callee's policy lets the caller in by itself. One policy holds for
//! all pods of an app, those of its jobs included: they call the same services, and nobody calls them. Callers of which
//! the repository knows nothing else stand in `accept`.

use super::{
    Context, Kind, Render,
    codes::UNKNOWN_ADDRESS,
    findings, graph, ingress, labels,
    load_test::{Callee, InCluster, callees},
    neighbour::{GATEWAY, INGRESS_CONTROLLER, NAME_SERVER, Neighbour, SCRAPER},
    ports, request, service,
};
use crate::{
    diagnostic::Diagnostic,
    manifest::Manifest,
    model::{App, Caller, IngressPath, Named, Network, Provider, ServicePort},
    node::{Key, Map, Node, object},
    source::Span,
    spec::{Connection, Peer},
};

pub(super) const API_VERSION: &str = "networking.k8s.io/v1";

pub(super) static KIND: Kind = Kind { api_version: API_VERSION, name: "NetworkPolicy", render: Render::App(render) };

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
    if !app.runs() && app.spec.jobs.is_empty() && InCluster::of(app).is_none() {
        return Vec::new();
    }
    let ingress = ingress_rules(context, network, diagnostics);
    let egress = egress_rules(context, diagnostics);
    let spec = object! {
        "podSelector": object! { "matchLabels": labels::pods(&app.name) },
        "policyTypes": Node::new(vec!["Ingress".into(), "Egress".into()], deny.span),
        "ingress": (!ingress.is_empty()).then_some(ingress),
        "egress": (!egress.is_empty()).then_some(egress),
    };
    vec![KIND.manifest(context, &app.name, object! { "spec": spec })]
}

fn ingress_rules(context: &Context<'_>, network: &Network, diagnostics: &mut Vec<Diagnostic>) -> Vec<Node> {
    let app = context.app;
    let mut rules: Vec<Node> = context.graph.callers(app).iter().map(caller).collect();
    let neighbours = [
        (&INGRESS_CONTROLLER, routed_ports(app, Provider::Ingress)),
        (&GATEWAY, routed_ports(app, Provider::Gateway)),
        (&SCRAPER, metrics_port(app, diagnostics).into_iter().collect()),
    ];
    for (neighbour, ports) in neighbours {
        if !ports.is_empty() {
            rules.extend(allowed(context, neighbour, "from", ports, diagnostics));
        }
    }
    let mut accepted: Vec<&(Key, Caller)> = network.accept.iter().collect();
    accepted.sort_by(|(one, _), (other, _)| one.text.cmp(&other.text));
    rules.extend(accepted.into_iter().filter_map(|(name, caller)| accept(app, name, caller, diagnostics)));
    add_requests(app, "from", &mut rules);
    add_load_test(context, &mut rules);
    rules
}

fn egress_rules(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Node> {
    let mut rules: Vec<Node> = allowed(context, &NAME_SERVER, "to", dns_ports(), diagnostics).into_iter().collect();
    for connection in &context.app.connections {
        diagnostics.extend(unknown_address(connection));
        rules.push(callee(connection));
    }
    add_requests(context.app, "to", &mut rules);
    rules
}

/// Lets the app's own smoke tests reach what they ask, unless a connection does.
fn add_requests(app: &App, direction: &'static str, rules: &mut Vec<Node>) {
    for (job, (name, entry)) in request::targets(app) {
        let peers = pods(&app.namespace, Some(labels::pods(&app.name)));
        let rule = rule(direction, peers, vec![container_port(app, name, entry)]).caused_by(job.span);
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
}

/// Lets the app's own load test reach what it asks.
fn add_load_test(context: &Context<'_>, rules: &mut Vec<Node>) {
    let app = context.app;
    let Some(load) = InCluster::of(app) else { return };
    for callee in callees(app, context.environment) {
        let Callee::Own((name, entry)) = callee else { continue };
        let peers = pods(&app.namespace, Some(load.selector()));
        let rule = rule("from", peers, vec![container_port(app, name, entry)]).caused_by(load.cause());
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
}

fn dns_ports() -> Vec<Node> {
    vec![port(&53.into(), Some(&"UDP".into())), port(&53.into(), None)]
}

/// Lets pods look names up at these ones.
pub(super) fn name_lookup(peers: Vec<Node>, cause: Option<Span>) -> Node {
    rule("to", peers, dns_ports()).caused_by(cause)
}

/// The container's port behind a service's.
pub(super) fn container_port(app: &App, name: &Key, entry: &ServicePort) -> Node {
    match ports::behind(app, name, entry) {
        Some((_, container)) => port(&container.port, container.protocol.as_ref()),
        None => port(entry.target.as_ref().unwrap_or(&entry.port), entry.protocol.as_ref()),
    }
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
    Some(rule(direction, labelled(&peer.namespace, &peer.pod_labels), ports).caused_by(switch.span))
}

/// One entry of `ingress` or `egress`: who, and through which ports.
pub(super) fn rule(direction: &'static str, peers: Vec<Node>, ports: Vec<Node>) -> Node {
    let ports = ("ports".into(), ports.into());
    Node::made(Map::from_iter([(direction.into(), peers.into()), ports]))
}

/// One that is not about ports.
pub(super) fn any_port(direction: &'static str, peers: Vec<Node>) -> Node {
    Node::made(Map::from_iter([(direction.into(), peers.into())]))
}

pub(super) fn port(number: &Node, protocol: Option<&Node>) -> Node {
    object! { "port": number, "protocol": protocol.cloned().unwrap_or_else(|| "TCP".into()) }
}

/// Pods with these labels in a namespace; all of its pods without labels.
pub(super) fn pods(namespace: impl Into<Node>, labels: Option<Node>) -> Vec<Node> {
    let namespace = Map::from_iter([(NAMESPACE.into(), namespace.into())]);
    vec![object! {
        "namespaceSelector": object! { "matchLabels": namespace },
        "podSelector": labels.map(|labels| object! { "matchLabels": labels }),
    }]
}

/// Pods with labels that the spec has written down.
pub(super) fn labelled(namespace: &Node, labels: &Named<Node>) -> Vec<Node> {
    let labels: Map = labels.iter().cloned().collect();
    pods(namespace, (!labels.is_empty()).then(|| labels.into()))
}

/// Lets an app in, through all ports that it calls.
fn caller(caller: &graph::Caller<'_>) -> Node {
    let from = pods(caller.namespace, Some(labels::pods(caller.name)));
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

/// The numbers of the container ports that a provider's ingresses lead to.
fn routed_ports(app: &App, provider: Provider) -> Vec<Node> {
    let paths = ingress::of_provider(app, provider).flat_map(|(_, ingress)| &ingress.paths);
    let mut routed = Vec::new();
    for (service, wanted) in paths.flat_map(|(_, path)| targets(path)) {
        let Some((_, service)) = service::find(app, service.as_ref()) else { continue };
        let Some((name, entry)) = service::port_of(service, wanted) else { continue };
        let port = container_port(app, name, entry);
        if !routed.contains(&port) {
            routed.push(port);
        }
    }
    routed
}

/// The services that a path leads to, by the names that it has for them, and the ports that it names there.
fn targets(path: &IngressPath) -> impl Iterator<Item = (Option<Node>, &Node)> {
    let only = path.port.iter().map(|port| (path.service.clone(), port));
    only.chain(path.backends.iter().map(|(name, backend)| (Some(Node::from(name)), &backend.port)))
}

/// The port that the scrapers read. The one named `metrics` may be missing: all apps of an environment are told to allow
/// them. One that the spec names must be there.
fn metrics_port(app: &App, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let switch = SCRAPER.switch(app)?;
    match switch.as_str() {
        Some(_) if app.runs() => named_port(app, switch, diagnostics),
        Some(_) => None,
        None => ports::named(app, "metrics").map(|(_, found)| port(&found.port, found.protocol.as_ref())),
    }
}

/// Lets a caller from elsewhere in.
fn accept(app: &App, name: &Key, caller: &Caller, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let port = named_port(app, &caller.port, diagnostics)?;
    Some(rule("from", labelled(&caller.namespace, &caller.pod_labels), vec![port]).caused_by(name.span))
}

/// The container port of a name, which must be there, or of a number, which need not: a job may listen on it.
fn named_port(app: &App, wanted: &Node, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    match ports::find(app, wanted) {
        Some((_, found)) => Some(port(&found.port, found.protocol.as_ref())),
        None if wanted.as_str().is_none() => Some(port(wanted, None)),
        None => {
            let known: Named<()> = ports::of(app).map(|(name, _)| (name.clone(), ())).collect();
            diagnostics.push(findings::unknown(wanted, "ports", &known));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::render::testing::rendered;

    #[test]
    fn callers_call_ports_that_the_app_has() {
        let web = rendered(
            "containers: {app: {image: a:1, ports: {http: 8080, dns: {port: 53, protocol: UDP}}}}\n\
             network: {defaultDeny: true, accept: {b: {namespace: b, port: 53}, a: {namespace: a, port: http}, \
             c: {namespace: c, port: htpp}}}",
        );
        assert_eq!(web.findings(), ["REN001 htpp: `htpp` is no entry of `ports`"]);
        assert_eq!(web.diagnostics[0].help.as_deref(), Some("did you mean `http`?"));
        let peer = r#"[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"a"}}}]"#;
        assert_eq!(web.json("NetworkPolicy", "/spec/ingress/0/from"), peer);
        assert_eq!(web.json("NetworkPolicy", "/spec/ingress/0/ports"), r#"[{"port":8080,"protocol":"TCP"}]"#);
        assert_eq!(web.json("NetworkPolicy", "/spec/ingress/1/ports"), r#"[{"port":53,"protocol":"UDP"}]"#);
        assert_eq!(web.json("NetworkPolicy", "/spec/ingress/2"), "nothing");
        assert_eq!(web.cause("NetworkPolicy", "/spec/ingress/0"), "a");
    }

    #[test]
    fn scrapers_read_a_port_that_the_app_has() {
        let web = |metrics: &str| {
            let text =
                "containers: {app: {image: a:1, ports: {http: 8080}}}\nnetwork: {defaultDeny: true, allow: {metrics: ";
            rendered(&format!("{text}{metrics}}}}}")).findings()
        };
        assert_eq!(web("admin"), ["REN001 admin: `admin` is no entry of `ports`"]);
        assert_eq!(web("true"), [""; 0]);
        assert_eq!(web("http"), ["REN016 http: the environment does not say where the scraper of metrics lives"]);
        assert_eq!(web("false"), [""; 0]);
    }
}
