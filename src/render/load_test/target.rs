//! Targets: where they lead, and what is sent there.

use smol_str::format_smolstr;

use super::{document::entries, secret::Variables};
use crate::{
    diagnostic::Diagnostic,
    grammar::{BAD_VALUE, formats::http_url},
    model::{App, Ingress, LoadExpect, LoadTarget},
    node::{Key, Map, Node, object},
    render::{
        address::{self, Address},
        findings::{self, misplace, missing, place},
    },
};

/// A target of a document, if it leads anywhere.
pub(super) fn resolved(
    app: &App,
    name: &Key,
    target: &LoadTarget,
    variables: &mut Variables,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Node> {
    let url = url(app, name, target, diagnostics);
    let headers: Map = target
        .headers
        .iter()
        .filter_map(|(header, value)| {
            Some((header.clone(), variables.header(app, (name, header), value, diagnostics)?))
        })
        .collect();
    let node = object! {
        "url": url?,
        "via": &target.via,
        "method": &target.method,
        "headers": (!headers.is_empty()).then_some(headers),
        "body": target.body.as_ref().or(target.content.as_ref()),
        "weight": &target.weight,
        "expect": target.expect.as_ref().map(expect),
        "slo": entries(&target.slo),
    };
    Some(node.caused_by(target.span))
}

fn expect(expect: &LoadExpect) -> Node {
    let node = object! {
        "status": (!expect.status.is_empty()).then(|| expect.status.clone()),
        "headers": entries(&expect.headers),
        "body": &expect.body,
    };
    node.caused_by(expect.span)
}

/// Where a target leads. What stands beside its own kind of address is reported.
fn url(app: &App, name: &Key, target: &LoadTarget, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let misplaced = |fields: &[(&str, Option<&Node>)], holder, help, diagnostics: &mut Vec<Diagnostic>| {
        let fields: Vec<_> = fields.iter().map(|(name, field)| (*name, place(*field))).collect();
        misplace(&fields, holder, help, diagnostics);
    };
    let (service, port, scheme) = (target.service.as_ref(), target.port.as_ref(), target.scheme.as_ref());
    if let Some(url) = &target.url {
        let ingress = target.ingress.as_ref();
        let fields = [
            ("service", service),
            ("ingress", ingress),
            ("port", port),
            ("scheme", scheme),
            ("path", target.path.as_ref()),
        ];
        misplaced(&fields, "a target with `url`", "write it into the URL, or take out `url`", diagnostics);
        return Some(url.clone());
    }
    let url = if let Some(ingress) = &target.ingress {
        let fields = [("service", service), ("port", port)];
        misplaced(&fields, "a target with `ingress`", "take it out, or take out `ingress`", diagnostics);
        through(app, ingress, target, diagnostics)
    } else {
        address(name, target).url(app, diagnostics)
    }?;
    if http_url(url.as_str().unwrap_or_default()).is_err() {
        let place = target.path.as_ref().map_or(url.span, |path| path.span);
        let finding = Diagnostic::new(&BAD_VALUE, format!("the address of `{}` is no URL", name.text)).at(place);
        diagnostics.push(finding.help("write what is no letter or digit as its bytes, such as `%20` for a space"));
    }
    Some(url)
}

fn address<'a>(key: &'a Key, target: &'a LoadTarget) -> Address<'a> {
    Address {
        key,
        service: target.service.as_ref(),
        port: target.port.as_ref(),
        scheme: target.scheme.as_ref(),
        path: target.path.as_ref(),
    }
}

/// The address of an ingress, as its callers know it.
fn through(app: &App, name: &Node, target: &LoadTarget, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let Some((key, ingress)) = app.spec.ingresses.iter().find(|(key, _)| Some(key.as_str()) == name.as_str()) else {
        diagnostics.push(findings::unknown(name, "ingress", &app.spec.ingresses));
        return None;
    };
    let host = host(key, ingress, name, diagnostics)?;
    let own = if ingress.tls.is_some() { "https" } else { "http" };
    let scheme = target.scheme.as_ref().and_then(Node::as_str).unwrap_or(own);
    Some(Node::new(format_smolstr!("{scheme}://{host}{}", address::path(target.path.as_ref())), name.span))
}

/// The first host that is one.
fn host<'a>(key: &Key, ingress: &'a Ingress, name: &Node, diagnostics: &mut Vec<Diagnostic>) -> Option<&'a str> {
    let host = ingress.hosts().filter_map(Node::as_str).find(|host| !host.starts_with('*'));
    if host.is_none() {
        let message = format!("the ingress `{}` has no host that could be asked", key.text);
        let finding = missing(&Key::new("ingress", name.span), message, "add its `host`, or name a `url`");
        diagnostics.push(finding.related(key.span, "the ingress is here"));
    }
    host
}
