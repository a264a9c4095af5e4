//! Servers that behave badly in known ways, and say what they have seen.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::Builder,
    time::sleep,
};

/// How a server behaves.
#[derive(Clone, Copy)]
pub(crate) enum Manner {
    /// Answers with a status.
    Answers(u16),
    /// Does nothing at all for the first part of each period.
    Stalls { every: Duration, lasts: Duration },
    /// Takes this long for each request, one after another.
    OneAtATime(Duration),
    /// Accepts, and never says a word.
    IsSilent,
    /// Closes as soon as somebody has come.
    Closes,
    /// Answers with something that is no HTTP.
    Babbles,
    /// Sends a body that never ends.
    NeverEnds,
    /// Closes after each answer without saying so before.
    ClosesAfterEach,
}

/// A server on a port of its own, for as long as the test runs.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    connections: AtomicU64,
    arrivals: Mutex<Vec<Instant>>,
    paths: Mutex<Vec<String>>,
}

impl Server {
    pub(crate) fn start(manner: Manner) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Seen::default());
        let own = seen.clone();
        // One thread does it all, so a stall is everybody's.
        thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async { serve(TcpListener::from_std(listener).unwrap(), manner, own).await });
        });
        Self { address, seen }
    }

    pub(crate) fn connections(&self) -> u64 {
        self.seen.connections.load(Ordering::Relaxed)
    }

    /// When requests came, in order.
    pub(crate) fn arrivals(&self) -> Vec<Instant> {
        self.seen.arrivals.lock().unwrap().clone()
    }

    /// `host path` of each request.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.seen.paths.lock().unwrap().clone()
    }
}

async fn serve(listener: TcpListener, manner: Manner, seen: Arc<Seen>) {
    if let Manner::Stalls { every, lasts } = manner {
        tokio::spawn(async move {
            let begun = Instant::now();
            for round in 1.. {
                // The thread sleeps, and every connection with it.
                thread::sleep(lasts);
                sleep((begun + every * round).saturating_duration_since(Instant::now())).await;
            }
        });
    }
    let turn = Arc::new(tokio::sync::Mutex::new(()));
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        seen.connections.fetch_add(1, Ordering::Relaxed);
        tokio::spawn(connection(stream, manner, seen.clone(), turn.clone()));
    }
}

async fn connection(mut stream: TcpStream, manner: Manner, seen: Arc<Seen>, turn: Arc<tokio::sync::Mutex<()>>) {
    stream.set_nodelay(true).unwrap();
    if let Manner::Closes = manner {
        return;
    }
    let mut buffer = Vec::new();
    loop {
        let Some(head) = request(&mut stream, &mut buffer).await else { return };
        seen.arrivals.lock().unwrap().push(Instant::now());
        seen.paths.lock().unwrap().push(target(&head));
        let status = if let Manner::Answers(status) = manner { status } else { 200 };
        let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 5\r\nx-kind: test\r\n\r\nhello");
        match manner {
            Manner::IsSilent => return std::future::pending().await,
            Manner::Babbles => return drop(stream.write_all(b"220 mail.example ready\r\n\r\n").await),
            Manner::NeverEnds => {
                let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
                let mut sent = stream.write_all(head).await;
                while sent.is_ok() {
                    sent = stream.write_all(b"5\r\nhello\r\n").await;
                    sleep(Duration::from_millis(1)).await;
                }
                return;
            }
            Manner::OneAtATime(time) => {
                let _turn = turn.lock().await;
                sleep(time).await;
            }
            _ => {}
        }
        if stream.write_all(answer.as_bytes()).await.is_err() || matches!(manner, Manner::ClosesAfterEach) {
            return;
        }
    }
}

/// Reads a request without a body.
async fn request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<String> {
    loop {
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = buffer.drain(..end + 4).collect();
            return String::from_utf8(head).ok();
        }
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => buffer.extend_from_slice(&chunk[..read]),
        }
    }
}

fn target(head: &str) -> String {
    let path = head.split_whitespace().nth(1).unwrap_or_default();
    let host = head.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
    format!("{host} {path}")
}
