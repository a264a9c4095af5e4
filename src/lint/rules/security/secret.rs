//! Secrets, and how they come to pods.

use super::{Check, Findings, declare_rule};
use crate::{
    grammar::formats::base64,
    manifest::{Container, Manifest, is_stand_in},
    node::{Node, escape},
};

declare_rule! {
    /// ## What it does
    /// Points out variables of containers that are read from Secrets.
    ///
    /// ## Why is this bad?
    /// A variable is inherited by every process that the program starts, is in many a crash report, and stays what it was
    /// when the Secret changes. A file from a volume is and does none of that.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec:
    ///   containers:
    ///     - name: cart
    ///       env: [{name: DB, valueFrom: {secretKeyRef: {name: db, key: password}}}]
    ///       envFrom: [{secretRef: {name: keys}}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec:
    ///   volumes: [{name: db, secret: {secretName: db}}]
    ///   containers: [{name: cart, volumeMounts: [{name: db, mountPath: /run/secrets/db}]}]
    /// ```
    ///
    /// Known elsewhere as: kube-linter `read-secret-from-env-var`.
    pub(super) static SECRET_IN_VARIABLE = {
        code: "SEC022",
        summary: "Secret in a variable",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Container(secret_in_variable),
    }
}

fn secret_in_variable(container: Container<'_>, findings: &mut Findings<'_>) {
    for (list, reference) in [("/env", "/valueFrom/secretKeyRef"), ("/envFrom", "/secretRef")] {
        for (at, variable) in container.list(list).iter().enumerate() {
            if variable.at(reference).is_some_and(|reference| !reference.is_null()) {
                let message = format!("container `{}` has a Secret among its variables", container.name());
                findings
                    .add_to_container(container, &format!("{list}/{at}{reference}"), message)
                    .help("mount the Secret as a volume, and let the program read the file");
            }
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Points out Secrets with values. Those without, those whose values are placeholders, references for a plugin
    /// (`<path:…>`, `vault:…`) or encrypted by SOPS (`ENC[…]`), and those that hold certificates only are fine; so are
    /// ExternalSecrets and SealedSecrets.
    ///
    /// The values themselves are shown nowhere.
    ///
    /// ## Why is this bad?
    /// Base64 is no encryption. Everybody who can read the repository has the values, and its history keeps them for
    /// ever.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: db}
    /// data: {password: aHVudGVyMg==}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: db}
    /// stringData: {password: "<path:secret/data/db#password>", user: ""}
    /// ---
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: token, annotations: {kubernetes.io/service-account.name: cart}}
    /// type: kubernetes.io/service-account-token
    /// ```
    pub(super) static OPEN_SECRET = {
        code: "SEC024",
        summary: "Secret with its values",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["Secret"], check: open_secret },
    }
}

fn open_secret(secret: &Manifest, findings: &mut Findings<'_>) {
    let is_open = |encoded: bool, value: &Node| {
        let Some(text) = value.as_str() else { return value.scalar_text().is_some() };
        // What is no base64, or no text in it, stands for itself.
        let decoded = if encoded { base64(text).and_then(|bytes| String::from_utf8(bytes).ok()) } else { None };
        let text = decoded.as_deref().unwrap_or(text);
        !is_stand_in(text) && !text.starts_with("-----BEGIN CERTIFICATE")
    };
    for (field, encoded) in [("data", true), ("stringData", false)] {
        let entries = secret.object.get(field).map_or(&[][..], Node::entries);
        if let Some((key, _)) = entries.iter().find(|(_, value)| is_open(encoded, value)) {
            let message = format!("Secret `{}` has its values with it", secret.id.name);
            let help = "let an ExternalSecret fetch the values, or keep them encrypted as a SealedSecret or by SOPS";
            findings.add(secret, format!("/{field}/{}", escape(key.as_str())), message).help(help);
            return;
        }
    }
}
