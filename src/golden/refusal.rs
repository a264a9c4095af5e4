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
    manifest::Manifest,
    sync::{DeletePolicy, Fate, SYNC_OPTIONS, delete_policies, fate, values},
};

/// How many changes a finding shows beside the first; it counts the rest.
const SHOWN: usize = 4;

/// The finding, unless the cluster takes all changes, or Argo CD makes the object anew.
pub(super) fn finding(differing: &Differing<'_>, changes: &[Change<'_>], beside: Beside<'_>) -> Option<Diagnostic> {
    let mut refused: Vec<(String, Shown)> = immutable::refused(changes, beside.golden, beside.rendered)
        .into_iter()
        .map(|change| (change.place.to_string(), Shown::new(change, beside)))
        .collect();
    if refused.is_empty() || is_recreated(differing.manifest) {
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
fn is_recreated(manifest: &Manifest) -> bool {
    let options = values(manifest, SYNC_OPTIONS);
    let has = |option: &str| options.contains(&option);
    let forced = has("Force=true") && (has("Replace=true") || !has("ServerSideApply=true"));
    forced || is_remade_hook(manifest)
}

/// Whether the object is a hook that is gone before the next one is made: any but one that is deleted only when it has
/// failed.
fn is_remade_hook(manifest: &Manifest) -> bool {
    fate(manifest) != Fate::Resource && delete_policies(manifest) != [DeletePolicy::HookFailed]
}
