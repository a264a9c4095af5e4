//! Opens connections, and says what kept one from opening.

use std::{net::SocketAddr, sync::Arc};

use hyper::client::conn::http2;
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, pki_types::ServerName};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;

use super::{
    exchange::Wire,
    fault::Fault,
    http1::Http1,
    ledger::Failure,
    shared::Shared,
    stream::Stream,
    target::{Body, Origin},
};

/// Which HTTP is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// HTTP/1.1.
    One,
    /// HTTP/2; without TLS with prior knowledge.
    Two,
}

/// How connections are opened.
pub(super) struct Connector {
    version: Version,
    tls: Arc<ClientConfig>,
    /// Connections that streams share, in HTTP/2.
    shared: Shared,
}

impl Connector {
    /// Connections of one thread, each of which so many streams share in HTTP/2.
    pub(super) fn new(version: Version, tls: Arc<ClientConfig>, streams: usize) -> Self {
        Self { version, tls, shared: Shared::new(streams) }
    }

    /// Opens a connection. Names are looked up each time: an address that came up since is found.
    pub(super) async fn connect(&self, origin: &Origin) -> Result<Wire, Fault> {
        match self.version {
            Version::One => Ok(Wire::One(Http1::new(self.open(origin).await?))),
            Version::Two => Ok(Wire::Two(self.shared.join(origin, || self.http2(origin)).await?)),
        }
    }

    async fn http2(&self, origin: &Origin) -> Result<http2::SendRequest<Body>, Fault> {
        let io = TokioIo::new(self.open(origin).await?);
        let (sender, connection) = http2::handshake(Local, io).await.map_err(|error| Fault::of_open(&error))?;
        tokio::task::spawn_local(connection);
        Ok(sender)
    }

    async fn open(&self, origin: &Origin) -> Result<Stream, Fault> {
        let stream = connect(&addresses(origin).await?).await?;
        // Small requests must not wait for more bytes to come.
        let _ = stream.set_nodelay(true);
        if !origin.tls {
            return Ok(Stream::Plain(stream));
        }
        let name = ServerName::try_from(origin.host.to_string()).map_err(|_| Failure::Tls)?;
        let encrypted = TlsConnector::from(self.tls.clone()).connect(name, stream).await;
        let encrypted = encrypted.map_err(|error| Fault::of_tls(&error, &origin.host))?;
        Ok(Stream::Encrypted(Box::new(encrypted)))
    }
}

async fn addresses(origin: &Origin) -> Result<Vec<SocketAddr>, Fault> {
    if let Some(address) = origin.address {
        return Ok(vec![address]);
    }
    let found = lookup_host(origin.end()).await.map_err(|error| Fault::of_io(&error, Failure::Dns))?;
    let found: Vec<_> = found.collect();
    if found.is_empty() { Err(Failure::Dns.into()) } else { Ok(found) }
}

/// Tries one address after another.
async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, Fault> {
    let mut fault = Failure::Connect.into();
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => fault = Fault::of_io(&error, Failure::Connect),
        }
    }
    Err(fault)
}

/// Runs what HTTP/2 does beside the requests on the thread of the connection.
#[derive(Clone, Copy)]
struct Local;

impl<F: Future<Output = ()> + 'static> hyper::rt::Executor<F> for Local {
    fn execute(&self, future: F) {
        tokio::task::spawn_local(future);
    }
}
