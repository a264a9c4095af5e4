//! What a TriggerAuthentication takes its parameters from.

use super::{Check, Findings, declare_rule, did_you_mean};
use crate::{
    lint::rules::workload::{
        holder::Holders,
        reference::{Made, elsewhere},
    },
    manifest::{Manifest, ManifestSet},
    node::Node,
};

const KIND: &str = "TriggerAuthentication";

/// Where it names objects of its own namespace.
const FIELDS: [(&str, &str); 2] = [("Secret", "/spec/secretTargetRef"), ("ConfigMap", "/spec/configMapTargetRef")];

/// One parameter, and the key of an object that it is.
struct Source<'a> {
    kind: &'static str,
    name: &'a str,
    key: &'a str,
    /// Where it stands: a JSON pointer.
    pointer: String,
}

fn sources(manifest: &Manifest) -> impl Iterator<Item = Source<'_>> {
    FIELDS.into_iter().flat_map(|(kind, list)| {
        manifest.items(list).filter_map(move |(pointer, entry)| {
            let text = |key: &str| entry.get(key).and_then(Node::as_str);
            Some(Source { kind, name: text("name")?, key: text("key").unwrap_or_default(), pointer })
        })
    })
}

declare_rule! {
    /// ## What it does
    /// Points out Secrets and ConfigMaps that a TriggerAuthentication names and that nothing here makes. A Secret counts
    /// as made when an ExternalSecret, SealedSecret, Certificate, SecretProviderClass or Vault object makes it, and when
    /// the spec says that somebody does (`existing` of a secret).
    ///
    /// A ClusterTriggerAuthentication reads the namespace of KEDA itself, of which nothing is known here.
    ///
    /// ## Why is this bad?
    /// KEDA cannot ask the trigger's server, and scales to the fallback or not at all.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: keda.sh/v1alpha1
    /// kind: TriggerAuthentication
    /// metadata: {name: cart-orders}
    /// spec: {secretTargetRef: [{parameter: host, name: cart-queu, key: host}]}
    /// ---
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: cart-queue}
    /// stringData: {host: amqp://queue}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: keda.sh/v1alpha1
    /// kind: TriggerAuthentication
    /// metadata: {name: cart-orders}
    /// spec: {secretTargetRef: [{parameter: host, name: cart-queue, key: host}]}
    /// ---
    /// apiVersion: external-secrets.io/v1
    /// kind: ExternalSecret
    /// metadata: {name: queue}
    /// spec: {target: {name: cart-queue}, dataFrom: [{extract: {key: queue}}]}
    /// ```
    pub(super) static MISSING_SOURCE = {
        code: "SCA051",
        summary: "authentication of a trigger reads a Secret or ConfigMap that nothing renders",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(missing_source),
    }
}

fn missing_source(set: &ManifestSet, findings: &mut Findings<'_>) {
    if set.of_kind(KIND).next().is_none() {
        return;
    }
    let made = Made::of(set);
    for manifest in set.of_kind(KIND) {
        for Source { kind, name, pointer, .. } in sources(manifest) {
            if made.has(kind, manifest.id.namespace.as_deref(), name) {
                continue;
            }
            let message = format!("the authentication of a trigger reads {kind} `{name}`, which nothing renders");
            let otherwise = match kind {
                "Secret" => elsewhere(kind, manifest.app.is_some()),
                _ => "render the ConfigMap, or name one that is",
            };
            let hint = did_you_mean(name, made.words(manifest, kind), otherwise);
            findings.add(manifest, format!("{pointer}/name"), message).suggest(manifest, hint);
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that the keys which a TriggerAuthentication asks of Secrets and ConfigMaps are there. What a Secret will
    /// hold is read from the ExternalSecret or SealedSecret that makes it, where that says all of its keys.
    ///
    /// ## Why is this bad?
    /// KEDA takes the parameter for empty: the trigger's server refuses it, and nothing is scaled.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: keda.sh/v1alpha1
    /// kind: TriggerAuthentication
    /// metadata: {name: cart-orders}
    /// spec: {secretTargetRef: [{parameter: host, name: cart-queue, key: hots}]}
    /// ---
    /// apiVersion: external-secrets.io/v1
    /// kind: ExternalSecret
    /// metadata: {name: cart-queue}
    /// spec: {data: [{secretKey: host, remoteRef: {key: queue}}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: keda.sh/v1alpha1
    /// kind: TriggerAuthentication
    /// metadata: {name: cart-orders}
    /// spec:
    ///   secretTargetRef: [{parameter: host, name: cart-queue, key: host}]
    ///   configMapTargetRef: [{parameter: sasl, name: cart, key: sasl}]
    /// ---
    /// apiVersion: external-secrets.io/v1
    /// kind: ExternalSecret
    /// metadata: {name: cart-queue}
    /// spec: {dataFrom: [{extract: {key: queue}}]}
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart}
    /// data: {sasl: plaintext}
    /// ```
    pub(super) static MISSING_KEY = {
        code: "SCA052",
        summary: "authentication of a trigger reads a key that is not there",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(missing_key),
    }
}

fn missing_key(set: &ManifestSet, findings: &mut Findings<'_>) {
    if set.of_kind(KIND).next().is_none() {
        return;
    }
    let holders = Holders::of(set);
    for manifest in set.of_kind(KIND) {
        for Source { kind, name, key, pointer } in sources(manifest).filter(|source| !source.key.is_empty()) {
            let holder = holders.find(kind, manifest.id.namespace.as_deref(), name);
            if let Some(holder) = holder.filter(|holder| !holder.has(key)) {
                holder.miss(&format!("{pointer}/key"), key, manifest, findings);
            }
        }
    }
}
