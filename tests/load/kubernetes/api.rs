//! An API server that knows a few objects, and says what it was asked.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    sync::{Arc, Mutex},
    thread,
};

use rustls::{
    RootCertStore, ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{NoClientAuth, WebPkiClientVerifier, danger::ClientCertVerifier},
};

/// A file of the fixtures.
pub(super) fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/kubeconfig").join(name);
    path.to_str().unwrap().to_owned()
}

/// What was asked.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    /// `PATCH /api/…`
    pub(super) line: String,
    pub(super) token: String,
    pub(super) kind: String,
    pub(super) body: String,
}

/// Answers a request with a status and JSON.
pub(super) type Answer = dyn Fn(&Asked) -> (u16, String) + Send + Sync;

/// A server on a port of its own, for as long as the test runs.
pub(super) struct Api {
    pub(super) address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Api {
    /// A server that is reached over TLS, and may ask for certificates of its own authority.
    pub(super) fn start(
        asks_for_certificates: bool,
        answer: impl Fn(&Asked) -> (u16, String) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (config, answer, own): (_, Arc<Answer>, _) =
            (config(asks_for_certificates), Arc::new(answer), asked.clone());
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (config, answer, asked) = (config.clone(), answer.clone(), own.clone());
                thread::spawn(move || serve(stream, config, &*answer, &asked));
            }
        });
        Self { address, asked }
    }

    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

fn config(asks_for_certificates: bool) -> Arc<ServerConfig> {
    let provider = Arc::new(ring::default_provider());
    let clients: Arc<dyn ClientCertVerifier> = if asks_for_certificates {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(fixture("tls/ca.crt")).unwrap()).unwrap();
        WebPkiClientVerifier::builder_with_provider(roots.into(), provider.clone()).build().unwrap()
    } else {
        Arc::new(NoClientAuth)
    };
    let certificate = CertificateDer::from_pem_file(fixture("tls/server.crt")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(&fs::read(fixture("tls/server.key")).unwrap()).unwrap();
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    config.with_client_cert_verifier(clients).with_single_cert(vec![certificate], key).unwrap().into()
}

/// Takes one request of a connection; what goes wrong is the client's to notice.
fn serve(stream: TcpStream, config: Arc<ServerConfig>, answer: &Answer, asked: &Mutex<Vec<Asked>>) -> Option<()> {
    let mut stream = BufReader::new(StreamOwned::new(ServerConnection::new(config).unwrap(), stream));
    let mut own = Asked::default();
    let (mut line, mut length) = (String::new(), 0);
    while stream.read_line(&mut line).ok()? > 2 {
        let text = line.trim_end();
        match text.split_once(": ") {
            None => text.trim_end_matches(" HTTP/1.1").clone_into(&mut own.line),
            Some(("authorization", value)) => value.clone_into(&mut own.token),
            Some(("content-type", value)) => value.clone_into(&mut own.kind),
            Some(("content-length", value)) => length = value.parse().ok()?,
            Some(_) => {}
        }
        line.clear();
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    own.body = String::from_utf8(body).ok()?;
    let (status, text) = answer(&own);
    asked.lock().unwrap().push(own);
    let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", text.len());
    let stream = stream.get_mut();
    stream.write_all(format!("{head}{text}").as_bytes()).ok()?;
    stream.conn.send_close_notify();
    stream.flush().ok()
}
