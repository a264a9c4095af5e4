//! `ClusterRoleBinding` (rbac.authorization.k8s.io/v1): gives the app's ServiceAccount its ClusterRole.

use super::{Context, Kind, Render, names, rbac};
use crate::{diagnostic::Diagnostic, manifest::Manifest, node::object};

pub(super) static KIND: Kind =
    Kind { api_version: rbac::API_VERSION, name: "ClusterRoleBinding", render: Render::App(render) };

/// Renders the binding of the `ClusterRole` that is rendered from `rbac.clusterRules`.
fn render(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let first = rbac::access(context.app).and_then(|access| access.cluster_rules.first());
    let subjects = first.and_then(|(key, _)| rbac::own_subjects(context, key, diagnostics));
    let binding = subjects.map(|subjects| {
        let role = rbac::role_ref("ClusterRole", names::cluster_wide(context.app));
        KIND.cluster_wide(context, object! { "roleRef": role, "subjects": subjects })
    });
    binding.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::render::testing::rendered;

    #[test]
    fn binds_the_account() {
        let rendered = rendered(
            "{ containers: { app: { image: web:1 } }, workload: { type: deployment, serviceAccount: { name: probe } }, rbac: { clusterRules: { nodes: { resources: [nodes], verbs: [get] } } } }",
        );
        assert_eq!(rendered.json("ClusterRoleBinding", "/roleRef/name"), "\"shop-web\"");
        assert_eq!(rendered.cause("ClusterRoleBinding", "/subjects/0/name"), "probe");
        assert_eq!(rendered.json("ClusterRoleBinding", "/subjects/0/namespace"), "\"shop\"");
    }
}
