//! `Ingress` (networking.k8s.io/v1): which host and path leads to which service.
//!
//! Only what the API itself defines is made up. What one controller alone reads, nginx' or Traefik's, is an annotation
//! that the spec gives.

use super::{
    Context, Kind, Render,
    findings::{misplace, missing, place},
    names, service,
};
use crate::{
    diagnostic::Diagnostic,
    manifest::Manifest,
    model::{App, Ingress, IngressPath, Provider},
    node::{Key, Node, object},
};

pub(super) static KIND: Kind =
    Kind { api_version: "networking.k8s.io/v1", name: "Ingress", render: Render::App(render) };

/// Renders every entry of `ingress` that an ingress controller serves.
fn render(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let ingresses = of_provider(context.app, Provider::Ingress);
    ingresses.map(|(name, ingress)| manifest(context, name, ingress, diagnostics)).collect()
}

/// The entries of `ingress` that a provider serves.
pub(super) fn of_provider(app: &App, provider: Provider) -> impl Iterator<Item = &(Key, Ingress)> {
    app.spec.ingresses.iter().filter(move |(_, ingress)| ingress.provider() == provider)
}

fn manifest(context: &Context<'_>, name: &Key, ingress: &Ingress, diagnostics: &mut Vec<Diagnostic>) -> Manifest {
    report_misplaced(name, ingress, diagnostics);
    let app = context.app;
    let paths: Vec<Node> = ingress.paths.iter().filter_map(|(at, entry)| path(app, at, entry, diagnostics)).collect();
    let rule = |host: Option<&Node>| object! { "host": host, "http": object! { "paths": paths.clone() } };
    let mut rules: Vec<Node> = ingress.hosts().map(|host| rule(Some(host))).collect();
    if rules.is_empty() {
        rules.push(rule(None));
    }
    let spec = object! {
        "ingressClassName": ingress.class.as_ref(),
        "rules": rules,
        "tls": tls(ingress).map(|tls| vec![tls]),
    };
    KIND.annotated(context, names::of_entry(app, name), &ingress.annotations, object! { "spec": spec })
}

/// One path, unless it leads nowhere.
fn path(app: &App, at: &Key, entry: &IngressPath, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let (service, port) = backend(app, at, entry, diagnostics)?;
    let is_name = port.as_str().is_some();
    let port = object! { "name": is_name.then_some(port), "number": (!is_name).then_some(port) };
    let kind = entry.kind.clone().unwrap_or_else(|| "Prefix".into());
    let service = object! { "name": service, "port": port };
    Some(object! { "path": written_path(at, entry), "pathType": kind, "backend": object! { "service": service } })
}

/// The path that an entry is about.
pub(super) fn written_path(at: &Key, entry: &IngressPath) -> Node {
    entry.path.clone().unwrap_or_else(|| Node::from(at))
}

/// The Service that a path leads to, and the port that it names there.
fn backend<'a>(
    app: &App,
    at: &Key,
    entry: &'a IngressPath,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(Node, &'a Node)> {
    let Some((name, _)) = service::find(app, entry.service.as_ref()) else {
        diagnostics.push(service::unknown(app, entry.service.as_ref(), at.span));
        return None;
    };
    let Some(port) = &entry.port else {
        // What stands there instead has been refused.
        diagnostics.extend((entry.redirect.is_none() && entry.backends.is_empty()).then(|| no_port(at)));
        return None;
    };
    let cause = entry.service.as_ref().map_or(at.span, |service| service.span);
    Some((names::of_entry(app, name).caused_by(cause), port))
}

pub(super) fn no_port(at: &Key) -> Diagnostic {
    missing(at, format!("the path `{}` names no port", at.text), "add `port`, the name or number of the service's port")
}

fn tls(ingress: &Ingress) -> Option<Node> {
    let secret = &ingress.tls.as_ref()?.secret;
    let hosts: Vec<Node> = ingress.hosts().cloned().collect();
    Some(object! { "hosts": (!hosts.is_empty()).then_some(hosts), "secretName": secret })
}

/// What only a route of a Gateway has.
fn report_misplaced(name: &Key, ingress: &Ingress, diagnostics: &mut Vec<Diagnostic>) {
    const HELP: &str = "take it out, or set `provider: gateway`";
    if ingress.class.is_none() {
        let message = format!("the ingress `{}` has no class", name.text);
        diagnostics.push(missing(name, message, "add `class`, such as `nginx`, or set `provider: gateway`"));
    }
    let gateways = ingress.gateways.first().and_then(|(gateway, _)| gateway.span);
    misplace(&[("gateways", gateways)], "an Ingress", HELP, diagnostics);
    for (_, path) in &ingress.paths {
        let first = |key: Option<&Key>| key.and_then(|key| key.span);
        let kind = path.kind.as_ref().filter(|kind| kind.as_str() == Some("RegularExpression"));
        let fields = [
            ("type: RegularExpression", place(kind)),
            ("method", place(path.method.as_ref())),
            ("headers", first(path.headers.first().map(|(key, _)| key))),
            ("query", first(path.query.first().map(|(key, _)| key))),
            ("backends", first(path.backends.first().map(|(key, _)| key))),
            ("rewrite", path.rewrite.as_ref().and_then(|rewrite| rewrite.span)),
            ("redirect", path.redirect.as_ref().and_then(|redirect| redirect.span)),
            ("timeouts", path.timeouts.as_ref().and_then(|timeouts| timeouts.span)),
        ];
        misplace(&fields, "a path of an Ingress", HELP, diagnostics);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rendered;

    const WEB: &str = "containers: {app: {image: a:1, ports: {http: 8080}}}\nservice: {main: {ports: {http: 80}}}\n";

    #[test]
    fn a_path_leads_to_the_rendered_service() {
        let web = rendered(&format!(
            "{WEB}ingress: {{main: {{class: traefik, host: a.example, paths: {{/: {{port: http}}, /n: {{service: main, port: 80, \
             type: Exact}}}}, tls: cert}}}}"
        ));
        assert_eq!(web.findings(), [""; 0]);
        assert_eq!(web.json("Ingress", "/spec/rules/0/host"), r#""a.example""#);
        assert_eq!(
            web.json("Ingress", "/spec/rules/0/http/paths/0"),
            r#"{"backend":{"service":{"name":"web","port":{"name":"http"}}},"path":"/","pathType":"Prefix"}"#
        );
        assert_eq!(web.json("Ingress", "/spec/rules/0/http/paths/1/backend/service/port"), r#"{"number":80}"#);
        assert_eq!(web.json("Ingress", "/spec/tls"), r#"[{"hosts":["a.example"],"secretName":"cert"}]"#);
        assert_eq!(web.cause("Ingress", "/spec/rules/0/http/paths/1/backend/service/name"), "main");
        assert_eq!(web.cause("Ingress", "/spec/ingressClassName"), "traefik");
    }

    #[test]
    fn every_host_has_a_rule_and_the_certificate() {
        let web = rendered(&format!(
            "{WEB}ingress: {{main: {{class: nginx, host: a.example, moreHosts: [b.example], paths: {{api: {{path: /api, port: \
             http}}}}, tls: cert}}}}"
        ));
        assert_eq!(web.findings(), [""; 0]);
        assert_eq!(web.json("Ingress", "/spec/rules/1/host"), r#""b.example""#);
        assert_eq!(web.cause("Ingress", "/spec/rules/1/http/paths/0/path"), "/api");
        assert_eq!(web.json("Ingress", "/spec/tls/0/hosts"), r#"["a.example","b.example"]"#);
    }

    #[test]
    fn what_only_a_gateway_has_is_refused() {
        let web = rendered(&format!(
            "{WEB}ingress: {{main: {{gateways: {{public: {{}}}}, paths: {{/: {{port: http, method: GET, timeouts: {{request: \
             5s}}}}, /b: {{type: RegularExpression}}}}}}}}"
        ));
        assert_eq!(
            web.findings(),
            [
                "SPC013 main: the ingress `main` has no class",
                "REN002 public: `gateways` has no place in an Ingress",
                "REN002 GET: `method` has no place in a path of an Ingress",
                "REN002 {request: 5s}: `timeouts` has no place in a path of an Ingress",
                "REN002 RegularExpression: `type: RegularExpression` has no place in a path of an Ingress",
                "SPC013 /b: the path `/b` names no port",
            ]
        );
    }

    #[test]
    fn an_unknown_service_is_reported() {
        let web =
            rendered(&format!("{WEB}ingress: {{main: {{class: nginx, paths: {{/: {{service: mian, port: 80}}}}}}}}"));
        assert_eq!(web.findings(), ["REN001 mian: `mian` is no entry of `service`"]);
        assert_eq!(web.diagnostics[0].help.as_deref(), Some("did you mean `main`?"));
        let bare = rendered("ingress: {main: {class: nginx, paths: {/: {port: 80}}}}");
        assert_eq!(bare.findings(), ["REN001 /: `main` is no entry of `service`"]);
    }
}
