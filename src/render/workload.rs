//! What the three controllers share: how many pods, how they are replaced, and what cannot be said of which.

use super::{
    Context,
    duration::whole_seconds,
    findings::{misplace, place},
    labels, pod,
};
use crate::{
    diagnostic::Diagnostic,
    model::{Controller, Strategy, Workload},
    node::{Map, Node, object},
};

/// The spec of an app's controller, without what only one of the three has; nothing if the app has another.
pub(super) fn spec(context: &Context<'_>, controller: Controller, diagnostics: &mut Vec<Diagnostic>) -> Option<Map> {
    let app = context.app;
    if app.controller() != Some(controller) {
        return None;
    }
    let workload = app.spec.workload.as_ref();
    if let Some(workload) = workload {
        report_misplaced(workload, controller, diagnostics);
    }
    let min_ready = workload.and_then(|workload| workload.min_ready.as_ref());
    let spec = object! {
        "selector": object! { "matchLabels": labels::selector(app) },
        "minReadySeconds": min_ready.and_then(|duration| whole_seconds(duration, diagnostics)),
        "revisionHistoryLimit": workload.and_then(|workload| workload.revision_history.as_ref()),
        "template": pod::template(context, diagnostics),
    };
    spec.as_map().cloned()
}

/// How many pods there are; nothing where an autoscaler owns the number.
pub(super) fn replicas<'a>(context: &Context<'a>) -> Option<&'a Node> {
    let workload = context.app.spec.workload.as_ref()?;
    workload.replicas.as_ref().filter(|_| context.app.autoscaler().is_none())
}

/// How pods are replaced: `strategy` of a Deployment, `updateStrategy` of the others.
pub(super) fn strategy(
    context: &Context<'_>,
    controller: Controller,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Node> {
    let strategy = context.app.spec.workload.as_ref()?.strategy.as_ref()?;
    let kind = strategy.kind.clone().unwrap_or_else(|| Node::made("RollingUpdate"));
    let alien = if controller == Controller::Deployment { "OnDelete" } else { "Recreate" };
    if kind.as_str() == Some(alien) {
        let help = "a Deployment takes RollingUpdate or Recreate, the others RollingUpdate or OnDelete";
        misplace(&[(alien, kind.span)], holder(controller), help, diagnostics);
        return None;
    }
    report_misplaced_parameters(strategy, &kind, controller, diagnostics);
    let rolling = object! {
        "maxSurge": &strategy.max_surge,
        "maxUnavailable": &strategy.max_unavailable,
        "partition": &strategy.partition,
    };
    let has_parameters = !rolling.entries().is_empty() && kind.as_str() == Some("RollingUpdate");
    Some(object! { "type": kind, "rollingUpdate": has_parameters.then_some(rolling) })
}

fn report_misplaced_parameters(
    strategy: &Strategy,
    kind: &Node,
    controller: Controller,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let surge = ("maxSurge", place(strategy.max_surge.as_ref()));
    let unavailable = ("maxUnavailable", place(strategy.max_unavailable.as_ref()));
    let partition = ("partition", place(strategy.partition.as_ref()));
    if kind.as_str() != Some("RollingUpdate") {
        let holder = format!("a strategy of type {}", kind.as_str().unwrap_or_default());
        misplace(&[surge, unavailable, partition], &holder, "it is for the type RollingUpdate", diagnostics);
        return;
    }
    let alien = if controller == Controller::StatefulSet { surge } else { partition };
    misplace(&[alien], holder(controller), "take it out; `null` takes out what another layer sets", diagnostics);
}

/// Reports what is said of another controller. `replicas` and `progressDeadline` are no mistake: an environment may set
/// them for all of its apps, and whoever has no use for them does without.
fn report_misplaced(workload: &Workload, controller: Controller, diagnostics: &mut Vec<Diagnostic>) {
    if controller != Controller::StatefulSet {
        let fields =
            [("podManagement", place(workload.pod_management.as_ref())), ("service", place(workload.service.as_ref()))];
        misplace(&fields, holder(controller), "take it out, or set `type: statefulset`", diagnostics);
    }
}

fn holder(controller: Controller) -> &'static str {
    match controller {
        Controller::Deployment => "a Deployment",
        Controller::StatefulSet => "a StatefulSet",
        Controller::DaemonSet => "a DaemonSet",
    }
}
