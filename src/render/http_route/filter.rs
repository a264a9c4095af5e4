//! What a route does with a request before it passes it on, or instead of that.

use crate::{
    diagnostic::Diagnostic,
    grammar::BAD_VALUE,
    model::{IngressPath, Redirect, Rewrite},
    node::{Node, object},
    render::findings::{misplaced, place},
};

/// The filters of a path.
pub(super) fn of(entry: &IngressPath, diagnostics: &mut Vec<Diagnostic>) -> Vec<Node> {
    let redirect = entry.redirect.as_ref().map(|redirect| redirecting(redirect, entry, diagnostics));
    let rewrite = entry.rewrite.as_ref().filter(|_| redirect.is_none());
    let rewrite = rewrite.map(|rewrite| rewriting(rewrite, entry, diagnostics));
    redirect.into_iter().chain(rewrite).collect()
}

fn redirecting(redirect: &Redirect, entry: &IngressPath, diagnostics: &mut Vec<Diagnostic>) -> Node {
    diagnostics.extend(redirect.status.as_ref().and_then(status_fault));
    let path = path(redirect.path.as_ref(), redirect.prefix.as_ref(), entry, diagnostics);
    let redirect = object! {
        "scheme": redirect.scheme.as_ref(),
        "hostname": redirect.host.as_ref(),
        "port": redirect.port.as_ref(),
        "path": path,
        "statusCode": redirect.status.clone().unwrap_or_else(|| Node::made(302)),
    };
    object! { "type": "RequestRedirect", "requestRedirect": redirect }
}

/// A status that redirects nobody, such as 304.
fn status_fault(status: &Node) -> Option<Diagnostic> {
    let number = status.as_int().filter(|number| !matches!(number, 301..=303 | 307 | 308))?;
    let finding = Diagnostic::new(&BAD_VALUE, format!("a route cannot redirect with status {number}")).at(status.span);
    Some(finding.help("write 301, 302, 303, 307 or 308"))
}

fn rewriting(rewrite: &Rewrite, entry: &IngressPath, diagnostics: &mut Vec<Diagnostic>) -> Node {
    let path = path(rewrite.path.as_ref(), rewrite.prefix.as_ref(), entry, diagnostics);
    let rewrite = object! { "hostname": rewrite.host.as_ref(), "path": path };
    object! { "type": "URLRewrite", "urlRewrite": rewrite }
}

/// What becomes of the path. A prefix can be replaced only where one has matched.
fn path(
    whole: Option<&Node>,
    prefix: Option<&Node>,
    entry: &IngressPath,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Node> {
    let is_prefix = entry.kind.as_ref().is_none_or(|kind| kind.as_str() == Some("Prefix"));
    let refusal = match (whole, prefix) {
        (Some(_), Some(_)) => Some(("a redirect or rewrite with `path`", "take one of the two out")),
        (None, Some(_)) if !is_prefix => {
            Some(("a path that is no prefix", "say by `path` what the whole path becomes, or set `type: Prefix`"))
        }
        _ => None,
    };
    if let Some((holder, help)) = refusal {
        diagnostics.push(misplaced("prefix", place(prefix), holder).help(help));
    }
    match (whole, prefix) {
        (Some(path), _) => Some(object! { "type": "ReplaceFullPath", "replaceFullPath": path }),
        (None, Some(prefix)) => Some(object! { "type": "ReplacePrefixMatch", "replacePrefixMatch": prefix }),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::render::testing::{Rendered, rendered};

    fn with_path(path: &str) -> Rendered {
        rendered(&format!(
            "containers: {{app: {{image: a:1, ports: {{http: 8080}}}}}}\nservice: {{main: {{ports: {{http: 80}}}}}}\n\
             ingress: {{main: {{provider: gateway, gateways: {{public: {{}}}}, paths: {{/old: {path}}}}}}}"
        ))
    }

    #[test]
    fn a_redirect_leads_to_no_service() {
        let web = with_path("{redirect: {scheme: https, host: a.example, status: 301, prefix: /new}}");
        assert_eq!(
            web.json("HTTPRoute", "/spec/rules/0/filters"),
            r#"[{"requestRedirect":{"hostname":"a.example","path":{"replacePrefixMatch":"/new","type":"ReplacePrefixMatch"},"scheme":"https","statusCode":301},"type":"RequestRedirect"}]"#
        );
        assert_eq!(web.json("HTTPRoute", "/spec/rules/0/backendRefs"), "nothing");
        assert_eq!(
            with_path("{redirect: {scheme: https}}").json("HTTPRoute", "/spec/rules/0/filters/0/requestRedirect"),
            r#"{"scheme":"https","statusCode":302}"#
        );
    }

    #[test]
    fn a_rewrite_keeps_the_service() {
        let web = with_path("{port: http, rewrite: {host: b.example, path: /}}");
        assert_eq!(
            web.json("HTTPRoute", "/spec/rules/0/filters"),
            r#"[{"type":"URLRewrite","urlRewrite":{"hostname":"b.example","path":{"replaceFullPath":"/","type":"ReplaceFullPath"}}}]"#
        );
        assert_eq!(web.cause("HTTPRoute", "/spec/rules/0/filters/0/urlRewrite/path/replaceFullPath"), "/");
    }

    #[test]
    fn a_prefix_needs_one_that_matched() {
        let of = |path: &str| with_path(path).findings().split_off(1);
        assert_eq!(
            of("{port: http, type: Exact, rewrite: {prefix: /}}"),
            ["REN002 /: `prefix` has no place in a path that is no prefix"]
        );
        assert_eq!(
            of("{redirect: {prefix: /a, path: /b}}"),
            ["REN002 /a: `prefix` has no place in a redirect or rewrite with `path`"]
        );
    }
}
