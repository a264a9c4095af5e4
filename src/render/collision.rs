//! Two objects with one name.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::codes::{NAME_COLLISION, SHARED_NAME};
use crate::{
    diagnostic::Diagnostic,
    manifest::{Manifest, ManifestSet, Owner},
};

/// Reports every object whose group, kind, namespace and name another one before it has.
pub(super) fn find(manifests: &[Manifest], diagnostics: &mut Vec<Diagnostic>) {
    let mut seen = FxHashMap::default();
    for manifest in manifests {
        let (id, gvk) = (&manifest.id, &manifest.id.gvk);
        match seen.entry((&gvk.group, &gvk.kind, &id.namespace, &id.name)) {
            Entry::Vacant(entry) => {
                entry.insert(manifest);
            }
            Entry::Occupied(entry) => diagnostics.push(collision(entry.get(), manifest)),
        }
    }
}

/// Reports every object of Argo CD's that two environments make because their names, put together with an app's or a
/// team's, come out the same. An object that the user names is alike in both on purpose: each may have an Argo CD of its
/// own.
pub fn across(sets: &[ManifestSet]) -> Vec<Diagnostic> {
    let mut seen = FxHashMap::default();
    let mut findings = Vec::new();
    for set in sets {
        for manifest in set.manifests().iter().filter(|manifest| is_put_together(set, manifest)) {
            let id = &manifest.id;
            match seen.entry((&id.gvk.kind, &id.namespace, &id.name)) {
                Entry::Vacant(entry) => {
                    entry.insert((set, manifest));
                }
                Entry::Occupied(entry) => findings.extend(shared(*entry.get(), (set, manifest))),
            }
        }
    }
    findings
}

/// Whether an object of Argo CD's is called `<environment>-…`.
fn is_put_together(set: &ManifestSet, manifest: &Manifest) -> bool {
    let rest = manifest.id.name.strip_prefix(set.environment.as_str());
    manifest.owner == Owner::Argocd && rest.is_some_and(|rest| rest.starts_with('-'))
}

/// Nothing when the environment is the same: that has been reported as a collision.
fn shared(first: (&ManifestSet, &Manifest), second: (&ManifestSet, &Manifest)) -> Option<Diagnostic> {
    let ((home, one), (other_home, other)) = (first, second);
    let (kind, name) = (other.kind(), &other.id.name);
    let message = format!("`{}` and `{}` both make {kind} `{name}`", home.environment, other_home.environment);
    let finding = Diagnostic::new(&SHARED_NAME, message)
        .at(other.object.span_at("/metadata/name"))
        .related(one.object.span_at("/metadata/name"), format!("this makes it in `{}`", home.environment))
        .help("rename one of the environments, or what its name is put together with");
    (home.environment != other_home.environment).then_some(finding)
}

fn collision(first: &Manifest, second: &Manifest) -> Diagnostic {
    let message = format!("two objects are called {} `{}`", second.kind(), second.id.name);
    Diagnostic::new(&NAME_COLLISION, message)
        .at(second.object.span_at("/metadata/name"))
        .related(first.object.span_at("/metadata/name"), "the other one comes from here")
        .help("rename one of them, or move it to another namespace")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::{Node, object};

    fn set(environment: &str, owner: Owner, namespace: &str, name: &str) -> ManifestSet {
        let metadata: Node = object! { "name": name, "namespace": namespace };
        let object = object! { "apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": metadata };
        ManifestSet::new(environment.into(), "1.34".into(), vec![Manifest::new(owner, None, object)])
    }

    #[test]
    fn names_that_are_put_together_may_be_the_same() {
        let first = || set("dev", Owner::Argocd, "argocd", "dev-eu-web");
        let found = |second| across(&[first(), second]).into_iter().map(|finding| finding.message).collect::<Vec<_>>();
        let message = "`dev` and `dev-eu` both make Application `dev-eu-web`";
        assert_eq!(found(set("dev-eu", Owner::Argocd, "argocd", "dev-eu-web")), [message]);
        assert_eq!(found(set("dev-eu", Owner::Argocd, "other", "dev-eu-web")), [""; 0]);
        assert_eq!(found(set("dev-eu", Owner::Argocd, "argocd", "dev-eu-api")), [""; 0]);
        assert_eq!(found(set("dev-eu", Owner::App("web".into()), "argocd", "dev-eu-web")), [""; 0]);
        assert_eq!(found(first()), [""; 0]);
        assert_eq!(found(set("prod", Owner::Argocd, "argocd", "dev-eu-web")), [""; 0]);
    }
}
