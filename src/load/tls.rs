//! Whom to trust, and who one is.

use std::{fs, path::PathBuf, sync::Arc};

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
        let provider = Arc::new(ring::default_provider());
        let refused = |error: rustls::Error| Error::new(format!("TLS cannot be set up: {error}"));
        let builder = ClientConfig::builder_with_provider(provider.clone());
        let builder = builder.with_safe_default_protocol_versions().map_err(refused)?;
        let builder = if self.anybody {
            builder.dangerous().with_custom_certificate_verifier(Arc::new(Anybody(provider)))
        } else {
            builder.with_root_certificates(if is_used { self.roots()? } else { RootCertStore::empty() })
        };
        let mut config = match self.identity.as_ref().filter(|_| is_used) {
            Some((certificate, key)) => {
                builder.with_client_auth_cert(certificates(certificate)?, private_key(key)?).map_err(refused)?
            }
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = match version {
            Version::One => vec![b"http/1.1".to_vec()],
            Version::Two => vec![b"h2".to_vec()],
        };
        Ok(Arc::new(config))
    }

    /// Whether this machine has certificates of authorities.
    pub(super) fn has_roots() -> bool {
        !rustls_native_certs::load_native_certs().certs.is_empty()
    }

    fn roots(&self) -> Result<RootCertStore> {
        let mut roots = RootCertStore::empty();
        if let Some(file) = &self.authorities {
            let (_, unusable) = roots.add_parsable_certificates(certificates(file)?);
            if unusable > 0 {
                return Err(Error::new(format!("{unusable} certificates in `{}` cannot be used", file.display())));
            }
            return Ok(roots);
        }
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            let error = Error::new("this machine has no certificates of authorities");
            return Err(error.hint("name a file with `--cacert`, or trust anybody with `--insecure`"));
        }
        Ok(roots)
    }
}

fn certificates(file: &PathBuf) -> Result<Vec<CertificateDer<'static>>> {
    let text = fs::read(file).map_err(|error| Error::io(format!("cannot read `{}`", file.display()), &error))?;
    let found: std::result::Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    found.ok().filter(|found| !found.is_empty()).ok_or_else(|| {
        Error::new(format!("`{}` holds no certificate", file.display())).hint("certificates are read in PEM")
    })
}

fn private_key(file: &PathBuf) -> Result<PrivateKeyDer<'static>> {
    let text = fs::read(file).map_err(|error| Error::io(format!("cannot read `{}`", file.display()), &error))?;
    PrivateKeyDer::from_pem_slice(&text).map_err(|_| {
        Error::new(format!("`{}` holds no private key", file.display())).hint("a key is read in PEM, not encrypted")
    })
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
