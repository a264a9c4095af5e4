//! Schedules of Chaos Mesh.

use super::{Check, Findings, KINDS, declare_rule, standard_cron};
use crate::{grammar::known_or_similar, manifest::Manifest, node::Node};

declare_rule! {
    /// ## What it does
    /// Checks that a Schedule of Chaos Mesh has a cron line, a `type` that is a kind of experiment, and the field of that
    /// kind.
    ///
    /// ## Why is this bad?
    /// Chaos Mesh refuses the Schedule, or never starts anything.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: chaos-mesh.org/v1alpha1
    /// kind: Schedule
    /// metadata: {name: kill}
    /// spec:
    ///   schedule: every 2h
    ///   type: NetworkChaos
    ///   podChaos: {action: pod-kill, mode: one, selector: {namespaces: [shop]}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: chaos-mesh.org/v1alpha1
    /// kind: Schedule
    /// metadata: {name: kill}
    /// spec:
    ///   schedule: "@every 2h"
    ///   type: PodChaos
    ///   podChaos: {action: pod-kill, mode: one, selector: {namespaces: [shop]}}
    /// ```
    pub(super) static BAD_SCHEDULE = {
        code: "CHS005",
        summary: "schedule of experiments that starts none",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["Schedule"], check: bad_schedule },
    }
}

fn bad_schedule(manifest: &Manifest, findings: &mut Findings<'_>) {
    if manifest.id.gvk.group != "chaos-mesh.org" {
        return;
    }
    let text = |field: &str| manifest.object.at(field).and_then(Node::as_str);
    let name = &manifest.id.name;
    if let Some(Err(reason)) = text("/spec/schedule").map(standard_cron) {
        let message = format!("the schedule of Schedule `{name}` is no cron line: {reason}");
        findings.add(manifest, "/spec/schedule", message).help("write five fields such as `0 3 * * *`, or `@every 2h`");
    }
    let Some(wanted) = text("/spec/type").filter(|wanted| *wanted != "Workflow") else { return };
    let Some((_, field)) = KINDS.iter().find(|(kind, _)| *kind == wanted) else {
        let message = format!("Schedule `{name}` is of the type `{wanted}`, which is no kind of experiment");
        let help = known_or_similar(wanted, KINDS.iter().map(|(kind, _)| *kind));
        findings.add(manifest, "/spec/type", message).help(help);
        return;
    };
    if manifest.object.at("/spec").is_some_and(|spec| spec.get(field).is_none()) {
        let message = format!("Schedule `{name}` is of the type `{wanted}`, and has no `{field}`");
        findings.add(manifest, "/spec/type", message).help(format!("say by `{field}` what is to be done"));
    }
}
