//! How Argo CD itself is set up, as far as it is among the objects.

use crate::manifest::{Manifest, ManifestSet};

/// The settings of an Argo CD: the ConfigMap `argocd-cm`
/// (<https://argo-cd.readthedocs.io/en/stable/operator-manual/argocd-cm-yaml/>).
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// The ConfigMap.
    pub manifest: &'a Manifest,
}

impl<'a> Settings<'a> {
    /// The ConfigMap's name.
    pub(super) const NAME: &'static str = "argocd-cm";

    /// The only settings among the objects: of two Argo CDs, nobody knows which one is meant.
    pub fn of(set: &'a ManifestSet) -> Option<Self> {
        let mut found = Self::all(set.of_kind("ConfigMap"));
        let settings = found.next()?;
        found.next().is_none().then_some(settings)
    }

    /// All settings among some objects.
    pub fn all(manifests: impl IntoIterator<Item = &'a Manifest>) -> impl Iterator<Item = Self> {
        let is_settings = |manifest: &&Manifest| {
            manifest.id.name == Self::NAME && manifest.kind() == "ConfigMap" && manifest.id.gvk.group.is_empty()
        };
        manifests.into_iter().filter(is_settings).map(|manifest| Self { manifest })
    }

    /// A setting.
    pub fn get(self, key: &str) -> Option<&'a str> {
        self.manifest.object.get("data")?.get(key)?.as_str()
    }

    /// The names of all settings.
    pub fn keys(self) -> impl Iterator<Item = &'a str> {
        let data = self.manifest.object.get("data").map_or(&[][..], crate::node::Node::entries);
        data.iter().map(|(key, _)| key.as_str())
    }

    /// How objects are marked as an Application's: `annotation`, unless it says otherwise.
    pub fn tracking(self) -> &'a str {
        self.get("application.resourceTrackingMethod").filter(|method| !method.is_empty()).unwrap_or("annotation")
    }
}
