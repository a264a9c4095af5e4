//! A server that keeps a stamp of every request, and is as slow as it is told to be.

use std::{
    io,
    net::TcpListener,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::Builder,
};

/// How a server behaves.
#[derive(Clone, Copy)]
pub(crate) enum Manner {
    /// Answers at once.
    Prompt,
    /// Does nothing at all for the first part of each period.
    Stalls { every: Duration, lasts: Duration },
    /// Takes so long for each answer, one after another.
    Capped(Duration),
}

/// A server on a port of its own. It stays until the process ends.
pub(crate) struct Server {
    pub(crate) port: u16,
    stamps: Arc<Mutex<Vec<Instant>>>,
}

impl Server {
    /// Starts it, on one thread: a stall is everybody's.
    pub(crate) fn start(manner: Manner) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let stamps = Arc::new(Mutex::new(Vec::with_capacity(1 << 19)));
        let own = stamps.clone();
        let runtime = Builder::new_current_thread().enable_all().build()?;
        thread::spawn(move || runtime.block_on(serve(listener, manner, own)));
        Ok(Self { port, stamps })
    }

    /// When requests came, in order.
    pub(crate) fn arrivals(&self) -> Vec<Instant> {
        self.stamps.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn serve(listener: TcpListener, manner: Manner, stamps: Arc<Mutex<Vec<Instant>>>) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    if let Manner::Stalls { every, lasts } = manner {
        tokio::spawn(stall(every, lasts));
    }
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(answer(stream, manner, stamps.clone()));
    }
}

async fn stall(every: Duration, lasts: Duration) {
    let begun = Instant::now();
    for round in 1.. {
        // The thread sleeps, and every connection with it.
        thread::sleep(lasts);
        tokio::time::sleep_until((begun + every * round).into()).await;
    }
}

async fn answer(mut stream: TcpStream, manner: Manner, stamps: Arc<Mutex<Vec<Instant>>>) -> io::Result<()> {
    const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    stream.set_nodelay(true)?;
    let mut buffer = Vec::with_capacity(4096);
    while stream.read_buf(&mut buffer).await? > 0 {
        while let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            buffer.drain(..end + 4);
            stamps.lock().unwrap_or_else(PoisonError::into_inner).push(Instant::now());
            if let Manner::Capped(time) = manner {
                thread::sleep(time);
            }
            stream.write_all(ANSWER).await?;
        }
    }
    Ok(())
}
