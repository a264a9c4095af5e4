//! Labels that several kinds must agree on.

use super::Context;
use crate::{
    model::App,
    node::{Map, Node, object},
};

/// What a selector of the app's pods holds: nothing that an environment or a version can change.
pub(super) fn selector(app: &App) -> Node {
    object! { "app.kubernetes.io/name": &app.name }
}

/// The labels of every object of the app: the selector's, the team's, and those of its metadata.
pub(super) fn object_labels(context: &Context<'_>) -> Node {
    let app = context.app;
    let metadata = app.spec.metadata.as_ref();
    let mut labels = object! {
        "app.kubernetes.io/name": &app.name,
        "app.kubernetes.io/managed-by": "karat",
        "karat.dev/team": metadata.and_then(|metadata| metadata.team.clone()),
    };
    if let Some(map) = labels.as_map_mut() {
        add(map, metadata.map(|metadata| metadata.labels.as_slice()).unwrap_or_default());
    }
    labels
}

/// The annotations of every object of the app, if there are any.
pub(super) fn object_annotations(context: &Context<'_>) -> Option<Node> {
    let annotations = &context.app.spec.metadata.as_ref()?.annotations;
    (!annotations.is_empty()).then(|| Node::made(annotations.iter().cloned().collect::<Map>()))
}

/// Adds entries to a map, over those that are there.
pub(super) fn add(map: &mut Map, entries: &[(crate::node::Key, Node)]) {
    for (key, node) in entries {
        map.insert(key.clone(), node.clone());
    }
}
