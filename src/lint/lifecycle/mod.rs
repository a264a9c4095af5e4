//! When versions of APIs come and go.
//!
//! What Kubernetes serves follows from its minor version, and `schemas/generate.py` makes that table. A custom resource
//! follows the release of its operator, which no input names: for those, [`custom`] says what has long been settled.

mod custom;

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::diagnostic::Gvk;

/// What is to be said of an `apiVersion`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    /// What becomes of it.
    pub(super) fate: Fate,
    /// What to use instead, if there is anything.
    pub(super) successor: Option<Successor>,
}

/// What takes the place of another version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Successor {
    /// The `apiVersion`.
    pub(super) api_version: &'static str,
    /// The kind, if it is another one.
    pub(super) kind: Option<&'static str>,
}

/// What becomes of an `apiVersion`. A text is a product and its version, such as `Kubernetes 1.25`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It has been removed.
    Gone(String),
    /// It will be.
    Going(String),
    /// It is not there yet.
    Coming(String),
    /// It stays, and a stable one has been there for long.
    Old(String),
}

impl Verdict {
    /// Whether a cluster refuses the object.
    pub(super) fn is_refusal(&self) -> bool {
        matches!(self.fate, Fate::Gone(_) | Fate::Coming(_))
    }
}

/// A version of one of Kubernetes' own APIs, by minor versions of Kubernetes.
struct Served {
    api_version: &'static str,
    kind: &'static str,
    introduced: u32,
    deprecated: Option<u32>,
    removed: Option<u32>,
    /// `apiVersion` and kind.
    replacement: Option<(&'static str, &'static str)>,
}

/// The versions that each kind has had.
static APIS: LazyLock<FxHashMap<&'static str, Vec<Served>>> = LazyLock::new(|| {
    let mut apis = FxHashMap::<_, Vec<_>>::default();
    for api in include_str!("../../../schemas/lifecycle.tsv").lines().filter_map(read) {
        apis.entry(api.kind).or_default().push(api);
    }
    apis
});

fn read(line: &'static str) -> Option<Served> {
    let mut fields = line.split('\t');
    let (api_version, kind) = (fields.next()?, fields.next()?);
    let mut minor = || fields.next()?.parse().ok();
    let (introduced, deprecated, removed) = (minor().unwrap_or(0), minor(), minor());
    Some(Served { api_version, kind, introduced, deprecated, removed, replacement: fields.next()?.split_once(' ') })
}

/// What is to be said of an `apiVersion` in a cluster of this minor version; nothing where all is well.
pub(super) fn verdict(gvk: &Gvk, minor: u32) -> Option<Verdict> {
    let Some(apis) = APIS.get(gvk.kind.as_str()) else { return custom::verdict(gvk) };
    let Some(api) = apis.iter().find(|api| is(api.api_version, gvk)) else { return custom::verdict(gvk) };
    let release = |minor: u32| format!("Kubernetes 1.{minor}");
    let successor = api.successor(apis, minor);
    let fate = match api.removed {
        Some(removed) if removed <= minor => Fate::Gone(release(removed)),
        _ if api.introduced > minor => Fate::Coming(release(api.introduced)),
        Some(removed) if successor.is_some() && api.deprecated? <= minor => Fate::Going(release(removed)),
        _ => return None,
    };
    Some(Verdict { fate, successor })
}

/// Whether an `apiVersion` is that of an object.
fn is(api_version: &str, gvk: &Gvk) -> bool {
    api_version.rsplit_once('/').unwrap_or(("", api_version)) == (gvk.group.as_str(), gvk.version.as_str())
}

impl Served {
    /// What a cluster of this minor version has instead.
    fn successor(&self, apis: &'static [Served], minor: u32) -> Option<Successor> {
        let named = self.replacement.filter(|(api_version, kind)| {
            let apis = APIS.get(kind).map_or(&[][..], Vec::as_slice);
            apis.iter().any(|api| api.api_version == *api_version && api.is_served(minor))
        });
        // A stable one is better than a preview, and a later one better than an earlier one.
        let siblings = apis
            .iter()
            .filter(|api| api.api_version != self.api_version && api.group() == self.group() && api.is_served(minor));
        let sibling = siblings.max_by_key(|api| {
            (!api.api_version.contains("alpha") && !api.api_version.contains("beta"), api.introduced)
        });
        let (api_version, kind) = named.or_else(|| sibling.map(|api| (api.api_version, api.kind)))?;
        Some(Successor { api_version, kind: (kind != self.kind).then_some(kind) })
    }

    fn group(&self) -> &'static str {
        self.api_version.rsplit_once('/').map_or("", |(group, _)| group)
    }

    fn is_served(&self, minor: u32) -> bool {
        self.introduced <= minor && self.removed.is_none_or(|removed| removed > minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(api_version: &str, kind: &str, minor: u32) -> String {
        let Some(Verdict { fate, successor }) = verdict(&Gvk::new(api_version, kind), minor) else {
            return "nothing".into();
        };
        let successor = successor.map_or("nothing", |successor| successor.api_version);
        match fate {
            Fate::Gone(when) => format!("gone since {when}, now {successor}"),
            Fate::Going(when) => format!("goes in {when}, now {successor}"),
            Fate::Coming(when) => format!("comes in {when}, now {successor}"),
            Fate::Old(when) => format!("old since {when}, now {successor}"),
        }
    }

    #[test]
    fn versions_come_and_go() {
        for (api_version, kind, minor, expected) in [
            ("apps/v1", "Deployment", 34, "nothing"),
            ("extensions/v1beta1", "Deployment", 34, "gone since Kubernetes 1.16, now apps/v1"),
            ("extensions/v1beta1", "Ingress", 34, "gone since Kubernetes 1.22, now networking.k8s.io/v1"),
            ("networking.k8s.io/v1beta1", "IngressClass", 34, "gone since Kubernetes 1.22, now networking.k8s.io/v1"),
            ("policy/v1beta1", "PodSecurityPolicy", 34, "gone since Kubernetes 1.25, now nothing"),
            (DEFINITIONS, "CustomResourceDefinition", 34, "gone since Kubernetes 1.22, now apiextensions.k8s.io/v1"),
            ("batch/v2alpha1", "CronJob", 34, "gone since Kubernetes 1.21, now batch/v1"),
            // What replaced it first is gone, too.
            (FLOWS_2, "FlowSchema", 34, "gone since Kubernetes 1.29, now flowcontrol.apiserver.k8s.io/v1"),
            (FLOWS_3, "FlowSchema", 28, "nothing"),
            (FLOWS_3, "FlowSchema", 31, "goes in Kubernetes 1.32, now flowcontrol.apiserver.k8s.io/v1"),
            (FLOWS, "FlowSchema", 28, "comes in Kubernetes 1.29, now flowcontrol.apiserver.k8s.io/v1beta3"),
            ("networking.k8s.io/v1", "ServiceCIDR", u32::MAX, "nothing"),
            ("cert-manager.io/v1alpha2", "Certificate", 34, "gone since cert-manager 1.6, now cert-manager.io/v1"),
            ("example.com/v1", "Deployment", 34, "nothing"),
        ] {
            assert_eq!(says(api_version, kind, minor), expected, "{api_version} {kind} in 1.{minor}");
        }
    }

    const DEFINITIONS: &str = "apiextensions.k8s.io/v1beta1";
    const FLOWS: &str = "flowcontrol.apiserver.k8s.io/v1";
    const FLOWS_2: &str = "flowcontrol.apiserver.k8s.io/v1beta2";
    const FLOWS_3: &str = "flowcontrol.apiserver.k8s.io/v1beta3";

    #[test]
    fn every_line_of_the_table_is_read() {
        let read: usize = APIS.values().map(Vec::len).sum();
        assert_eq!(read, include_str!("../../../schemas/lifecycle.tsv").lines().count());
    }
}
