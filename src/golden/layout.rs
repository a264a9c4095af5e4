//! Which file holds which object.

use std::collections::{BTreeMap, btree_map::Entry};

use rustc_hash::FxHashMap;

use super::{COLLISION, file_name};
use crate::{
    diagnostic::{Diagnostic, ResourceRef},
    manifest::{Manifest, ManifestSet, Owner},
    model::Environment,
    node::{Node, yaml},
};

/// The golden files of one Application: a directory, and the object that each of its files holds.
#[derive(Debug)]
pub struct Directory<'a> {
    /// The environment's name.
    pub environment: &'a str,
    /// The app's name, `_cluster` or `_argocd`.
    pub name: &'a str,
    /// The objects, by the names of their files.
    pub files: BTreeMap<String, &'a Manifest>,
}

impl Directory<'_> {
    /// The bytes of an object's file, which are those that `karat render` prints.
    pub fn content(manifest: &Manifest) -> String {
        yaml::write(&manifest.object)
    }
}

/// Lays the objects of an environment out in files.
pub fn layout<'a>(
    environment: &Environment,
    set: &'a ManifestSet,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Directory<'a>> {
    let argocd = environment.spec.argocd.as_ref().and_then(|argocd| argocd.namespace.as_str());
    let mut homes: Homes<'_> =
        environment.apps.iter().filter_map(|app| Some((app.name.as_str(), app.namespace.as_str()?))).collect();
    homes.insert(Owner::Argocd.directory(), argocd.unwrap_or("argocd"));
    arrange(set, &homes, diagnostics)
}

/// The namespace that goes without saying, by directory.
pub(super) type Homes<'a> = FxHashMap<&'a str, &'a str>;

pub(super) fn arrange<'a>(
    set: &'a ManifestSet,
    homes: &Homes<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Directory<'a>> {
    let mut directories = BTreeMap::<&str, Directory<'a>>::new();
    for manifest in set.manifests() {
        let name = manifest.owner.directory();
        let directory = directories.entry(name).or_insert_with(|| Directory {
            environment: &set.environment,
            name,
            files: BTreeMap::new(),
        });
        match directory.files.entry(file_name::of(&manifest.id, homes.get(name).copied())) {
            Entry::Vacant(entry) => {
                entry.insert(manifest);
            }
            // The same object twice is reported by those who compare objects.
            Entry::Occupied(entry) if entry.get().id == manifest.id => {}
            Entry::Occupied(entry) => diagnostics.push(collision(entry.get(), manifest, directory.environment)),
        }
    }
    directories.into_values().collect()
}

fn collision(first: &Manifest, second: &Manifest, environment: &str) -> Diagnostic {
    let message = format!(
        "the {} `{}` and the {} `{}` would be written to one file",
        first.kind(),
        first.id.name,
        second.kind(),
        second.id.name
    );
    let mut finding = Diagnostic::new(&COLLISION, message)
        .at(name_of(second).and_then(Node::any_span))
        .related(name_of(first).and_then(Node::any_span), "the other object's name")
        .help("rename one of the two");
    finding.resources = [first, second].map(|manifest| reference(manifest, environment, "")).to_vec();
    finding
}

fn name_of(manifest: &Manifest) -> Option<&Node> {
    manifest.object.at("/metadata/name")
}

/// The object as findings name it.
pub(super) fn reference(manifest: &Manifest, environment: &str, pointer: impl Into<String>) -> ResourceRef {
    manifest.field(environment, pointer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::golden::testing::manifest;

    fn set(manifests: Vec<Manifest>) -> ManifestSet {
        ManifestSet::new("dev".into(), "1.34".into(), manifests)
    }

    #[test]
    fn one_directory_an_owner() {
        let set = set(vec![
            manifest(Owner::App("web".into()), "v1", "Service", Some("shop"), "web"),
            manifest(Owner::App("web".into()), "v1", "ConfigMap", Some("else"), "web"),
            manifest(Owner::Cluster, "v1", "Namespace", None, "shop"),
        ]);
        let directories = arrange(&set, &Homes::from_iter([("web", "shop")]), &mut Vec::new());
        let paths = directories.iter().flat_map(|directory| {
            directory.files.keys().map(|file| format!("{}/{}/{file}", directory.environment, directory.name))
        });
        assert_eq!(
            paths.collect::<Vec<_>>(),
            ["dev/_cluster/namespace-shop.yaml", "dev/web/else.configmap-web.yaml", "dev/web/service-web.yaml",]
        );
    }

    #[test]
    fn two_objects_never_share_a_file() {
        let owner = || Owner::App("web".into());
        let set = set(vec![
            manifest(owner(), "a.example/v1", "Thing", None, "b.example-c"),
            manifest(owner(), "a.example-b.example/v1", "Thing", None, "c"),
        ]);
        let mut diagnostics = Vec::new();
        let directories = arrange(&set, &Homes::default(), &mut diagnostics);
        assert_eq!(directories[0].files.len(), 1);
        assert_eq!(diagnostics[0].code.name, "GLD006");
        assert_eq!(diagnostics[0].resources.len(), 2);
    }
}
