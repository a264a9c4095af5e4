//! `PodDisruptionBudget` (policy/v1): how many of the app's pods a drain may take at a time.

use super::{Context, Kind, Render, labels};
use crate::{diagnostic::Diagnostic, manifest::Manifest, node::object};

pub(super) static KIND: Kind =
    Kind { api_version: "policy/v1", name: "PodDisruptionBudget", render: Render::App(render) };

/// Renders `disruption` of an app that has pods.
fn render(context: &Context<'_>, _: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let app = context.app;
    let Some(disruption) = app.spec.disruption.as_ref().filter(|_| app.runs()) else { return Vec::new() };
    let spec = object! {
        "selector": object! { "matchLabels": labels::selector(app) },
        "minAvailable": disruption.min_available.as_ref(),
        "maxUnavailable": disruption.max_unavailable.as_ref(),
        "unhealthyPodEvictionPolicy": disruption.unhealthy_pod_eviction.as_ref(),
    };
    vec![KIND.manifest(context, &app.name, object! { "spec": spec })]
}

#[cfg(test)]
mod tests {
    use super::super::testing::rendered;

    #[test]
    fn a_budget_keeps_its_place() {
        let web = rendered(
            "containers: {app: {image: a:1}}\ndisruption: {maxUnavailable: 25%, unhealthyPodEviction: AlwaysAllow}",
        );
        assert_eq!(web.cause("PodDisruptionBudget", "/spec/maxUnavailable"), "25%");
        assert_eq!(web.cause("PodDisruptionBudget", "/spec/unhealthyPodEvictionPolicy"), "AlwaysAllow");
    }

    #[test]
    fn an_app_without_pods_has_none() {
        assert_eq!(rendered("disruption: {maxUnavailable: 1}").set.of_kind("PodDisruptionBudget").count(), 0);
    }
}
