//! `Service` (v1): a stable address of the app's pods.

use super::{Context, Kind, Render, codes::UNKNOWN_REFERENCE, findings, labels, names, ports};
use crate::{
    diagnostic::Diagnostic,
    grammar::known_or_similar,
    manifest::Manifest,
    model::{App, Service, ServicePort},
    node::{Key, Node, object},
    source::Span,
};

pub(super) static KIND: Kind = Kind { api_version: "v1", name: "Service", render: Render::App(render) };

/// Renders every entry of `service`.
fn render(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let services = context.app.spec.services.iter();
    services.map(|(name, service)| manifest(context, name, service, diagnostics)).collect()
}

fn manifest(context: &Context<'_>, name: &Key, service: &Service, diagnostics: &mut Vec<Diagnostic>) -> Manifest {
    let app = context.app;
    let ports: Vec<Node> = service.ports.iter().map(|(name, entry)| port(app, name, entry, diagnostics)).collect();
    let spec = object! {
        "type": service.kind.as_ref(),
        "clusterIP": cluster_ip(service),
        "selector": labels::selector(app),
        "ports": (!ports.is_empty()).then_some(ports),
        "sessionAffinity": service.session_affinity.as_ref(),
        "externalTrafficPolicy": service.external_traffic_policy.as_ref(),
        "publishNotReadyAddresses": service.publish_not_ready.as_ref(),
    };
    KIND.annotated(context, names::of_entry(app, name), &service.annotations, object! { "spec": spec })
}

/// A headless service has no address of its own: its name stands for those of the pods.
fn cluster_ip(service: &Service) -> Option<Node> {
    let headless = service.headless.as_ref().filter(|headless| headless.as_bool() == Some(true))?;
    Some(Node::new("None", headless.span))
}

fn port(app: &App, name: &Key, port: &ServicePort, diagnostics: &mut Vec<Diagnostic>) -> Node {
    diagnostics.extend(unknown_target(app, port));
    let container = ports::behind(app, name, port).map(|(_, port)| port);
    object! {
        "name": name,
        "port": &port.port,
        "targetPort": target_port(app, name, port),
        "protocol": port.protocol.as_ref().or(container.and_then(|port| port.protocol.as_ref())),
        "appProtocol": port.app_protocol.as_ref().or(container.and_then(|port| port.app_protocol.as_ref())),
        "nodePort": port.node_port.as_ref(),
    }
}

/// The container port's name where it has one, so that renumbering it needs no change here.
fn target_port(app: &App, name: &Key, port: &ServicePort) -> Node {
    match &port.target {
        Some(target) => target.clone(),
        None if ports::named(app, name.as_str()).is_some() => name.into(),
        None => port.port.clone(),
    }
}

/// A name that no container port has. A number needs no container port: containers may listen unannounced.
fn unknown_target(app: &App, port: &ServicePort) -> Option<Diagnostic> {
    let target = port.target.as_ref()?;
    let name = target.as_str().filter(|_| app.runs() && ports::find(app, target).is_none())?;
    let known = ports::of(app).map(|(name, _)| name.as_str());
    let finding = Diagnostic::new(&UNKNOWN_REFERENCE, format!("no container has a port named `{name}`"));
    Some(finding.at(target.span).help(match known.clone().next() {
        Some(_) => known_or_similar(name, known),
        None => format!("add `ports: {{ {name}: NUMBER }}` to a container"),
    }))
}

/// The service that a route or a request means: the one it names, else `main`, which may also be called like the app.
pub(super) fn find<'a>(app: &'a App, wanted: Option<&Node>) -> Option<&'a (Key, Service)> {
    let is_it = |name: &Key| match wanted.and_then(Node::as_str) {
        Some(wanted) => name.as_str() == wanted,
        None => name.as_str() == "main" || name.text == app.name.text,
    };
    app.spec.services.iter().find(|(name, _)| is_it(name))
}

/// The port of a service by its name or number.
pub(super) fn port_of<'a>(service: &'a Service, wanted: &Node) -> Option<&'a (Key, ServicePort)> {
    service.ports.iter().find(|(name, entry)| match wanted.as_str() {
        Some(wanted) => name.as_str() == wanted,
        None => entry.port == *wanted,
    })
}

/// The finding for a service that the app does not have; `otherwise` is the place where none is named.
pub(super) fn unknown(app: &App, wanted: Option<&Node>, otherwise: Option<Span>) -> Diagnostic {
    let name = wanted.cloned().unwrap_or_else(|| Node::new("main", otherwise));
    findings::unknown(&name, "service", &app.spec.services)
}

#[cfg(test)]
mod tests {
    use super::super::testing::rendered;

    const CONTAINER: &str = "containers: {app: {image: a:1, ports: {http: 8080, dns: {port: 53, protocol: UDP}, \
                             grpc: {port: 9090, appProtocol: kubernetes.io/h2c}}}}\n";

    #[test]
    fn a_port_keeps_its_place() {
        let web = rendered(&format!("{CONTAINER}service: {{main: {{ports: {{http: 80}}}}}}"));
        assert_eq!(web.json("Service", "/spec/ports"), r#"[{"name":"http","port":80,"targetPort":"http"}]"#);
        assert_eq!(web.cause("Service", "/spec/ports/0/port"), "80");
        assert_eq!(web.cause("Service", "/metadata/name"), "main");
    }

    #[test]
    fn a_container_port_lends_its_protocol() {
        let web =
            rendered(&format!("{CONTAINER}service: {{main: {{ports: {{dns: 53, rpc: {{port: 80, target: grpc}}}}}}}}"));
        assert_eq!(web.json("Service", "/spec/ports/0/protocol"), r#""UDP""#);
        assert_eq!(web.json("Service", "/spec/ports/1/appProtocol"), r#""kubernetes.io/h2c""#);
        assert_eq!(web.cause("Service", "/spec/ports/1/targetPort"), "grpc");
    }

    #[test]
    fn a_headless_service_has_no_address() {
        let web = rendered(&format!("{CONTAINER}service: {{peers: {{headless: true, ports: {{raft: 7000}}}}}}"));
        assert_eq!(web.json("Service", "/spec/clusterIP"), r#""None""#);
        assert_eq!(web.json("Service", "/spec/ports/0/targetPort"), "7000");
        assert_eq!(web.only("Service").id.name, "web-peers");
    }

    #[test]
    fn an_unknown_target_is_reported() {
        let web = rendered(&format!("{CONTAINER}service: {{main: {{ports: {{http: {{port: 80, target: htpp}}}}}}}}"));
        assert_eq!(web.findings(), ["REN001 htpp: no container has a port named `htpp`"]);
        assert_eq!(web.diagnostics[0].help.as_deref(), Some("did you mean `http`?"));
    }
}
