//! Credentials that everybody can read who can read the repository, or the object.

use super::{Check, Findings, declare_rule};
use crate::manifest::{Manifest, Place, Text};

declare_rule! {
    /// ## What it does
    /// Looks for values whose names say that they are secret, in the variables and arguments of containers and in
    /// ConfigMaps, also line by line in the files that a ConfigMap holds: `DB_PASSWORD`, `--token=…`, `spring.db.password`.
    /// References, paths, URLs, switches and placeholders such as `changeme` are fine.
    ///
    /// The value itself is shown nowhere.
    ///
    /// ## Why is this bad?
    /// Everybody who can read the repository, or the object in any cluster, can use it. Nobody can change it without a
    /// rollout, and the history keeps it for ever.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec:
    ///   containers:
    ///     - name: cart
    ///       args: [--client-secret=hunter2, --token, hunter3]
    ///       env: [{name: DB_PASSWORD, value: hunter2}]
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart}
    /// data:
    ///   apiKey: hunter2
    ///   application.properties: |
    ///     spring.datasource.url=jdbc:postgresql://db/cart
    ///     spring.datasource.password=hunter2
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec:
    ///   containers:
    ///     - name: cart
    ///       args: [--password=$(DB_PASSWORD), --token-file, /run/token]
    ///       env:
    ///         - {name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}
    ///         - {name: TOKEN_URL, value: "https://login.example.com/token"}
    ///         - {name: PASSWORD_FILE, value: /run/secrets/db}
    ///         - {name: API_KEY, value: changeme}
    ///         - {name: TLS_SECRET, value: cart-tls}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `env-var-secret`, polaris `sensitiveContainerEnvVar`, `sensitiveConfigmapContent`.
    pub(super) static NAMED_CREDENTIAL = {
        code: "SEC020",
        summary: "secret in plain sight",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &[], check: named_credential },
    }
}

fn named_credential(manifest: &Manifest, findings: &mut Findings<'_>) {
    manifest.each_text(&mut |text| {
        let Some(name) = text.name_of_credential().filter(|_| text.credential().is_none()) else { return };
        // The name of a Secret may be called so, too.
        let is_object = |value: &str| findings.set.find("Secret", manifest.id.namespace.as_deref(), value).is_some();
        if text.node.as_str().is_some_and(is_object) {
            return;
        }
        let message = format!("`{name}` is in plain sight");
        report(manifest, text, message, findings);
    });
}

declare_rule! {
    /// ## What it does
    /// Looks for texts that are credentials by their shape, whatever they are called: private keys, URLs with a password,
    /// JSON Web Tokens, and the keys and tokens of AWS, DigitalOcean, GitHub, GitLab, Google, Hugging Face, npm, PyPI,
    /// SendGrid, Slack and Stripe. It looks at the variables and arguments of containers, at ConfigMaps, annotations, and
    /// the `spec` of custom resources.
    ///
    /// The value itself is shown nowhere.
    ///
    /// ## Why is this bad?
    /// Everybody who can read the repository, or the object in any cluster, can use it. It counts as lost: make a new one.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, args: ["--database", "postgres://cart:hunter2@db/cart"]}]}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart}
    /// data:
    ///   server.key: |
    ///     -----BEGIN PRIVATE KEY-----
    ///     MC4CAQAwBQYDK2VwBCIEIA
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, args: ["--database", "postgres://cart:$(PASSWORD)@db/cart"]}]}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `env-var-secret`, polaris `sensitiveContainerEnvVar`, `sensitiveConfigmapContent`.
    pub(super) static SHAPED_CREDENTIAL = {
        code: "SEC021",
        summary: "credential in plain sight",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &[], check: shaped_credential },
    }
}

fn shaped_credential(manifest: &Manifest, findings: &mut Findings<'_>) {
    manifest.each_text(&mut |text| {
        if let Some(what) = text.credential() {
            report(manifest, text, format!("{what} is in plain sight"), findings);
        }
    });
}

fn report(manifest: &Manifest, text: Text<'_>, message: String, findings: &mut Findings<'_>) {
    let help = match text.place {
        Place::Variable => "keep it in a Secret, and refer to it by `valueFrom.secretKeyRef`",
        Place::Argument => "keep it in a Secret, read it into a variable, and write `$(VARIABLE)`",
        Place::Entry => "keep it in a Secret, and leave a placeholder here",
        Place::Annotation | Place::Field => "keep it in a Secret, and refer to that",
    };
    let pointer = manifest.object.pointer_to(text.node).unwrap_or_default().to_string();
    findings.add(manifest, pointer, message).help(help);
}
