//! The chart that every format is held to: an app of apps in two environments, and one Application with all that there is.

use super::{Chart, Sync};
use crate::{
    manifest::{Manifest, ManifestSet, Owner},
    node::yaml,
    source::FileId,
    sync::{Dependencies, HealthChecks},
};

fn set(text: &str) -> ManifestSet {
    let documents = yaml::read(FileId::from_index(0), text).documents;
    let objects = documents.into_iter().map(|document| Manifest::new(Owner::Cluster, None, document.root));
    ManifestSet::new("dev".into(), "1.34".into(), objects.collect())
}

fn sync(name: &str, namespace: &str, text: &str) -> Sync {
    let set = set(text);
    let objects: Vec<&Manifest> = set.manifests().iter().collect();
    Sync::of(name, namespace, &objects, (&HealthChecks::default(), &Dependencies::new(&set)))
}

/// Two environments that differ a little.
pub(super) fn charts() -> Vec<Chart> {
    let shop = sync("shop", "shop", include_str!("sample/shop.yaml"));
    let shop = Sync { application: Some("shop".into()), creates_namespace: true, prunes_last: true, ..shop };
    let web = sync("web", "web", include_str!("sample/web.yaml"));
    let root = sync("_argocd", "argocd", include_str!("sample/root.yaml"));
    let dev = Chart {
        environment: Some("dev".into()),
        assesses_applications: false,
        rolling_steps: Vec::new(),
        syncs: vec![root, web.clone()],
    };
    let prod = Chart { environment: Some("prod".into()), syncs: vec![web, shop], ..dev.clone() };
    vec![dev, prod]
}
