//! `TriggerAuthentication` (keda.sh/v1alpha1): where KEDA finds what a scaler's server wants to see.
//!
//! Each trigger has its own, named after it: one that two triggers shared would change its name with either of them.

use super::{
    Context, Kind, Render,
    findings::{misplace, misplaced, missing, place},
    names,
};
use crate::{
    diagnostic::Diagnostic,
    manifest::Manifest,
    model::{App, Authentication, Parameter, PodIdentity, Trigger},
    node::{Key, Node, object},
};

pub(super) static KIND: Kind =
    Kind { api_version: "keda.sh/v1alpha1", name: "TriggerAuthentication", render: Render::App(render) };

/// Renders the authentication of every trigger that has one of its own.
fn render(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let Some(autoscaling) = context.app.autoscaler() else { return Vec::new() };
    let mut manifests = Vec::new();
    for (name, trigger) in &autoscaling.triggers {
        let Some(authentication) = &trigger.authentication else { continue };
        report(name, authentication, diagnostics);
        if authentication.is_own() {
            manifests.push(manifest(context, name, authentication, diagnostics));
        }
    }
    manifests
}

/// What a trigger names: the authentication of its own, or one that exists.
pub(super) fn reference(app: &App, trigger: &Key, entry: &Trigger) -> Option<Node> {
    let authentication = entry.authentication.as_ref()?;
    if authentication.is_own() {
        return Some(object! { "name": names::of_part(app, trigger).caused_by(authentication.span) });
    }
    let name = authentication.name.as_ref()?;
    Some(object! { "name": name, "kind": authentication.kind.as_ref() })
}

fn manifest(
    context: &Context<'_>,
    trigger: &Key,
    authentication: &Authentication,
    diagnostics: &mut Vec<Diagnostic>,
) -> Manifest {
    let app = context.app;
    let parameters = &authentication.parameters;
    let secrets = parameters.iter().filter_map(|(name, entry)| secret(app, name, entry, diagnostics));
    let secrets: Vec<Node> = secrets.collect();
    let variables: Vec<Node> = parameters.iter().filter_map(|(name, entry)| variable(name, entry)).collect();
    let spec = object! {
        "secretTargetRef": (!secrets.is_empty()).then_some(secrets),
        "env": (!variables.is_empty()).then_some(variables),
        "podIdentity": authentication.pod_identity.as_ref().map(pod_identity),
    };
    KIND.manifest(context, names::of_part(app, trigger), object! { "spec": spec })
}

/// A parameter that a Secret holds.
fn secret(app: &App, name: &Key, entry: &Parameter, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let secret = entry.secret.as_ref()?;
    if entry.key.is_none() {
        let message = format!("the parameter `{}` does not say which key of the Secret it is", name.text);
        diagnostics.push(missing(name, message, "add `key`"));
    }
    Some(object! { "parameter": name, "name": names::of_secret(app, secret), "key": entry.key.as_ref()? })
}

/// A parameter that a container of the workload has as a variable.
fn variable(name: &Key, entry: &Parameter) -> Option<Node> {
    let variable = entry.env.as_ref()?;
    Some(object! { "parameter": name, "name": variable, "containerName": entry.container.as_ref() })
}

fn pod_identity(identity: &PodIdentity) -> Node {
    object! {
        "provider": &identity.provider,
        "identityId": identity.identity_id.as_ref(),
        "identityOwner": identity.identity_owner.as_ref(),
        "identityTenantId": identity.identity_tenant_id.as_ref(),
        "identityAuthorityHost": identity.identity_authority_host.as_ref(),
        "roleArn": identity.role_arn.as_ref(),
        "externalID": identity.external_id.as_ref(),
    }
}

/// What stands beside a name, or stands there without one.
fn report(trigger: &Key, authentication: &Authentication, diagnostics: &mut Vec<Diagnostic>) {
    let kind = place(authentication.kind.as_ref());
    let parameters = authentication.parameters.first().and_then(|(name, _)| name.span);
    let identity = authentication.pod_identity.as_ref().and_then(|identity| identity.span);
    match &authentication.name {
        Some(_) => {
            let fields = [("parameters", parameters), ("podIdentity", identity)];
            let help = "take it out, or take out `name` to have it rendered";
            misplace(&fields, "an authentication with `name`", help, diagnostics);
        }
        None if !authentication.is_own() => {
            let message = format!("the authentication of `{}` says nothing", trigger.text);
            diagnostics.push(missing(
                trigger,
                message,
                "add `parameters`, `podIdentity`, or the `name` of one that exists",
            ));
        }
        None if kind.is_some() => {
            let finding = misplaced("kind", kind, "an authentication without `name`");
            diagnostics.push(finding.help("take it out: a trigger's own is a TriggerAuthentication"));
        }
        None => {}
    }
    for (_, parameter) in &authentication.parameters {
        if parameter.secret.is_some() {
            let fields = [("container", place(parameter.container.as_ref()))];
            misplace(&fields, "a parameter from a Secret", "take it out, or name a variable by `env`", diagnostics);
        } else {
            let fields = [("key", place(parameter.key.as_ref()))];
            misplace(&fields, "a parameter from a variable", "take it out, or name a `secret`", diagnostics);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::render::testing::{Rendered, rendered};

    fn with(authentication: &str) -> Rendered {
        rendered(&format!(
            "containers: {{app: {{image: a:1}}}}\nsecrets: {{queue: {{externalSecret: {{store: vault, path: q}}}}}}\n\
             autoscaling: {{max: 9, triggers: {{orders: {{type: rabbitmq, metadata: {{queueName: orders}}, authentication: \
             {authentication}}}}}}}"
        ))
    }

    /// The findings beside the one that the tests' cluster has no KEDA.
    fn findings(authentication: &str) -> Vec<String> {
        with(authentication).findings().into_iter().filter(|finding| !finding.starts_with("REN010")).collect()
    }

    #[test]
    fn a_trigger_has_its_own() {
        let web = with(
            "{parameters: {host: {secret: queue, key: host}, tls: {env: QUEUE_TLS, container: app}, ca: {secret: shared-ca, key: ca}}}",
        );
        assert_eq!(web.only("TriggerAuthentication").id.name, "web-orders");
        assert_eq!(
            web.json("TriggerAuthentication", "/spec"),
            r#"{"env":[{"containerName":"app","name":"QUEUE_TLS","parameter":"tls"}],"secretTargetRef":[{"key":"host","name":"web-queue","parameter":"host"},{"key":"ca","name":"shared-ca","parameter":"ca"}]}"#
        );
        assert_eq!(web.json("ScaledObject", "/spec/triggers/0/authenticationRef"), r#"{"name":"web-orders"}"#);
        assert_eq!(web.cause("TriggerAuthentication", "/spec/secretTargetRef/0/name"), "queue");
    }

    #[test]
    fn an_identity_needs_no_secret() {
        let web = with("{podIdentity: {provider: azure-workload, identityId: 4f1c}}");
        assert_eq!(
            web.json("TriggerAuthentication", "/spec"),
            r#"{"podIdentity":{"identityId":"4f1c","provider":"azure-workload"}}"#
        );
    }

    #[test]
    fn one_that_exists_is_named() {
        let reference =
            |authentication| with(authentication).json("ScaledObject", "/spec/triggers/0/authenticationRef");
        assert_eq!(reference("rabbit"), r#"{"name":"rabbit"}"#);
        assert_eq!(
            reference("{name: rabbit, kind: ClusterTriggerAuthentication}"),
            r#"{"kind":"ClusterTriggerAuthentication","name":"rabbit"}"#
        );
        assert_eq!(with("rabbit").set.of_kind("TriggerAuthentication").count(), 0);
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        assert_eq!(
            findings("{name: rabbit, parameters: {host: {secret: queue, key: host}}}"),
            ["REN002 host: `parameters` has no place in an authentication with `name`"]
        );
        assert_eq!(
            findings("{kind: ClusterTriggerAuthentication, parameters: {host: {env: HOST, key: host}}}"),
            [
                "REN002 ClusterTriggerAuthentication: `kind` has no place in an authentication without `name`",
                "REN002 host: `key` has no place in a parameter from a variable"
            ]
        );
        assert_eq!(findings("{}"), ["SPC013 orders: the authentication of `orders` says nothing"]);
        assert_eq!(
            findings("{parameters: {host: {secret: queue}}}"),
            ["SPC013 host: the parameter `host` does not say which key of the Secret it is"]
        );
    }
}
