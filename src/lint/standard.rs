//! The level of the Pod Security Standards that the pods of a namespace are held to.

use super::{On, PodSecurity, Settings};
use crate::{
    manifest::{Manifest, ManifestSet},
    node::Node,
};

/// What the labels of a Namespace about its pods start with.
pub(super) const LABELS: &str = "pod-security.kubernetes.io/";
const ENFORCE: &str = "pod-security.kubernetes.io/enforce";
const ENFORCE_VERSION: &str = "pod-security.kubernetes.io/enforce-version";

/// A level, and the version of Kubernetes that says what it means.
///
/// A Namespace that enforces a level knows best: what is above that level may run, and what is below is refused by the
/// [admission](https://kubernetes.io/docs/concepts/security/pod-security-admission/). For all others it is the user who
/// says what pods are held to.
#[derive(Clone, Copy, Debug)]
pub struct Standard<'a> {
    /// The level.
    pub level: PodSecurity,
    /// The minor version of Kubernetes: 34.
    pub minor: u32,
    /// The Namespace that enforces it.
    pub enforced_by: Option<&'a Manifest>,
}

impl<'a> Standard<'a> {
    /// That of a namespace.
    pub(super) fn of(namespace: Option<&str>, set: &'a ManifestSet, settings: &Settings) -> Self {
        let asked = Self { level: settings.pss, minor: set.kube_minor(), enforced_by: None };
        let object = namespace.and_then(|name| set.find("Namespace", None, name));
        object.and_then(|object| asked.enforced(object)).unwrap_or(asked)
    }

    /// What a Namespace enforces, if it enforces anything. A cluster knows no version that is newer than itself.
    fn enforced(self, namespace: &'a Manifest) -> Option<Self> {
        let labels = namespace.object.at("/metadata/labels")?;
        let level = PodSecurity::named(labels.get(ENFORCE)?.as_str()?)?;
        let pinned = labels.get(ENFORCE_VERSION).and_then(Node::as_str).and_then(minor);
        let minor = pinned.map_or(self.minor, |pinned| pinned.min(self.minor));
        Some(Self { level, minor, enforced_by: Some(namespace) })
    }

    /// Whether a rule is part of it, or has nothing to do with it.
    pub(super) fn includes(self, on: On) -> bool {
        match on {
            On::Always | On::Request => true,
            On::Baseline => self.level >= PodSecurity::Baseline,
            On::Restricted => self.level >= PodSecurity::Restricted,
        }
    }

    /// Whether pods are held to the level `restricted` as it is since a minor version of Kubernetes. Some of its rules
    /// take the place of rules of the level below.
    pub fn is_restricted_since(self, minor: u32) -> bool {
        self.level >= PodSecurity::Restricted && self.minor >= minor
    }

    /// Where a Namespace enforces it: the object, and a pointer to the label.
    pub(super) fn label(self) -> Option<(&'a Manifest, String)> {
        Some((self.enforced_by?, format!("/metadata/labels/{}", crate::node::escape(ENFORCE))))
    }
}

/// 34 from `v1.34`; nothing from `latest`, nor from what is no version.
pub(super) fn minor(version: &str) -> Option<u32> {
    let digits = version.strip_prefix("v1.")?;
    let is_number = digits == "0" || !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{manifest::Owner, node::yaml, source::FileId};

    /// The standard of a namespace with these labels, in a cluster of 1.34 whose user asks for `baseline`.
    fn standard(labels: &str) -> (PodSecurity, u32, bool) {
        let text = format!("apiVersion: v1\nkind: Namespace\nmetadata: {{name: shop, labels: {{{labels}}}}}\n");
        let root = yaml::read(FileId::from_index(0), &text).documents.remove(0).root;
        let set = ManifestSet::new("dev".into(), "1.34".into(), vec![Manifest::new(Owner::Cluster, None, root)]);
        let found = Standard::of(Some("shop"), &set, &Settings::default());
        (found.level, found.minor, found.enforced_by.is_some())
    }

    #[test]
    fn a_namespace_knows_best() {
        use PodSecurity::{Baseline, Privileged, Restricted};
        let [level, version] = [ENFORCE, ENFORCE_VERSION];
        assert_eq!(standard(""), (Baseline, 34, false));
        assert_eq!(standard(&format!("{level}: privileged")), (Privileged, 34, true));
        assert_eq!(standard(&format!("{level}: restricted, {version}: latest")), (Restricted, 34, true));
        assert_eq!(standard(&format!("{level}: restricted, {version}: v1.25")), (Restricted, 25, true));
        assert_eq!(standard(&format!("{level}: restricted, {version}: v1.99")), (Restricted, 34, true));
        assert_eq!(standard(&format!("{level}: strict, {version}: v1.25")), (Baseline, 34, false));
        assert_eq!(standard(&format!("{version}: v1.25")), (Baseline, 34, false));
    }

    #[test]
    fn versions() {
        assert_eq!(["v1.0", "v1.8", "v1.34"].map(minor), [Some(0), Some(8), Some(34)]);
        assert_eq!(["latest", "1.34", "v1.034", "v1.34.1", "v1.+4", "v2.0", "v1."].map(minor), [None; 7]);
    }
}
