//! A change that the cluster refuses, as a finding: the sync of it would fail.

use super::{
    REFUSED,
    difference::Differing,
    immutable,
    layout::reference,
    shown::{Beside, Shown},
};
use crate::{
    diagnostic::{Diagnostic, Label},
    diff::Change,
    node::Node,
};

/// How many changes a finding shows beside the first; it counts the rest.
const SHOWN: usize = 4;

/// The finding, unless the cluster takes all changes, or Argo CD makes the object anew.
pub(super) fn finding(differing: &Differing<'_>, changes: &[Change<'_>], beside: Beside<'_>) -> Option<Diagnostic> {
    let object = beside.rendered;
    let mut refused: Vec<(String, Shown)> = immutable::refused(changes, beside.golden, object)
        .into_iter()
        .map(|change| (change.place.to_string(), Shown::new(change, beside)))
        .collect();
    if refused.is_empty() || is_recreated(object) {
        return None;
    }
    // What somebody wrote comes before what only the golden file shows.
    refused.sort_by_key(|(_, shown)| !shown.written);
    let ((place, first), rest) = refused.split_first()?;
    let more = if rest.is_empty() { String::new() } else { format!(", and {} more", rest.len()) };
    let message = format!("the cluster refuses to change `{place}` of {}{more}", differing.subject());
    let mut finding = Diagnostic::new(&REFUSED, message).at(first.span).label(&first.text);
    let labels = rest.iter().take(SHOWN);
    finding.related = labels.map(|(_, shown)| Label { span: shown.span, message: shown.text.clone() }).collect();
    let pointer = first.pointer.clone();
    let resource = reference(differing.manifest, differing.environment, pointer);
    Some(finding.help(advice(differing.manifest.kind())).resource(resource))
}

/// What to do about it.
fn advice(kind: &str) -> &'static str {
    match kind {
        "PersistentVolumeClaim" | "PersistentVolume" => {
            "make another one under another name and move the data: to delete this one may delete them"
        }
        "StatefulSet" => {
            "`kubectl delete --cascade=orphan` it before the sync, which keeps its pods, or give the new one another name"
        }
        "ConfigMap" | "Secret" => "give the new one another name",
        _ => {
            "give the new one another name, or let Argo CD delete the old one: \
             `argocd.argoproj.io/sync-options: Force=true,Replace=true`"
        }
    }
}

/// Whether Argo CD deletes the object before it makes the new one, or never applies it.
///
/// `Replace=true` alone does not: it updates the object, which the cluster refuses as well. `Force=true` deletes what
/// cannot be updated, but not with a server-side apply, unless the object is replaced
/// (<https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/>).
fn is_recreated(object: &Node) -> bool {
    let has = |option: &str| annotation(object, "argocd.argoproj.io~1sync-options").any(|it| it == option);
    let forced = has("Force=true") && (has("Replace=true") || !has("ServerSideApply=true"));
    forced || is_hook(object)
}

/// Whether the object is a hook that is deleted before the next one is made. That is so where nothing else is said.
fn is_hook(object: &Node) -> bool {
    let hooks = [
        ("argocd.argoproj.io~1hook", ["BeforeHookCreation", "HookSucceeded", "HookFailed"]),
        ("helm.sh~1hook", ["before-hook-creation", "hook-succeeded", "hook-failed"]),
    ];
    hooks.into_iter().any(|(hook, policies)| {
        let mut known = Vec::new();
        known.extend(annotation(object, &format!("{hook}-delete-policy")).filter(|policy| policies.contains(policy)));
        let keeps_successes = known == [policies[2]];
        annotation(object, hook).next().is_some() && !keeps_successes
    })
}

/// The parts of an annotation, by its key as a step of a JSON pointer.
fn annotation<'a>(object: &'a Node, key: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    let value = object.at(&format!("/metadata/annotations/{key}")).and_then(Node::as_str);
    value.into_iter().flat_map(|value| value.split(',')).map(str::trim)
}
