//! What experiments do, to how many, and for how long.

use super::{Check, Findings, declare_rule, experiments};
use crate::{grammar::formats, manifest::Manifest, node::Node};

declare_rule! {
    /// ## What it does
    /// Checks that the modes `fixed`, `fixed-percent` and `random-max-percent` have a `value` that fits, and that `one`
    /// and `all` have none.
    ///
    /// ## Why is this bad?
    /// Chaos Mesh refuses the experiment, or does not do to as many pods what it says.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: chaos-mesh.org/v1alpha1
    /// kind: PodChaos
    /// metadata: {name: kill}
    /// spec: {action: pod-kill, mode: fixed-percent, value: "150", selector: {namespaces: [shop]}}
    /// ---
    /// apiVersion: chaos-mesh.org/v1alpha1
    /// kind: PodChaos
    /// metadata: {name: kill-more}
    /// spec: {action: pod-kill, mode: fixed, selector: {namespaces: [shop]}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: chaos-mesh.org/v1alpha1
    /// kind: PodChaos
    /// metadata: {name: kill}
    /// spec: {action: pod-kill, mode: fixed, value: "2", selector: {namespaces: [shop]}}
    /// ```
    pub(super) static BAD_MODE = {
        code: "CHS002",
        summary: "mode of an experiment and its value do not fit",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &[], check: bad_mode },
    }
}

fn bad_mode(manifest: &Manifest, findings: &mut Findings<'_>) {
    for experiment in experiments(manifest) {
        let Some(mode) = experiment.text("mode") else { continue };
        let value = experiment.text("value").filter(|value| !value.is_empty());
        let number = value.and_then(formats::digits::<u32>);
        let (place, mistake, help) = match (mode, value) {
            ("one" | "all", Some(_)) => ("value", "has a `value` that it does not read", "remove `value`"),
            ("fixed" | "fixed-percent" | "random-max-percent", None) => ("mode", "lacks a `value`", "set `value`"),
            ("fixed", Some(_)) if number.is_none_or(|number| number == 0) => {
                ("value", "has a `value` that is no count", "write a count of pods, such as \"2\"")
            }
            ("fixed-percent" | "random-max-percent", Some(_)) if number.is_none_or(|number| number > 100) => {
                ("value", "has a `value` that is no percentage", "write a number from 0 to 100")
            }
            _ => continue,
        };
        let message = format!("mode `{mode}` of {} {mistake}", experiment.kind);
        findings.add(manifest, experiment.pointer_to(place), message).help(help);
    }
}

declare_rule! {
    /// ## What it does
    /// Points out experiments without a `duration`, but for those that are over at once: what is killed is killed.
    ///
    /// ## Why is this bad?
    /// The experiment goes on until somebody deletes it.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: chaos-mesh.org/v1alpha1
    /// kind: NetworkChaos
    /// metadata: {name: slow}
    /// spec: {action: delay, mode: all, selector: {namespaces: [shop]}, delay: {latency: 100ms}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: chaos-mesh.org/v1alpha1
    /// kind: NetworkChaos
    /// metadata: {name: slow}
    /// spec: {action: delay, mode: all, duration: 5m, selector: {namespaces: [shop]}, delay: {latency: 100ms}}
    /// ---
    /// apiVersion: chaos-mesh.org/v1alpha1
    /// kind: PodChaos
    /// metadata: {name: kill}
    /// spec: {action: pod-kill, mode: one, selector: {namespaces: [shop]}}
    /// ```
    pub(super) static NO_END = {
        code: "CHS003",
        summary: "experiment without an end",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &[], check: no_end },
    }
}

/// Actions that are over at once.
const SUDDEN: &[&str] = &["container-kill", "ec2-restart", "node-reset", "pod-kill", "vm-restart"];

fn no_end(manifest: &Manifest, findings: &mut Findings<'_>) {
    for experiment in experiments(manifest).into_iter().filter(|experiment| !experiment.is_step) {
        let is_sudden = experiment.text("action").is_some_and(|action| SUDDEN.contains(&action));
        if !is_sudden && experiment.node.get("duration").is_none() {
            let message = format!("{} has no `duration`, and no end", experiment.kind);
            findings.add(manifest, experiment.pointer_to("duration"), message).help("set `duration`, such as `5m`");
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that an experiment says what its action needs to know: `delay` of a `delay`, `containerNames` of a
    /// `container-kill`.
    ///
    /// ## Why is this bad?
    /// Chaos Mesh refuses the experiment, or does nothing.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: chaos-mesh.org/v1alpha1
    /// kind: NetworkChaos
    /// metadata: {name: lossy}
    /// spec: {action: loss, mode: all, duration: 5m, selector: {namespaces: [shop]}, delay: {latency: 100ms}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: chaos-mesh.org/v1alpha1
    /// kind: NetworkChaos
    /// metadata: {name: lossy}
    /// spec: {action: loss, mode: all, duration: 5m, selector: {namespaces: [shop]}, loss: {loss: "25"}}
    /// ```
    pub(super) static MISSING_PARAMETERS = {
        code: "CHS004",
        summary: "experiment that does not say what its action needs",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &[], check: missing_parameters },
    }
}

/// Kinds, their actions, and the fields that say more of them.
const PARAMETERS: &[(&str, &str, &str)] = &[
    ("BlockChaos", "delay", "delay"),
    ("IOChaos", "attrOverride", "attr"),
    ("IOChaos", "fault", "errno"),
    ("IOChaos", "latency", "delay"),
    ("IOChaos", "mistake", "mistake"),
    ("NetworkChaos", "bandwidth", "bandwidth"),
    ("NetworkChaos", "corrupt", "corrupt"),
    ("NetworkChaos", "delay", "delay"),
    ("NetworkChaos", "duplicate", "duplicate"),
    ("NetworkChaos", "loss", "loss"),
    ("PodChaos", "container-kill", "containerNames"),
];

fn missing_parameters(manifest: &Manifest, findings: &mut Findings<'_>) {
    for experiment in experiments(manifest) {
        let action = experiment.text("action");
        let needed = PARAMETERS.iter().find(|(kind, known, _)| *kind == experiment.kind && Some(*known) == action);
        if let Some((kind, action, field)) = needed
            && experiment.node.get(field).is_none_or(Node::is_null)
        {
            let message = format!("action `{action}` of {kind} lacks `{field}`");
            findings.add(manifest, experiment.pointer_to(field), message).help(format!("set `{field}`"));
        }
    }
}
