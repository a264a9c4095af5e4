//! The type of a trigger, and the keys of its metadata.

use rustc_hash::FxHashSet;

use super::{
    Check, Findings, KINDS, Trigger, declare_rule, did_you_mean,
    table::{Parameter, is_open, kinds, parameter, parameters},
    triggers,
};
use crate::{diagnostic::Safety, grammar::similar, manifest::Manifest, node::Node};

declare_rule! {
    /// ## What it does
    /// Checks that KEDA has every trigger that a ScaledObject or ScaledJob names.
    ///
    /// ## Why is this bad?
    /// KEDA makes no autoscaler at all of such an object: the other triggers do not count either.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec: {scaleTargetRef: {name: cart}, triggers: [{type: rabbit-mq, metadata: {queueName: orders}}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec: {scaleTargetRef: {name: cart}, triggers: [{type: rabbitmq, metadata: {queueName: orders}}]}
    /// ```
    pub(super) static UNKNOWN_TRIGGER = {
        code: "SCA040",
        summary: "trigger that KEDA does not have",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: unknown_trigger },
    }
}

fn unknown_trigger(manifest: &Manifest, findings: &mut Findings<'_>) {
    for trigger in triggers(manifest).filter(|trigger| parameters(trigger.kind).is_none()) {
        let help = did_you_mean(trigger.kind, kinds(), "name one of https://keda.sh/docs/latest/scalers/");
        let pointer = format!("{}/type", trigger.pointer);
        findings.add(manifest, pointer, format!("KEDA has no trigger `{}`", trigger.kind)).suggest(manifest, help);
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that every trigger has the metadata without which KEDA refuses it. What may come from an environment
    /// variable (`…FromEnv`) or from a TriggerAuthentication counts when the trigger names one.
    ///
    /// ## Why is this bad?
    /// KEDA makes no autoscaler at all of such an object: the other triggers do not count either.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec:
    ///   scaleTargetRef: {name: cart}
    ///   triggers:
    ///     - {type: cron, metadata: {start: 0 8 * * *, end: 0 18 * * *, desiredReplicas: "10"}}
    ///     - {type: azure-queue, metadata: {queueName: orders}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec:
    ///   scaleTargetRef: {name: cart}
    ///   triggers:
    ///     - {type: azure-queue, metadata: {queueName: orders, connectionFromEnv: QUEUE}}
    ///     - {type: rabbitmq, metadata: {queueName: orders}, authenticationRef: {name: queue}}
    /// ```
    pub(super) static MISSING_METADATA = {
        code: "SCA041",
        summary: "trigger lacks metadata that KEDA needs",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: missing_metadata },
    }
}

/// Keys that the table calls optional, and that nothing but a TriggerAuthentication can stand in for.
const CREDENTIALS: &[(&str, &str)] = &[
    ("azure-blob", "connection"),
    ("azure-eventhub", "connection"),
    ("azure-queue", "connection"),
    ("azure-servicebus", "connection"),
];

fn missing_metadata(manifest: &Manifest, findings: &mut Findings<'_>) {
    for trigger in triggers(manifest) {
        for parameter in parameters(trigger.kind).unwrap_or_default() {
            let name = parameter.name;
            let is_needed = parameter.is_required() || CREDENTIALS.contains(&(trigger.kind, name));
            let is_given = trigger.has(name)
                || parameter.in_environment() && trigger.has(&format!("{name}FromEnv"))
                || parameter.in_authentication() && trigger.is_authenticated();
            if !is_needed || is_given {
                continue;
            }
            let mut ways = Vec::from_iter(parameter.in_metadata().then(|| format!("set `{name}`")));
            ways.extend(parameter.in_environment().then(|| format!("set `{name}FromEnv`")));
            ways.extend(parameter.in_authentication().then(|| "name an `authenticationRef`".to_owned()));
            let message = format!("trigger `{}` lacks `{name}`", trigger.kind);
            findings.add(manifest, trigger.pointer_to(name), message).help(ways.join(", or "));
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Points out metadata of a trigger that KEDA does not read: misspelt, read no more, or taken from a
    /// TriggerAuthentication only.
    ///
    /// ## Why is this bad?
    /// KEDA ignores it without a word, and goes by its default.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec:
    ///   scaleTargetRef: {name: cart}
    ///   triggers:
    ///     - type: prometheus
    ///       metadata: {serverAddress: http://prometheus.monitoring:9090, query: up, treshold: "1", metricName: up}
    /// ```
    ///
    /// What is not KEDA's own server may read anything.
    /// ```yaml,silent
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec:
    ///   scaleTargetRef: {name: cart}
    ///   triggers:
    ///     - {type: external, metadata: {scalerAddress: scaler.shop:6000, longitude: "12.3"}}
    ///     - {type: kafka, metadata: {bootstrapServersFromEnv: BROKERS, consumerGroup: cart, lagThreshold: "5"}}
    /// ```
    pub(super) static UNREAD_METADATA = {
        code: "SCA042",
        summary: "metadata of a trigger that KEDA does not read",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: unread_metadata },
    }
}

fn unread_metadata(manifest: &Manifest, findings: &mut Findings<'_>) {
    for trigger in triggers(manifest).filter(|trigger| parameters(trigger.kind).is_some() && !is_open(trigger.kind)) {
        for (key, _) in trigger.metadata().iter().filter(|(key, _)| !is_read(&trigger, key.as_str())) {
            let pointer = trigger.pointer_to(key.as_str());
            let message = format!("trigger `{}` does not read `{key}`", trigger.kind, key = key.as_str());
            let mut finding = findings.add(manifest, pointer.as_str(), message);
            finding.at_key(manifest);
            if let Some(name) = better(&trigger, key.as_str()) {
                let title = format!("call it `{name}`");
                finding.help(format!("did you mean `{name}`?"));
                finding.rename_key(manifest, &pointer, &name, Safety::Unsafe, title);
            } else {
                finding.help(why_unread(&trigger, key.as_str()));
                finding.remove(manifest, &pointer, Safety::Safe, format!("remove `{}`", key.as_str()));
            }
        }
    }
}

fn is_read(trigger: &Trigger<'_>, key: &str) -> bool {
    let direct = parameter(trigger.kind, key).is_some_and(|known| known.in_metadata() && !known.is_retired());
    let named = key.strip_suffix("FromEnv").and_then(|key| parameter(trigger.kind, key));
    direct || named.is_some_and(Parameter::in_environment)
}

/// A key that is absent and looks like this one.
fn better(trigger: &Trigger<'_>, key: &str) -> Option<String> {
    let (name, suffix) = key.strip_suffix("FromEnv").map_or((key, ""), |name| (name, "FromEnv"));
    let known = parameters(trigger.kind)?.iter().filter(|known| {
        !known.is_retired() && if suffix.is_empty() { known.in_metadata() } else { known.in_environment() }
    });
    let name = format!("{}{suffix}", similar(name, known.map(|known| known.name))?);
    (parameter(trigger.kind, key).is_none() && !trigger.has(&name)).then_some(name)
}

fn why_unread(trigger: &Trigger<'_>, key: &str) -> String {
    match parameter(trigger.kind, key) {
        Some(known) if known.is_retired() && matches!(trigger.kind, "cpu" | "memory") => {
            "say it by `metricType` of the trigger, beside `metadata`".to_owned()
        }
        Some(known) if known.is_retired() => "remove it; newer versions of KEDA refuse it".to_owned(),
        Some(known) if known.in_authentication() => {
            "put it into a Secret, and let the `authenticationRef` of the trigger lead to it".to_owned()
        }
        _ if key == "metricName" => "remove it; KEDA has named metrics itself since 2.12".to_owned(),
        _ => "remove it, or look for the name that the trigger's documentation gives it".to_owned(),
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that the triggers of an object have names of their own, where they have names.
    ///
    /// ## Why is this bad?
    /// KEDA refuses the object: a formula of `scalingModifiers` could not tell the triggers apart.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec:
    ///   scaleTargetRef: {name: cart}
    ///   triggers:
    ///     - {type: kubernetes-workload, name: web, metadata: {podSelector: app=web, value: "1"}}
    ///     - {type: kubernetes-workload, name: web, metadata: {podSelector: app=admin, value: "1"}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec:
    ///   scaleTargetRef: {name: cart}
    ///   triggers:
    ///     - {type: kubernetes-workload, name: web, metadata: {podSelector: app=web, value: "1"}}
    ///     - {type: kubernetes-workload, metadata: {podSelector: app=admin, value: "1"}}
    ///     - {type: kubernetes-workload, metadata: {podSelector: app=jobs, value: "1"}}
    /// ```
    pub(super) static NAMESAKES = {
        code: "SCA048",
        summary: "two triggers have one name",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: namesakes },
    }
}

fn namesakes(manifest: &Manifest, findings: &mut Findings<'_>) {
    let mut names = FxHashSet::default();
    for trigger in triggers(manifest) {
        let Some(name) = trigger.node.get("name").and_then(Node::as_str) else { continue };
        if !name.is_empty() && !names.insert(name) {
            let message = format!("another trigger is called `{name}`, too");
            findings.add(manifest, format!("{}/name", trigger.pointer), message).help("give each trigger its own name");
        }
    }
}
