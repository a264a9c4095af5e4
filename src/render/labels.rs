//! Labels that several kinds must agree on.

use super::{Context, codes::RESERVED_LABEL};
use crate::{
    diagnostic::Diagnostic,
    model::App,
    node::{Key, Map, Node, object},
};

/// The label by which the app's pods are selected.
pub(super) const NAME: &str = "app.kubernetes.io/name";

/// The label that all of the app's pods have, those of its jobs too.
pub(super) const APP: &str = "karat.dev/app";

/// The label by which an ApplicationSet tells in which wave an Application is synced.
pub(super) const WAVE: &str = "karat.dev/wave";

/// What a selector of the app's pods holds: nothing that an environment or a version can change.
pub(super) fn selector(app: &App) -> Node {
    object! { "app.kubernetes.io/name": &app.name }
}

/// What selects every pod of the app, those of its jobs included: what NetworkPolicies speak of.
pub(super) fn pods(app: impl Into<Node>) -> Node {
    object! { "karat.dev/app": app }
}

/// The labels of the app's pods: those of every object, the pods' own, and the selector's over them all.
pub(super) fn pod_labels(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Node {
    let app = context.app;
    let own = app.pod().map_or(&[][..], |pod| &pod.labels);
    diagnostics.extend(app.labels().iter().chain(own).filter(|label| is_taken(app, label)).map(|(key, _)| taken(key)));
    let mut labels = object_labels(context);
    if let Some(map) = labels.as_map_mut() {
        add(map, own);
        add_selecting(map, app);
    }
    labels
}

/// Whether a label would make the app's pods somebody else's.
fn is_taken(app: &App, (key, value): &(Key, Node)) -> bool {
    matches!(key.as_str(), NAME | APP) && value.as_str() != Some(app.name.as_str())
}

fn taken(key: &Key) -> Diagnostic {
    Diagnostic::new(&RESERVED_LABEL, format!("the label `{}` is not the spec's to set", key.text))
        .at(key.span)
        .help("selectors stand on it; take another label")
}

/// The labels of the pods of one job: its name, and those of every object but [`NAME`].
///
/// Without [`NAME`], no Service, budget or autoscaler of any app can take these pods for its own, not even of an app
/// that happens to be called `<app>-<job>`.
pub(super) fn job_labels(context: &Context<'_>, job: &Key) -> Node {
    let mut labels = object_labels(context);
    if let Some(map) = labels.as_map_mut() {
        map.remove(NAME);
        map.insert("karat.dev/job", job.into());
    }
    labels
}

/// The labels of every object of the app: those that select, the team's, and those of its metadata.
pub(super) fn object_labels(context: &Context<'_>) -> Node {
    let app = context.app;
    let mut labels = object! {
        "app.kubernetes.io/managed-by": "karat",
        "karat.dev/team": app.team(),
    };
    if let Some(map) = labels.as_map_mut() {
        add(map, app.labels());
        add_selecting(map, app);
    }
    labels
}

/// Adds the labels that selectors stand on, over whatever stands there.
fn add_selecting(map: &mut Map, app: &App) {
    add(map, selector(app).entries());
    add(map, pods(&app.name).entries());
}

/// The annotations of an object: those of every object of the app, and `own` over them; nothing if there are none.
pub(super) fn annotations(context: &Context<'_>, own: &[(Key, Node)]) -> Option<Node> {
    let mut map = Map::new();
    add(&mut map, context.app.annotations());
    add(&mut map, own);
    (!map.is_empty()).then(|| Node::made(map))
}

/// Adds entries to a map, over those that are there.
pub(super) fn add(map: &mut Map, entries: &[(Key, Node)]) {
    for (key, node) in entries {
        map.insert(key.clone(), node.clone());
    }
}
