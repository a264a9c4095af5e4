//! What the values of triggers mean.

use super::{Check, Findings, KINDS, Trigger, declare_rule, triggers};
use crate::{grammar::formats, manifest::Manifest, node::Node};

declare_rule! {
    /// ## What it does
    /// Checks values of triggers: the cron lines and the time zone of `cron`, thresholds and lengths that must be
    /// numbers, and the `value` of `cpu` and `memory`, which is a percentage without a sign.
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
    ///     - {type: cpu, metricType: Utilization, metadata: {value: "70%"}}
    ///     - type: cron
    ///       metadata: {timezone: UTC+2, start: 0 25 * * *, end: 0 18 * * *, desiredReplicas: ten}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec:
    ///   scaleTargetRef: {name: cart}
    ///   triggers:
    ///     - {type: memory, metricType: AverageValue, metadata: {value: 500Mi}}
    ///     - type: cron
    ///       metadata: {timezone: Asia/Jerusalem, start: 0 8 * * *, end: 0 18 * * *, desiredReplicas: "10"}
    /// ```
    pub(super) static BAD_VALUE = {
        code: "SCA043",
        summary: "value that a trigger cannot mean",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: bad_value },
    }
}

fn bad_value(manifest: &Manifest, findings: &mut Findings<'_>) {
    for trigger in triggers(manifest) {
        for (key, value) in trigger.metadata() {
            let (key, Some(value)) = (key.as_str(), value.as_str()) else { continue };
            if let Some((message, help)) = mistake(&trigger, key, value) {
                findings.add(manifest, trigger.pointer_to(key), message).help(help);
            }
        }
    }
}

/// Metadata that every trigger means a number by.
const NUMBERS: &[&str] = &[
    "activationLagThreshold",
    "activationQueueLength",
    "activationThreshold",
    "lagThreshold",
    "listLength",
    "messageCount",
    "queueLength",
    "threshold",
];

/// What is wrong with a value, and what would be right.
fn mistake(trigger: &Trigger<'_>, key: &str, value: &str) -> Option<(String, String)> {
    let number = || (format!("`{key}` is `{value}`, which is no number"), "write a number in quotes".to_owned());
    match (trigger.kind, key) {
        ("cron", "start" | "end") => cron(trigger, key, value),
        // KEDA reads it by Go's `time.LoadLocation`.
        ("cron", "timezone") => (value != "Local" && !formats::is_time_zone(value)).then(|| {
            (format!("`{value}` is no time zone"), "write a name of the IANA list, such as `Europe/Berlin`".to_owned())
        }),
        ("cron", "desiredReplicas") => formats::digits::<u32>(value).is_none().then(number),
        ("cpu" | "memory", "value") => {
            let is_amount = trigger.node.get("metricType").and_then(Node::as_str) == Some("AverageValue");
            let fits = if is_amount { formats::is_quantity(value) } else { formats::digits::<u32>(value).is_some() };
            let help =
                if is_amount { "write a quantity such as `500m`" } else { "write a percentage without its sign" };
            (!fits).then(|| (format!("`value` is `{value}`, which the trigger cannot read"), help.to_owned()))
        }
        (_, key) if NUMBERS.contains(&key) => value.parse::<f64>().is_err().then(number),
        _ => None,
    }
}

fn cron(trigger: &Trigger<'_>, key: &str, value: &str) -> Option<(String, String)> {
    if let Err(reason) = formats::check_cron(value) {
        return Some((
            format!("`{key}` is no cron line: {reason}"),
            "write five fields such as `0 8 * * *`".to_owned(),
        ));
    }
    let is_empty = key == "end" && trigger.value("start") == Some(value);
    is_empty.then(|| ("`end` is the same moment as `start`".to_owned(), "let it end later".to_owned()))
}

declare_rule! {
    /// ## What it does
    /// Points out a `cooldownPeriod` of a ScaledObject that never goes down to zero.
    ///
    /// ## Why is this bad?
    /// KEDA waits that long before it goes from one replica to none, and at no other time. How fast replicas go away is
    /// said by `advanced.horizontalPodAutoscalerConfig.behavior`.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec: {scaleTargetRef: {name: cart}, minReplicaCount: 2, cooldownPeriod: 600}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec: {scaleTargetRef: {name: cart}, minReplicaCount: 2, idleReplicaCount: 0, cooldownPeriod: 600}
    /// ```
    pub(super) static VOID_COOLDOWN = {
        code: "SCA049",
        summary: "cooldown of a ScaledObject that never goes down to zero",
        severity: Info,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["ScaledObject"], check: void_cooldown },
    }
}

fn void_cooldown(manifest: &Manifest, findings: &mut Findings<'_>) {
    let number = |field: &str| manifest.object.at(field).and_then(Node::as_int);
    let is_written = number("/spec/cooldownPeriod").is_some();
    let min = number("/spec/minReplicaCount").unwrap_or(0);
    if is_written && min > 0 && number("/spec/idleReplicaCount").is_none() {
        let message = format!("`cooldownPeriod` of ScaledObject `{}` has no effect", manifest.id.name);
        findings
            .add(manifest, "/spec/cooldownPeriod", message)
            .related(manifest, "/spec/minReplicaCount", "it never goes down to zero")
            .help("remove it, or say by `advanced.horizontalPodAutoscalerConfig.behavior` how to scale down");
    }
}

declare_rule! {
    /// ## What it does
    /// Points out addresses of servers in triggers that have no dot in their host, such as `http://prometheus:9090`.
    ///
    /// ## Why is this bad?
    /// It is KEDA's operator that asks the server, and it looks such a name up in its own namespace, not in that of the
    /// ScaledObject.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec:
    ///   scaleTargetRef: {name: cart}
    ///   triggers:
    ///     - {type: prometheus, metadata: {serverAddress: "http://prometheus:9090", query: up, threshold: "1"}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata: {name: cart}
    /// spec:
    ///   scaleTargetRef: {name: cart}
    ///   triggers:
    ///     - {type: prometheus, metadata: {serverAddress: "http://prometheus.monitoring.svc:9090", query: up, threshold: "1"}}
    /// ```
    pub(super) static SHORT_ADDRESS = {
        code: "SCA050",
        summary: "address of a trigger that leads into KEDA's own namespace",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: short_address },
    }
}

/// Metadata that is the address of one server, and which trigger has it.
const ADDRESSES: &[(&str, &str)] = &[
    ("elasticsearch", "addresses"),
    ("external", "scalerAddress"),
    ("external-push", "scalerAddress"),
    ("graphite", "serverAddress"),
    ("influxdb", "serverURL"),
    ("loki", "serverAddress"),
    ("metrics-api", "url"),
    ("prometheus", "serverAddress"),
    ("redis", "address"),
    ("redis-streams", "address"),
    ("selenium-grid", "url"),
    ("temporal", "endpoint"),
];

fn short_address(manifest: &Manifest, findings: &mut Findings<'_>) {
    for trigger in triggers(manifest) {
        let Some((_, key)) = ADDRESSES.iter().find(|(kind, _)| *kind == trigger.kind) else { continue };
        let Some(host) = trigger.value(key).map(host) else { continue };
        if formats::is_dns_label(host) && host != "localhost" {
            let message =
                format!("KEDA looks for the host `{host}` of trigger `{}` in its own namespace", trigger.kind);
            findings
                .add(manifest, trigger.pointer_to(key), message)
                .help(format!("write the host with the namespace of its Service, such as `{host}.monitoring.svc`"));
        }
    }
}

/// The host of an address, with or without a scheme.
fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    host.split(':').next().unwrap_or_default()
}
