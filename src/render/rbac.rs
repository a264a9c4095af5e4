//! What the kinds of `rbac.authorization.k8s.io/v1` share: rules, and who gets them.

use super::{Context, service_account};
use crate::{
    diagnostic::Diagnostic,
    grammar::MISSING_FIELD,
    model::{Access, App, Named, Rule},
    node::{Key, Node, object},
};

pub(super) const API_GROUP: &str = "rbac.authorization.k8s.io";
pub(super) const API_VERSION: &str = "rbac.authorization.k8s.io/v1";

/// The app's access, if its spec speaks of any.
pub(super) fn access(app: &App) -> Option<&Access> {
    app.spec.rbac.as_ref()
}

/// The rules of a role, in the order of the spec.
pub(super) fn rules(rules: &Named<Rule>) -> Vec<Node> {
    rules.iter().map(|(_, rule)| policy_rule(rule)).collect()
}

fn policy_rule(rule: &Rule) -> Node {
    object! {
        "apiGroups": rule.api_groups.clone().unwrap_or_else(|| Node::made(vec![Node::made("")])),
        "resources": &rule.resources,
        "resourceNames": &rule.names,
        "verbs": &rule.verbs,
    }
}

/// The role that a binding hands out.
pub(super) fn role_ref(kind: &'static str, name: impl Into<Node>) -> Node {
    object! { "apiGroup": API_GROUP, "kind": kind, "name": name }
}

/// The app's ServiceAccount as a subject. An app without one would hand its rights to everything that runs in the
/// namespace; that is reported at `section`, the part of `rbac` that binds it.
pub(super) fn own_subjects(
    context: &Context<'_>,
    section: &Key,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Vec<Node>> {
    let name = service_account::name(context.app);
    if name.is_none() {
        let finding = Diagnostic::new(&MISSING_FIELD, "the app has no ServiceAccount that could be given these rights");
        let finding = finding.at(section.span);
        diagnostics.push(finding.help("set `create: true` or a `name` in `workload.serviceAccount`"));
    }
    Some(vec![object! { "kind": "ServiceAccount", "name": name?, "namespace": &context.app.namespace }])
}
