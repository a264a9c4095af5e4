//! Addresses inside of the cluster: what a smoke test or a load test asks of a service of the app.

use smol_str::format_smolstr;

use super::{
    codes::UNKNOWN_REFERENCE,
    findings::{self, missing},
    names, service,
};
use crate::{
    diagnostic::Diagnostic,
    model::{App, Service, ServicePort},
    node::{Key, Node},
};

/// What is asked for, as the spec has it.
pub(super) struct Address<'a> {
    /// Who asks.
    pub(super) key: &'a Key,
    /// An entry of `service`; `main` when left out.
    pub(super) service: Option<&'a Node>,
    /// The service's port, by name or number; the only one when left out.
    pub(super) port: Option<&'a Node>,
    /// `http` when left out.
    pub(super) scheme: Option<&'a Node>,
    /// `/` when left out.
    pub(super) path: Option<&'a Node>,
}

impl Address<'_> {
    /// The entry of `service`, and its port. What the app does not have is reported.
    pub(super) fn find<'s>(
        &self,
        app: &'s App,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<(&'s Key, &'s (Key, ServicePort))> {
        let Some((name, entry)) = service::find(app, self.service) else {
            diagnostics.push(service::unknown(app, self.service, self.key.span));
            return None;
        };
        let found = match (self.port, entry.ports.as_slice()) {
            (Some(port), _) => service::port_of(entry, port),
            (None, [only]) => Some(only),
            (None, _) => None,
        };
        if found.is_none() {
            diagnostics.push(match self.port {
                Some(port) => unknown_port(name, entry, port),
                None => self.no_port(name, entry),
            });
        }
        Some((name, found?))
    }

    /// The URL, caused by the port, or else by what names the service.
    pub(super) fn url(&self, app: &App, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
        let (name, (_, port)) = self.find(app, diagnostics)?;
        let scheme = self.scheme.and_then(Node::as_str).unwrap_or("http");
        let (host, namespace) = (names::of_entry(app, name), app.namespace.as_str().unwrap_or_default());
        let (host, port) = (host.as_str().unwrap_or_default(), port.port.as_int().unwrap_or_default());
        let url = format_smolstr!("{scheme}://{host}.{namespace}.svc:{port}{}", path(self.path));
        let cause = self.port.or(self.service).map_or(self.key.span, |node| node.span);
        Some(Node::new(url, cause))
    }

    fn no_port(&self, name: &Key, service: &Service) -> Diagnostic {
        let message = format!("`{}` names no port of the service `{}`", self.key.text, name.text);
        missing(self.key, message, &format!("add `port`; {}", known(service)))
    }
}

/// A path that begins as it has to.
pub(super) fn path(path: Option<&Node>) -> String {
    let path = path.and_then(Node::as_str).unwrap_or_default();
    let slash = if path.starts_with('/') { "" } else { "/" };
    format!("{slash}{path}")
}

fn unknown_port(name: &Key, service: &Service, port: &Node) -> Diagnostic {
    if port.as_str().is_some() {
        return findings::unknown(port, "ports", &service.ports);
    }
    let message = format!("the service `{}` has no port {}", name.text, port.scalar_text().unwrap_or_default());
    Diagnostic::new(&UNKNOWN_REFERENCE, message).at(port.span).help(known(service))
}

fn known(service: &Service) -> String {
    let names: Vec<_> = service.ports.iter().map(|(name, _)| format!("`{}`", name.text)).collect();
    format!("known: {}", names.join(", "))
}
