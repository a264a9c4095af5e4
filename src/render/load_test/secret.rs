//! What a load test must not hold itself: values of headers, certificates and keys.

use smol_str::{SmolStr, format_smolstr};

use crate::{
    diagnostic::Diagnostic,
    grammar::BAD_VALUE,
    model::{App, Authorities, HeaderValue, Identity},
    node::{Key, Node, object},
    render::{
        findings::{misplace, missing, place},
        names,
    },
};

/// An environment variable that holds the value of a header.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name; made of those of the target and the header.
    pub name: SmolStr,
    /// The Secret that has the value.
    pub secret: Node,
    /// The key in the Secret.
    pub key: Node,
}

/// A directory with certificates.
#[derive(Clone, Debug)]
pub struct Mount {
    /// Where the document expects it.
    pub directory: &'static str,
    /// What is in it.
    pub holder: Holder,
}

/// What has files for a pod.
#[derive(Clone, Debug)]
pub enum Holder {
    /// The ConfigMap of this name.
    Config(Node),
    /// The Secret of this name.
    Secret(Node),
}

/// Where the document expects certificates of authorities, and an own one.
const AUTHORITIES: &str = "/etc/karat/authorities";
const IDENTITY: &str = "/etc/karat/identity";

/// What somebody is to do who names a variable or a file in a spec.
const NAME_SECRET: &str = "name a Secret and its `key`: the Job of the cluster gets it from there";

/// The variables of a document, no two of one name.
#[derive(Default)]
pub(super) struct Variables(pub(super) Vec<Variable>);

impl Variables {
    /// The value of a header in a document.
    pub(super) fn header(
        &mut self,
        app: &App,
        (target, header): (&Key, &Key),
        value: &HeaderValue,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Node> {
        misplace(&[("env", place(value.env.as_ref()))], "the load test of an app", NAME_SECRET, diagnostics);
        let Some(secret) = &value.secret else {
            misplace(&[("key", place(value.key.as_ref()))], "a header without `secret`", "take it out", diagnostics);
            diagnostics.extend(written_out(header, value.value.as_ref()));
            return value.value.clone();
        };
        let Some(key) = &value.key else {
            let message = format!("the header `{}` names no key of the Secret", header.text);
            diagnostics.push(missing(&Key::new("secret", secret.span), message, "add `key`"));
            return None;
        };
        let name = self.unused(&variable_name(target.as_str(), header.as_str()));
        self.0.push(Variable { name: name.clone(), secret: names::of_secret(app, secret), key: key.clone() });
        Some(object! { "env": Node::new(name, secret.span) }.caused_by(value.span))
    }

    /// The name, or one that is made of it: `a-b` and `a_b` make the same.
    fn unused(&self, name: &SmolStr) -> SmolStr {
        let is_used = |name: &SmolStr| self.0.iter().any(|variable| variable.name == *name);
        let numbered = (2..).map(|number| format_smolstr!("{name}_{number}"));
        std::iter::once(name.clone()).chain(numbered).find(|name| !is_used(name)).unwrap_or_default()
    }
}

/// Headers that hold nothing but credentials.
const CREDENTIALS: [&str; 3] = ["authorization", "cookie", "proxy-authorization"];

/// A credential in a spec: everybody who may read the repository, or the ConfigMap of the Job, has it.
fn written_out(header: &Key, value: Option<&Node>) -> Option<Diagnostic> {
    let is_credential = CREDENTIALS.iter().any(|name| header.text.eq_ignore_ascii_case(name));
    let value = value.filter(|value| is_credential && value.as_str() != Some(""))?;
    let finding = Diagnostic::new(&BAD_VALUE, format!("the header `{}` is a credential, written out", header.text));
    Some(finding.at(value.span).help("keep it in a Secret, and name that: `{ secret: …, key: … }`"))
}

/// `KARAT_PING_AUTHORIZATION`.
fn variable_name(target: &str, header: &str) -> SmolStr {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    ["KARAT_", target, "_", header].concat().chars().map(letter).collect()
}

/// Certificates of authorities in a document.
pub(super) fn authorities(
    app: &App,
    own: &Authorities,
    mounts: &mut Vec<Mount>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Node> {
    const HELP: &str = "name a ConfigMap or a Secret: the Job of the cluster gets it from there";
    misplace(&[("file", place(own.file.as_ref()))], "the load test of an app", HELP, diagnostics);
    let config = own.config.as_ref().map(|name| Holder::Config(names::of_config(app, name)));
    let secret = own.secret.as_ref().map(|name| Holder::Secret(names::of_secret(app, name)));
    mounts.push(Mount { directory: AUTHORITIES, holder: config.or(secret)? });
    let key = own.key.as_ref().and_then(Node::as_str).unwrap_or("ca.crt");
    let cause = own.config.as_ref().or(own.secret.as_ref())?.span;
    Some(object! { "file": Node::new(format_smolstr!("{AUTHORITIES}/{key}"), cause) }.caused_by(own.span))
}

/// An own certificate in a document.
pub(super) fn identity(
    app: &App,
    own: &Identity,
    mounts: &mut Vec<Mount>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Node> {
    const HELP: &str = "name a Secret with `tls.crt` and `tls.key`: the Job of the cluster gets them from there";
    let files = [("certificate", place(own.certificate.as_ref())), ("key", place(own.key.as_ref()))];
    misplace(&files, "the load test of an app", HELP, diagnostics);
    let secret = own.secret.as_ref()?;
    mounts.push(Mount { directory: IDENTITY, holder: Holder::Secret(names::of_secret(app, secret)) });
    let file = |name: &str| Node::new(format_smolstr!("{IDENTITY}/{name}"), secret.span);
    Some(object! { "certificate": file("tls.crt"), "key": file("tls.key") }.caused_by(own.span))
}
