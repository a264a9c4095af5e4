//! `HTTPRoute` (gateway.networking.k8s.io/v1): the same as an Ingress, for a Gateway.
//!
//! What the API server would add by itself stands in the object: Argo CD knows no defaults of custom resources, and takes
//! each of them inside of a list for a difference (argoproj/argo-cd#22151). Certificates belong to the Gateway's listener.
//! Every Service is of the route's own namespace, so no ReferenceGrant is needed.

mod filter;
mod misplaced;
mod timeout;

use super::{
    Context, Kind, Render, api, findings,
    ingress::{no_port, of_provider, written_path},
    names, service,
};
use crate::{
    diagnostic::Diagnostic,
    grammar::BAD_VALUE,
    manifest::Manifest,
    model::{App, Gateway, Ingress, IngressPath, Named, Provider, ValueMatch},
    node::{Key, Node, object},
};

pub(super) static KIND: Kind =
    Kind { api_version: "gateway.networking.k8s.io/v1", name: "HTTPRoute", render: Render::App(render) };

/// Renders every entry of `ingress` that a Gateway serves.
fn render(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let mut routes = of_provider(context.app, Provider::Gateway).peekable();
    if let Some((_, first)) = routes.peek() {
        let span = findings::place(first.provider.as_ref());
        diagnostics.extend(api::unavailable(context.environment, KIND.api_version, span));
    }
    routes.map(|(name, ingress)| manifest(context, name, ingress, diagnostics)).collect()
}

fn manifest(context: &Context<'_>, name: &Key, ingress: &Ingress, diagnostics: &mut Vec<Diagnostic>) -> Manifest {
    misplaced::report(name, ingress, diagnostics);
    let app = context.app;
    let hosts: Vec<Node> = ingress.hosts().cloned().collect();
    let rules: Vec<Node> = ingress.paths.iter().filter_map(|(at, entry)| rule(app, at, entry, diagnostics)).collect();
    let spec = object! {
        "parentRefs": ingress.gateways.iter().map(|(name, gateway)| parent(name, gateway)).collect::<Vec<_>>(),
        "hostnames": (!hosts.is_empty()).then_some(hosts),
        "rules": rules,
    };
    KIND.annotated(context, names::of_entry(app, name), &ingress.annotations, object! { "spec": spec })
}

fn parent(name: &Key, gateway: &Gateway) -> Node {
    object! {
        "group": "gateway.networking.k8s.io",
        "kind": "Gateway",
        "name": name,
        "namespace": gateway.namespace.as_ref(),
        "sectionName": gateway.listener.as_ref(),
        "port": gateway.port.as_ref(),
    }
}

/// One path, unless it leads nowhere.
fn rule(app: &App, at: &Key, entry: &IngressPath, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let backends = match entry.redirect {
        Some(_) => None,
        None => Some(backends(app, at, entry, diagnostics)?),
    };
    let filters = filter::of(entry, diagnostics);
    Some(object! {
        "matches": vec![matching(at, entry, diagnostics)],
        "filters": (!filters.is_empty()).then_some(filters),
        "backendRefs": backends,
        "timeouts": entry.timeouts.as_ref().map(|timeouts| timeout::of(timeouts, diagnostics)),
    })
}

fn matching(at: &Key, entry: &IngressPath, diagnostics: &mut Vec<Diagnostic>) -> Node {
    let kind = entry.kind.as_ref().map_or_else(|| Node::made("PathPrefix"), path_type);
    let path = written_path(at, entry);
    if kind.as_str() != Some("RegularExpression") {
        diagnostics.extend(path_fault(&path));
    }
    object! {
        "path": object! { "type": kind, "value": path },
        "method": entry.method.as_ref(),
        "headers": values(&entry.headers),
        "queryParams": values(&entry.query),
    }
}

fn path_type(kind: &Node) -> Node {
    match kind.as_str() {
        Some("Prefix") => Node::new("PathPrefix", kind.span),
        _ => kind.clone(),
    }
}

/// What the API server says to a path (`validation` of `HTTPPathMatch` in the Gateway API).
fn path_fault(path: &Node) -> Option<Diagnostic> {
    let text = path.as_str()?;
    let sequences = ["//", "/./", "/../", "%2f", "%2F", "#"];
    let is_odd = sequences.iter().any(|it| text.contains(it)) || text.ends_with("/..") || text.ends_with("/.");
    let help = match (text.starts_with('/'), is_odd) {
        (true, false) => return None,
        (true, true) => "write it without `//`, `/./`, `/../`, `#` and escaped slashes",
        (false, _) => "start it with `/`; where the key is a name of your own, say by `path` what it stands for",
    };
    Some(Diagnostic::new(&BAD_VALUE, format!("a route cannot have path `{text}`")).at(path.span).help(help))
}

/// Headers or parameters of the query.
fn values(entries: &Named<ValueMatch>) -> Option<Vec<Node>> {
    let value = |(name, entry): &(Key, ValueMatch)| {
        let kind = entry.kind.clone().unwrap_or_else(|| Node::made("Exact"));
        object! { "type": kind, "name": name, "value": &entry.value }
    };
    (!entries.is_empty()).then(|| entries.iter().map(value).collect())
}

/// The Services behind a path; nothing if one of them is not there.
fn backends(app: &App, at: &Key, entry: &IngressPath, diagnostics: &mut Vec<Diagnostic>) -> Option<Vec<Node>> {
    if entry.backends.is_empty() {
        let Some(port) = &entry.port else {
            diagnostics.push(no_port(at));
            return None;
        };
        let name = entry.service.clone();
        return Some(vec![backend(app, at, name.as_ref(), (port, None), diagnostics)?]);
    }
    let shares = entry.backends.iter().map(|(key, share)| {
        let name = Node::from(key);
        backend(app, key, Some(&name), (&share.port, share.weight.as_ref()), diagnostics)
    });
    shares.collect()
}

fn backend(
    app: &App,
    at: &Key,
    name: Option<&Node>,
    (port, weight): (&Node, Option<&Node>),
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Node> {
    let Some((key, service)) = service::find(app, name) else {
        diagnostics.push(service::unknown(app, name, at.span));
        return None;
    };
    let number = match service::port_of(service, port) {
        Some((_, entry)) => entry.port.clone().caused_by(port.span),
        // A number that the Service lacks is what a rule points out.
        None if port.as_str().is_none() => port.clone(),
        None => {
            diagnostics.push(findings::unknown(port, "ports", &service.ports));
            return None;
        }
    };
    Some(object! {
        "group": "",
        "kind": "Service",
        "name": names::of_entry(app, key).caused_by(name.map_or(at.span, |name| name.span)),
        "port": number,
        "weight": weight.cloned().unwrap_or_else(|| Node::made(1)),
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::rendered;

    const WEB: &str = "containers: {app: {image: a:1, ports: {http: 8080}}}\nservice: {main: {ports: {http: 80}}, canary: {ports: {http: 81}}}\n";

    /// The findings beside the one that the tests' cluster has no Gateway API.
    fn findings(web: &super::super::testing::Rendered) -> Vec<String> {
        web.findings().into_iter().filter(|finding| !finding.starts_with("REN010")).collect()
    }

    #[test]
    fn a_route_says_what_the_api_server_would_add() {
        let web = rendered(&format!(
            "{WEB}ingress: {{main: {{provider: gateway, host: a.example, moreHosts: [b.example], gateways: {{public: {{namespace: \
             edge, listener: https}}}}, paths: {{/: {{port: http}}}}}}}}"
        ));
        assert_eq!(web.findings(), ["REN010 gateway: the cluster does not offer `gateway.networking.k8s.io/v1`"]);
        assert_eq!(web.only("HTTPRoute").id.name, "web");
        assert_eq!(
            web.json("HTTPRoute", "/spec/parentRefs"),
            r#"[{"group":"gateway.networking.k8s.io","kind":"Gateway","name":"public","namespace":"edge","sectionName":"https"}]"#
        );
        assert_eq!(web.json("HTTPRoute", "/spec/hostnames"), r#"["a.example","b.example"]"#);
        assert_eq!(
            web.json("HTTPRoute", "/spec/rules/0"),
            r#"{"backendRefs":[{"group":"","kind":"Service","name":"web","port":80,"weight":1}],"matches":[{"path":{"type":"PathPrefix","value":"/"}}]}"#
        );
        assert_eq!(web.cause("HTTPRoute", "/spec/rules/0/backendRefs/0/port"), "http");
        assert_eq!(web.cause("HTTPRoute", "/spec/parentRefs/0/name"), "public");
        assert_eq!(web.set.of_kind("Ingress").count(), 0);
    }

    #[test]
    fn matches_and_shares() {
        let web = rendered(&format!(
            "{WEB}ingress: {{main: {{provider: gateway, gateways: {{public: {{}}}}, paths: {{beta: {{path: /v.*, type: \
             RegularExpression, method: GET, headers: {{x-user: beta}}, query: {{v: {{value: '[12]', type: RegularExpression}}}}, \
             backends: {{main: {{port: http, weight: 90}}, canary: 81}}}}}}}}}}"
        ));
        assert_eq!(findings(&web), [""; 0]);
        assert_eq!(
            web.json("HTTPRoute", "/spec/rules/0/matches/0"),
            r#"{"headers":[{"name":"x-user","type":"Exact","value":"beta"}],"method":"GET","path":{"type":"RegularExpression","value":"/v.*"},"queryParams":[{"name":"v","type":"RegularExpression","value":"[12]"}]}"#
        );
        assert_eq!(web.json("HTTPRoute", "/spec/rules/0/backendRefs/0/weight"), "90");
        assert_eq!(web.json("HTTPRoute", "/spec/rules/0/backendRefs/1/name"), r#""web-canary""#);
        assert_eq!(web.json("HTTPRoute", "/spec/rules/0/backendRefs/1/weight"), "1");
    }

    #[test]
    fn what_leads_nowhere_is_reported() {
        let web = rendered(&format!(
            "{WEB}ingress: {{main: {{provider: gateway, gateways: {{public: {{}}}}, paths: {{/a: {{port: htpp}}, /b: {{service: mian, \
             port: 80}}, /c: {{}}, d: {{port: 80}}, /e: {{backends: {{cnary: 80}}}}, /f//g: {{port: 80}}}}}}}}"
        ));
        assert_eq!(
            findings(&web),
            [
                "REN001 htpp: `htpp` is no entry of `ports`",
                "REN001 mian: `mian` is no entry of `service`",
                "SPC013 /c: the path `/c` names no port",
                "SPC012 d: a route cannot have path `d`",
                "REN001 cnary: `cnary` is no entry of `service`",
                "SPC012 /f//g: a route cannot have path `/f//g`",
            ]
        );
    }
}
