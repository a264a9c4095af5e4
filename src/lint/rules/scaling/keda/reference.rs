//! Where triggers get their secrets from.

use super::{Check, Findings, Trigger, declare_rule, did_you_mean, table::parameter, triggers};
use crate::{
    manifest::{Container, Manifest, ManifestSet, Pod, Role},
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
    /// that KEDA reads them from: the first one, or `envSourceContainerName`. The same is asked of the variables that
    /// the trigger's TriggerAuthentication names (`env`), there with `containerName`.
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
    /// ```yaml,fires
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec:
    ///   scaleTargetRef: {name: cart}
    ///   triggers: [{type: rabbitmq, metadata: {queueName: orders}, authenticationRef: {name: cart-orders}}]
    /// ---
    /// apiVersion: keda.sh/v1alpha1
    /// kind: TriggerAuthentication
    /// metadata: {name: cart-orders}
    /// spec: {env: [{parameter: host, name: QUEUE}, {parameter: ca, name: CA, containerName: web}]}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {spec: {containers: [{name: cart, env: [{name: CA, value: a}]}]}}}
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
    let Some(pod) = target(manifest, findings.set) else { return };
    if let Some(container) = source(pod, env_source(manifest)) {
        for trigger in triggers(manifest) {
            for (key, variable) in variables(&trigger) {
                let message =
                    || format!("trigger `{}` reads the variable `{variable}`, which its target lacks", trigger.kind);
                let place = Place { manifest, pointer: trigger.pointer_to(key) };
                miss(container, variable, &place, message, findings);
            }
        }
    }
    let set = findings.set;
    let named = triggers(manifest).filter_map(|trigger| authentication(manifest, &trigger, set));
    named.for_each(|authentication| variables_of(authentication, pod, findings));
}

/// Where a variable is named.
struct Place<'a> {
    manifest: &'a Manifest,
    pointer: String,
}

/// Looks at the variables that a trigger's authentication names.
fn variables_of(authentication: &Manifest, pod: Pod<'_>, findings: &mut Findings<'_>) {
    for (pointer, entry) in authentication.items("/spec/env") {
        let text = |key: &str| entry.get(key).and_then(Node::as_str).filter(|text| !text.is_empty());
        let Some(variable) = text("name") else { continue };
        let named = text("containerName");
        let Some(container) = source(pod, named) else {
            let Some(name) = named else { continue };
            let known = pod.containers().map(Container::name);
            let message = format!("the authentication of a trigger reads container `{name}`, which its target lacks");
            let hint = did_you_mean(name, known, "name a container of the target");
            let pointer = format!("{pointer}/containerName");
            findings.add(authentication, pointer, message).suggest(authentication, hint);
            continue;
        };
        let message =
            || format!("the authentication of a trigger reads the variable `{variable}`, which its target lacks");
        let place = Place { manifest: authentication, pointer: format!("{pointer}/name") };
        miss(container, variable, &place, message, findings);
    }
}

/// Reports a variable that a container lacks, unless it takes some of which nobody here knows.
fn miss(
    container: Container<'_>,
    variable: &str,
    place: &Place<'_>,
    message: impl Fn() -> String,
    findings: &mut Findings<'_>,
) {
    let known = || container.list("/env").iter().filter_map(|variable| variable.get("name")?.as_str());
    if !container.list("/envFrom").is_empty() || known().any(|name| name == variable) {
        return;
    }
    let otherwise = "set it in the container, or take the value from a Secret by an `authenticationRef`";
    findings
        .add(place.manifest, place.pointer.as_str(), message())
        .related(container.pod.manifest, &container.pointer_to("/name"), "the container")
        .suggest(place.manifest, did_you_mean(variable, known(), otherwise));
}

/// The TriggerAuthentication that a trigger names, if it is here.
fn authentication<'a>(manifest: &Manifest, trigger: &Trigger<'_>, set: &'a ManifestSet) -> Option<&'a Manifest> {
    let reference = trigger.node.get("authenticationRef")?;
    let text = |key: &str| reference.get(key).and_then(Node::as_str);
    let is_local = text("kind").is_none_or(|kind| kind == "TriggerAuthentication");
    set.find("TriggerAuthentication", manifest.id.namespace.as_deref(), text("name").filter(|_| is_local)?)
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

/// The fields of what is scaled.
fn scaled(manifest: &Manifest) -> Option<&Node> {
    manifest.object.at(if manifest.kind() == "ScaledJob" { "/spec" } else { "/spec/scaleTargetRef" })
}

fn env_source(manifest: &Manifest) -> Option<&str> {
    scaled(manifest)?.get("envSourceContainerName")?.as_str()
}

/// The pods whose environment KEDA reads.
fn target<'a>(manifest: &'a Manifest, set: &'a ManifestSet) -> Option<Pod<'a>> {
    if manifest.kind() == "ScaledJob" {
        return Pod::of(manifest);
    }
    let text = |key: &str| scaled(manifest)?.get(key)?.as_str();
    Pod::of(set.find(text("kind").unwrap_or("Deployment"), manifest.id.namespace.as_deref(), text("name")?)?)
}

/// The container whose environment KEDA reads: the one of this name, or else the first.
fn source<'a>(pod: Pod<'a>, named: Option<&str>) -> Option<Container<'a>> {
    pod.containers()
        .filter(|container| container.is_running())
        .find(|container| named.map_or(container.role == Role::App, |name| name == container.name()))
}
