//! A load test in a file of its own, where there is no app to refer to.

use crate::{
    diagnostic::Diagnostic,
    grammar::MISSING_FIELD,
    model::{LoadTarget, LoadTest, LoadTrust},
    node::{Key, Node},
    render::findings::{misplace, missing, place},
};

/// Reports what refers to an app.
pub fn check_alone(test: &LoadTest, metadata: Option<&Node>, diagnostics: &mut Vec<Diagnostic>) {
    if test.targets.is_empty() {
        let finding = Diagnostic::new(&MISSING_FIELD, "a load test needs something to ask for").at(test.span);
        diagnostics.push(finding.help("add `targets: { home: { url: http://host:port/path } }`"));
    }
    for (name, target) in &test.targets {
        check_target(name, target, diagnostics);
    }
    if let Some(tls) = &test.tls {
        check_trust(tls, diagnostics);
    }
    let is_known = ["name", "namespace"].iter().all(|key| metadata.is_some_and(|own| own.get(key).is_some()));
    let workload = test.prometheus.as_ref().and_then(|prometheus| prometheus.workload.as_ref());
    for (field, node) in [("prometheus.workload", workload), ("replicas", test.replicas.as_ref())] {
        if let Some(node) = node.filter(|node| node.as_bool() == Some(true) && !is_known) {
            let message = format!("`{field}` asks for the pods of an app, and the load test names none");
            let finding = Diagnostic::new(&MISSING_FIELD, message).at(node.span);
            diagnostics.push(finding.help("add `metadata: { name: cart, namespace: shop }`"));
        }
    }
}

fn check_target(name: &Key, target: &LoadTarget, diagnostics: &mut Vec<Diagnostic>) {
    let of_app = [
        ("service", place(target.service.as_ref())),
        ("ingress", place(target.ingress.as_ref())),
        ("port", place(target.port.as_ref())),
        ("scheme", place(target.scheme.as_ref())),
        ("path", place(target.path.as_ref())),
    ];
    let help = "write where it leads as `url: http://host:port/path`";
    misplace(&of_app, "a load test of its own", help, diagnostics);
    if target.url.is_none() && of_app.iter().all(|(_, place)| place.is_none()) {
        diagnostics.push(missing(name, format!("`{}` has no `url`", name.text), help));
    }
    for (_, value) in &target.headers {
        let fields = [("secret", place(value.secret.as_ref()))];
        let help = "name an environment variable that holds the value: `{ env: TOKEN }`";
        misplace(&fields, "a load test of its own", help, diagnostics);
        if value.secret.is_none() {
            let fields = [("key", place(value.key.as_ref()))];
            misplace(&fields, "a header without `secret`", "take it out", diagnostics);
        }
    }
}

fn check_trust(tls: &LoadTrust, diagnostics: &mut Vec<Diagnostic>) {
    if let Some(own) = &tls.authorities {
        let mut fields = vec![("config", place(own.config.as_ref())), ("secret", place(own.secret.as_ref()))];
        fields.extend(own.file.is_some().then(|| ("key", place(own.key.as_ref()))));
        misplace(&fields, "a load test of its own", "name a file: `file: ca.crt`", diagnostics);
    }
    let Some(own) = &tls.identity else { return };
    let help = "name two files: `{ certificate: tls.crt, key: tls.key }`";
    misplace(&[("secret", place(own.secret.as_ref()))], "a load test of its own", help, diagnostics);
    if let Some(certificate) = own.certificate.as_ref().filter(|_| own.key.is_none()) {
        let finding = Diagnostic::new(&MISSING_FIELD, "a certificate is used with its key").at(certificate.span);
        diagnostics.push(finding.help("add `key`, the file of the key"));
    }
}
