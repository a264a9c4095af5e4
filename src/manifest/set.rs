//! All objects of one environment.

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::Manifest;

/// All objects of one environment, in apply order.
#[derive(Debug)]
pub struct ManifestSet {
    /// The environment's name.
    pub environment: SmolStr,
    /// Kubernetes' minor version, such as `1.34`.
    pub kube_version: SmolStr,
    manifests: Vec<Manifest>,
    by_kind: FxHashMap<SmolStr, Vec<usize>>,
}

impl ManifestSet {
    /// The objects, brought into apply order.
    pub fn new(environment: SmolStr, kube_version: SmolStr, mut manifests: Vec<Manifest>) -> Self {
        super::order::sort(&mut manifests);
        let mut by_kind = FxHashMap::<SmolStr, Vec<usize>>::default();
        for (at, manifest) in manifests.iter().enumerate() {
            by_kind.entry(manifest.id.gvk.kind.clone()).or_default().push(at);
        }
        Self { environment, kube_version, manifests, by_kind }
    }

    /// All objects, in apply order.
    pub fn manifests(&self) -> &[Manifest] {
        &self.manifests
    }

    /// The objects of a kind, whatever their group.
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Manifest> {
        self.by_kind.get(kind).into_iter().flatten().map(|at| &self.manifests[*at])
    }

    /// The object of this kind, namespace and name.
    pub fn find(&self, kind: &str, namespace: Option<&str>, name: &str) -> Option<&Manifest> {
        self.of_kind(kind).find(|manifest| manifest.id.name == name && manifest.id.namespace.as_deref() == namespace)
    }
}
