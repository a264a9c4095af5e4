//! Connections of HTTP/2 that several streams share.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use hyper::client::conn::http2::SendRequest;
use tokio::sync::OnceCell;

use super::{
    fault::Fault,
    ledger::{Ending, Failure},
    target::{Body, Origin},
};

/// The connections of one thread that streams have a seat on.
pub(super) struct Shared {
    streams: usize,
    open: RefCell<Vec<Rc<Connection>>>,
}

/// A connection, or one that somebody is about to open. Whoever holds it besides the list has a seat on it.
struct Connection {
    origin: Origin,
    sender: OnceCell<SendRequest<Body>>,
    /// Streams that have had as many requests as they may. Nobody takes their seats: the connection ends with the others.
    retired: Cell<usize>,
    /// Answers that have come.
    answers: Cell<u64>,
    /// Whether nothing has come of it when it should have.
    is_silent: Cell<bool>,
}

impl Connection {
    fn to(origin: Origin) -> Self {
        Self {
            origin,
            sender: OnceCell::new(),
            retired: Cell::default(),
            answers: Cell::default(),
            is_silent: Cell::default(),
        }
    }

    /// Whether it takes requests, as far as anybody knows.
    fn is_alive(&self) -> bool {
        !self.is_silent.get() && !self.sender.get().is_some_and(SendRequest::is_closed)
    }
}

impl Shared {
    /// Connections that so many streams share.
    pub(super) fn new(streams: usize) -> Self {
        Self { streams, open: RefCell::default() }
    }

    /// Joins a connection that has room. Whoever comes first opens it, and the others wait.
    pub(super) async fn join<F>(&self, origin: &Origin, open: impl FnOnce() -> F) -> Result<Seat, Fault>
    where
        F: Future<Output = Result<SendRequest<Body>, Fault>>,
    {
        let connection = self.seat(origin);
        let sender = connection.sender.get_or_try_init(open).await?.clone();
        Ok(Seat { connection, sender })
    }

    fn seat(&self, origin: &Origin) -> Rc<Connection> {
        let mut open = self.open.borrow_mut();
        // One that nobody has a seat on any more is closed.
        open.retain(|own| seated(own) > 0 && own.is_alive());
        let has_room = |own: &&Rc<Connection>| seated(own) + own.retired.get() < self.streams;
        if let Some(own) = open.iter().filter(|own| own.origin == *origin).find(has_room) {
            return own.clone();
        }
        let own = Rc::new(Connection::to(origin.clone()));
        open.push(own.clone());
        own
    }
}

/// How many streams have a seat on a connection in the list, or wait for one.
fn seated(own: &Rc<Connection>) -> usize {
    Rc::strong_count(own) - 1
}

/// A stream's seat on a connection, until it is dropped.
pub(super) struct Seat {
    connection: Rc<Connection>,
    pub(super) sender: SendRequest<Body>,
}

impl Seat {
    /// How many answers have come over the connection, to all of its streams.
    pub(super) fn answers(&self) -> u64 {
        self.connection.answers.get()
    }

    /// Whether the connection takes another request after one that has ended, which was sent when it had had so many
    /// answers. One stream that breaks is not the connection; but where others had no answer in all that time either,
    /// the server may be gone, and the system would not notice for a quarter of an hour.
    pub(super) fn keeps(&self, ending: Ending, answers: u64) -> bool {
        let connection = &*self.connection;
        match ending {
            Ending::Answered { .. } => connection.answers.set(self.answers() + 1),
            Ending::Failed(Failure::Timeout) if self.answers() == answers => connection.is_silent.set(true),
            _ => {}
        }
        connection.is_alive()
    }

    /// Leaves the seat to nobody.
    pub(super) fn retire(self) {
        self.connection.retired.set(self.connection.retired.get() + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(host: &str) -> Origin {
        Origin { tls: false, host: host.into(), port: 80, via: None, address: None }
    }

    #[test]
    fn a_seat_that_is_given_back_is_taken_again() {
        let (shared, foo) = (Shared::new(2), origin("foo"));
        let (first, second, third) = (shared.seat(&foo), shared.seat(&foo), shared.seat(&foo));
        assert!(Rc::ptr_eq(&first, &second) && !Rc::ptr_eq(&first, &third));
        drop(second);
        assert!(Rc::ptr_eq(&first, &shared.seat(&foo)));
        assert!(!Rc::ptr_eq(&first, &shared.seat(&origin("bar"))));
        first.retired.set(1);
        assert!(Rc::ptr_eq(&third, &shared.seat(&foo)));
    }

    #[test]
    fn one_that_is_silent_takes_nobody() {
        let (shared, foo) = (Shared::new(2), origin("foo"));
        let first = shared.seat(&foo);
        first.is_silent.set(true);
        assert!(!Rc::ptr_eq(&first, &shared.seat(&foo)));
    }

    #[tokio::test]
    async fn a_connection_that_is_not_opened_leaves_no_seat_taken() {
        let (shared, foo) = (Shared::new(2), origin("foo"));
        for _ in 0..3 {
            let joined = shared.join(&foo, || async { Err(Failure::Connect.into()) }).await;
            assert!(joined.is_err());
        }
        assert!(Rc::ptr_eq(&shared.seat(&foo), &shared.seat(&foo)));
    }
}
