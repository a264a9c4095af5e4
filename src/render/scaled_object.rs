//! `ScaledObject` (keda.sh/v1alpha1): replicas by anything that KEDA can read.
//!
//! KEDA makes the HorizontalPodAutoscaler itself, so metrics that stand beside triggers become triggers too: two
//! autoscalers on one workload undo each other's work.

use super::{Context, Kind, Render, api, duration::whole_seconds, scaling, trigger_authentication};
use crate::{
    diagnostic::Diagnostic,
    grammar::BAD_VALUE,
    manifest::Manifest,
    model::{Autoscaling, Fallback, Metric, Trigger},
    node::{Key, Map, Node, object},
};

pub(super) static KIND: Kind =
    Kind { api_version: "keda.sh/v1alpha1", name: "ScaledObject", render: Render::App(render) };

/// Renders `autoscaling` that has a trigger.
fn render(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let Some(autoscaling) = context.app.autoscaler() else { return Vec::new() };
    let Some((first, _)) = autoscaling.triggers.first() else { return Vec::new() };
    diagnostics.extend(api::unavailable(context.environment, KIND.api_version, first.span));
    diagnostics.extend(twice(autoscaling));
    let mut seconds = |duration: &Option<Node>| duration.as_ref().and_then(|node| whole_seconds(node, diagnostics));
    let spec = object! {
        "scaleTargetRef": scaling::target(context),
        "minReplicaCount": autoscaling.min.as_ref(),
        "maxReplicaCount": &autoscaling.max,
        "idleReplicaCount": autoscaling.idle.as_ref(),
        "pollingInterval": seconds(&autoscaling.polling_interval),
        "cooldownPeriod": seconds(&autoscaling.cooldown),
        "fallback": autoscaling.fallback.as_ref().map(fallback),
        "advanced": advanced(autoscaling, diagnostics),
        "triggers": triggers(context, autoscaling),
    };
    vec![KIND.manifest(context, &context.app.name, object! { "spec": spec })]
}

/// Metrics and triggers, each in the order of the spec.
fn triggers(context: &Context<'_>, autoscaling: &Autoscaling) -> Vec<Node> {
    let metrics = autoscaling.metrics.iter().map(|(name, entry)| metric(name, entry));
    metrics.chain(autoscaling.triggers.iter().map(|(name, entry)| trigger(context, name, entry))).collect()
}

fn metric(name: &Key, metric: &Metric) -> Node {
    let (kind, value) = match &metric.average {
        Some(average) => ("AverageValue", Some(average)),
        None => ("Utilization", metric.utilization.as_ref()),
    };
    // KEDA takes nothing but strings for settings of a trigger.
    let value = value.and_then(|value| Some(Node::new(value.scalar_text()?, value.span)));
    object! { "type": name, "name": name, "metricType": kind, "metadata": object! { "value": value } }
}

fn trigger(context: &Context<'_>, name: &Key, trigger: &Trigger) -> Node {
    object! {
        "type": &trigger.kind,
        "name": name,
        "metricType": trigger.metric_type.as_ref(),
        "metadata": trigger.metadata.iter().cloned().collect::<Map>(),
        "authenticationRef": trigger_authentication::reference(context.app, name, trigger),
        "useCachedMetrics": trigger.cached_metrics.as_ref(),
    }
}

fn fallback(fallback: &Fallback) -> Node {
    object! {
        "failureThreshold": &fallback.failure_threshold,
        "replicas": &fallback.replicas,
        "behavior": fallback.behavior.as_ref(),
    }
}

fn advanced(autoscaling: &Autoscaling, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let behavior = scaling::behavior(autoscaling, diagnostics);
    let advanced = object! {
        "restoreToOriginalReplicaCount": autoscaling.restore_replicas.as_ref(),
        "horizontalPodAutoscalerConfig": behavior.map(|behavior| object! { "behavior": behavior }),
    };
    (!advanced.entries().is_empty()).then_some(advanced)
}

/// A trigger that is called like a metric: KEDA refuses two triggers of one name.
fn twice(autoscaling: &Autoscaling) -> Option<Diagnostic> {
    let metric = |name: &Key| autoscaling.metrics.iter().find(|(metric, _)| metric == name);
    let (metric, trigger) = autoscaling.triggers.iter().find_map(|(name, _)| Some((&metric(name)?.0, name)))?;
    Some(
        Diagnostic::new(&BAD_VALUE, format!("the trigger `{}` has the name of a metric", trigger.text))
            .at(trigger.span)
            .related(metric.span, "this metric becomes a trigger of the same name")
            .help("give the trigger another name"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::rendered;

    const TRIGGER: &str = "rate: {type: prometheus, metadata: {threshold: 100}, authentication: prometheus}";

    #[test]
    fn metrics_become_triggers() {
        let web = rendered(&format!(
            "containers: {{app: {{image: a:1}}}}\nautoscaling: {{max: 9, metrics: {{cpu: 70}}, triggers: {{{TRIGGER}}}}}"
        ));
        assert_eq!(
            web.json("ScaledObject", "/spec/triggers/0"),
            r#"{"metadata":{"value":"70"},"metricType":"Utilization","name":"cpu","type":"cpu"}"#
        );
        assert_eq!(
            web.json("ScaledObject", "/spec/triggers/1"),
            r#"{"authenticationRef":{"name":"prometheus"},"metadata":{"threshold":"100"},"name":"rate","type":"prometheus"}"#
        );
        assert_eq!(web.cause("ScaledObject", "/spec/triggers/0/metadata/value"), "70");
        assert_eq!(web.set.of_kind("HorizontalPodAutoscaler").count(), 0);
    }

    #[test]
    fn settings_keep_their_places() {
        let web = rendered(&format!(
            "containers: {{app: {{image: a:1}}}}\nautoscaling: {{max: 9, idle: 0, pollingInterval: 10s, cooldown: 5m, restoreReplicas: \
             true, fallback: {{failureThreshold: 3, replicas: 6}}, behavior: {{scaleUp: {{stabilization: 0s}}}}, triggers: \
             {{{TRIGGER}}}}}"
        ));
        assert_eq!(
            web.json("ScaledObject", "/spec/advanced"),
            r#"{"horizontalPodAutoscalerConfig":{"behavior":{"scaleUp":{"stabilizationWindowSeconds":0}}},"restoreToOriginalReplicaCount":true}"#
        );
        assert_eq!(web.cause("ScaledObject", "/spec/cooldownPeriod"), "5m");
        assert_eq!(web.cause("ScaledObject", "/spec/fallback/replicas"), "6");
    }

    #[test]
    fn what_keda_would_refuse_is_reported() {
        let web = rendered(
            "containers: {app: {image: a:1}}\nautoscaling: {max: 9, metrics: {cpu: 70}, triggers: {cpu: {type: cron}}}",
        );
        assert_eq!(
            web.findings(),
            [
                "REN010 cpu: the cluster does not offer `keda.sh/v1alpha1`",
                "SPC012 cpu: the trigger `cpu` has the name of a metric"
            ]
        );
    }
}
