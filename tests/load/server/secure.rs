//! How servers encrypt.

use std::{path::PathBuf, sync::Arc};

use rustls::{
    RootCertStore, ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert, WebPkiClientVerifier},
    sign::CertifiedKey,
};

/// Whom a server lets in.
#[derive(Clone, Copy)]
pub(crate) enum Clients {
    Anybody,
    /// Those that the test authority knows.
    Known,
}

/// A file of the test's certificates.
pub(crate) fn certificate(file: &str) -> String {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tls").join(file);
    file.into_os_string().into_string().unwrap()
}

/// A server's part of TLS: which certificate it shows to those who ask for which name.
pub(crate) fn secure(certificates: &[(&str, &str)], clients: Clients, protocols: &[&str]) -> ServerConfig {
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions().unwrap();
    let builder = match clients {
        Clients::Anybody => builder.with_no_client_auth(),
        Clients::Known => {
            let mut roots = RootCertStore::empty();
            roots.add(chain("ca.pem").remove(0)).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone());
            builder.with_client_cert_verifier(verifier.build().unwrap())
        }
    };
    let shown = certificates.iter().map(|(name, file)| {
        let key = PrivateKeyDer::from_pem_file(certificate("server.key")).unwrap();
        ((*name).to_owned(), Arc::new(CertifiedKey::from_der(chain(file), key, &provider).unwrap()))
    });
    let mut config = builder.with_cert_resolver(Arc::new(ByName(shown.collect())));
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    config
}

fn chain(file: &str) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_file_iter(certificate(file)).unwrap().map(Result::unwrap).collect()
}

/// The certificate of a name, and the first one for those who ask for another.
#[derive(Debug)]
struct ByName(Vec<(String, Arc<CertifiedKey>)>);

impl ResolvesServerCert for ByName {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let asked = hello.server_name();
        let own = self.0.iter().find(|(name, _)| Some(name.as_str()) == asked);
        own.or(self.0.first()).map(|(_, key)| key.clone())
    }
}
