//! How servers behave.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::time::{sleep, sleep_until};

use super::seen::Seen;

/// How a server behaves.
#[derive(Clone, Copy)]
pub(crate) enum Manner {
    /// Answers with a status.
    Answers(u16),
    /// Answers with a text.
    Says(&'static str),
    /// Takes this long for each request.
    Takes(Duration),
    /// Does nothing at all for the first part of each period.
    Stalls { every: Duration, lasts: Duration },
    /// Takes this long for each request, one after another.
    OneAtATime(Duration),
    /// Answers some requests with 503, and then all as it should.
    WarmsUp(u64),
    /// Answers all but the last of so many requests, each time.
    LeavesOut(u64),
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

/// A server at work.
pub(super) struct State {
    pub(super) manner: Manner,
    pub(super) seen: Arc<Seen>,
    answers: AtomicU64,
    /// When all requests before are done, where they are done one after another.
    free: Mutex<Instant>,
}

impl State {
    pub(super) fn new(manner: Manner, seen: Arc<Seen>) -> Self {
        Self { manner, seen, answers: AtomicU64::new(0), free: Mutex::new(Instant::now()) }
    }

    /// Takes the time that an answer takes; its status and body.
    pub(super) async fn answer(&self) -> (u16, &'static str) {
        let before = self.answers.fetch_add(1, Ordering::Relaxed);
        match self.manner {
            Manner::Answers(status) => return (status, "hello"),
            Manner::Says(text) => return (200, text),
            Manner::WarmsUp(requests) if before < requests => return (503, "not yet"),
            Manner::LeavesOut(every) if before % every == every - 1 => std::future::pending().await,
            Manner::IsSilent => std::future::pending().await,
            Manner::Takes(time) => sleep(time).await,
            Manner::OneAtATime(time) => {
                let done = {
                    let mut free = self.free.lock().unwrap();
                    *free = (*free).max(Instant::now()) + time;
                    *free
                };
                sleep_until(done.into()).await;
            }
            _ => {}
        }
        (200, "hello")
    }
}
