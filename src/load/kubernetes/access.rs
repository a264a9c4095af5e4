//! Where the API server is, and as whom to ask it.

use std::{
    env,
    path::{Path, PathBuf},
    sync::Arc,
};

use http::Uri;
use rustls::{ClientConfig, RootCertStore};
use smol_str::SmolStr;

use super::{credential::Credential, kubeconfig::Kubeconfig, pod};
use crate::{
    diagnostic::{Error, Result},
    load::{
        connect::Version,
        route::port_of,
        tls::{self, Identity},
    },
};

/// Where somebody says that the access is described.
#[derive(Clone, Debug, Default)]
pub struct Where {
    /// The kubeconfig; what `kubectl` would read where it is left out.
    pub kubeconfig: Option<PathBuf>,
    /// The context; the current one where it is left out.
    pub context: Option<String>,
}

/// Where the API server is, and as whom to ask it.
#[derive(Debug)]
pub struct Access {
    pub(super) address: Address,
    pub(super) trusted: Trusted,
    pub(super) identity: Option<Identity>,
    pub(super) credential: Credential,
    /// The namespace where nobody names one.
    pub(super) namespace: Option<String>,
}

/// Where the API server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) tls: bool,
    pub(super) host: SmolStr,
    pub(super) port: u16,
    /// What stands before every path, without a slash at the end.
    pub(super) base: String,
    /// The name that the server's certificate has to bear, where it is not the host.
    pub(super) certified: Option<SmolStr>,
}

/// Whose certificates are good.
#[derive(Clone, Debug)]
pub(super) enum Trusted {
    /// Those that one of these vouches for.
    Authorities(RootCertStore),
    /// All of them.
    Anybody,
}

impl Access {
    /// Finds the access as `kubectl` does: in the file that is named, in those of `$KUBECONFIG`, in `~/.kube/config`; in
    /// a pod, in what Kubernetes gives to it.
    ///
    /// # Errors
    /// When there is none, or it makes no sense.
    pub fn find(at: &Where) -> Result<Self> {
        let access = Self::described(at)?;
        // A key of another certificate is noticed here, not at the first request.
        access.settings(None)?;
        Ok(access)
    }

    fn described(at: &Where) -> Result<Self> {
        let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
        let (files, named) = match (&at.kubeconfig, variable("KUBECONFIG")) {
            (Some(file), _) => (vec![file.clone()], true),
            (None, Some(list)) => (env::split_paths(&list).filter(|path| path != Path::new("")).collect(), true),
            (None, None) => {
                let home = variable("HOME").or_else(|| variable("USERPROFILE"));
                (home.map(|home| Path::new(&home).join(".kube/config")).into_iter().collect(), false)
            }
        };
        if let Some(kubeconfig) = Kubeconfig::read(&files)? {
            return kubeconfig.access(at.context.as_deref());
        }
        if named || at.context.is_some() {
            let tried: Vec<String> = files.iter().map(|file| format!("`{}`", file.display())).collect();
            let error = Error::new(format!("there is no kubeconfig {}", tried.join(" or ")));
            return Err(error.hint("name one that is there: `--kubeconfig FILE`"));
        }
        let pod = variable("KUBERNETES_SERVICE_HOST").zip(variable("KUBERNETES_SERVICE_PORT"));
        let pod = pod.and_then(|(host, port)| Some((host.into_string().ok()?, port.into_string().ok()?)));
        let (host, port) = pod.ok_or_else(|| {
            let error = Error::new("there is no kubeconfig, and this is no pod of a cluster");
            error.hint("name one: `--kubeconfig FILE`")
        })?;
        pod::access(&host, &port, Path::new(pod::DIRECTORY))
    }

    /// The namespace where nobody names one.
    pub fn namespace(&self) -> &str {
        self.namespace.as_deref().unwrap_or("default")
    }

    /// The settings of connections, with this identity or, where there is none, the access' own.
    pub(super) fn settings(&self, given: Option<Identity>) -> Result<Arc<ClientConfig>> {
        let own = || self.identity.as_ref().map(|(certificates, key)| (certificates.clone(), key.clone_key()));
        let roots = match &self.trusted {
            Trusted::Authorities(roots) => Some(roots.clone()),
            Trusted::Anybody => None,
        };
        tls::settings(roots, given.or_else(own), Version::One)
    }
}

impl Address {
    /// Reads a URL; or says, as the end of a sentence, why it is none.
    pub(super) fn parse(url: &str) -> std::result::Result<Self, &'static str> {
        let uri: Uri = url.parse().map_err(|_| "is no URL")?;
        let tls = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err("does not begin with https://"),
        };
        let authority = uri.authority().ok_or("names no host")?;
        if authority.as_str().contains('@') {
            return Err("holds a user, who belongs under `users`");
        }
        Ok(Self {
            tls,
            host: authority.host().trim_matches(['[', ']']).into(),
            port: port_of(authority, tls).ok_or("names no port that there can be")?,
            base: uri.path().trim_end_matches('/').to_owned(),
            certified: None,
        })
    }

    /// What the `Host` header says.
    pub(super) fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}
