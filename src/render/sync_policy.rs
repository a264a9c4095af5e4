//! How Argo CD syncs an app: the parts of its Application that the spec's `argocd` decides.

use smol_str::format_smolstr;

use crate::{
    model::{Argocd, IgnoredDifference, Retry, Sync},
    node::{Key, Map, Node, object},
    sync::{BACKGROUND_FINALIZER, FOREGROUND_FINALIZER},
};

/// What `finalizer` says; nothing where the app's objects are kept.
pub(super) fn finalizers(argocd: Option<&Argocd>) -> Option<Vec<Node>> {
    let choice = argocd.and_then(|argocd| argocd.finalizer.as_ref())?;
    let finalizer = match choice.as_str()? {
        "foreground" => FOREGROUND_FINALIZER,
        "background" => BACKGROUND_FINALIZER,
        _ => return None,
    };
    Some(vec![Node::new(finalizer, choice.span)])
}

/// `syncPolicy`: Argo CD syncs by itself unless the spec says otherwise.
pub(super) fn policy(sync: Option<&Sync>) -> Option<Node> {
    let by_hand = sync.and_then(|sync| sync.automated.as_ref()).and_then(Node::as_bool) == Some(false);
    let metadata = sync.and_then(|sync| sync.namespace_metadata.as_ref());
    let policy = object! {
        "automated": (!by_hand).then(|| automated(sync)),
        "syncOptions": sync.and_then(|sync| sync.options.as_ref()),
        "retry": sync.and_then(|sync| sync.retry.as_ref()).map(retry),
        "managedNamespaceMetadata": metadata.map(|metadata| {
            object! { "labels": &metadata.labels, "annotations": &metadata.annotations }
        }),
    };
    (!policy.entries().is_empty()).then_some(policy)
}

fn automated(sync: Option<&Sync>) -> Node {
    object! {
        "enabled": sync.and_then(|sync| sync.enabled.as_ref()),
        "prune": sync.and_then(|sync| sync.prune.as_ref()),
        "selfHeal": sync.and_then(|sync| sync.self_heal.as_ref()),
        "allowEmpty": sync.and_then(|sync| sync.allow_empty.as_ref()),
    }
}

/// Argo CD reads durations as Go does, so they stay as they are written.
fn retry(retry: &Retry) -> Node {
    let backoff = object! {
        "duration": &retry.delay,
        "factor": &retry.factor,
        "maxDuration": &retry.max_delay,
    };
    object! {
        "limit": &retry.limit,
        "backoff": (!backoff.entries().is_empty()).then_some(backoff),
        "refresh": &retry.refresh,
    }
}

/// `ignoreDifferences`.
pub(super) fn ignored_differences(argocd: &Argocd) -> Option<Vec<Node>> {
    some(argocd.ignore_differences.iter().map(|(_, entry)| ignored_difference(entry)).collect())
}

fn ignored_difference(ignored: &IgnoredDifference) -> Node {
    object! {
        "group": &ignored.group,
        "kind": &ignored.kind,
        "name": &ignored.name,
        "namespace": &ignored.namespace,
        "jsonPointers": &ignored.pointers,
        "jqPathExpressions": &ignored.jq,
        "managedFieldsManagers": &ignored.managers,
    }
}

/// `info`: texts by name.
pub(super) fn info(argocd: &Argocd) -> Option<Vec<Node>> {
    some(argocd.info.iter().map(|(name, value)| object! { "name": name, "value": value }).collect())
}

/// The annotations by which people are told what becomes of an Application:
/// <https://argo-cd.readthedocs.io/en/stable/operator-manual/notifications/subscriptions/>.
pub(super) fn subscriptions(argocd: &Argocd) -> Map {
    let mut annotations = Map::new();
    for (trigger, services) in &argocd.notifications {
        for (service, recipients) in services.entries() {
            let name = format_smolstr!("notifications.argoproj.io/subscribe.{}.{}", trigger.text, service.text);
            let names: Vec<_> = recipients.items().iter().filter_map(Node::scalar_text).collect();
            annotations.push(Key::new(name, service.span), Node::new(names.join(";"), recipients.any_span()));
        }
    }
    annotations
}

fn some(nodes: Vec<Node>) -> Option<Vec<Node>> {
    (!nodes.is_empty()).then_some(nodes)
}
