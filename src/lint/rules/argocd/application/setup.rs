//! How Argo CD itself is set up, as far as it is rendered here.

use super::{Manifest, ManifestSet};

/// The settings of the Argo CD that an input sets up: the ConfigMap `argocd-cm`.
#[derive(Clone, Copy)]
pub(super) struct Setup<'a> {
    pub(super) manifest: &'a Manifest,
}

impl<'a> Setup<'a> {
    /// The only settings that are rendered here: of two Argo CDs, nobody knows which one is meant.
    pub(super) fn of(set: &'a ManifestSet) -> Option<Self> {
        let is_settings = |manifest: &&Manifest| manifest.id.name == "argocd-cm" && manifest.id.gvk.group.is_empty();
        let mut found = set.of_kind("ConfigMap").filter(is_settings);
        let manifest = found.next()?;
        found.next().is_none().then_some(Self { manifest })
    }

    /// A setting.
    pub(super) fn get(self, key: &str) -> Option<&'a str> {
        self.manifest.object.get("data")?.get(key)?.as_str()
    }

    /// How objects are marked as an Application's: `annotation`, unless it says otherwise.
    pub(super) fn tracking(self) -> &'a str {
        self.get("application.resourceTrackingMethod").filter(|method| !method.is_empty()).unwrap_or("annotation")
    }
}
