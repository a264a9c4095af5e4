//! What an app calls.

use smol_str::{SmolStr, format_smolstr};

use super::{CONNECTION, fault::Fault, fill::union_problem, layers::MergedApp, scheme, scope::Scope, stack::Stack};
use crate::{
    diagnostic::Diagnostic,
    grammar::{Object, Type, fields, known_or_similar},
    node::{Key, Node},
};

/// A connection of an app, with the one who is called looked up.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The name it has in the spec.
    pub name: Key,
    /// The host name that callers use.
    pub host: SmolStr,
    /// The port that callers use.
    pub port: Node,
    /// `scheme://host:port`.
    pub url: SmolStr,
    /// Who is called.
    pub peer: Peer,
}

/// Who is called.
#[derive(Clone, Debug)]
pub enum Peer {
    /// An app of the same environment.
    App {
        /// Its name.
        name: SmolStr,
        /// Its namespace.
        namespace: SmolStr,
        /// The number of the container's port.
        target: Node,
        /// The port's protocol; TCP when left out.
        protocol: Option<Node>,
    },
    /// Another service of the cluster.
    Service {
        /// Its namespace.
        namespace: SmolStr,
    },
    /// A host outside of the cluster.
    Outside {
        /// Where it is, if that is known.
        cidr: Option<Node>,
    },
}

/// The name of the object that an entry makes: `main`, or the app's own name, is named after the app; any other K is
/// `<app>-K`.
pub fn entry_name(app: &str, entry: &str) -> SmolStr {
    if entry == "main" || entry == app { app.into() } else { format_smolstr!("{app}-{entry}") }
}

/// Looks up who is called.
pub(super) fn resolve(
    scope: &Scope<'_>,
    app: &MergedApp,
    name: &Key,
    node: &Node,
    stack: &mut Stack,
) -> Result<Connection, Fault> {
    if let Some(problem) = connection_object().and_then(|object| union_problem(object, node)) {
        return Err(if app.sound { problem.into() } else { Fault::Reported });
    }
    let caller = Caller { scope, app, name, node };
    let port = caller.field("port", stack)?.ok_or_else(|| {
        if !app.sound {
            return Fault::Reported;
        }
        let finding = Diagnostic::new(&CONNECTION, format!("the connection `{}` names no port", name.text));
        finding.at(name.span).help("add `port:`").into()
    })?;
    if let Some(callee) = caller.field("app", stack)? {
        return caller.to_app(&callee, &port, stack);
    }
    let number = port.as_int().map(|_| port.clone()).ok_or_else(|| {
        let finding = Diagnostic::new(&CONNECTION, "a port's name is known only of an app of this environment");
        finding.at(port.span).help("write the port's number")
    })?;
    if let Some(host) = caller.field("host", stack)? {
        let namespace = service_namespace(&host)?;
        return caller.connection(&host, number, None, Peer::Service { namespace }, stack);
    }
    // The union holds one of the three.
    let host = caller.field("fqdn", stack)?.ok_or(Fault::Reported)?;
    let cidr = caller.field("cidr", stack)?;
    caller.connection(&host, number, None, Peer::Outside { cidr }, stack)
}

/// The name of the app that a connection leads to, if it leads to one.
pub(super) fn callee(
    scope: &Scope<'_>,
    app: &MergedApp,
    name: &Key,
    node: &Node,
    stack: &mut Stack,
) -> Result<Option<SmolStr>, Fault> {
    let callee = Caller { scope, app, name, node }.field("app", stack)?;
    Ok(callee.and_then(|node| node.scalar_text()))
}

/// A connection, as the table describes it.
fn connection_object() -> Option<&'static Object> {
    match ["network", "connections", "*"].iter().try_fold(&fields::LAYER, |ty, key| ty.child(key))? {
        Type::Object(object) => Some(object),
        _ => None,
    }
}

/// The namespace in `service.namespace.svc`.
fn service_namespace(host: &Node) -> Result<SmolStr, Fault> {
    let text = host.as_str().unwrap_or_default();
    let parts: Vec<&str> = text.split('.').collect();
    match parts.as_slice() {
        [_, namespace, "svc"] | [_, namespace, "svc", "cluster", "local"] => Ok((*namespace).into()),
        _ => {
            let finding =
                Diagnostic::new(&CONNECTION, format!("`{text}` is not a service of the cluster")).at(host.span);
            Err(finding.help("write `<service>.<namespace>.svc`, or use `fqdn:` for a host outside").into())
        }
    }
}

struct Caller<'a> {
    scope: &'a Scope<'a>,
    app: &'a MergedApp,
    name: &'a Key,
    node: &'a Node,
}

/// A port of a service, and where it was found.
struct Found<'a> {
    entry: &'a Key,
    name: &'a Key,
    port: &'a Node,
}

impl Caller<'_> {
    fn field(&self, name: &str, stack: &mut Stack) -> Result<Option<Node>, Fault> {
        let Some(node) = self.node.get(name) else { return Ok(None) };
        Ok(Some(Node::new(self.scope.fill(Some(self.app), node, false, stack)?, node.span)))
    }

    fn to_app(&self, callee: &Node, port: &Node, stack: &mut Stack) -> Result<Connection, Fault> {
        let name = callee.as_str().unwrap_or_default();
        let Some(app) = self.scope.app(name) else {
            if self.scope.misses(name) {
                return Err(Fault::Reported);
            }
            let finding = Diagnostic::new(&CONNECTION, format!("there is no app `{name}`")).at(callee.span);
            return Err(finding.help(known_or_similar(name, self.scope.app_names())).into());
        };
        let service = self.field("service", stack)?;
        let found =
            find_port(app, port, service.as_ref()).ok_or_else(|| unknown_port(app, name, port, service.as_ref()))?;
        let container = container_port(app, &found);
        let of_port = |field: &str| found.port.get(field).or_else(|| container?.get(field)).cloned();
        let namespace = self.scope.namespace(app, stack)?.scalar_text().unwrap_or_default();
        let number = self.of_callee(app, found.port.get("port").unwrap_or(port), stack)?;
        let host =
            Node::new(format_smolstr!("{}.{namespace}.svc", entry_name(name, found.entry.as_str())), callee.span);
        let target = match target(&found, container) {
            Some(target) => self.of_callee(app, &target, stack)?,
            None => number.clone(),
        };
        let peer = Peer::App { name: name.into(), namespace, target, protocol: of_port("protocol") };
        let spoken = of_port("appProtocol").and_then(|node| node.scalar_text());
        let scheme = scheme::of_port(found.name.as_str(), spoken.as_deref());
        self.connection(&host, number, Some(scheme), peer, stack)
    }

    /// A field of the callee's, with its references filled in as the callee means them.
    fn of_callee(&self, callee: &MergedApp, node: &Node, stack: &mut Stack) -> Result<Node, Fault> {
        Ok(Node::new(self.scope.fill(Some(callee), node, false, stack)?, node.span))
    }

    fn connection(
        &self,
        host: &Node,
        port: Node,
        scheme: Option<&'static str>,
        peer: Peer,
        stack: &mut Stack,
    ) -> Result<Connection, Fault> {
        let written = self.field("scheme", stack)?.and_then(|node| node.scalar_text());
        let number = port.scalar_text().unwrap_or_default();
        let scheme = written.unwrap_or_else(|| scheme.unwrap_or(scheme::of_number(&number)).into());
        let host = host.scalar_text().unwrap_or_default();
        let url = format_smolstr!("{scheme}://{host}:{number}");
        Ok(Connection { name: self.name.clone(), host, port, url, peer })
    }
}

/// The services of an app; the one of a name, where one is given.
fn services<'a>(app: &'a MergedApp, chosen: Option<&Node>) -> impl Iterator<Item = &'a (Key, Node)> {
    let entries = app.node.get("service").map(Node::entries).unwrap_or_default();
    entries.iter().filter(move |(entry, _)| chosen.is_none_or(|name| name.as_str() == Some(entry.as_str())))
}

fn ports(service: &Node) -> &[(Key, Node)] {
    service.get("ports").map(Node::entries).unwrap_or_default()
}

/// The port of a callee's services by name or number.
fn find_port<'a>(app: &'a MergedApp, wanted: &Node, service: Option<&Node>) -> Option<Found<'a>> {
    let all = services(app, service)
        .flat_map(|(entry, service)| ports(service).iter().map(move |(name, port)| Found { entry, name, port }));
    all.into_iter().find(|found| match wanted.as_str() {
        Some(name) => found.name.text == name,
        None => found.port.get("port") == Some(wanted),
    })
}

fn unknown_port(app: &MergedApp, name: &str, port: &Node, service: Option<&Node>) -> Fault {
    // It may stand in the part that is left out because of an error.
    if !app.sound {
        return Fault::Reported;
    }
    let place = app.name.span;
    let about = |message: String, at| Diagnostic::new(&CONNECTION, message).at(at).related(place, "the app is here");
    if let Some(service) = service.filter(|service| services(app, Some(service)).next().is_none()) {
        let wanted = service.as_str().unwrap_or_default();
        let known = services(app, None).map(|(entry, _)| entry.as_str()).collect::<Vec<_>>();
        let finding = about(format!("`{name}` has no service `{wanted}`"), service.span);
        return finding.help(known_or_similar(wanted, known.into_iter())).into();
    }
    let known = services(app, service).flat_map(|(_, service)| ports(service)).map(|(name, _)| name.as_str());
    let known: Vec<&str> = known.collect();
    let wanted = port.scalar_text().unwrap_or_default();
    let of = service.and_then(Node::as_str).map(|service| format!(" `{service}`")).unwrap_or_default();
    let finding = about(format!("no service{of} of `{name}` has a port `{wanted}`"), port.span);
    let help = if known.is_empty() {
        format!("`{name}` has no service with a port: add one to its app.yaml")
    } else {
        known_or_similar(&wanted, known.into_iter())
    };
    finding.help(help).into()
}

/// The container's port behind a service's port, by the rule that the rendered Service follows: its target, else the one
/// of the same name, else of the same number.
fn container_port<'a>(app: &'a MergedApp, found: &Found<'_>) -> Option<&'a Node> {
    let named = |name: &str| container_ports(app).find(|(key, _)| key.text == name).map(|(_, port)| port);
    let numbered =
        |number: &Node| container_ports(app).map(|(_, port)| port).find(|port| port.get("port") == Some(number));
    match found.port.get("target") {
        Some(target) => target.as_str().map_or_else(|| numbered(target), named),
        None => named(found.name.as_str()).or_else(|| numbered(found.port.get("port")?)),
    }
}

/// The ports of all containers that stay.
fn container_ports(app: &MergedApp) -> impl Iterator<Item = &(Key, Node)> {
    let containers = ["containers", "sidecars"].into_iter().filter_map(|section| app.node.get(section));
    let ports = containers.flat_map(Node::entries).filter_map(|(_, container)| container.get("ports"));
    ports.flat_map(Node::entries)
}

fn target(found: &Found<'_>, container: Option<&Node>) -> Option<Node> {
    let number = found.port.get("target").filter(|target| target.as_int().is_some());
    number.or_else(|| container?.get("port")).cloned()
}

#[cfg(test)]
mod tests;
