//! `RoleBinding` (rbac.authorization.k8s.io/v1): who gets a role in the app's namespace.

use super::{Context, Kind, Render, names, rbac};
use crate::{
    diagnostic::Diagnostic,
    grammar::MISSING_FIELD,
    manifest::Manifest,
    model::{Binding, Subject},
    node::{Key, Node, object},
};

pub(super) static KIND: Kind =
    Kind { api_version: rbac::API_VERSION, name: "RoleBinding", render: Render::App(render) };

/// Renders the binding of the app's own `Role`, `<app>`, and `<app>-K` for every entry K of `rbac.bindings`.
fn render(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let Some(access) = rbac::access(context.app) else { return Vec::new() };
    let mut bindings: Vec<Manifest> =
        own(context, access.rules.first().map(|(key, _)| key), diagnostics).into_iter().collect();
    bindings.extend(access.bindings.iter().filter_map(|(key, binding)| bound(context, key, binding, diagnostics)));
    bindings
}

/// The binding of the `Role` that is rendered from `rbac.rules`.
fn own(context: &Context<'_>, rule: Option<&Key>, diagnostics: &mut Vec<Diagnostic>) -> Option<Manifest> {
    let name = &context.app.name;
    let subjects = rbac::own_subjects(context, rule?, diagnostics)?;
    Some(KIND.manifest(context, name, object! { "roleRef": rbac::role_ref("Role", name), "subjects": subjects }))
}

/// The binding of a role that exists elsewhere.
fn bound(context: &Context<'_>, key: &Key, binding: &Binding, diagnostics: &mut Vec<Diagnostic>) -> Option<Manifest> {
    let role = role(key, binding, diagnostics)?;
    let subjects = if binding.subjects.is_empty() {
        rbac::own_subjects(context, key, diagnostics)?
    } else {
        binding.subjects.iter().map(|(name, subject)| self::subject(context, name, subject)).collect()
    };
    let body = object! { "roleRef": role, "subjects": subjects };
    Some(KIND.manifest(context, names::of_part(context.app, key), body))
}

fn role(key: &Key, binding: &Binding, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let role = match (&binding.role, &binding.cluster_role) {
        (Some(role), _) => Some(rbac::role_ref("Role", role)),
        (None, Some(role)) => Some(rbac::role_ref("ClusterRole", role)),
        (None, None) => None,
    };
    if role.is_none() {
        let finding = Diagnostic::new(&MISSING_FIELD, format!("the binding `{}` names no role", key.text));
        diagnostics.push(finding.at(key.span).help("add `role` or `clusterRole`"));
    }
    role
}

/// Users and groups belong to the API group; a ServiceAccount to a namespace, the app's unless the spec says otherwise.
fn subject(context: &Context<'_>, name: &Key, subject: &Subject) -> Node {
    let is_account = subject.kind.as_str() == Some("ServiceAccount");
    object! {
        "kind": &subject.kind,
        "name": name,
        "namespace": is_account.then(|| subject.namespace.as_ref().unwrap_or(&context.app.namespace)),
        "apiGroup": (!is_account).then_some(rbac::API_GROUP),
    }
}

#[cfg(test)]
mod tests {
    use crate::render::testing::rendered;

    const ACCOUNT: &str = "containers: { app: { image: web:1 } }
workload: { type: deployment, serviceAccount: { create: true } }
";

    #[test]
    fn the_account_gets_the_own_role() {
        let rendered =
            rendered(&format!("{ACCOUNT}rbac: {{ rules: {{ pods: {{ resources: [pods], verbs: [get] }} }} }}"));
        let subjects = r#"[{"kind":"ServiceAccount","name":"web","namespace":"shop"}]"#;
        assert_eq!(rendered.json("RoleBinding", "/subjects"), subjects);
        assert_eq!(rendered.json("RoleBinding", "/roleRef/name"), "\"web\"");
        assert_eq!(rendered.json("RoleBinding", "/roleRef/kind"), "\"Role\"");
    }

    #[test]
    fn roles_of_others() {
        let rendered = rendered(
            "rbac: { bindings: { view: { clusterRole: view, subjects: { devs: { kind: Group }, ci: { kind: ServiceAccount, namespace: ci } } } } }",
        );
        assert_eq!(rendered.names(), ["RoleBinding web-view"]);
        assert_eq!(rendered.cause("RoleBinding", "/roleRef/name"), "view");
        assert_eq!(rendered.cause("RoleBinding", "/subjects/0/name"), "devs");
        assert_eq!(rendered.json("RoleBinding", "/subjects/0/apiGroup"), "\"rbac.authorization.k8s.io\"");
        assert_eq!(rendered.cause("RoleBinding", "/subjects/1/namespace"), "ci");
    }

    #[test]
    fn rights_for_nobody_are_refused() {
        let rendered =
            rendered("rbac: { rules: { pods: { resources: [pods], verbs: [get] } }, bindings: { none: {} } }");
        assert_eq!(rendered.names(), ["Role web"]);
        assert_eq!(
            rendered.findings(),
            [
                "SPC013 pods: the app has no ServiceAccount that could be given these rights",
                "SPC013 none: the binding `none` names no role",
            ]
        );
    }
}
