//! The rules of a PrometheusRule.

use rustc_hash::FxHashSet;

use super::{Check, Findings, declare_rule, promql};
use crate::{manifest::Manifest, node::Node};

/// The only kind that all of this is about.
const KINDS: &[&str] = &["PrometheusRule"];

/// Every rule of every group, with the pointer to it.
pub(super) fn rules(manifest: &Manifest) -> impl Iterator<Item = (String, &Node)> {
    manifest.items("/spec/groups").flat_map(|(pointer, group)| {
        let rules = group.get("rules").map_or(&[][..], Node::items).iter().enumerate();
        rules.map(move |(at, rule)| (format!("{pointer}/rules/{at}"), rule))
    })
}

fn text<'a>(node: &'a Node, key: &str) -> Option<&'a str> {
    node.get(key)?.as_str()
}

/// What an alert or a recorded series is called, for a message.
fn title(rule: &Node) -> &str {
    text(rule, "alert").or_else(|| text(rule, "record")).unwrap_or("without a name")
}

declare_rule! {
    /// ## What it does
    /// Checks PromQL expressions for what Prometheus would never read: brackets and quotes that do not pair, `=` for
    /// `==`, labels compared with something that is not in quotes, `rate` and its like without a range, variables of
    /// Grafana.
    ///
    /// ## Why is this bad?
    /// The operator refuses the PrometheusRule, or Prometheus the whole file: every alert in it is then silent.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: PrometheusRule
    /// metadata: {name: cart}
    /// spec:
    ///   groups:
    ///     - name: cart
    ///       rules:
    ///         - {alert: Down, expr: "sum(up{job='cart'} == 0"}
    ///         - {alert: Errors, expr: "rate(errors_total) > 1"}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: PrometheusRule
    /// metadata: {name: cart}
    /// spec:
    ///   groups:
    ///     - name: cart
    ///       rules:
    ///         - {alert: Down, expr: "sum(up{job='cart'}) == 0"}
    ///         - {record: one, expr: 1}
    /// ```
    pub(super) static BROKEN_EXPRESSION = {
        code: "OBS003",
        summary: "expression that Prometheus cannot read",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: broken_expression },
    }
}

fn broken_expression(manifest: &Manifest, findings: &mut Findings<'_>) {
    for (pointer, rule) in rules(manifest) {
        if let Some(mistake) = text(rule, "expr").and_then(promql::mistake) {
            let message = format!("the expression of `{}` {mistake}", title(rule));
            findings.add(manifest, pointer + "/expr", message).help("try the expression in Prometheus itself");
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that no group of a PrometheusRule has the name of another one, and that no rule of it has the name, the
    /// labels and the expression of another one.
    ///
    /// ## Why is this bad?
    /// Prometheus refuses a file with two groups of one name, and of two equal rules each alert comes twice.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: PrometheusRule
    /// metadata: {name: cart}
    /// spec:
    ///   groups:
    ///     - {name: cart, rules: [{alert: Down, expr: up == 0}]}
    ///     - {name: cart, rules: [{alert: Down, expr: up == 0}]}
    /// ```
    ///
    /// Levels of one alert differ in their labels.
    /// ```yaml,silent
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: PrometheusRule
    /// metadata: {name: cart}
    /// spec:
    ///   groups:
    ///     - name: cart
    ///       rules:
    ///         - {alert: Slow, expr: latency > 1, labels: {severity: warning}}
    ///         - {alert: Slow, expr: latency > 5, labels: {severity: critical}}
    /// ```
    pub(super) static REPEATED_RULE = {
        code: "OBS004",
        summary: "group or rule that is there twice",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: repeated_rule },
    }
}

fn repeated_rule(manifest: &Manifest, findings: &mut Findings<'_>) {
    let mut groups = FxHashSet::default();
    for (pointer, group) in manifest.items("/spec/groups") {
        if let Some(name) = text(group, "name").filter(|name| !groups.insert(*name)) {
            let message = format!("another group of PrometheusRule `{}` is called `{name}`, too", manifest.id.name);
            findings.add(manifest, pointer + "/name", message).help("give each group its own name");
        }
    }
    let mut seen: Vec<(String, &Node)> = Vec::new();
    for (pointer, rule) in rules(manifest) {
        let is_same = |other: &Node| {
            ["alert", "record", "expr", "labels"].into_iter().all(|field| other.get(field) == rule.get(field))
        };
        if let Some((first, _)) = seen.iter().find(|(_, other)| is_same(other)) {
            let message = format!("`{}` is there twice, with the same labels and expression", title(rule));
            findings
                .add(manifest, pointer, message)
                .related(manifest, first, "the other one")
                .help("remove one of them");
        } else {
            seen.push((pointer, rule));
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that every rule is either an alert or a recorded series, has an expression, and that a recorded series
    /// has no `for` and a name that a metric can have.
    ///
    /// ## Why is this bad?
    /// The operator refuses the PrometheusRule, or Prometheus the whole file: every alert in it is then silent.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: PrometheusRule
    /// metadata: {name: cart}
    /// spec:
    ///   groups:
    ///     - name: cart
    ///       rules:
    ///         - {expr: up == 0}
    ///         - {record: cart-errors, expr: up, for: 5m}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: PrometheusRule
    /// metadata: {name: cart}
    /// spec: {groups: [{name: cart, rules: [{record: "job:up:sum", expr: sum by (job) (up)}]}]}
    /// ```
    pub(super) static MISSHAPEN_RULE = {
        code: "OBS005",
        summary: "rule that is neither an alert nor a recorded series",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: misshapen_rule },
    }
}

fn misshapen_rule(manifest: &Manifest, findings: &mut Findings<'_>) {
    for (pointer, rule) in rules(manifest) {
        let (alert, record) = (text(rule, "alert"), text(rule, "record"));
        if alert.is_some() == record.is_some() {
            let what = if alert.is_some() { "both `alert` and `record`" } else { "neither `alert` nor `record`" };
            let message = format!("a rule of PrometheusRule `{}` has {what}", manifest.id.name);
            findings.add(manifest, pointer.as_str(), message).help("keep one of the two");
        }
        let Some(record) = record else { continue };
        if !is_metric_name(record) {
            let message = format!("`{record}` is no name of a metric");
            let help = "use letters, digits, `_` and `:`, and no digit at the start";
            findings.add(manifest, format!("{pointer}/record"), message).help(help);
        }
        if rule.get("for").is_some() {
            let message = format!("recorded series `{record}` has a `for`, which only an alert can have");
            findings.add(manifest, format!("{pointer}/for"), message).help("remove `for`");
        }
    }
}

fn is_metric_name(text: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':');
    text.chars().all(letter) && text.starts_with(|c: char| !c.is_ascii_digit())
}

declare_rule! {
    /// ## What it does
    /// Points out alerts without the label `severity`, or without an annotation that says what is wrong.
    ///
    /// ## Why is this bad?
    /// Most trees of receivers go by `severity`; who is woken at night wants to know why.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: PrometheusRule
    /// metadata: {name: cart}
    /// spec: {groups: [{name: cart, rules: [{alert: Down, expr: up == 0}]}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: PrometheusRule
    /// metadata: {name: cart}
    /// spec:
    ///   groups:
    ///     - name: cart
    ///       rules:
    ///         - {alert: Down, expr: up == 0, labels: {severity: critical}, annotations: {summary: The cart is down}}
    /// ```
    pub(super) static NO_SEVERITY = {
        code: "OBS008",
        summary: "alert without severity or summary",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Manifest { kinds: KINDS, check: no_severity },
    }
}

fn no_severity(manifest: &Manifest, findings: &mut Findings<'_>) {
    for (pointer, rule) in rules(manifest) {
        let Some(alert) = text(rule, "alert") else { continue };
        if rule.at("/labels/severity").is_none() {
            let message = format!("alert `{alert}` has no label `severity`");
            findings.add(manifest, format!("{pointer}/labels"), message).help("add `labels.severity`");
        }
        let says = ["summary", "description", "message"]
            .into_iter()
            .any(|key| rule.get("annotations").is_some_and(|annotations| annotations.get(key).is_some()));
        if !says {
            let message = format!("alert `{alert}` has no annotation that says what is wrong");
            findings.add(manifest, format!("{pointer}/annotations"), message).help("add `annotations.summary`");
        }
    }
}
