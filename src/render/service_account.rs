//! `ServiceAccount` (v1): who the app's pods are to the Kubernetes API.

use super::{Context, Kind, Render, codes::ABSENT_PART};
use crate::{
    diagnostic::Diagnostic,
    manifest::Manifest,
    model::{App, Job, ServiceAccount},
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

/// The hook by which a job runs while the app's own account is not there: before the first sync, or after the deletion. Its
/// pods are the namespace's `default` then, without a token.
pub(super) fn absent<'a>(app: &App, job: &'a Job) -> Option<&'a Node> {
    account(app).filter(|account| is_created(app, account))?;
    job.hook.as_ref().filter(|_| job.is_hook("PreSync") || job.is_hook("PostDelete"))
}

/// The finding for a job that would lack what the account stands for: rights, a token, an identity of the cloud.
pub(super) fn report_absent(app: &App, job: &Job) -> Option<Diagnostic> {
    let (hook, account) = (absent(app, job)?, account(app)?);
    let token = automount_token(app).filter(|token| token.as_bool() == Some(true));
    let identity = account.annotations.first().and_then(|(key, _)| key.span);
    let access = app.spec.rbac.as_ref().and_then(|access| access.span);
    let cause = access.or(identity).or_else(|| token.and_then(|token| token.span))?;
    let name = hook.as_str().unwrap_or_default();
    let finding = Diagnostic::new(
        &ABSENT_PART,
        format!("a `{name}` hook cannot be the app's ServiceAccount, which is not there"),
    );
    let help = match name {
        "PreSync" => "use `hook: Sync` with a `wave` below 0, which the account comes before",
        _ => {
            "use `hook: PreDelete`, or an account that is not the app's own: `serviceAccount: { create: false, name: … }`"
        }
    };
    Some(finding.at(hook.span).related(cause, "its pods would lack this").help(help))
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
