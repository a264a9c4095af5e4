//! `ServiceAccount` (v1): who the app's pods are to the Kubernetes API.

use super::{Context, Kind, Render};
use crate::{
    diagnostic::Diagnostic,
    manifest::Manifest,
    model::{App, ServiceAccount},
    node::{Node, object},
};

pub(super) static KIND: Kind = Kind { api_version: "v1", name: "ServiceAccount", render: Render::App(render) };

/// Renders the account where the spec asks for it and the app has something that runs.
fn render(context: &Context<'_>, _: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let Some(account) = account(context.app).filter(|account| is_created(context.app, account)) else {
        return Vec::new();
    };
    let body = object! { "automountServiceAccountToken": &account.automount_token };
    vec![KIND.annotated(context, created_name(context.app, account), &account.annotations, body)]
}

/// The account's name: what the pods and the subjects of role bindings hold. Nothing when it is the namespace's own.
pub(super) fn name(app: &App) -> Option<Node> {
    let account = account(app)?;
    if is_created(app, account) { Some(created_name(app, account)) } else { account.name.clone() }
}

/// Whether the pods get a token.
pub(super) fn automount_token(app: &App) -> Option<&Node> {
    account(app)?.automount_token.as_ref()
}

fn account(app: &App) -> Option<&ServiceAccount> {
    app.spec.workload.as_ref()?.service_account.as_ref()
}

fn is_created(app: &App, account: &ServiceAccount) -> bool {
    let runs = app.runs() || !app.spec.jobs.is_empty();
    runs && account.create.as_ref().and_then(Node::as_bool).unwrap_or(false)
}

/// Named after the app unless the spec says otherwise.
fn created_name(app: &App, account: &ServiceAccount) -> Node {
    account.name.clone().unwrap_or_else(|| Node::from(&app.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::testing::{app, rendered};

    #[test]
    fn is_named_after_the_app() {
        let rendered = rendered(
            "{ containers: { app: { image: web:1 } }, workload: { type: deployment, serviceAccount: { create: true, automountToken: false, annotations: { a: b } } } }",
        );
        assert_eq!(rendered.json("ServiceAccount", "/metadata/name"), "\"web\"");
        assert_eq!(rendered.cause("ServiceAccount", "/metadata/annotations/a"), "b");
        assert_eq!(rendered.cause("ServiceAccount", "/automountServiceAccountToken"), "false");
    }

    #[test]
    fn names() {
        let of = |account: &str| {
            let text = format!(
                "{{ containers: {{ app: {{ image: web:1 }} }}, workload: {{ type: deployment, serviceAccount: {account} }} }}"
            );
            name(&app("web", &text, &mut Vec::new())).map(|node| node.as_str().unwrap().to_owned())
        };
        assert_eq!(of("{ create: true }").as_deref(), Some("web"));
        assert_eq!(of("{ create: true, name: own }").as_deref(), Some("own"));
        assert_eq!(of("{ name: shared }").as_deref(), Some("shared"));
        assert_eq!(of("{ automountToken: false }"), None);
    }

    #[test]
    fn an_app_without_pods_has_none() {
        let rendered = rendered("workload: { type: deployment, serviceAccount: { create: true } }");
        assert_eq!(rendered.names(), [""; 0]);
    }
}
