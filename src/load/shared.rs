//! Connections of HTTP/2 that several streams share.

use std::{cell::RefCell, rc::Rc};

use hyper::client::conn::http2::SendRequest;
use tokio::sync::OnceCell;

use super::{
    fault::Fault,
    target::{Body, Origin},
};

/// The connections of one thread that have room for another stream.
pub(super) struct Shared {
    streams: usize,
    open: RefCell<Vec<Seats>>,
}

/// A connection, or one that somebody is about to open, and how many streams it has.
struct Seats {
    origin: Origin,
    taken: usize,
    sender: Rc<OnceCell<SendRequest<Body>>>,
}

impl Shared {
    /// Connections that so many streams share.
    pub(super) fn new(streams: usize) -> Self {
        Self { streams, open: RefCell::default() }
    }

    /// Joins a connection that has room. Whoever comes first opens it, and the others wait.
    pub(super) async fn join<F>(&self, origin: &Origin, open: impl FnOnce() -> F) -> Result<SendRequest<Body>, Fault>
    where
        F: Future<Output = Result<SendRequest<Body>, Fault>>,
    {
        self.seat(origin).get_or_try_init(open).await.cloned()
    }

    fn seat(&self, origin: &Origin) -> Rc<OnceCell<SendRequest<Body>>> {
        let mut open = self.open.borrow_mut();
        open.retain(|own| own.taken < self.streams && !own.sender.get().is_some_and(SendRequest::is_closed));
        if let Some(seats) = open.iter_mut().find(|own| own.origin == *origin) {
            seats.taken += 1;
            return seats.sender.clone();
        }
        let sender = Rc::new(OnceCell::new());
        open.push(Seats { origin: origin.clone(), taken: 1, sender: sender.clone() });
        sender
    }
}
