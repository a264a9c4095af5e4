//! What ConfigMaps and Secrets hold.

use super::{Check, Findings, declare_rule};
use crate::{
    manifest::Manifest,
    node::{Node, escape},
};

declare_rule! {
    /// ## What it does
    /// Points out ConfigMaps that hold nothing.
    ///
    /// ## Why is this bad?
    /// Whoever mounts one gets an empty directory. The rule is off by default, because some are filled by a controller.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart}
    /// data: {}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart}
    /// binaryData: {logo.png: iVBORw0KGgo=}
    /// ```
    pub(super) static EMPTY_CONFIG_MAP = {
        code: "CFG015",
        summary: "ConfigMap holds nothing",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Manifest { kinds: &["ConfigMap"], check: empty_config_map },
    }
}

fn empty_config_map(map: &Manifest, findings: &mut Findings<'_>) {
    let is_empty = |field: &str| map.object.get(field).is_none_or(|data| data.entries().is_empty());
    if is_empty("data") && is_empty("binaryData") {
        let message = format!("ConfigMap `{}` holds nothing", map.id.name);
        findings.add(map, "/data", message).help("fill it, or remove it");
    }
}

declare_rule! {
    /// ## What it does
    /// Points out ConfigMaps and Secrets that are not `immutable`.
    ///
    /// ## Why is this bad?
    /// A change reaches pods that run, one by one and without a rollout, so that nothing takes it back when it is
    /// wrong. An immutable one gets a new name with each change, and the rollout takes it along. The kubelet need not
    /// watch it, either.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart}
    /// data: {mode: fast}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart-7f3a9c}
    /// immutable: true
    /// data: {mode: fast}
    /// ```
    pub(super) static MUTABLE_CONFIG = {
        code: "CFG016",
        summary: "ConfigMap or Secret may change under pods that run",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Manifest { kinds: &["ConfigMap", "Secret"], check: mutable_config },
    }
}

fn mutable_config(manifest: &Manifest, findings: &mut Findings<'_>) {
    if manifest.object.get("immutable").and_then(Node::as_bool) != Some(true) {
        let message = format!("{} `{}` may change under pods that run", manifest.kind(), manifest.id.name);
        findings.add(manifest, "/metadata/name", message).help("set `immutable: true`, and put a hash into its name");
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that the keys of ConfigMaps and Secrets are letters, digits, `-`, `_` and `.`, at most 253, and that no
    /// key of a ConfigMap is both in `data` and in `binaryData`.
    ///
    /// ## Why is this bad?
    /// The API server refuses the object.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart}
    /// data: {conf/cart.yaml: "mode: fast"}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart}
    /// data: {.cart_v2-settings.yaml: "mode: fast"}
    /// ```
    pub(super) static BAD_KEY = {
        code: "CFG018",
        summary: "key that a ConfigMap or Secret cannot have",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["ConfigMap", "Secret"], check: bad_key },
    }
}

fn bad_key(manifest: &Manifest, findings: &mut Findings<'_>) {
    let entries = |field: &str| manifest.object.get(field).map_or(&[][..], Node::entries);
    for field in ["data", "binaryData", "stringData"] {
        for (key, _) in entries(field) {
            let pointer = || format!("/{field}/{}", escape(key.as_str()));
            if !is_key(key.as_str()) {
                findings
                    .add(manifest, pointer(), format!("{} cannot have a key `{}`", manifest.kind(), key.text))
                    .at_key(manifest)
                    .help("use at most 253 letters, digits, `-`, `_` and `.`; volumes can give a key another `path`");
            } else if field == "binaryData" && entries("data").iter().any(|(own, _)| own == key) {
                findings
                    .add(manifest, pointer(), format!("key `{}` is in `data`, too", key.text))
                    .at_key(manifest)
                    .help("rename or remove one of them");
            }
        }
    }
}

fn is_key(key: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=253).contains(&key.len()) && key.bytes().all(fits) && key != "." && !key.starts_with("..")
}

declare_rule! {
    /// ## What it does
    /// Checks that Secrets of a type that Kubernetes knows have the keys which that type asks for. Their values are not
    /// looked at.
    ///
    /// ## Why is this bad?
    /// The API server refuses the Secret.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: cart-tls}
    /// type: kubernetes.io/tls
    /// data: {tls.crt: "", cert.key: ""}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: cart-tls}
    /// type: kubernetes.io/tls
    /// data: {tls.crt: ""}
    /// stringData: {tls.key: ""}
    /// ```
    pub(super) static INCOMPLETE_SECRET = {
        code: "CFG019",
        summary: "Secret lacks a key that its type asks for",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["Secret"], check: incomplete_secret },
    }
}

/// The keys that types of Secrets ask for
/// (<https://kubernetes.io/docs/concepts/configuration/secret/#secret-types>).
const TYPES: &[(&str, &[&str])] = &[
    ("kubernetes.io/dockercfg", &[".dockercfg"]),
    ("kubernetes.io/dockerconfigjson", &[".dockerconfigjson"]),
    ("kubernetes.io/ssh-auth", &["ssh-privatekey"]),
    ("kubernetes.io/tls", &["tls.crt", "tls.key"]),
];

fn incomplete_secret(secret: &Manifest, findings: &mut Findings<'_>) {
    let Some(kind) = secret.object.get("type").and_then(Node::as_str) else { return };
    let Some((_, keys)) = TYPES.iter().find(|(known, _)| *known == kind) else { return };
    let has = |key: &str| {
        ["data", "stringData"].iter().any(|field| secret.object.get(field).is_some_and(|data| data.get(key).is_some()))
    };
    for key in keys.iter().filter(|key| !has(key)) {
        let message = format!("Secret `{}` lacks `{key}`, which its type asks for", secret.id.name);
        findings.add(secret, "/type", message).help("add the key, or remove the type");
    }
}
