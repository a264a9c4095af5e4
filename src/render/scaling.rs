//! What both autoscalers have: a target, and a pace.

use super::{Context, duration::whole_seconds};
use crate::{
    diagnostic::Diagnostic,
    model::{Autoscaling, Direction, Policy},
    node::{Node, object},
};

/// The workload whose replicas are set.
pub(super) fn target(context: &Context<'_>) -> Node {
    let app = context.app;
    let kind = app.controller().map(|controller| {
        Node::new(controller.kind(), app.spec.workload.as_ref().and_then(|workload| workload.kind.span))
    });
    object! { "apiVersion": "apps/v1", "kind": kind, "name": &app.name }
}

/// How fast the number of replicas may change.
pub(super) fn behavior(autoscaling: &Autoscaling, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let behavior = autoscaling.behavior.as_ref()?;
    let mut rules = |side: &Option<Direction>| side.as_ref().map(|side| direction(side, diagnostics));
    Some(object! { "scaleUp": rules(&behavior.scale_up), "scaleDown": rules(&behavior.scale_down) })
}

fn direction(direction: &Direction, diagnostics: &mut Vec<Diagnostic>) -> Node {
    let window = direction.stabilization.as_ref().and_then(|window| whole_seconds(window, diagnostics));
    let policies: Vec<Node> = direction.policies.iter().map(|(_, entry)| policy(entry, diagnostics)).collect();
    object! {
        "stabilizationWindowSeconds": window,
        "selectPolicy": direction.select.as_ref(),
        "policies": (!policies.is_empty()).then_some(policies),
    }
}

fn policy(policy: &Policy, diagnostics: &mut Vec<Diagnostic>) -> Node {
    let period = whole_seconds(&policy.period, diagnostics);
    object! { "type": &policy.kind, "value": &policy.value, "periodSeconds": period }
}
