//! When a project may be synced.

use super::{Check, Findings, Manifest, Node, declare_rule};
use crate::{diagnostic::Severity, grammar::formats};

/// Lists that say what a window is about.
const SCOPES: [&str; 3] = ["applications", "clusters", "namespaces"];

declare_rule! {
    /// ## What it does
    /// Checks the sync windows of AppProjects: `kind`, `schedule`, `duration` and `timeZone`, that a window is about
    /// applications, namespaces or clusters, and that none is there twice.
    ///
    /// ## Why is this bad?
    /// Argo CD refuses the project (`ValidateProject` in its `app_project_types.go`); one that is in the cluster already
    /// stops every sync with `invalid sync windows`. A schedule has five fields here, and no `@daily`. A time zone that it
    /// does not know counts as UTC. Only the form of its name is checked: `Berlin` is found, `Europe/Berln` is not.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: AppProject
    /// metadata: {name: shop}
    /// spec:
    ///   syncWindows:
    ///     - {kind: allow, schedule: "@daily", duration: 1d, applications: ["*"]}
    ///     - {kind: forbid, schedule: 0 22 * * *, duration: 1h, timeZone: Berlin}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: AppProject
    /// metadata: {name: shop}
    /// spec:
    ///   syncWindows:
    ///     - {kind: deny, schedule: 0 22 * * *, duration: 8h, namespaces: ["*"]}
    ///     - {kind: deny, schedule: 0 22 * * *, duration: 8h, namespaces: ["*"]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: AppProject
    /// metadata: {name: shop}
    /// spec:
    ///   syncWindows:
    ///     - {kind: deny, schedule: 0 22 * * fri, duration: 60h, timeZone: Europe/Berlin, namespaces: ["*-prod"]}
    /// ```
    pub(super) static WINDOW = {
        code: "ARG333",
        summary: "sync window that Argo CD cannot read",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["AppProject"], check: window },
    }
}

fn window(manifest: &Manifest, findings: &mut Findings<'_>) {
    let windows: Vec<_> = manifest.items("/spec/syncWindows").collect();
    for (at, (pointer, window)) in windows.iter().enumerate() {
        for (field, message, help) in flaws(window) {
            let mut finding = findings.add(manifest, format!("{pointer}{field}"), message);
            finding.help(help);
            if field == "/timeZone" {
                finding.severity(Severity::Warning);
            }
        }
        if let Some((first, _)) = windows[..at].iter().find(|(_, other)| is_same(window, other)) {
            findings
                .add(manifest, pointer.as_str(), "this window is there twice")
                .related(manifest, first, "the first one")
                .help("remove one of them");
        }
    }
}

/// What is wrong with a window: where, in words, and the next step.
fn flaws(window: &Node) -> Vec<(&'static str, String, &'static str)> {
    let text = |field: &str| window.get(field).and_then(Node::as_str);
    let mut flaws = Vec::new();
    if let Some(kind) = text("kind").filter(|kind| !matches!(*kind, "allow" | "deny")) {
        flaws.push(("/kind", format!("`{kind}` is no kind of window"), "write `allow` or `deny`"));
    }
    if let Some(Err(reason)) = text("schedule").map(check_schedule) {
        flaws.push(("/schedule", reason, "write five fields such as `0 22 * * *`"));
    }
    if let Some(duration) = text("duration").filter(|duration| formats::seconds(duration).is_none()) {
        flaws.push((
            "/duration",
            format!("`{duration}` is no duration"),
            "write hours or smaller units, such as `1h30m`",
        ));
    }
    if let Some(zone) = text("timeZone").filter(|zone| !zone.is_empty() && !formats::is_time_zone(zone)) {
        flaws.push((
            "/timeZone",
            format!("`{zone}` is no time zone, and counts as UTC"),
            "write it such as `Europe/Berlin`",
        ));
    }
    if SCOPES.iter().all(|scope| window.get(scope).is_none_or(|scope| scope.items().is_empty())) {
        flaws.push(("", "the window is about nothing".to_owned(), "add `applications`, `namespaces` or `clusters`"));
    }
    flaws
}

/// What is wrong with a schedule: robfig/cron's parser without words such as `@daily`.
fn check_schedule(text: &str) -> Result<(), String> {
    if text.starts_with('@') {
        return Err(format!("`{text}` has 1 field; the schedule of a window has 5"));
    }
    super::standard_cron(text)
}

/// Whether Argo CD takes two windows for one.
fn is_same(one: &Node, other: &Node) -> bool {
    let fields = ["kind", "schedule", "duration", "timeZone"].into_iter().chain(SCOPES);
    fields.into_iter().all(|field| one.get(field) == other.get(field))
}
