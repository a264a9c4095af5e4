//! Servers that behave in known ways, good or bad, and say what they have seen.

#[cfg(unix)]
mod http2;
mod manner;
mod secure;
mod seen;

use std::{net::SocketAddr, sync::Arc, thread, time::Instant};

use rustls::ServerConfig;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::Builder,
    time::sleep,
};
use tokio_rustls::TlsAcceptor;

pub(crate) use self::{
    manner::Manner,
    secure::{Clients, certificate, secure},
    seen::Request,
};
use self::{manner::State, seen::Seen};

/// A server on a port of its own, for as long as the test runs.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    seen: Arc<Seen>,
}

/// What is spoken below HTTP.
#[derive(Clone)]
enum Layer {
    Plain,
    Tls(Arc<ServerConfig>),
    /// HTTP/2, which nobody has agreed upon.
    #[cfg(unix)]
    PriorKnowledge,
}

impl Server {
    pub(crate) fn start(manner: Manner) -> Self {
        Self::on(listen(), manner, Layer::Plain)
    }

    pub(crate) fn secure(manner: Manner, config: ServerConfig) -> Self {
        Self::on(listen(), manner, Layer::Tls(Arc::new(config)))
    }

    #[cfg(unix)]
    pub(crate) fn http2(manner: Manner) -> Self {
        Self::on(listen(), manner, Layer::PriorKnowledge)
    }

    /// A server on a port that a test has chosen.
    pub(crate) fn at(listener: std::net::TcpListener) -> Self {
        Self::on(listener, Manner::Answers(200), Layer::Plain)
    }

    fn on(listener: std::net::TcpListener, manner: Manner, layer: Layer) -> Self {
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Seen::default());
        let state = Arc::new(State::new(manner, seen.clone()));
        // One thread does it all, so a stall is everybody's.
        thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async { serve(TcpListener::from_std(listener).unwrap(), layer, state).await });
        });
        Self { address, seen }
    }

    /// The URL of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What leads a host to this server: `foo.localhost:443:127.0.0.1:8443`.
    pub(crate) fn resolve(&self, host: &str, port: u16) -> String {
        format!("{host}:{port}:{}", self.address)
    }

    pub(crate) fn connections(&self) -> u64 {
        self.seen.connections()
    }

    /// Requests in the order in which they came.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.seen.requests()
    }

    /// When requests came, in order.
    pub(crate) fn arrivals(&self) -> Vec<Instant> {
        self.requests().into_iter().map(|request| request.at).collect()
    }

    /// `host path` of each request.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.requests().iter().map(|request| format!("{} {}", request.header("host"), request.path())).collect()
    }
}

/// A port on which somebody listens.
pub(crate) fn listen() -> std::net::TcpListener {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap()
}

/// A port on which nobody listens.
pub(crate) fn nobody() -> SocketAddr {
    listen().local_addr().unwrap()
}

async fn serve(listener: TcpListener, layer: Layer, state: Arc<State>) {
    if let Manner::Stalls { every, lasts } = state.manner {
        tokio::spawn(async move {
            let begun = Instant::now();
            for round in 1.. {
                // The thread sleeps, and every connection with it.
                thread::sleep(lasts);
                sleep((begun + every * round).saturating_duration_since(Instant::now())).await;
            }
        });
    }
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        stream.set_nodelay(true).unwrap();
        let connection = state.seen.connect();
        tokio::spawn(accept(stream, connection, layer.clone(), state.clone()));
    }
}

async fn accept(stream: TcpStream, connection: u64, layer: Layer, state: Arc<State>) {
    match layer {
        Layer::Plain => http1(stream, connection, &state).await,
        Layer::Tls(config) => {
            let accepted = TlsAcceptor::from(config).accept(stream).into_fallible().await;
            let stream = match accepted {
                Ok(stream) => stream,
                // Whoever closes with something left to read resets the connection, and nobody hears why.
                Err((_, mut stream)) => return while matches!(stream.read(&mut [0; 4096]).await, Ok(1..)) {},
            };
            match stream.get_ref().1.alpn_protocol() {
                #[cfg(unix)]
                Some(b"h2") => http2::serve(stream, connection, state).await,
                _ => http1(stream, connection, &state).await,
            }
        }
        #[cfg(unix)]
        Layer::PriorKnowledge => http2::serve(stream, connection, state).await,
    }
}

async fn http1(mut stream: impl AsyncRead + AsyncWrite + Unpin, connection: u64, state: &State) {
    if let Manner::Closes = state.manner {
        return;
    }
    let mut buffer = Vec::new();
    while let Some((head, body)) = read(&mut stream, &mut buffer).await {
        state.seen.request(Request { at: Instant::now(), connection, head, body });
        match state.manner {
            Manner::Babbles => return drop(stream.write_all(b"220 mail.example ready\r\n\r\n").await),
            Manner::NeverEnds => return never_end(&mut stream).await,
            _ => {}
        }
        let (status, text) = state.answer().await;
        let length = text.len();
        let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nx-kind: test\r\n\r\n{text}");
        if stream.write_all(answer.as_bytes()).await.is_err() || matches!(state.manner, Manner::ClosesAfterEach) {
            return;
        }
    }
}

async fn never_end(stream: &mut (impl AsyncWrite + Unpin)) {
    let mut sent = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
    while sent.is_ok() {
        sent = stream.write_all(b"5\r\nhello\r\n").await;
        sleep(std::time::Duration::from_millis(1)).await;
    }
}

/// Reads a request, with its body if a length announces one.
async fn read(stream: &mut (impl AsyncRead + Unpin), buffer: &mut Vec<u8>) -> Option<(String, Vec<u8>)> {
    loop {
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = std::str::from_utf8(&buffer[..end + 4]).ok()?.to_owned();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.map_or(0, |length| length.parse().unwrap());
            if buffer.len() >= end + 4 + length {
                let body = buffer.drain(..end + 4 + length).skip(end + 4).collect();
                return Some((head, body));
            }
        }
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => buffer.extend_from_slice(&chunk[..read]),
        }
    }
}
