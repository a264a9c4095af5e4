//! What a pod is given to reach the API server
//! (<https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/>).

use std::{fs, path::Path};

use super::{
    access::{Access, Address, Trusted},
    credential::Credential,
};
use crate::{
    diagnostic::{Error, Result},
    load::tls,
};

/// Where the kubelet puts the token of the pod's ServiceAccount.
pub(super) const DIRECTORY: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// The access of the ServiceAccount whose token stands in a directory.
pub(super) fn access(host: &str, port: &str, directory: &Path) -> Result<Access> {
    let (token, authority) = (directory.join("token"), directory.join("ca.crt"));
    if !token.exists() {
        let error = Error::new("this pod has no token for the API server");
        return Err(error.hint("do not set `automountServiceAccountToken: false` in the pod or its ServiceAccount"));
    }
    let name = authority.display().to_string();
    let text = fs::read(&authority).map_err(|error| Error::io(format!("cannot read `{name}`"), &error))?;
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    let address = Address::parse(&format!("https://{host}:{port}"));
    Ok(Access {
        address: address.map_err(|why| Error::new(format!("the address of the API server in this pod {why}")))?,
        trusted: Trusted::Authorities(tls::authorities(&name, &text)?),
        identity: None,
        credential: Credential::File(token),
        namespace: fs::read_to_string(directory.join("namespace")).ok().map(|text| text.trim().to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pod_is_given_all_it_needs() {
        let directory = tempfile::tempdir().unwrap();
        let missing = access("10.0.0.1", "443", directory.path()).unwrap_err();
        assert_eq!(missing.to_string(), "this pod has no token for the API server");
        fs::write(directory.path().join("token"), "TOP-SECRET\n").unwrap();
        fs::copy("tests/fixtures/kubeconfig/tls/ca.crt", directory.path().join("ca.crt")).unwrap();
        fs::write(directory.path().join("namespace"), "shop\n").unwrap();
        let access = access("fd00::1", "6443", directory.path()).unwrap();
        assert_eq!((access.address.authority().as_str(), access.namespace()), ("[fd00::1]:6443", "shop"));
        // The token is read when it is needed, since the kubelet writes it anew.
        fs::write(directory.path().join("token"), "TOP-SECRET-2").unwrap();
        let header = access.credential.token().unwrap().unwrap().header().unwrap();
        assert_eq!((header.as_bytes(), header.is_sensitive()), (&b"Bearer TOP-SECRET-2"[..], true));
    }
}
