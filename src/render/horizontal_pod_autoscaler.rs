//! `HorizontalPodAutoscaler` (autoscaling/v2): replicas by what the pods use of CPU and memory.

use super::{Context, Kind, Render, findings, scaling};
use crate::{
    diagnostic::Diagnostic,
    grammar::{BAD_VALUE, MISSING_FIELD, known_or_similar},
    manifest::Manifest,
    model::{App, Autoscaling, Controller, Metric},
    node::{Key, Node, object},
};

pub(super) static KIND: Kind =
    Kind { api_version: "autoscaling/v2", name: "HorizontalPodAutoscaler", render: Render::App(render) };

/// The metrics that the kubelet measures.
const RESOURCES: &[&str] = &["cpu", "memory"];

/// Renders `autoscaling` that has metrics alone; with a trigger, KEDA renders the autoscaler itself.
fn render(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    diagnostics.extend(misplaced(context.app));
    let Some(autoscaling) = context.app.autoscaler() else { return Vec::new() };
    diagnostics.extend(autoscaling.metrics.iter().filter_map(|(name, _)| unknown_metric(name)));
    if !autoscaling.triggers.is_empty() {
        return Vec::new();
    }
    if autoscaling.metrics.is_empty() {
        diagnostics.push(nothing_measured(autoscaling));
        return Vec::new();
    }
    let metrics: Vec<Node> = autoscaling.metrics.iter().map(|(name, entry)| metric(name, entry)).collect();
    let spec = object! {
        "scaleTargetRef": scaling::target(context),
        "minReplicas": autoscaling.min.as_ref(),
        "maxReplicas": &autoscaling.max,
        "metrics": metrics,
        "behavior": scaling::behavior(autoscaling, diagnostics),
    };
    vec![KIND.manifest(context, &context.app.name, object! { "spec": spec })]
}

fn metric(name: &Key, metric: &Metric) -> Node {
    let target = object! {
        "type": if metric.average.is_some() { "AverageValue" } else { "Utilization" },
        "averageValue": metric.average.as_ref(),
        "averageUtilization": metric.utilization.as_ref(),
    };
    object! { "type": "Resource", "resource": object! { "name": name, "target": target } }
}

fn misplaced(app: &App) -> Option<Diagnostic> {
    let autoscaling = app.spec.autoscaling.as_ref().filter(|autoscaling| autoscaling.is_on())?;
    if app.controller() != Some(Controller::DaemonSet) {
        return None;
    }
    let kind = app.spec.workload.as_ref().and_then(|workload| workload.kind.span);
    Some(
        findings::misplaced("autoscaling", autoscaling.span, "a DaemonSet")
            .related(kind, "the kind of workload is set here")
            .help("a DaemonSet runs one pod on each node; remove `autoscaling`, or run the app as a deployment"),
    )
}

fn unknown_metric(name: &Key) -> Option<Diagnostic> {
    let unknown = !RESOURCES.contains(&name.as_str());
    unknown.then(|| {
        Diagnostic::new(&BAD_VALUE, format!("pods are not measured by `{name}`", name = name.text))
            .at(name.span)
            .help(format!("{}; anything else is a trigger", known_or_similar(name.as_str(), RESOURCES.iter().copied())))
    })
}

fn nothing_measured(autoscaling: &Autoscaling) -> Diagnostic {
    Diagnostic::new(&MISSING_FIELD, "the autoscaler has neither metrics nor triggers")
        .at(autoscaling.span)
        .help("add `metrics: { cpu: 70 }`, or set `enabled: false`")
}

#[cfg(test)]
mod tests {
    use super::super::testing::rendered;

    const APP: &str = "containers: {app: {image: a:1}}\n";

    #[test]
    fn metrics_and_pace_keep_their_places() {
        let web = rendered(&format!(
            "{APP}autoscaling: {{min: 2, max: 9, metrics: {{cpu: 70, memory: {{average: 1Gi}}}}, behavior: {{scaleDown: \
             {{stabilization: 5m, select: Min, policies: {{slow: {{type: Pods, value: 1, period: 1m}}}}}}}}}}"
        ));
        assert_eq!(web.findings(), [""; 0]);
        assert_eq!(
            web.json("HorizontalPodAutoscaler", "/spec/metrics/0/resource"),
            r#"{"name":"cpu","target":{"averageUtilization":70,"type":"Utilization"}}"#
        );
        assert_eq!(
            web.json("HorizontalPodAutoscaler", "/spec/behavior/scaleDown"),
            r#"{"policies":[{"periodSeconds":60,"type":"Pods","value":1}],"selectPolicy":"Min","stabilizationWindowSeconds":300}"#
        );
        assert_eq!(web.cause("HorizontalPodAutoscaler", "/spec/metrics/1/resource/target/averageValue"), "1Gi");
        assert_eq!(web.cause("HorizontalPodAutoscaler", "/spec/maxReplicas"), "9");
    }

    #[test]
    fn it_follows_the_workload() {
        let web =
            rendered(&format!("workload: {{type: statefulset}}\n{APP}autoscaling: {{max: 9, metrics: {{cpu: 70}}}}"));
        assert_eq!(
            web.json("HorizontalPodAutoscaler", "/spec/scaleTargetRef"),
            r#"{"apiVersion":"apps/v1","kind":"StatefulSet","name":"web"}"#
        );
        assert_eq!(web.cause("HorizontalPodAutoscaler", "/spec/scaleTargetRef/kind"), "statefulset");
    }

    #[test]
    fn what_cannot_scale_is_reported() {
        let findings = |text: &str| rendered(text).findings();
        assert_eq!(
            findings(&format!("workload: {{type: daemonset}}\n{APP}autoscaling: {{max: 9, metrics: {{cpu: 70}}}}")),
            ["REN002 {max: 9, metrics: {cpu: 70}}: `autoscaling` has no place in a DaemonSet"]
        );
        assert_eq!(
            findings(&format!("{APP}autoscaling: {{max: 9}}")),
            ["SPC013 {max: 9}: the autoscaler has neither metrics nor triggers"]
        );
        assert_eq!(
            findings(&format!("{APP}autoscaling: {{max: 9, metrics: {{gpu: 70}}}}")),
            ["SPC012 gpu: pods are not measured by `gpu`"]
        );
        assert_eq!(findings(&format!("{APP}autoscaling: {{enabled: false, max: 9}}")), [""; 0]);
    }
}
