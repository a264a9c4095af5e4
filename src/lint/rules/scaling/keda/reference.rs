//! Where triggers get their secrets from.

use super::{Check, Findings, Trigger, declare_rule, did_you_mean, table::parameter, triggers};
use crate::{
    manifest::{Container, Manifest, ManifestSet, Pod},
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Points out triggers whose `authenticationRef` names a TriggerAuthentication that nothing here renders, or a
    /// ClusterTriggerAuthentication that the others here do not include.
    ///
    /// ## Why is this bad?
    /// KEDA cannot ask the trigger's server, and scales to the fallback or not at all.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec:
    ///   scaleTargetRef: {name: cart}
    ///   triggers: [{type: rabbitmq, metadata: {queueName: orders}, authenticationRef: {name: rabbit}}]
    /// ---
    /// apiVersion: keda.sh/v1alpha1
    /// kind: TriggerAuthentication
    /// metadata: {name: rabbitmq}
    /// ```
    ///
    /// What is of the whole cluster is often made elsewhere.
    /// ```yaml,silent
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec:
    ///   scaleTargetRef: {name: cart}
    ///   triggers:
    ///     - type: rabbitmq
    ///       metadata: {queueName: orders}
    ///       authenticationRef: {name: rabbitmq, kind: ClusterTriggerAuthentication}
    /// ```
    pub(super) static MISSING_AUTHENTICATION = {
        code: "SCA044",
        summary: "trigger needs a TriggerAuthentication that nothing renders",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: super::KINDS, check: missing_authentication },
    }
}

fn missing_authentication(manifest: &Manifest, findings: &mut Findings<'_>) {
    for trigger in triggers(manifest) {
        let Some(reference) = trigger.node.get("authenticationRef") else { continue };
        let text = |key: &str| reference.get(key).and_then(Node::as_str);
        let (kind, Some(name)) = (text("kind").unwrap_or("TriggerAuthentication"), text("name")) else { continue };
        let is_of_cluster = kind == "ClusterTriggerAuthentication";
        let namespace = manifest.id.namespace.as_deref().filter(|_| !is_of_cluster);
        let set = findings.set;
        let is_made_elsewhere = is_of_cluster && set.of_kind(kind).next().is_none();
        if is_made_elsewhere || set.find(kind, namespace, name).is_some() {
            continue;
        }
        let message = format!("trigger `{}` needs {kind} `{name}`, which nothing renders", trigger.kind);
        let help = did_you_mean(name, set.names(kind, namespace), format!("render the {kind}, or name one that is"));
        findings.add(manifest, format!("{}/authenticationRef/name", trigger.pointer), message).suggest(manifest, help);
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that the environment variables that triggers name (`connectionFromEnv: QUEUE`) are set in the container
    /// that KEDA reads them from: the first one, or `envSourceContainerName`.
    ///
    /// ## Why is this bad?
    /// KEDA takes such a variable for empty, and refuses the trigger.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec:
    ///   scaleTargetRef: {name: cart}
    ///   triggers: [{type: azure-queue, metadata: {queueName: orders, connectionFromEnv: QUEUE}}]
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {containers: [{name: cart, env: [{name: QUEUES, value: a}]}]}}}
    /// ```
    ///
    /// What an `envFrom` holds is not always known.
    /// ```yaml,silent
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec:
    ///   scaleTargetRef: {name: cart, envSourceContainerName: worker}
    ///   triggers: [{type: azure-queue, metadata: {queueName: orders, connectionFromEnv: QUEUE}}]
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template: {spec: {containers: [{name: cart}, {name: worker, envFrom: [{secretRef: {name: queue}}]}]}}
    /// ```
    pub(super) static MISSING_VARIABLE = {
        code: "SCA045",
        summary: "trigger reads an environment variable that its target lacks",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: super::KINDS, check: missing_variable },
    }
}

fn missing_variable(manifest: &Manifest, findings: &mut Findings<'_>) {
    let Some(container) = source(manifest, findings.set) else { return };
    if !container.list("/envFrom").is_empty() {
        return;
    }
    let known = || container.list("/env").iter().filter_map(|variable| variable.get("name")?.as_str());
    for trigger in triggers(manifest) {
        for (key, variable) in variables(&trigger) {
            if known().any(|name| name == variable) {
                continue;
            }
            let message = format!("trigger `{}` reads the variable `{variable}`, which its target lacks", trigger.kind);
            let otherwise = "set it in the container, or take the value from an `authenticationRef`";
            findings
                .add(manifest, trigger.pointer_to(key), message)
                .related(container.pod.manifest, &container.pointer_to("/name"), "the container")
                .suggest(manifest, did_you_mean(variable, known(), otherwise));
        }
    }
}

/// The metadata that name environment variables.
fn variables<'a>(trigger: &Trigger<'a>) -> impl Iterator<Item = (&'a str, &'a str)> {
    let kind = trigger.kind;
    trigger.metadata().iter().filter_map(move |(key, value)| {
        let name = key.as_str().strip_suffix("FromEnv")?;
        parameter(kind, name).filter(|known| known.in_environment())?;
        Some((key.as_str(), value.as_str()?))
    })
}

/// The container whose environment KEDA reads.
fn source<'a>(manifest: &'a Manifest, set: &'a ManifestSet) -> Option<Container<'a>> {
    let field = if manifest.kind() == "ScaledJob" { "/spec" } else { "/spec/scaleTargetRef" };
    let fields = manifest.object.at(field)?;
    let text = |key: &str| fields.get(key).and_then(Node::as_str);
    let pod = if manifest.kind() == "ScaledJob" {
        Pod::of(manifest)?
    } else {
        let kind = text("kind").unwrap_or("Deployment");
        Pod::of(set.find(kind, manifest.id.namespace.as_deref(), text("name")?)?)?
    };
    let named = text("envSourceContainerName");
    pod.containers()
        .filter(|container| container.is_running())
        .find(|container| named.map_or(container.role == crate::manifest::Role::App, |name| name == container.name()))
}
