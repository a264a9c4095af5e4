//! What Grafana's sidecar reads from ConfigMaps.

use serde_json::Value as Json;

use super::{Check, Findings, declare_rule};
use crate::{
    manifest::Manifest,
    node::{Node, escape, yaml},
    source::FileId,
};

declare_rule! {
    /// ## What it does
    /// Checks that the dashboards in ConfigMaps with the label `grafana_dashboard`, and those of GrafanaDashboards, are
    /// JSON objects with a title, and not wrapped in a `dashboard` as Grafana's HTTP API wants them.
    ///
    /// ## Why is this bad?
    /// Grafana leaves the dashboard out, and says so only in its log.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: dashboards, labels: {grafana_dashboard: "1"}}
    /// data:
    ///   broken.json: '{"title": "Cart", "panels": [}'
    ///   wrapped.json: '{"dashboard": {"title": "Cart"}}'
    ///   nameless.json: '{"panels": []}'
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: dashboards, labels: {grafana_dashboard: "1"}}
    /// data:
    ///   cart.json: '{"title": "Cart", "panels": []}'
    /// ```
    pub(super) static BROKEN_DASHBOARD = {
        code: "OBS009",
        summary: "dashboard that Grafana cannot read",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["ConfigMap", "GrafanaDashboard"], check: broken_dashboard },
    }
}

fn broken_dashboard(manifest: &Manifest, findings: &mut Findings<'_>) {
    if let Some(text) = manifest.object.at("/spec/json").and_then(Node::as_str) {
        dashboard(manifest, "/spec/json".to_owned(), "json", text, findings);
    }
    for (key, text) in labelled(manifest, "grafana_dashboard").filter(|(key, _)| is_of(key, &["json"])) {
        dashboard(manifest, format!("/data/{}", escape(key)), key, text, findings);
    }
}

fn dashboard(manifest: &Manifest, pointer: String, key: &str, text: &str, findings: &mut Findings<'_>) {
    let (mistake, help) = match serde_json::from_str::<Json>(text) {
        Err(error) => {
            let place = format!("is no JSON: {}", reason(&error));
            (place, "export it anew, and mind that templates leave its `{{…}}` alone")
        }
        Ok(Json::Object(fields)) if fields.contains_key("title") => return,
        Ok(Json::Object(fields)) if fields.contains_key("dashboard") => (
            "is wrapped in a `dashboard`, as the HTTP API wants it".to_owned(),
            "keep only what stands inside of `dashboard`",
        ),
        Ok(Json::Object(_)) => ("has no `title`".to_owned(), "add a `title`"),
        Ok(_) => ("is no JSON object".to_owned(), "export the dashboard as JSON"),
    };
    findings.add(manifest, pointer, format!("dashboard `{key}` {mistake}")).help(help);
}

/// Why a text is no JSON, and where; without its words.
fn reason(error: &serde_json::Error) -> String {
    let what = if error.is_eof() { "it ends too early" } else { "it breaks off" };
    format!("{what} in line {}, column {}", error.line(), error.column())
}

/// The texts of a ConfigMap that has a label.
fn labelled<'a>(manifest: &'a Manifest, label: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let is_it = manifest.kind() == "ConfigMap"
        && manifest.object.at("/metadata/labels").is_some_and(|labels| labels.get(label).is_some());
    let data = manifest.object.get("data").filter(|_| is_it).map_or(&[][..], Node::entries);
    data.iter().filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)))
}

fn is_of(key: &str, endings: &[&str]) -> bool {
    key.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending))
}

declare_rule! {
    /// ## What it does
    /// Checks that data sources in ConfigMaps with the label `grafana_datasource` are YAML with `apiVersion: 1` and a
    /// list of `datasources`, each with a name and a type.
    ///
    /// ## Why is this bad?
    /// Grafana does not start with a broken data source.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: sources, labels: {grafana_datasource: "1"}}
    /// data:
    ///   prometheus.yaml: |
    ///     apiVersion: 1
    ///     datasources: [{name: Prometheus, url: http://prometheus:9090}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: sources, labels: {grafana_datasource: "1"}}
    /// data:
    ///   prometheus.yaml: |
    ///     apiVersion: 1
    ///     datasources: [{name: Prometheus, type: prometheus, url: http://prometheus:9090}]
    /// ```
    pub(super) static BROKEN_DATA_SOURCE = {
        code: "OBS010",
        summary: "data source that Grafana cannot read",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["ConfigMap"], check: broken_data_source },
    }
}

fn broken_data_source(manifest: &Manifest, findings: &mut Findings<'_>) {
    for (key, text) in labelled(manifest, "grafana_datasource").filter(|(key, _)| is_of(key, &["yaml", "yml"])) {
        let read = yaml::read(FileId::from_index(0), text);
        let root = read.documents.first().map(|document| &document.root);
        let sources = root.and_then(|root| root.get("datasources")).map_or(&[][..], Node::items);
        let is_removal = root.is_some_and(|root| root.get("deleteDatasources").is_some());
        let whole = |source: &Node| source.get("name").is_some() && source.get("type").is_some();
        let mistake = if !read.diagnostics.is_empty() {
            "is no YAML"
        } else if sources.is_empty() && !is_removal {
            "has no `datasources`"
        } else if !sources.iter().all(whole) {
            "has one without `name` or `type`"
        } else {
            continue;
        };
        let message = format!("file `{key}` of data sources {mistake}");
        let help = "write `apiVersion: 1` and `datasources`, each with `name` and `type`";
        findings.add(manifest, format!("/data/{}", escape(key)), message).help(help);
    }
}
