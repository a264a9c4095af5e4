//! Whom to trust, and who one is.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject},
};

use super::connect::Version;
use crate::diagnostic::{Error, Result};

/// Whom to trust, and who one is.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// Certificates of authorities, in PEM, instead of the system's.
    pub authorities: Option<PathBuf>,
    /// An own certificate and its key, in PEM.
    pub identity: Option<(PathBuf, PathBuf)>,
    /// Whether any certificate will do.
    pub anybody: bool,
}

impl Trust {
    /// The settings of encrypted connections; certificates are read only if there are any such connections.
    ///
    /// # Errors
    /// When a file cannot be read or holds no certificate or key.
    pub fn config(&self, is_used: bool, version: Version) -> Result<Arc<ClientConfig>> {
        let roots = match &self.authorities {
            _ if self.anybody => None,
            _ if !is_used => Some(RootCertStore::empty()),
            Some(file) => Some(authorities(&file.display().to_string(), &read(file)?)?),
            None => Some(system()?),
        };
        let identity = self.identity.as_ref().filter(|_| is_used).map(|(certificate, key)| {
            let certificates = certificates(&certificate.display().to_string(), &read(certificate)?)?;
            Ok((certificates, private_key(&key.display().to_string(), &read(key)?)?))
        });
        settings(roots, identity.transpose()?, version)
    }

    /// Whether this machine has certificates of authorities.
    pub(super) fn has_roots() -> bool {
        !rustls_native_certs::load_native_certs().certs.is_empty()
    }
}

/// A certificate, those that vouch for it, and its key.
pub(super) type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// The settings of encrypted connections to whoever these authorities vouch for; to anybody where there are none.
pub(super) fn settings(
    roots: Option<RootCertStore>,
    identity: Option<Identity>,
    version: Version,
) -> Result<Arc<ClientConfig>> {
    let provider = Arc::new(ring::default_provider());
    let refused = |error: rustls::Error| Error::new(format!("TLS cannot be set up: {error}"));
    let builder = ClientConfig::builder_with_provider(provider.clone());
    let builder = builder.with_safe_default_protocol_versions().map_err(refused)?;
    let builder = match roots {
        Some(roots) => builder.with_root_certificates(roots),
        None => builder.dangerous().with_custom_certificate_verifier(Arc::new(Anybody(provider))),
    };
    let mut config = match identity {
        Some((certificates, key)) => builder.with_client_auth_cert(certificates, key).map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => Error::new("the private key is not that of the certificate"),
            other => refused(other),
        })?,
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = match version {
        Version::One => vec![b"http/1.1".to_vec()],
        Version::Two => vec![b"h2".to_vec()],
    };
    Ok(Arc::new(config))
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).map_err(|error| Error::io(format!("cannot read `{}`", file.display()), &error))
}

/// The authorities that this machine trusts.
pub(super) fn system() -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        let error = Error::new("this machine has no certificates of authorities");
        return Err(error.hint("name a file with `--cacert`, or trust anybody with `--insecure`"));
    }
    Ok(roots)
}

/// The authorities in a text, which messages call by a name.
pub(super) fn authorities(name: &str, text: &[u8]) -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let (_, unusable) = roots.add_parsable_certificates(certificates(name, text)?);
    if unusable > 0 {
        return Err(Error::new(format!("{unusable} certificates in `{name}` cannot be used")));
    }
    Ok(roots)
}

/// The certificates in a text.
pub(super) fn certificates(name: &str, text: &[u8]) -> Result<Vec<CertificateDer<'static>>> {
    let found: std::result::Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text).collect();
    found
        .ok()
        .filter(|found| !found.is_empty())
        .ok_or_else(|| Error::new(format!("`{name}` holds no certificate")).hint("certificates are read in PEM"))
}

/// The private key in a text.
pub(super) fn private_key(name: &str, text: &[u8]) -> Result<PrivateKeyDer<'static>> {
    PrivateKeyDer::from_pem_slice(text)
        .map_err(|_| Error::new(format!("`{name}` holds no private key")).hint("a key is read in PEM, not encrypted"))
}

/// Takes any certificate, as `--insecure` asks; what is signed with it has to be signed well all the same.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
