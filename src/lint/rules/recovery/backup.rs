//! When backups are made, how long they are kept, and what runs before and after.

use super::{Check, Findings, KINDS, backup, declare_rule, did_you_mean, standard_cron};
use crate::{
    diagnostic::Safety,
    grammar::formats,
    manifest::{Container, Manifest, ManifestSet, Pod},
    node::{Node, escape},
};

declare_rule! {
    /// ## What it does
    /// Checks the cron line of a Velero Schedule.
    ///
    /// ## Why is this bad?
    /// Velero makes no backup, and says so only in the status of the Schedule.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: velero.io/v1
    /// kind: Schedule
    /// metadata: {name: daily, namespace: velero}
    /// spec: {schedule: 0 25 * * *, template: {ttl: 720h}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: velero.io/v1
    /// kind: Schedule
    /// metadata: {name: daily, namespace: velero}
    /// spec: {schedule: "@every 6h", template: {ttl: 720h}}
    /// ```
    pub(super) static BAD_SCHEDULE = {
        code: "DR001",
        summary: "schedule of backups that is no cron line",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["Schedule"], check: bad_schedule },
    }
}

fn bad_schedule(manifest: &Manifest, findings: &mut Findings<'_>) {
    let schedule = manifest.object.at("/spec/schedule").and_then(Node::as_str);
    let (Some(_), Some(schedule)) = (backup(manifest), schedule) else { return };
    if let Err(reason) = standard_cron(schedule) {
        let message = format!("the schedule of Schedule `{}` is no cron line: {reason}", manifest.id.name);
        findings.add(manifest, "/spec/schedule", message).help("write five fields such as `0 1 * * *`, or `@daily`");
    }
}

declare_rule! {
    /// ## What it does
    /// Checks the durations of a Velero Backup or Schedule: `ttl`, the timeouts, and those of hooks. The largest unit
    /// is the hour.
    ///
    /// ## Why is this bad?
    /// The API server refuses the object.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: velero.io/v1
    /// kind: Schedule
    /// metadata: {name: daily, namespace: velero}
    /// spec: {schedule: 0 1 * * *, template: {ttl: 30d}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: velero.io/v1
    /// kind: Backup
    /// metadata: {name: once, namespace: velero}
    /// spec: {ttl: 720h0m0s, csiSnapshotTimeout: 10m}
    /// ```
    pub(super) static BAD_DURATION = {
        code: "DR002",
        summary: "duration that Velero cannot read",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: bad_duration },
    }
}

fn bad_duration(manifest: &Manifest, findings: &mut Findings<'_>) {
    let Some((pointer, backup)) = backup(manifest) else { return };
    for field in ["ttl", "csiSnapshotTimeout", "itemOperationTimeout"] {
        let Some(text) = backup.get(field).and_then(Node::as_str) else { continue };
        if formats::seconds(text).is_some() {
            continue;
        }
        let place = format!("{pointer}/{field}");
        let message = format!("`{field}` is `{text}`, which is no duration");
        let mut finding = findings.add(manifest, place.as_str(), message);
        let days = text.strip_suffix('d').and_then(formats::digits::<u32>);
        if let Some(hours) = days.and_then(|days| days.checked_mul(24)) {
            finding.help(format!("write it in hours: `{hours}h`"));
            finding.replace(manifest, &place, format!("{hours}h").as_str(), Safety::Safe, "write it in hours");
        } else {
            finding.help("write it such as `720h` or `1h30m`");
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that the container of a hook is one of the pods that the hook is for: those of the namespaces that it
    /// names, or the pod whose annotation it is.
    ///
    /// ## Why is this bad?
    /// The hook fails, and with it, if it says so, the backup: the database is copied while it writes.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: velero.io/v1
    /// kind: Schedule
    /// metadata: {name: daily, namespace: velero}
    /// spec:
    ///   schedule: 0 1 * * *
    ///   template:
    ///     hooks:
    ///       resources:
    ///         - name: freeze
    ///           includedNamespaces: [shop]
    ///           pre: [{exec: {container: postgres, command: [fsfreeze]}}]
    /// ---
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata: {name: db, namespace: shop}
    /// spec: {template: {spec: {containers: [{name: postgresql}]}}}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web, namespace: shop, annotations: {pre.hook.backup.velero.io/container: wbe}}
    /// spec: {containers: [{name: web}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: velero.io/v1
    /// kind: Schedule
    /// metadata: {name: daily, namespace: velero}
    /// spec:
    ///   schedule: 0 1 * * *
    ///   template:
    ///     hooks:
    ///       resources:
    ///         - {name: freeze, includedNamespaces: [elsewhere], pre: [{exec: {container: db, command: [fsfreeze]}}]}
    /// ```
    pub(super) static MISSING_CONTAINER = {
        code: "DR005",
        summary: "hook for a container that the pods lack",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(missing_container),
    }
}

fn missing_container(set: &ManifestSet, findings: &mut Findings<'_>) {
    for manifest in KINDS.iter().flat_map(|kind| set.of_kind(kind)) {
        let Some((pointer, _)) = backup(manifest) else { continue };
        for (pointer, hook) in manifest.items(&format!("{pointer}/hooks/resources")) {
            let namespaces: Vec<_> = texts(hook.get("includedNamespaces")).collect();
            let pods = || {
                set.pods()
                    .filter(|pod| pod.manifest.id.namespace.as_deref().is_some_and(|own| namespaces.contains(&own)))
            };
            for (pointer, container) in containers(&pointer, hook) {
                let known = || pods().flat_map(Pod::containers).map(Container::name);
                if known().next().is_some() && known().all(|known| known != container) {
                    let message =
                        format!("a hook runs in container `{container}`, which the pods of its namespaces lack");
                    let help = did_you_mean(container, known(), "name a container of the pods");
                    findings.add(manifest, pointer, message).suggest(manifest, help);
                }
            }
        }
    }
    for pod in set.pods() {
        for key in ["pre.hook.backup.velero.io/container", "post.hook.backup.velero.io/container"] {
            let annotations = pod.template.at("/metadata/annotations");
            let Some(container) = annotations.and_then(|all| all.get(key)?.as_str()) else { continue };
            let known = || pod.containers().map(Container::name);
            if known().all(|known| known != container) {
                let message = format!("a hook runs in container `{container}`, which its pod lacks");
                let help = did_you_mean(container, known(), "name a container of the pod");
                findings
                    .add_to_pod(pod, &format!("/metadata/annotations/{}", escape(key)), message)
                    .suggest(pod.manifest, help);
            }
        }
    }
}

/// The containers of a hook's commands, with the pointers to their names.
fn containers<'a>(pointer: &str, hook: &'a Node) -> Vec<(String, &'a str)> {
    let commands = ["pre", "post"].into_iter().flat_map(|when| {
        let items = hook.get(when).map_or(&[][..], Node::items).iter().enumerate();
        items.map(move |(at, command)| (when, at, command))
    });
    let named = commands.filter_map(|(when, at, command)| {
        Some((format!("{pointer}/{when}/{at}/exec/container"), command.at("/exec/container")?.as_str()?))
    });
    named.collect()
}

fn texts(list: Option<&Node>) -> impl Iterator<Item = &str> {
    list.map_or(&[][..], Node::items).iter().filter_map(Node::as_str)
}

declare_rule! {
    /// ## What it does
    /// Points out Backups and Schedules that do not say how long a backup is kept.
    ///
    /// ## Why is this bad?
    /// Velero keeps it for 30 days, which is too short for some laws and too long for some disks.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: velero.io/v1
    /// kind: Schedule
    /// metadata: {name: daily, namespace: velero}
    /// spec: {schedule: 0 1 * * *, template: {includedNamespaces: [shop]}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: velero.io/v1
    /// kind: Schedule
    /// metadata: {name: daily, namespace: velero}
    /// spec: {schedule: 0 1 * * *, template: {includedNamespaces: [shop], ttl: 720h}}
    /// ```
    pub(super) static NO_TTL = {
        code: "DR006",
        summary: "backup without a time to live",
        severity: Info,
        since: "0.1.0",
        on: Request,
        check: Check::Manifest { kinds: KINDS, check: no_ttl },
    }
}

fn no_ttl(manifest: &Manifest, findings: &mut Findings<'_>) {
    if let Some((pointer, backup)) = backup(manifest)
        && backup.get("ttl").is_none()
    {
        let message = format!("{} `{}` does not say how long backups are kept", manifest.kind(), manifest.id.name);
        findings.add(manifest, format!("{pointer}/ttl"), message).help("set `ttl`, such as `720h` for 30 days");
    }
}
