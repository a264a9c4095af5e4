//! An ingress: one address for several hosts, each request by its `Host`.

use std::{
    collections::HashMap,
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

/// An ingress on a port of its own, for as long as the test runs.
pub(super) struct Ingress {
    pub(super) address: SocketAddr,
    passed: Arc<AtomicU64>,
}

impl Ingress {
    /// Leads hosts to where they are served.
    pub(super) fn start(services: &[(&str, SocketAddr)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let services: Arc<HashMap<String, SocketAddr>> =
            Arc::new(services.iter().map(|(host, address)| ((*host).to_owned(), *address)).collect());
        let passed = Arc::new(AtomicU64::new(0));
        let count = passed.clone();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (services, count) = (services.clone(), count.clone());
                thread::spawn(move || pass(stream, &services, &count));
            }
        });
        Self { address, passed }
    }

    /// How many requests have passed.
    pub(super) fn passed(&self) -> Arc<AtomicU64> {
        self.passed.clone()
    }
}

/// Passes the requests of a connection on, one after another, over connections that are kept.
fn pass(stream: TcpStream, services: &HashMap<String, SocketAddr>, passed: &AtomicU64) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut client = BufReader::new(stream);
    let mut upstreams: HashMap<SocketAddr, BufReader<TcpStream>> = HashMap::new();
    while let Some((head, host, _)) = message(&mut client)? {
        passed.fetch_add(1, Ordering::Relaxed);
        let Some(address) = services.get(&host) else {
            client.get_mut().write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")?;
            continue;
        };
        if !upstreams.contains_key(address) {
            let upstream = TcpStream::connect(address)?;
            upstream.set_nodelay(true)?;
            upstreams.insert(*address, BufReader::new(upstream));
        }
        let upstream = upstreams.get_mut(address).unwrap();
        upstream.get_mut().write_all(&head)?;
        let Some((mut answer, _, length)) = message(upstream)? else { return Ok(()) };
        let start = answer.len();
        answer.resize(start + length, 0);
        upstream.read_exact(&mut answer[start..])?;
        client.get_mut().write_all(&answer)?;
    }
    Ok(())
}

/// The head of a message, its host, and how long its body is.
fn message(stream: &mut impl BufRead) -> io::Result<Option<(Vec<u8>, String, usize)>> {
    let (mut head, mut host, mut length) = (Vec::new(), String::new(), 0);
    loop {
        let start = head.len();
        if stream.read_until(b'\n', &mut head)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&head[start..]).trim().to_ascii_lowercase();
        if line.is_empty() {
            return Ok(Some((head, host, length)));
        }
        if let Some(value) = line.strip_prefix("host:") {
            value.trim().clone_into(&mut host);
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
}
