//! The environment variables that Argo CD passes.

use std::{collections::BTreeMap, env, ffi::OsString};

use crate::diagnostic::{Error, Result};

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

    /// The cluster's version as Argo CD knows it; nothing where it does not, as in runs of the source hydrator.
    pub fn kube_version(&self) -> Option<&str> {
        self.0.get(KUBE_VERSION)?.to_str().filter(|text| !text.is_empty())
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
