//! Keys of ConfigMaps and Secrets that pods ask for.

use super::{Check, Findings, declare_rule, holder::Holders};
use crate::{
    manifest::{Container, ManifestSet, Pod},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Checks that the keys which pods ask of ConfigMaps and Secrets are there: those of variables, of the `items` of
    /// volumes, and of mounts of single files. What a Secret will hold is read from the ExternalSecret or SealedSecret
    /// that makes it, where that says all of its keys.
    ///
    /// ## Why is this bad?
    /// The container waits in `CreateContainerConfigError`, or its pod in `ContainerCreating`. A `subPath` that is no
    /// key becomes an empty directory in the place of the file.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart}
    /// data: {mode: fast}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec:
    ///   containers:
    ///     - name: cart
    ///       env: [{name: MODE, valueFrom: {configMapKeyRef: {name: cart, key: mdoe}}}]
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: external-secrets.io/v1
    /// kind: ExternalSecret
    /// metadata: {name: db}
    /// spec: {data: [{secretKey: password, remoteRef: {key: db}}]}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec:
    ///   volumes: [{name: db, secret: {secretName: db, items: [{key: pasword, path: password}]}}]
    /// ```
    ///
    /// What is optional may be missing.
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: cart}
    /// stringData: {token: "0"}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec:
    ///   containers:
    ///     - name: cart
    ///       env:
    ///         - {name: TOKEN, valueFrom: {secretKeyRef: {name: cart, key: token}}}
    ///         - {name: OTHER, valueFrom: {secretKeyRef: {name: cart, key: other, optional: true}}}
    /// ```
    pub(super) static MISSING_KEY = {
        code: "WRK052",
        summary: "key that a ConfigMap or Secret does not have",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(missing_key),
    }
}

fn missing_key(set: &ManifestSet, findings: &mut Findings<'_>) {
    let holders = Holders::of(set);
    for pod in set.pods() {
        visit(pod, &mut |asked: Asked<'_>| {
            let holder = holders.find(asked.kind, pod.manifest.id.namespace.as_deref(), asked.name);
            if let Some(holder) = holder.filter(|holder| !holder.has(asked.key)) {
                holder.miss(&asked.pointer(), asked.key, pod.manifest, findings);
            }
        });
    }
}

/// A key that pods ask for.
struct Asked<'a> {
    kind: &'static str,
    name: &'a str,
    key: &'a str,
    place: Place<'a>,
}

/// Where a key is asked for.
enum Place<'a> {
    Variable(Container<'a>, usize, &'static str),
    Mount(Container<'a>, usize),
    /// The volume, its source if it has several, the field of that, and the item.
    Item(Pod<'a>, usize, Option<usize>, &'static str, usize),
}

impl Asked<'_> {
    fn pointer(&self) -> String {
        match &self.place {
            Place::Variable(container, at, field) => container.pointer_to(&format!("/env/{at}/valueFrom/{field}/key")),
            Place::Mount(container, at) => container.pointer_to(&format!("/volumeMounts/{at}/subPath")),
            Place::Item(pod, volume, source, field, at) => {
                let source = source.map(|source| format!("/projected/sources/{source}")).unwrap_or_default();
                pod.pointer_to(&format!("/spec/volumes/{volume}{source}/{field}/items/{at}/key"))
            }
        }
    }
}

/// Shows every key that pods ask for and cannot do without.
fn visit<'a>(pod: Pod<'a>, see: &mut impl FnMut(Asked<'a>)) {
    let volumes = pod.template.at("/spec/volumes").map_or(&[][..], Node::items);
    for (at, volume) in volumes.iter().enumerate() {
        items(pod, volume, "secretName", (at, None), see);
        for (source_at, source) in volume.at("/projected/sources").map_or(&[][..], Node::items).iter().enumerate() {
            items(pod, source, "name", (at, Some(source_at)), see);
        }
    }
    for container in pod.all_containers() {
        variables(container, see);
        mounts(container, volumes, see);
    }
}

fn variables<'a>(container: Container<'a>, see: &mut impl FnMut(Asked<'a>)) {
    for (at, variable) in container.list("/env").iter().enumerate() {
        let Some(source) = variable.get("valueFrom") else { continue };
        for (kind, field) in [("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")] {
            let Some(reference) = source.get(field).filter(|reference| !is_optional(reference)) else { continue };
            let text = |key| reference.get(key).and_then(Node::as_str);
            if let (Some(name), Some(key)) = (text("name"), text("key")) {
                see(Asked { kind, name, key, place: Place::Variable(container, at, field) });
            }
        }
    }
}

/// The `items` of a volume, or of one source of a projected one. `place` has the places of both in their lists.
fn items<'a>(
    pod: Pod<'a>,
    volume: &'a Node,
    name_of_secret: &str,
    place: (usize, Option<usize>),
    see: &mut impl FnMut(Asked<'a>),
) {
    for (kind, field, name) in [("ConfigMap", "configMap", "name"), ("Secret", "secret", name_of_secret)] {
        let Some(source) = volume.get(field).filter(|source| !is_optional(source)) else { continue };
        let Some(name) = source.get(name).and_then(Node::as_str) else { continue };
        for (at, item) in source.get("items").map_or(&[][..], Node::items).iter().enumerate() {
            if let Some(key) = item.get("key").and_then(Node::as_str) {
                see(Asked { kind, name, key, place: Place::Item(pod, place.0, place.1, field, at) });
            }
        }
    }
}

/// Mounts of single files: a `subPath` names a key where the volume does not give its keys other paths.
fn mounts<'a>(container: Container<'a>, volumes: &'a [Node], see: &mut impl FnMut(Asked<'a>)) {
    for (at, mount) in container.list("/volumeMounts").iter().enumerate() {
        let Some(key) = mount.get("subPath").and_then(Node::as_str).filter(|path| !path.contains('/')) else {
            continue;
        };
        let Some(volume) = volumes.iter().find(|volume| volume.get("name") == mount.get("name")) else { continue };
        for (kind, field, name) in [("ConfigMap", "configMap", "name"), ("Secret", "secret", "secretName")] {
            let source = volume.get(field).filter(|it| !is_optional(it) && it.get("items").is_none());
            if let Some(name) = source.and_then(|source| source.get(name)?.as_str()) {
                see(Asked { kind, name, key, place: Place::Mount(container, at) });
            }
        }
    }
}

fn is_optional(reference: &Node) -> bool {
    reference.get("optional").and_then(Node::as_bool) == Some(true)
}
