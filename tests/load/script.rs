//! A server that answers as it is told to, and remembers what it was asked.

use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

/// A server on a port of its own, for as long as the test runs.
pub(crate) struct Script {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    connections: Arc<AtomicU64>,
}

/// A request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// `GET /path`.
    pub(crate) line: String,
    /// Headers as they came, with their names in lower case: `host: foo`.
    pub(crate) headers: Vec<String>,
    pub(crate) body: String,
}

impl Asked {
    pub(crate) fn has(&self, header: &str) -> bool {
        self.headers.iter().any(|own| own == header)
    }
}

impl Script {
    /// Answers with what `answer` makes of a request: the whole answer, with its head. One that says so is the last of its
    /// connection.
    pub(crate) fn start(answer: impl Fn(&Asked) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (asked, connections) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicU64::new(0)));
        let (own, answer, counter) = (asked.clone(), Arc::new(answer), connections.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                counter.fetch_add(1, Ordering::Relaxed);
                let (own, answer) = (own.clone(), answer.clone());
                thread::spawn(move || serve(stream, &own, &*answer));
            }
        });
        Self { address, asked, connections }
    }

    /// What it was asked, in order.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }
}

/// An answer with a status, some headers and a body.
pub(crate) fn answer(status: u16, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len())
}

fn serve(stream: TcpStream, asked: &Mutex<Vec<Asked>>, answer: &dyn Fn(&Asked) -> String) {
    stream.set_nodelay(true).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut writer = stream;
    while let Some(request) = read(&mut reader) {
        asked.lock().unwrap().push(request.clone());
        let answer = answer(&request);
        if writer.write_all(answer.as_bytes()).is_err() || answer.contains("connection: close\r\n") {
            return;
        }
    }
}

fn read(reader: &mut impl BufRead) -> Option<Asked> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line == "\r\n" {
            break;
        }
        lines.push(line.trim_end().to_owned());
    }
    let line = lines.remove(0).replace(" HTTP/1.1", "");
    let length = lines.iter().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |n| n.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Asked { line, headers: lines, body: String::from_utf8(body).unwrap() })
}
