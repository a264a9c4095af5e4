//! The environment variables that Argo CD passes.

use std::{collections::BTreeMap, env, ffi::OsString};

use crate::{
    diagnostic::{Error, Result},
    grammar::formats::is_kube_version,
};

/// The variables that a run may look at: those of Argo CD, and no other of the process.
#[derive(Debug, Default)]
pub struct Variables(BTreeMap<String, OsString>);

/// What `plugin.env` is called when it arrives: Argo CD puts this in front of every name.
pub(super) const USERS: &str = "ARGOCD_ENV_";

/// What a parameter's own variable starts with.
pub(super) const PARAMETER: &str = "PARAM_";

/// The cluster's version, such as `1.34.2`.
const KUBE_VERSION: &str = "KUBE_VERSION";

impl Variables {
    /// Those of this process.
    pub fn of_process() -> Self {
        let named = env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
        Self(named.filter(|(name, _)| is_passed(name)).collect())
    }

    /// The value of a variable; nothing where it is not set, or empty.
    ///
    /// # Errors
    /// When it is not UTF-8.
    pub fn text(&self, name: &str) -> Result<Option<&str>> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        let text = value.to_str().ok_or_else(|| {
            Error::new(format!("the environment variable `{name}` is not UTF-8"))
                .hint("write it anew in the Application")
        })?;
        Ok(Some(text).filter(|text| !text.trim().is_empty()))
    }

    /// The minor version of the cluster, such as `1.34`, of what vendors make of it, such as `v1.34.2+k3s1`. Nothing where
    /// Argo CD does not know it, as in runs of the source hydrator.
    pub fn kube_version(&self) -> Option<String> {
        let mut parts = self.0.get(KUBE_VERSION)?.to_str()?.trim_start_matches('v').split(['.', '+', '-']);
        let minor = format!("{}.{}", parts.next()?, parts.next()?);
        is_kube_version(&minor).then_some(minor)
    }

    /// The names of `plugin.env`.
    pub(super) fn users(&self) -> impl Iterator<Item = &str> {
        self.0.keys().filter_map(|name| name.strip_prefix(USERS))
    }
}

fn is_passed(name: &str) -> bool {
    name == KUBE_VERSION || name.starts_with("ARGOCD_") || name.starts_with(PARAMETER)
}

impl<N: Into<String>, V: Into<OsString>> FromIterator<(N, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

#[cfg(test)]
mod tests {
    use crate::cmp::testing::variables;

    #[test]
    fn versions_of_clusters() {
        let minor = |version: &str| variables(&[("KUBE_VERSION", version)]).kube_version();
        for version in ["1.34", "v1.34.2", "1.34.2+k3s1", "1.34+", "1.34-gke.100"] {
            assert_eq!(minor(version).as_deref(), Some("1.34"), "{version}");
        }
        for version in ["", "1", "latest", "2.1", "1.x"] {
            assert_eq!(minor(version), None, "{version}");
        }
    }

    #[test]
    fn only_what_argo_cd_passes_is_seen() {
        assert!(
            super::is_passed("ARGOCD_ENV_APP") && super::is_passed("PARAM_APP") && super::is_passed("KUBE_VERSION")
        );
        assert!(!super::is_passed("HOME") && !super::is_passed("APP"));
    }
}
