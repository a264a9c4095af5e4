//! Whose health Argo CD assesses. An object of any other kind is as good as healthy once it is applied.

use smol_str::SmolStr;

use super::assessed::{BUILT_IN, SHIPPED};
use crate::{diagnostic::Gvk, manifest::Manifest, sync::Settings};

/// What comes before the group and kind of a check among Argo CD's settings.
const CUSTOMIZATION: &str = "resource.customizations.health.";

/// The kinds with a health check, in one installation of Argo CD.
#[derive(Clone, Debug, Default)]
pub struct HealthChecks {
    /// Groups and kinds beside those that Argo CD knows of its own.
    own: Vec<(SmolStr, SmolStr)>,
}

impl HealthChecks {
    /// Those that Argo CD has by itself, and those that an `argocd-cm` among the objects adds.
    pub fn of<'a>(manifests: impl IntoIterator<Item = &'a Manifest>) -> Self {
        Self { own: Settings::all(manifests).flat_map(Settings::keys).filter_map(customized).collect() }
    }

    /// The same with the check of Applications that was part of Argo CD before 1.8.
    #[must_use]
    pub fn with_applications(mut self) -> Self {
        self.own.push(("argoproj.io".into(), "Application".into()));
        self
    }

    /// Whether the health of Applications is assessed: only then does one of them hold up another.
    pub fn know_applications(&self) -> bool {
        self.assess(&Gvk::new("argoproj.io/v1alpha1", "Application"))
    }

    /// Whether Argo CD assesses the health of a kind.
    pub fn assess(&self, gvk: &Gvk) -> bool {
        let (group, kind) = (gvk.group.as_str(), gvk.kind.as_str());
        let is_own = |(own_group, own_kind): &(SmolStr, SmolStr)| own_group == group && own_kind == kind;
        BUILT_IN.contains(&(group, kind)) || is_shipped(group, kind) || self.own.iter().any(is_own)
    }
}

/// The group and kind of a key such as `resource.customizations.health.argoproj.io_Application`; the core group has none.
fn customized(key: &str) -> Option<(SmolStr, SmolStr)> {
    let name = key.strip_prefix(CUSTOMIZATION)?;
    let (group, kind) = name.split_once('_').unwrap_or(("", name));
    Some((group.into(), kind.into()))
}

fn is_shipped(group: &str, kind: &str) -> bool {
    let has = |at: usize| SHIPPED[at].1.iter().any(|known| *known == kind || *known == "*");
    if SHIPPED.binary_search_by_key(&group, |(known, _)| known).is_ok_and(has) {
        return true;
    }
    // Globs come first: no group begins with a lower character than `*`.
    let globs = SHIPPED.iter().take_while(|(known, _)| known.starts_with('*'));
    globs.into_iter().any(|(known, _)| group.ends_with(&known[1..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{manifest::Owner, node::object};

    fn assessed(checks: &HealthChecks, api_version: &str, kind: &str) -> bool {
        checks.assess(&Gvk::new(api_version, kind))
    }

    #[test]
    fn the_table_is_in_order() {
        assert!(SHIPPED.is_sorted_by_key(|(group, _)| group));
        assert!(SHIPPED.iter().all(|(_, kinds)| !kinds.is_empty()));
    }

    #[test]
    fn kinds_of_its_own() {
        let checks = HealthChecks::default();
        for (api_version, kind, expected) in [
            ("apps/v1", "Deployment", true),
            ("v1", "Service", true),
            ("v1", "ConfigMap", false),
            ("v1", "Namespace", false),
            ("rbac.authorization.k8s.io/v1", "Role", false),
            ("batch/v1", "CronJob", true),
            ("cert-manager.io/v1", "Certificate", true),
            ("cert-manager.io/v1", "Deployment", false),
            ("s3.aws.crossplane.io/v1beta1", "Bucket", true),
            ("s3.aws.upbound.io/v1beta1", "Bucket", true),
            ("upbound.io/v1", "Bucket", false),
            ("operator.victoriametrics.com/v1beta1", "VMAgent", true),
            ("argoproj.io/v1alpha1", "Rollout", true),
            ("argoproj.io/v1alpha1", "Application", false),
            ("argoproj.io/v1alpha1", "AppProject", false),
        ] {
            assert_eq!(assessed(&checks, api_version, kind), expected, "{api_version} {kind}");
        }
    }

    #[test]
    fn an_administrator_adds_some() {
        let data = object! {
            "resource.customizations.health.argoproj.io_Application": "return {}",
            "resource.customizations.health.ConfigMap": "return {}",
            "resource.customizations.actions.acme.example_Widget": "return {}",
        };
        let settings = object! {
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": object! { "name": "argocd-cm" }, "data": data,
        };
        let checks = HealthChecks::of([&Manifest::new(Owner::Cluster, None, settings)]);
        assert!(checks.know_applications());
        assert!(assessed(&checks, "v1", "ConfigMap"));
        assert!(!assessed(&checks, "acme.example/v1", "Widget"));
        assert!(!HealthChecks::default().know_applications());
        assert!(HealthChecks::default().with_applications().know_applications());
    }
}
