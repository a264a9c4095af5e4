//! How one version of the pods gives way to the next.

use super::{Check, Findings, declare_rule};
use crate::{manifest::Manifest, node::Node};

declare_rule! {
    /// ## What it does
    /// Checks what the API server asks of rollouts and no schema says: that a pod may come or go (`maxSurge` and
    /// `maxUnavailable` are not both 0, nor, in a DaemonSet, both above it), that percentages are written as such,
    /// that only rolling updates have limits, and that a Deployment's `progressDeadlineSeconds` is above its
    /// `minReadySeconds`.
    ///
    /// ## Why is this bad?
    /// The API server refuses the workload.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0%}}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {minReadySeconds: 900}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: DaemonSet
    /// metadata: {name: agent}
    /// spec: {updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}}
    /// ```
    pub(super) static REFUSED_ROLLOUT = {
        code: "WRK039",
        summary: "rollout that the API server refuses",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["DaemonSet", "Deployment", "StatefulSet"], check: refused_rollout },
    }
}

fn refused_rollout(workload: &Manifest, findings: &mut Findings<'_>) {
    deadline(workload, findings);
    let field = if workload.kind() == "Deployment" { "strategy" } else { "updateStrategy" };
    let Some(strategy) = workload.object.get("spec").and_then(|spec| spec.get(field)) else { return };
    let Some(limits) = strategy.get("rollingUpdate").filter(|limits| !limits.is_null()) else { return };
    let pointer = |inside: &str| format!("/spec/{field}{inside}");
    if let Some(other) = strategy.get("type").and_then(Node::as_str).filter(|other| *other != "RollingUpdate") {
        findings
            .add(workload, pointer("/rollingUpdate"), format!("a rollout of the type `{other}` has no `rollingUpdate`"))
            .related(workload, &pointer("/type"), "the type")
            .help("remove `rollingUpdate`, or set the type to `RollingUpdate`");
        return;
    }
    for (limit, value) in limits.entries() {
        if let Some(help) = fault(limit.as_str(), value) {
            let message = format!("`{}` cannot be `{}`", limit.text, value.scalar_text().unwrap_or_default());
            findings.add(workload, pointer(&format!("/rollingUpdate/{}", limit.text)), message).help(help);
        }
    }
    stuck(workload, limits, &pointer("/rollingUpdate"), findings);
}

/// What to do about a limit that is no number of pods.
fn fault(limit: &str, value: &Node) -> Option<&'static str> {
    if !matches!(limit, "maxSurge" | "maxUnavailable") {
        return None;
    }
    if value.as_int().is_some_and(|number| number < 0) {
        return Some("give it a number from 0 up, or a percentage");
    }
    let text = value.as_str()?;
    let percent = text.strip_suffix('%').and_then(|digits| digits.parse::<u32>().ok());
    match percent {
        None => Some("write a number without quotes, or a percentage such as `25%`"),
        Some(percent) if percent > 100 && limit == "maxUnavailable" => Some("use at most `100%`"),
        Some(_) => None,
    }
}

fn stuck(workload: &Manifest, limits: &Node, pointer: &str, findings: &mut Findings<'_>) {
    let zero = |limit| limits.get(limit).map(is_zero);
    let (surge, unavailable) = (zero("maxSurge"), zero("maxUnavailable"));
    let (message, help) = match workload.kind() {
        "Deployment" if surge == Some(true) && unavailable == Some(true) => {
            ("a rollout in which no pod may come or go", "set `maxSurge` or `maxUnavailable` to at least 1")
        }
        "DaemonSet" if surge != Some(false) && unavailable == Some(true) => {
            ("a rollout in which no pod may come or go", "set `maxSurge` or `maxUnavailable` to at least 1")
        }
        "DaemonSet" if surge == Some(false) && unavailable == Some(false) => {
            ("a rollout of a DaemonSet in which pods may come and go", "set one of the two to 0")
        }
        "StatefulSet" if unavailable == Some(true) => {
            ("a rollout in which no pod may go", "set `maxUnavailable` to at least 1, or remove it")
        }
        _ => return,
    };
    findings.add(workload, format!("{pointer}/maxUnavailable"), format!("this is {message}")).help(help);
}

fn is_zero(value: &Node) -> bool {
    value.as_int() == Some(0) || value.as_str().is_some_and(|text| text.strip_suffix('%').is_some_and(|it| it == "0"))
}

/// A Deployment's deadline is ten minutes unless it says otherwise.
fn deadline(workload: &Manifest, findings: &mut Findings<'_>) {
    let number = |field| workload.object.get("spec")?.get(field)?.as_int();
    let Some(ready) = number("minReadySeconds").filter(|_| workload.kind() == "Deployment") else { return };
    if ready > 0 && ready >= number("progressDeadlineSeconds").unwrap_or(600) {
        let message = format!("a rollout of Deployment `{}` is overdue before a pod counts as ready", workload.id.name);
        findings
            .add(workload, "/spec/minReadySeconds", message)
            .related(workload, "/spec/progressDeadlineSeconds", "the deadline; 600 seconds when it is absent")
            .help("raise `progressDeadlineSeconds` above `minReadySeconds`");
    }
}

declare_rule! {
    /// ## What it does
    /// Points out Deployments with several replicas whose rollouts take all of them away at once: by the type
    /// `Recreate`, or because all of them may be unavailable.
    ///
    /// ## Why is this bad?
    /// Every rollout is an outage until the first new pod is ready, and a bad version an outage until somebody notices.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {replicas: 3, strategy: {type: Recreate}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {replicas: 2, strategy: {rollingUpdate: {maxUnavailable: 2}}}
    /// ```
    ///
    /// A single replica may have a volume that no second pod can use.
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {replicas: 1, strategy: {type: Recreate}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: search}
    /// spec: {replicas: 3, strategy: {rollingUpdate: {maxUnavailable: 1}}}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `no-rolling-update-strategy`, kube-score `deployment-strategy`.
    pub(super) static OUTAGE = {
        code: "WRK040",
        summary: "rollout takes all replicas away at once",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["Deployment"], check: outage },
    }
}

fn outage(workload: &Manifest, findings: &mut Findings<'_>) {
    let Some(spec) = workload.object.get("spec") else { return };
    let (Some(replicas), Some(strategy)) = (spec.get("replicas").and_then(Node::as_int), spec.get("strategy")) else {
        return;
    };
    let all = |limit: &Node| limit.as_str() == Some("100%") || limit.as_int().is_some_and(|limit| limit >= replicas);
    let pointer = if strategy.get("type").and_then(Node::as_str) == Some("Recreate") {
        "/spec/strategy/type"
    } else if strategy.at("/rollingUpdate/maxUnavailable").is_some_and(all) {
        "/spec/strategy/rollingUpdate/maxUnavailable"
    } else {
        return;
    };
    if replicas > 1 {
        let message = format!("each rollout of Deployment `{}` takes all replicas away at once", workload.id.name);
        findings
            .add(workload, pointer, message)
            .related(workload, "/spec/replicas", "the replicas")
            .help("use a rolling update with a small `maxUnavailable`, or a single replica");
    }
}
