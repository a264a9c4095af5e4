//! What a route of a Gateway has no place for.

use crate::{
    diagnostic::Diagnostic,
    model::{Ingress, IngressPath},
    node::Key,
    render::findings::{misplace, misplaced, missing, place},
};

/// Annotations that only an ingress controller reads, by the end of their name, and what does the same on a route.
const REPLACED: &[(&str, &str)] = &[
    ("/app-root", "add a path with `type: Exact` and `redirect`"),
    ("/force-ssl-redirect", REDIRECT),
    ("/permanent-redirect", "say it by `redirect` of the path"),
    ("/proxy-read-timeout", "say it by `timeouts` of the path"),
    ("/rewrite-target", "say it by `rewrite` of the path"),
    ("/ssl-redirect", REDIRECT),
    ("/temporal-redirect", "say it by `redirect` of the path"),
    ("/upstream-vhost", "say it by `rewrite` of the path: `{ host: … }`"),
    ("/use-regex", "set `type: RegularExpression` of the path"),
];

const REDIRECT: &str = "add an entry of `ingress` for the Gateway's plain listener, with `redirect: { scheme: https }`";

/// Reports what stands there for an Ingress, and what is missing.
pub(super) fn report(name: &Key, ingress: &Ingress, diagnostics: &mut Vec<Diagnostic>) {
    const HOLDER: &str = "an HTTPRoute";
    if ingress.gateways.is_empty() {
        let message = format!("the ingress `{}` names no Gateway", name.text);
        diagnostics.push(missing(name, message, "add `gateways`, such as `{ public: { namespace: gateways } }`"));
    }
    if ingress.paths.is_empty() {
        let message = format!("the ingress `{}` has no paths", name.text);
        diagnostics.push(missing(name, message, "add `paths`, such as `{ /: { port: http } }`"));
    }
    let class = [("class", place(ingress.class.as_ref()))];
    misplace(&class, HOLDER, "take it out: the Gateway has the class; or set `provider: ingress`", diagnostics);
    let tls = [("tls", ingress.tls.as_ref().and_then(|tls| tls.span))];
    misplace(
        &tls,
        HOLDER,
        "take it out: the Gateway's listener has the certificate; or set `provider: ingress`",
        diagnostics,
    );
    diagnostics.extend(ingress.annotations.iter().filter_map(|(key, _)| annotation(key)));
    ingress.paths.iter().for_each(|(_, path)| report_path(path, diagnostics));
}

fn annotation(key: &Key) -> Option<Diagnostic> {
    let (domain, name) = key.as_str().split_once('/')?;
    let is_of_class = domain == "kubernetes.io" && name.starts_with("ingress.");
    let is_of_certificate = matches!(domain, "cert-manager.io" | "acme.cert-manager.io");
    if !is_of_class && !is_of_certificate && !domain.ends_with("ingress.kubernetes.io") {
        return None;
    }
    let replaced = REPLACED.iter().find(|(end, _)| key.as_str().ends_with(end)).map(|(_, help)| *help);
    let help = match replaced {
        _ if is_of_certificate => "take it out: cert-manager reads it on the Gateway",
        Some(help) => help,
        None => "take it out: only an ingress controller reads it",
    };
    Some(misplaced(key.as_str(), key.span, "an HTTPRoute").help(help))
}

fn report_path(path: &IngressPath, diagnostics: &mut Vec<Diagnostic>) {
    let kind = path.kind.as_ref().filter(|kind| kind.as_str() == Some("ImplementationSpecific"));
    let types = [("type: ImplementationSpecific", place(kind))];
    misplace(&types, "a path of an HTTPRoute", "write `Prefix`, `Exact` or `RegularExpression`", diagnostics);
    let service = ("service", place(path.service.as_ref()));
    let port = ("port", place(path.port.as_ref()));
    let backends = ("backends", path.backends.first().and_then(|(key, _)| key.span));
    if path.redirect.is_some() {
        let rewrite = ("rewrite", path.rewrite.as_ref().and_then(|rewrite| rewrite.span));
        let timeouts = ("timeouts", path.timeouts.as_ref().and_then(|timeouts| timeouts.span));
        let fields = [service, port, backends, rewrite, timeouts];
        misplace(&fields, "a path with `redirect`", "take it out: the request reaches no service", diagnostics);
    } else if !path.backends.is_empty() {
        misplace(&[service, port], "a path with `backends`", "take it out: each backend has its own", diagnostics);
    }
}

#[cfg(test)]
mod tests {
    use crate::render::testing::rendered;

    #[test]
    fn what_only_an_ingress_has_is_refused() {
        let web = rendered(
            "ingress: {main: {provider: gateway, class: nginx, tls: cert, annotations: {nginx.ingress.kubernetes.io/rewrite-target: \
             /, kubernetes.io/ingress.class: nginx, cert-manager.io/cluster-issuer: le, external-dns.alpha.kubernetes.io/ttl: 60}, \
             paths: {/: {redirect: {scheme: https}, type: ImplementationSpecific, port: 80}}}}",
        );
        let findings = web.findings();
        assert_eq!(
            findings[1..],
            [
                "SPC013 main: the ingress `main` names no Gateway",
                "REN002 nginx: `class` has no place in an HTTPRoute",
                "REN002 cert: `tls` has no place in an HTTPRoute",
                "REN002 nginx.ingress.kubernetes.io/rewrite-target: `nginx.ingress.kubernetes.io/rewrite-target` has no place in an HTTPRoute",
                "REN002 kubernetes.io/ingress.class: `kubernetes.io/ingress.class` has no place in an HTTPRoute",
                "REN002 cert-manager.io/cluster-issuer: `cert-manager.io/cluster-issuer` has no place in an HTTPRoute",
                "REN002 ImplementationSpecific: `type: ImplementationSpecific` has no place in a path of an HTTPRoute",
                "REN002 80: `port` has no place in a path with `redirect`",
            ]
        );
        assert_eq!(web.diagnostics[4].help.as_deref(), Some("say it by `rewrite` of the path"));
    }
}
