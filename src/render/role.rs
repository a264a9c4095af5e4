//! `Role` (rbac.authorization.k8s.io/v1): what the app may do in its own namespace.

use super::{Context, Kind, Render, rbac};
use crate::{diagnostic::Diagnostic, manifest::Manifest, node::object};

pub(super) static KIND: Kind = Kind { api_version: rbac::API_VERSION, name: "Role", render: Render::App(render) };

/// Renders one `Role` from `rbac.rules`.
fn render(context: &Context<'_>, _: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let access = rbac::access(context.app).filter(|access| !access.rules.is_empty());
    let role =
        access.map(|access| KIND.manifest(context, &context.app.name, object! { "rules": rbac::rules(&access.rules) }));
    role.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::render::testing::rendered;

    #[test]
    fn rules_keep_their_places() {
        let rendered = rendered(
            "rbac: { rules: { pods: { resources: [pods], verbs: [get, list] }, one: { apiGroups: [apps], resources: [deployments], names: [web], verbs: [get] } } }",
        );
        assert_eq!(rendered.json("Role", "/rules/0/apiGroups"), r#"[""]"#);
        assert_eq!(rendered.json("Role", "/rules/1/resourceNames"), r#"["web"]"#);
        assert_eq!(rendered.cause("Role", "/rules/0/verbs/1"), "list");
    }
}
