//! `ClusterRole` (rbac.authorization.k8s.io/v1): what the app may do in the whole cluster.

use super::{Context, Kind, Render, rbac};
use crate::{diagnostic::Diagnostic, manifest::Manifest, node::object};

pub(super) static KIND: Kind =
    Kind { api_version: rbac::API_VERSION, name: "ClusterRole", render: Render::App(render) };

/// Renders one `ClusterRole`, `<namespace>-<app>`, from `rbac.clusterRules`.
fn render(context: &Context<'_>, _: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let access = rbac::access(context.app).filter(|access| !access.cluster_rules.is_empty());
    let role = access.map(|access| KIND.cluster_wide(context, object! { "rules": rbac::rules(&access.cluster_rules) }));
    role.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::{manifest::Owner, render::testing::rendered};

    #[test]
    fn belongs_to_the_cluster() {
        let rendered = rendered("rbac: { clusterRules: { nodes: { resources: [nodes], verbs: [get] } } }");
        let role = rendered.only("ClusterRole");
        assert_eq!((&*role.id.name, &role.id.namespace), ("shop-web", &None));
        assert_eq!((&role.owner, role.app.as_deref()), (&Owner::App("web".into()), Some("web")));
        assert_eq!(rendered.cause("ClusterRole", "/rules/0/resources/0"), "nodes");
    }
}
