//! Where backups go, what they are of, and where Velero looks for its objects.

use super::{Check, Findings, KINDS, backup, declare_rule, did_you_mean, known_namespaces};
use crate::{
    grammar::similar,
    manifest::{Manifest, ManifestSet},
};

declare_rule! {
    /// ## What it does
    /// Checks that the storage location and the snapshot locations of a backup exist, where any such location is
    /// rendered here.
    ///
    /// ## Why is this bad?
    /// Velero refuses to make the backup, and says so only in its status.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: velero.io/v1
    /// kind: Backup
    /// metadata: {name: once, namespace: velero}
    /// spec: {storageLocation: defualt, ttl: 720h}
    /// ---
    /// apiVersion: velero.io/v1
    /// kind: BackupStorageLocation
    /// metadata: {name: default, namespace: velero}
    /// ```
    ///
    /// Locations are often made by the chart that installs Velero.
    /// ```yaml,silent
    /// apiVersion: velero.io/v1
    /// kind: Backup
    /// metadata: {name: once, namespace: velero}
    /// spec: {storageLocation: default, volumeSnapshotLocations: [default], ttl: 720h}
    /// ```
    pub(super) static MISSING_LOCATION = {
        code: "DR003",
        summary: "backup goes to a location that does not exist",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: missing_location },
    }
}

fn missing_location(manifest: &Manifest, findings: &mut Findings<'_>) {
    let Some((pointer, backup)) = backup(manifest) else { return };
    let storage = backup.get("storageLocation").map(|node| (format!("{pointer}/storageLocation"), node));
    let storage = storage.into_iter().map(|place| ("BackupStorageLocation", place));
    let snapshots = manifest.items(&format!("{pointer}/volumeSnapshotLocations"));
    for (kind, (pointer, node)) in storage.chain(snapshots.map(|place| ("VolumeSnapshotLocation", place))) {
        let Some(name) = node.as_str() else { continue };
        let known = || findings.set.of_kind(kind).map(|location| location.id.name.as_str());
        if known().next().is_none() || known().any(|known| known == name) {
            continue;
        }
        let message =
            format!("{} `{}` goes to {kind} `{name}`, which does not exist", manifest.kind(), manifest.id.name);
        let help = did_you_mean(name, known(), format!("name a {kind}, or render this one"));
        findings.add(manifest, pointer, message).suggest(manifest, help);
    }
}

declare_rule! {
    /// ## What it does
    /// Points out namespaces of a backup that nothing here belongs to, and whose name is almost that of one that is here.
    ///
    /// ## Why is this bad?
    /// A backup of a namespace that does not exist is empty, and succeeds.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: velero.io/v1
    /// kind: Backup
    /// metadata: {name: once, namespace: velero}
    /// spec: {includedNamespaces: [chekout], ttl: 720h}
    /// ---
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: checkout}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: velero.io/v1
    /// kind: Backup
    /// metadata: {name: once, namespace: velero}
    /// spec: {includedNamespaces: [payments, "*"], ttl: 720h}
    /// ---
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: checkout}
    /// ```
    pub(super) static MISSING_NAMESPACE = {
        code: "DR004",
        summary: "backup of a namespace that is likely misspelt",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: missing_namespace },
    }
}

fn missing_namespace(manifest: &Manifest, findings: &mut Findings<'_>) {
    let Some((pointer, _)) = backup(manifest) else { return };
    for list in ["includedNamespaces", "excludedNamespaces"] {
        for (pointer, node) in manifest.items(&format!("{pointer}/{list}")) {
            let Some(name) = node.as_str().filter(|name| !name.contains('*')) else { continue };
            let known = known_namespaces(findings.set);
            let Some(meant) = similar(name, known.iter().copied()).filter(|_| !known.contains(name)) else { continue };
            let message = format!(
                "{} `{}` names the namespace `{name}`, which nothing here belongs to",
                manifest.kind(),
                manifest.id.name
            );
            findings.add(manifest, pointer, message).help(format!("did you mean `{meant}`?"));
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Points out objects of Velero that are not in its namespace: they name none, or `default`, or another one than its
    /// locations here.
    ///
    /// ## Why is this bad?
    /// Velero looks at no other namespace than its own, usually `velero`. The object is there, and nothing happens.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: velero.io/v1
    /// kind: Schedule
    /// metadata: {name: daily}
    /// spec: {schedule: 0 1 * * *, template: {ttl: 720h}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: velero.io/v1
    /// kind: Schedule
    /// metadata: {name: daily, namespace: backup}
    /// spec: {schedule: 0 1 * * *, template: {ttl: 720h}}
    /// ```
    pub(super) static WRONG_NAMESPACE = {
        code: "DR007",
        summary: "object of Velero outside of its namespace",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(wrong_namespace),
    }
}

fn wrong_namespace(set: &ManifestSet, findings: &mut Findings<'_>) {
    let own = set.of_kind("BackupStorageLocation").find_map(|location| location.id.namespace.as_deref());
    let kinds = ["Backup", "Restore", "Schedule"].into_iter().flat_map(|kind| set.of_kind(kind));
    for manifest in kinds.filter(|manifest| manifest.id.gvk.group == "velero.io") {
        let namespace = manifest.id.namespace.as_deref();
        if !matches!(namespace, None | Some("default")) && own.is_none_or(|own| namespace == Some(own)) {
            continue;
        }
        let message = format!("{} `{}` is not in the namespace of Velero", manifest.kind(), manifest.id.name);
        let help = format!("set `metadata.namespace: {}`", own.unwrap_or("velero"));
        let place = if namespace.is_some() { "/metadata/namespace" } else { "/metadata/name" };
        findings.add(manifest, place, message).help(help);
    }
}
