//! `syncWindows` of an `AppProject`: when syncs are allowed or denied.

use crate::{
    diagnostic::Diagnostic,
    grammar::{BAD_VALUE, formats},
    model::{Environment, SyncWindow},
    node::{Node, object},
};

/// The windows of an environment's projects; nothing where it has none.
pub(super) fn render(environment: &Environment, diagnostics: &mut Vec<Diagnostic>) -> Option<Vec<Node>> {
    let settings = environment.spec.argocd.as_ref()?.project.as_ref()?;
    let windows = settings.sync_windows.iter();
    let windows: Vec<Node> = windows
        .map(|(_, window)| {
            diagnostics.extend(window.timezone.as_ref().and_then(unknown_zone));
            node(window)
        })
        .collect();
    (!windows.is_empty()).then_some(windows)
}

/// A window without any list is meant for all Applications; to Argo CD, it is for none.
fn node(window: &SyncWindow) -> Node {
    let is_scoped = [&window.applications, &window.namespaces, &window.clusters].into_iter().any(Option::is_some);
    let all = (!is_scoped).then(|| Node::new(vec![Node::new("*", window.span)], window.span));
    object! {
        "kind": &window.kind,
        "schedule": &window.schedule,
        "duration": &window.duration,
        "timeZone": &window.timezone,
        "applications": window.applications.clone().or(all),
        "namespaces": &window.namespaces,
        "clusters": &window.clusters,
        "andOperator": &window.match_all,
        "manualSync": &window.manual_sync,
        "description": &window.description,
    }
}

fn unknown_zone(zone: &Node) -> Option<Diagnostic> {
    let name = zone.as_str().filter(|name| !formats::is_time_zone(name))?;
    let finding = Diagnostic::new(&BAD_VALUE, format!("`{name}` is not a time zone")).at(zone.span);
    Some(finding.help("name one of the IANA database, such as `Europe/Berlin` or `Etc/UTC`"))
}
