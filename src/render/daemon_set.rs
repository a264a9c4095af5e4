//! `DaemonSet` (apps/v1): keeps one pod running on each node.

use super::{Context, Kind, Render, workload};
use crate::{diagnostic::Diagnostic, manifest::Manifest, model::Controller, node::object};

pub(super) static KIND: Kind = Kind { api_version: "apps/v1", name: "DaemonSet", render: Render::App(render) };

/// Renders the `DaemonSet` of an app with `type: daemonset`. The nodes are its replicas.
fn render(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let Some(mut spec) = workload::spec(context, Controller::DaemonSet, diagnostics) else { return Vec::new() };
    let own = object! { "updateStrategy": workload::strategy(context, Controller::DaemonSet, diagnostics) };
    spec.extend(own.entries().iter().cloned());
    vec![KIND.manifest(context, &context.app.name, object! { "spec": spec })]
}

#[cfg(test)]
mod tests {
    use crate::render::testing::rendered;

    #[test]
    fn has_no_replicas() {
        let rendered = rendered(
            "workload: { type: daemonset, replicas: 3, strategy: { type: OnDelete } }
containers: { app: { image: agent:1 } }",
        );
        assert_eq!(rendered.json("DaemonSet", "/spec/replicas"), "nothing");
        assert_eq!(rendered.cause("DaemonSet", "/spec/updateStrategy/type"), "OnDelete");
        assert_eq!(rendered.findings(), [""; 0]);
    }

    #[test]
    fn partition_is_for_stateful_sets() {
        let rendered = rendered(
            "workload: { type: daemonset, strategy: { partition: 1 } }
containers: { app: { image: agent:1 } }",
        );
        assert_eq!(rendered.findings(), ["REN002 1: `partition` has no place in a DaemonSet"]);
    }
}
