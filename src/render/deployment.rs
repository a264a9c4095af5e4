//! `Deployment` (apps/v1): keeps pods running that stand for each other.

use super::{Context, Kind, Render, duration::whole_seconds, workload};
use crate::{
    diagnostic::Diagnostic,
    manifest::Manifest,
    model::Controller,
    node::{Node, object},
};

pub(super) static KIND: Kind = Kind { api_version: "apps/v1", name: "Deployment", render: Render::App(render) };

/// Renders the `Deployment` of an app with `type: deployment`.
fn render(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let Some(mut spec) = workload::spec(context, Controller::Deployment, diagnostics) else { return Vec::new() };
    let own = object! {
        "replicas": workload::replicas(context),
        "strategy": workload::strategy(context, Controller::Deployment, diagnostics),
        "progressDeadlineSeconds": progress_deadline(context, diagnostics),
    };
    spec.extend(own.entries().iter().cloned());
    vec![KIND.manifest(context, &context.app.name, object! { "spec": spec })]
}

fn progress_deadline(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let deadline = context.app.spec.workload.as_ref()?.progress_deadline.as_ref()?;
    whole_seconds(deadline, diagnostics)
}

#[cfg(test)]
mod tests {
    use crate::render::testing::{Rendered, rendered};

    fn with_workload(workload: &str, autoscaling: &str) -> Rendered {
        rendered(&format!(
            "workload: {{ type: deployment, {workload} }}
autoscaling: {{ {autoscaling} }}
containers: {{ app: {{ image: web:1 }} }}"
        ))
    }

    #[test]
    fn fields_keep_their_places() {
        let rendered = with_workload(
            "replicas: 3, minReady: 5s, progressDeadline: 10m, revisionHistory: 4, strategy: { maxSurge: 25%, maxUnavailable: 0 }",
            "enabled: false, max: 4",
        );
        assert_eq!(rendered.findings(), [""; 0]);
        let expected = [
            ("/spec/replicas", "3", "3"),
            ("/spec/minReadySeconds", "5", "5s"),
            ("/spec/progressDeadlineSeconds", "600", "10m"),
            ("/spec/revisionHistoryLimit", "4", "4"),
            ("/spec/strategy/rollingUpdate/maxSurge", "\"25%\"", "25%"),
            ("/spec/strategy/rollingUpdate/maxUnavailable", "0", "0"),
        ];
        for (pointer, json, cause) in expected {
            assert_eq!(
                (rendered.json("Deployment", pointer).as_str(), rendered.cause("Deployment", pointer)),
                (json, cause)
            );
        }
        assert_eq!(rendered.json("Deployment", "/spec/strategy/type"), "\"RollingUpdate\"");
        assert_eq!(rendered.json("Deployment", "/spec/selector/matchLabels"), r#"{"app.kubernetes.io/name":"web"}"#);
    }

    #[test]
    fn an_autoscaler_owns_the_replicas() {
        assert_eq!(with_workload("replicas: 3", "max: 4").json("Deployment", "/spec/replicas"), "nothing");
        assert_eq!(
            with_workload("replicas: 3", "max: 4, enabled: true").json("Deployment", "/spec/replicas"),
            "nothing"
        );
    }

    #[test]
    fn what_another_controller_has_is_refused() {
        let findings =
            with_workload("service: main, strategy: { type: OnDelete }", "max: 4, metrics: { cpu: 70 }").findings();
        assert_eq!(
            findings,
            [
                "REN002 main: `service` has no place in a Deployment",
                "REN002 OnDelete: `OnDelete` has no place in a Deployment",
            ]
        );
        let findings =
            with_workload("strategy: { type: Recreate, maxSurge: 1 }", "max: 4, metrics: { cpu: 70 }").findings();
        assert_eq!(findings, ["REN002 1: `maxSurge` has no place in a strategy of type Recreate"]);
    }
}
