//! `Ingress` (networking.k8s.io/v1): which host and path leads to which service.
//!
//! Only what the API itself defines is made up. What one controller alone reads, nginx' or Traefik's, is an annotation
//! that the spec gives.

use super::{Context, Kind, Render, findings, names};
use crate::{
    diagnostic::Diagnostic,
    manifest::Manifest,
    model::{App, Ingress, IngressPath, Service},
    node::{Key, Node, object},
};

pub(super) static KIND: Kind =
    Kind { api_version: "networking.k8s.io/v1", name: "Ingress", render: Render::App(render) };

/// Renders every entry of `ingress`.
fn render(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let ingresses = context.app.spec.ingresses.iter();
    ingresses.map(|(name, ingress)| manifest(context, name, ingress, diagnostics)).collect()
}

fn manifest(context: &Context<'_>, name: &Key, ingress: &Ingress, diagnostics: &mut Vec<Diagnostic>) -> Manifest {
    let app = context.app;
    let paths: Vec<Node> = ingress.paths.iter().filter_map(|(at, entry)| path(app, at, entry, diagnostics)).collect();
    let rule = object! { "host": ingress.host.as_ref(), "http": object! { "paths": paths } };
    let spec = object! {
        "ingressClassName": &ingress.class,
        "rules": vec![rule],
        "tls": tls(ingress).map(|tls| vec![tls]),
    };
    KIND.annotated(context, names::of_entry(app, name), &ingress.annotations, object! { "spec": spec })
}

/// One path, unless it leads nowhere.
fn path(app: &App, at: &Key, entry: &IngressPath, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let Some((name, _)) = backend(app, entry) else {
        diagnostics.push(unknown_service(app, at, entry));
        return None;
    };
    let cause = entry.service.as_ref().map_or(at.span, |service| service.span);
    let is_name = entry.port.as_str().is_some();
    let port = object! { "name": is_name.then_some(&entry.port), "number": (!is_name).then_some(&entry.port) };
    let service = object! { "name": names::of_entry(app, name).caused_by(cause), "port": port };
    let kind = entry.kind.clone().unwrap_or_else(|| "Prefix".into());
    Some(object! { "path": at, "pathType": kind, "backend": object! { "service": service } })
}

/// The service that a path leads to: the one it names, else `main`, which may also be called like the app.
pub(super) fn backend<'a>(app: &'a App, entry: &IngressPath) -> Option<&'a (Key, Service)> {
    let wanted = entry.service.as_ref().and_then(Node::as_str);
    let is_it = |name: &Key| match wanted {
        Some(wanted) => name.as_str() == wanted,
        None => name.as_str() == "main" || name.text == app.name.text,
    };
    app.spec.services.iter().find(|(name, _)| is_it(name))
}

fn unknown_service(app: &App, at: &Key, entry: &IngressPath) -> Diagnostic {
    let name = entry.service.clone().unwrap_or_else(|| Node::new("main", at.span));
    findings::unknown(&name, "service", &app.spec.services)
}

fn tls(ingress: &Ingress) -> Option<Node> {
    let secret = &ingress.tls.as_ref()?.secret;
    Some(object! { "hosts": ingress.host.as_ref().map(|host| vec![host.clone()]), "secretName": secret })
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
    fn an_unknown_service_is_reported() {
        let web =
            rendered(&format!("{WEB}ingress: {{main: {{class: nginx, paths: {{/: {{service: mian, port: 80}}}}}}}}"));
        assert_eq!(web.findings(), ["REN001 mian: `mian` is no entry of `service`"]);
        assert_eq!(web.diagnostics[0].help.as_deref(), Some("did you mean `main`?"));
        let bare = rendered("ingress: {main: {class: nginx, paths: {/: {port: 80}}}}");
        assert_eq!(bare.findings(), ["REN001 /: `main` is no entry of `service`"]);
    }
}
