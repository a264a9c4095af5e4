//! What the files of `kubectl` say (<https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/>).

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    access::{Access, Address, Trusted},
    credential::{Credential, Secret},
    field::Part,
    program::Program,
};
use crate::{
    diagnostic::{Error, Result, Severity},
    load::tls,
    node::{Node, Value, yaml},
    source::SourceMap,
};

/// Several files stand for one: of two entries of one name, that of the earlier file counts.
pub(super) struct Kubeconfig {
    sources: SourceMap,
    files: Vec<(PathBuf, Node)>,
}

impl Kubeconfig {
    /// Reads the files that there are; nothing if there are none.
    pub(super) fn read(paths: &[PathBuf]) -> Result<Option<Self>> {
        let mut own = Self { sources: SourceMap::default(), files: Vec::new() };
        for path in paths {
            match fs::read_to_string(path) {
                Ok(text) => own.add(path, text)?,
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => {
                    return Err(Error::io(format!("cannot read the kubeconfig `{}`", path.display()), &error));
                }
            }
        }
        Ok((!own.files.is_empty()).then_some(own))
    }

    fn add(&mut self, path: &Path, text: String) -> Result<()> {
        let text: Arc<str> = text.into();
        let file = self.sources.add(path.display().to_string(), text.clone());
        let parsed = yaml::read(file, &text);
        if let Some(found) = parsed.diagnostics.iter().find(|found| found.severity == Severity::Error) {
            let place = found.primary.as_ref().map(|label| self.sources.describe(label.span)).unwrap_or_default();
            let error = Error::new(format!("`{place}`: the kubeconfig cannot be read: {}", found.message));
            return Err(error.hint(found.help.clone().unwrap_or_else(|| "`kubectl config view` reads it, too".into())));
        }
        let root =
            parsed.documents.into_iter().next().map_or_else(|| Node::made(Value::Null), |document| document.root);
        if root.as_map().is_none() && !root.is_null() {
            return Err(Error::new(format!("`{}` is no kubeconfig: it is {}", path.display(), root.kind())));
        }
        let directory = path.parent().unwrap_or(Path::new("")).to_owned();
        self.files.push((directory, root));
        Ok(())
    }

    /// The access that a context gives; the current one where none is named.
    pub(super) fn access(&self, context: Option<&str>) -> Result<Access> {
        let name = match context {
            Some(name) => name.to_owned(),
            None => self.current()?,
        };
        let (context, what) = self.entry("contexts", "context", &name)?;
        let namespace = context.text("namespace")?;
        let (cluster, of) = self.entry("clusters", "cluster", &context.needed("cluster", &what)?)?;
        let address = address(cluster, &of)?;
        let trusted = trusted(cluster, address.tls)?;
        let user = context.text("user")?.map(|user| self.entry("users", "user", &user)).transpose()?;
        let (identity, credential) = match user {
            Some((user, what)) => (identity(user)?, credential(user, &what)?),
            None => (None, Credential::Nobody),
        };
        Ok(Access { address, trusted, identity, credential, namespace })
    }

    fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        self.files.iter().map(|(directory, node)| Part { sources: &self.sources, directory, node })
    }

    fn current(&self) -> Result<String> {
        for file in self.parts() {
            if let Some(name) = file.text("current-context")? {
                return Ok(name);
            }
        }
        let error = Error::new("the kubeconfig has no `current-context`");
        Err(error.hint("choose one, `kubectl config use-context NAME`, or name it: `--context NAME`"))
    }

    /// The content of a named entry, and what messages call it.
    fn entry(&self, list: &str, key: &str, name: &str) -> Result<(Part<'_>, String)> {
        let mut known = Vec::new();
        for file in self.parts() {
            for entry in file.get(list).map(Node::items).unwrap_or_default() {
                let entry = file.of(entry);
                let own = entry.needed("name", &format!("an entry of `{list}`"))?;
                if own == name {
                    let what = format!("the {key} `{name}`");
                    let content = entry.get(key).filter(|content| content.as_map().is_some());
                    let content = content.ok_or_else(|| entry.wrong(entry.node, &format!("{what} is empty")))?;
                    return Ok((entry.of(content), what));
                }
                known.push(format!("`{own}`"));
            }
        }
        let error = Error::new(format!("the kubeconfig has no {key} `{name}`"));
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        Err(error.hint(format!("it has {known}")))
    }
}

fn address(cluster: Part<'_>, what: &str) -> Result<Address> {
    if let Some(proxy) = cluster.get("proxy-url") {
        let error = cluster.wrong(proxy, &format!("{what} is reached through a proxy, which is not supported"));
        return Err(error.hint("name a context whose cluster is reached directly"));
    }
    let server = cluster.needed("server", what)?;
    let node = cluster.get("server").unwrap_or(cluster.node);
    let address = Address::parse(&server).map_err(|why| cluster.wrong(node, &format!("the server of {what} {why}")))?;
    Ok(Address { certified: cluster.text("tls-server-name")?.map(Into::into), ..address })
}

fn trusted(cluster: Part<'_>, is_used: bool) -> Result<Trusted> {
    if cluster.flag("insecure-skip-tls-verify")? || !is_used {
        return Ok(Trusted::Anybody);
    }
    let roots = match cluster.bytes("certificate-authority")? {
        Some((name, text)) => tls::authorities(&name, &text)?,
        None => tls::system()?,
    };
    Ok(Trusted::Authorities(roots))
}

fn identity(user: Part<'_>) -> Result<Option<tls::Identity>> {
    let Some((name, text)) = user.bytes("client-certificate")? else { return Ok(None) };
    let certificates = tls::certificates(&name, &text)?;
    let Some((name, text)) = user.bytes("client-key")? else {
        let node = user.get("client-certificate-data").or_else(|| user.get("client-certificate"));
        return Err(user.wrong(node.unwrap_or(user.node), "the client certificate has no `client-key`"));
    };
    Ok(Some((certificates, tls::private_key(&name, &text)?)))
}

/// Ways to log in that are not supported, and what to do instead.
const REFUSED: [(&str, &str, &str); 3] = [
    (
        "auth-provider",
        "logs in by an `auth-provider`, which `kubectl` has not known since 1.26",
        "use the provider's plugin: gke-gcloud-auth-plugin, kubelogin",
    ),
    ("username", "logs in with a password, which no API server has taken since 1.19", "use a token or a certificate"),
    ("as", "acts as somebody else, which is not supported", "name a context whose user has the rights itself"),
];

fn credential(user: Part<'_>, what: &str) -> Result<Credential> {
    if let Some((node, (_, why, hint))) = REFUSED.iter().find_map(|own| Some((user.get(own.0)?, own))) {
        return Err(user.wrong(node, &format!("{what} {why}")).hint(*hint));
    }
    if let Some(file) = user.text("tokenFile")? {
        return Ok(Credential::File(user.directory.join(file)));
    }
    if let Some(token) = user.text("token")? {
        return Ok(Credential::Token(Secret::new(token)));
    }
    let Some(node) = user.get("exec") else { return Ok(Credential::Nobody) };
    Ok(Credential::Program(Program::read(user.of(node), what)?))
}

#[cfg(test)]
mod tests;
