//! Sizes of objects.

use super::{Check, Findings, declare_rule};
use crate::{
    manifest::{Manifest, ManifestSet},
    node::{Node, escape},
    sync::{SYNC_OPTIONS, Synced, values},
};

/// What a ConfigMap or Secret may hold in all, in bytes (`MaxSecretSize` of Kubernetes' core API).
const MOST_DATA: usize = 1024 * 1024;
/// The largest request that etcd takes by default, in bytes
/// (<https://etcd.io/docs/v3.5/dev-guide/limit/>).
const MOST_STORED: usize = 1024 * 1024 * 3 / 2;
/// What all annotations of an object may hold, in bytes (`TotalAnnotationSizeLimitB` of apimachinery).
const MOST_ANNOTATIONS: usize = 256 * 1024;

declare_rule! {
    /// ## What it does
    /// Checks that ConfigMaps and Secrets hold at most 1 MiB, and every other object at most 1.5 MiB.
    ///
    /// ## Why is this bad?
    /// The API server refuses the object, or etcd does.
    ///
    /// ## Example
    /// (`… KiB of dashboards` stands for a text of that size.)
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: dashboards}
    /// data: {overview.json: 1200 KiB of dashboards}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: dashboards}
    /// data: {overview.json: 900 KiB of dashboards}
    /// ```
    pub(super) static TOO_LARGE = {
        code: "CFG003",
        summary: "object is larger than a cluster can store",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &[], check: too_large },
    }
}

fn too_large(manifest: &Manifest, findings: &mut Findings<'_>) {
    // Most objects are small, and are measured no further.
    if manifest.size() <= MOST_DATA {
        return;
    }
    let (bytes, most, limit, help) = if matches!(manifest.kind(), "ConfigMap" | "Secret") {
        let data = ["data", "binaryData"].into_iter().filter_map(|field| manifest.object.get(field));
        (data.map(Node::size).sum(), MOST_DATA, "1 MiB", "split it, or mount the files from a volume or an image")
    } else {
        (manifest.size(), MOST_STORED, "1.5 MiB", "split it")
    };
    if bytes > most {
        let message = format!("{} `{}` holds more than {limit}", manifest.kind(), manifest.id.name);
        findings.add(manifest, largest(manifest), message).help(help);
    }
}

declare_rule! {
    /// ## What it does
    /// Points out objects above 256 KiB that are applied on the client's side: those whose Application, and which
    /// themselves, have neither of the sync options `ServerSideApply=true` and `Replace=true`.
    ///
    /// ## Why is this bad?
    /// Argo CD then keeps the whole object in an annotation (`last-applied-configuration`) to know what changed, and
    /// all annotations together may have 256 KiB: the sync fails with `metadata.annotations: Too long`.
    ///
    /// ## Example
    /// (`… KiB of dashboards` stands for a text of that size.)
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: dashboards}
    /// data: {overview.json: 300 KiB of dashboards}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: dashboards
    ///   annotations: {argocd.argoproj.io/sync-options: ServerSideApply=true}
    /// data: {overview.json: 300 KiB of dashboards}
    /// ```
    pub(super) static TOO_LARGE_TO_REMEMBER = {
        code: "CFG004",
        summary: "object is too large to be applied on the client's side",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &[], check: too_large_to_remember },
    }
}

fn too_large_to_remember(manifest: &Manifest, findings: &mut Findings<'_>) {
    if manifest.size() > MOST_ANNOTATIONS && !is_applied_by_server(findings.set, manifest) {
        let message =
            format!("{} `{}` is too large to be applied on the client's side", manifest.kind(), manifest.id.name);
        findings
            .add(manifest, largest(manifest), message)
            .help("give its Application the sync option `ServerSideApply=true`, or split it");
    }
}

fn is_applied_by_server(set: &ManifestSet, manifest: &Manifest) -> bool {
    let application = Synced::of(set).application(manifest);
    let own = values(manifest, SYNC_OPTIONS);
    ["ServerSideApply=true", "Replace=true"]
        .iter()
        .any(|option| own.contains(option) || application.is_some_and(|application| application.has_option(option)))
}

/// The pointer to the largest value of a ConfigMap's or Secret's data; to the whole of any other object.
fn largest(manifest: &Manifest) -> String {
    let data = manifest.object.get("data").map_or(&[][..], Node::entries);
    let largest = data.iter().max_by_key(|(_, value)| value.size());
    largest.map(|(key, _)| format!("/data/{}", escape(key.as_str()))).unwrap_or_default()
}
