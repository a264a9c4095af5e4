//! What a server has seen.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

#[derive(Default)]
pub(super) struct Seen {
    connections: AtomicU64,
    requests: Mutex<Vec<Request>>,
}

/// A request, when it had come.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) at: Instant,
    /// The connection on which it came.
    pub(crate) connection: u64,
    /// Its first line and its headers.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn method(&self) -> &str {
        self.head.split_whitespace().next().unwrap()
    }

    pub(crate) fn path(&self) -> &str {
        self.head.split_whitespace().nth(1).unwrap()
    }

    /// A header; empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        let values = self.head.lines().filter_map(|line| line.split_once(": "));
        values.into_iter().find(|(own, _)| *own == name).map_or("", |(_, value)| value)
    }
}

impl Seen {
    /// Counts a connection, and gives it its number.
    pub(super) fn connect(&self) -> u64 {
        self.connections.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) fn request(&self, request: Request) {
        self.requests.lock().unwrap().push(request);
    }

    pub(super) fn connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}
