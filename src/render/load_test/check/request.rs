//! Requests: what no client can send.

use http::{HeaderName, HeaderValue};

use super::bad;
use crate::{
    diagnostic::Diagnostic,
    grammar::formats::{host_and_port, http_url},
    model::LoadTarget,
    node::{Key, Node},
    render::findings::{misplace, place},
};

pub(super) fn check(name: &Key, target: &LoadTarget, diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.extend(target.url.as_ref().and_then(not_http));
    if let Some(via) = target.via.as_ref().filter(|via| host_and_port(via.as_str().unwrap_or_default()).is_none()) {
        let finding = bad(via, format!("`via` of `{}` is no host and port", name.text));
        diagnostics.push(finding.help("write it as `host:port`, such as `controller.ingress-nginx.svc:80`"));
    }
    let body = target.body.as_ref().and_then(|_| place(target.file.as_ref()));
    misplace(&[("file", body)], "a target with `body`", "keep one of them", diagnostics);
    for (header, value) in &target.headers {
        diagnostics.extend(no_header(header));
        // What it is stays unsaid: it may be a secret that has no business in a spec.
        if let Some(value) = value.value.as_ref().filter(|value| !is_header_value(value)) {
            let finding = bad(value, format!("the value of the header `{}` cannot be sent", header.text));
            diagnostics.push(finding.help("a value is one line without control characters"));
        }
        if let Some(env) = value.env.as_ref().filter(|env| !is_variable(env.as_str().unwrap_or_default())) {
            let finding = bad(env, format!("`env` of the header `{}` names no environment variable", header.text));
            diagnostics.push(finding.help("a name has letters, digits and `_`, and does not start with a digit"));
        }
    }
    let expected = target.expect.iter().flat_map(|expect| &expect.headers);
    diagnostics.extend(expected.filter_map(|(header, _)| no_header(header)));
}

/// A URL that is none of HTTP.
pub(super) fn not_http(url: &Node) -> Option<Diagnostic> {
    let text = url.as_str().unwrap_or_default();
    let why = http_url(text).err()?;
    if why == "holds a user" {
        // The text may hold a password.
        let finding = bad(url, "the URL holds a user".to_owned());
        return Some(
            finding.help("write credentials as a header: `headers: { Authorization: { secret: …, key: … } }`"),
        );
    }
    Some(bad(url, format!("`{text}` {why}")).help("write it as `http://host:port/path`"))
}

fn no_header(header: &Key) -> Option<Diagnostic> {
    let is_name = HeaderName::try_from(header.as_str()).is_ok();
    let finding =
        || bad(&Node::new(header.text.clone(), header.span), format!("`{}` is no name of a header", header.text));
    (!is_name).then(|| finding().help("a name has letters, digits and `-`"))
}

fn is_header_value(value: &Node) -> bool {
    HeaderValue::try_from(value.as_str().unwrap_or_default()).is_ok()
}

fn is_variable(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.bytes().all(is_part) && text.starts_with(|first: char| !first.is_ascii_digit())
}
