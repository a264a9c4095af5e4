//! How pods end.

use super::{Check, Findings, declare_rule};
use crate::{
    manifest::{Container, Manifest},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Checks that what a container sleeps in its `preStop` hook is less than the `terminationGracePeriodSeconds` of
    /// its pod, which are 30 unless it says otherwise.
    ///
    /// ## Why is this bad?
    /// The hook counts. A container that sleeps its grace away is killed without having heard that it should end, and
    /// loses the requests at hand. Where the hook is a `sleep` of its own, the API server refuses the pod.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec: {containers: [{name: cart, lifecycle: {preStop: {exec: {command: [sh, -c, sleep 45]}}}}]}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec:
    ///       terminationGracePeriodSeconds: 10
    ///       containers: [{name: cart, lifecycle: {preStop: {sleep: {seconds: 15}}}}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec:
    ///       terminationGracePeriodSeconds: 60
    ///       containers: [{name: cart, lifecycle: {preStop: {exec: {command: [sleep, "45"]}}}}]
    /// ```
    pub(super) static SLEEPS_PAST_GRACE = {
        code: "WRK041",
        summary: "container sleeps until it is killed",
        severity: Error,
        since: "0.1.0",
        check: Check::Container(sleeps_past_grace),
    }
}

fn sleeps_past_grace(container: Container<'_>, findings: &mut Findings<'_>) {
    let Some(hook) = container.node.get("lifecycle").and_then(|hooks| hooks.get("preStop")) else { return };
    let grace = container.pod.template.at("/spec/terminationGracePeriodSeconds").and_then(Node::as_int).unwrap_or(30);
    if let Some((pointer, _)) = sleep(hook).filter(|(_, seconds)| *seconds >= grace) {
        let message = format!("container `{}` sleeps in its `preStop` hook until it is killed", container.name());
        let period = container.pod.pointer_to("/spec/terminationGracePeriodSeconds");
        findings
            .add_to_container(container, &format!("/lifecycle/preStop{pointer}"), message)
            .related(container.pod.manifest, &period, "the time that it has; 30 seconds when it is absent")
            .help("raise `terminationGracePeriodSeconds` to the sleep and what the container needs to end");
    }
}

/// How long a hook sleeps, and where it says so.
fn sleep(hook: &Node) -> Option<(&'static str, i64)> {
    if let Some(seconds) = hook.at("/sleep/seconds") {
        return Some(("/sleep/seconds", seconds.as_int()?));
    }
    let command = hook.at("/exec/command")?.items();
    let words = command.iter().filter_map(Node::as_str).flat_map(|text| text.split([' ', ';', '&', '\n']));
    let mut after = words.skip_while(|word| !matches!(*word, "sleep" | "/bin/sleep" | "/usr/bin/sleep")).skip(1);
    let number = after.next()?;
    Some(("/exec/command", number.strip_suffix('s').unwrap_or(number).parse().ok()?))
}

declare_rule! {
    /// ## What it does
    /// Points out StatefulSets whose pods have no time to end: `terminationGracePeriodSeconds: 0`.
    ///
    /// ## Why is this bad?
    /// Such a pod is removed from the API before anybody knows that it has ended. Its successor of the same name can
    /// then run beside it, on the same data.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata: {name: db}
    /// spec: {template: {spec: {terminationGracePeriodSeconds: 0}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata: {name: db}
    /// spec: {template: {spec: {terminationGracePeriodSeconds: 10}}}
    /// ```
    pub(super) static NO_GRACE = {
        code: "WRK042",
        summary: "pods of a StatefulSet have no time to end",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["StatefulSet"], check: no_grace },
    }
}

fn no_grace(workload: &Manifest, findings: &mut Findings<'_>) {
    let pointer = "/spec/template/spec/terminationGracePeriodSeconds";
    if workload.object.at(pointer).and_then(Node::as_int) == Some(0) {
        let message = format!("the pods of StatefulSet `{}` have no time to end", workload.id.name);
        findings.add(workload, pointer, message).help("give them at least some seconds, or remove the field");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::node::object;

    #[test]
    fn what_a_hook_sleeps() {
        let hook = |words: &[&str]| {
            let words: Vec<Node> = words.iter().map(|word| Node::made(*word)).collect();
            object! { "exec": object! { "command": words } }
        };
        for (words, expected) in [
            (&["sleep", "15"][..], Some(15)),
            (&["/bin/sh", "-c", "nginx -s quit; sleep 20s"], Some(20)),
            (&["sh", "-c", "sleep $DELAY"], None),
            (&["sh", "-c", "kill 1"], None),
            (&["sleep"], None),
        ] {
            assert_eq!(sleep(&hook(words)).map(|(_, seconds)| seconds), expected, "{words:?}");
        }
    }
}
