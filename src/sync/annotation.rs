//! The annotations that steer a sync, read as Argo CD reads them.

use crate::manifest::Manifest;
#[cfg(test)]
use crate::node::Node;

/// Names the phases that an object is a hook of.
pub const HOOK: &str = "argocd.argoproj.io/hook";
/// Says when a hook is deleted.
pub const HOOK_DELETE_POLICY: &str = "argocd.argoproj.io/hook-delete-policy";
/// An object's own sync options: those of its Application go by another list.
pub const SYNC_OPTIONS: &str = "argocd.argoproj.io/sync-options";
/// The wave of an object.
pub const SYNC_WAVE: &str = "argocd.argoproj.io/sync-wave";
/// Helm's name for [`HOOK`].
pub const HELM_HOOK: &str = "helm.sh/hook";
/// Helm's name for [`HOOK_DELETE_POLICY`].
pub const HELM_HOOK_DELETE_POLICY: &str = "helm.sh/hook-delete-policy";
/// Helm's name for [`SYNC_WAVE`].
pub const HELM_HOOK_WEIGHT: &str = "helm.sh/hook-weight";

/// The JSON pointer to [`HOOK`].
pub const HOOK_AT: &str = "/metadata/annotations/argocd.argoproj.io~1hook";
/// The JSON pointer to [`HOOK_DELETE_POLICY`].
pub const HOOK_DELETE_POLICY_AT: &str = "/metadata/annotations/argocd.argoproj.io~1hook-delete-policy";
/// The JSON pointer to [`SYNC_OPTIONS`].
pub const SYNC_OPTIONS_AT: &str = "/metadata/annotations/argocd.argoproj.io~1sync-options";
/// The JSON pointer to [`SYNC_WAVE`].
pub const SYNC_WAVE_AT: &str = "/metadata/annotations/argocd.argoproj.io~1sync-wave";

/// An annotation of an object.
///
/// One value that is no string makes Argo CD lose all annotations of the object (`unstructured.NestedStringMap`).
pub fn annotation<'a>(manifest: &'a Manifest, name: &str) -> Option<&'a str> {
    let annotations = manifest.object.at("/metadata/annotations")?.as_map()?;
    let found = annotations.get(name)?.as_str()?;
    annotations.entries().iter().all(|(_, value)| value.as_str().is_some()).then_some(found)
}

/// The parts of an annotation that is a list with commas: without the spaces around them, without empty ones, each once.
pub fn values<'a>(manifest: &'a Manifest, name: &str) -> Vec<&'a str> {
    let mut values = Vec::new();
    for value in annotation(manifest, name).unwrap_or_default().split(',').map(str::trim) {
        if !value.is_empty() && !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

/// An object with these annotations, in a test.
#[cfg(test)]
pub(super) fn annotated(annotations: &[(&str, Node)]) -> Manifest {
    use crate::{
        manifest::Owner,
        node::{Map, object},
    };
    let annotations: Map = annotations.iter().map(|(name, value)| ((*name).into(), value.clone())).collect();
    let metadata = object! { "name": "a", "annotations": annotations };
    Manifest::new(Owner::Cluster, None, object! { "apiVersion": "batch/v1", "kind": "Job", "metadata": metadata })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_lead_to_their_annotations() {
        let pairs = [
            (HOOK, HOOK_AT),
            (HOOK_DELETE_POLICY, HOOK_DELETE_POLICY_AT),
            (SYNC_OPTIONS, SYNC_OPTIONS_AT),
            (SYNC_WAVE, SYNC_WAVE_AT),
        ];
        for (name, pointer) in pairs {
            assert_eq!(pointer, format!("/metadata/annotations/{}", crate::node::escape(name)));
        }
    }

    #[test]
    fn one_value_that_is_no_string_loses_them_all() {
        assert_eq!(annotation(&annotated(&[(SYNC_WAVE, "5".into())]), SYNC_WAVE), Some("5"));
        assert_eq!(annotation(&annotated(&[(SYNC_WAVE, 5.into())]), SYNC_WAVE), None);
        assert_eq!(annotation(&annotated(&[(SYNC_WAVE, "5".into()), ("other", true.into())]), SYNC_WAVE), None);
    }

    #[test]
    fn a_list_is_split_at_commas() {
        let hook = annotated(&[(HOOK, " PreSync,,Sync , PreSync".into())]);
        assert_eq!(values(&hook, HOOK), ["PreSync", "Sync"]);
        assert!(values(&hook, HELM_HOOK).is_empty());
    }
}
