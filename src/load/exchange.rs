//! One request and its answer.
//!
//! HTTP/1 needs nobody but the two: the connection is driven by the task that waits for the answer, which saves waking
//! another one twice for each request.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use bytes::BytesMut;
use http::{HeaderValue, Request, Response, StatusCode, header::LOCATION};
use http_body_util::BodyExt;
use hyper::{
    body::{Body as _, Incoming},
    client::conn::{http1, http2},
};
use hyper_util::rt::TokioIo;
use smol_str::SmolStr;
use tokio::time::Sleep;

use super::{
    budget::Budget,
    fault::Fault,
    ledger::{Ending, Failure},
    redirect::is_redirect,
    stream::Stream,
    target::{Body, Expect},
};

/// As much of a body is kept as can be looked through for an expected text.
const MOST_KEPT: usize = 1 << 20;

/// An open connection.
pub(super) enum Wire {
    One { sender: http1::SendRequest<Body>, driver: Driver },
    Two { sender: http2::SendRequest<Body> },
}

/// What reads and writes. It is dropped as soon as the connection is over: until then, whoever waits for an answer would
/// wait for ever.
pub(super) struct Driver(Option<Pin<Box<Connection>>>);

type Connection = http1::Connection<TokioIo<Stream>, Body>;

impl Driver {
    pub(super) fn new(connection: Connection) -> Self {
        Self(Some(Box::pin(connection)))
    }

    fn drive(&mut self, context: &mut Context<'_>) {
        if self.0.as_mut().is_some_and(|connection| connection.as_mut().poll(context).is_ready()) {
            self.0 = None;
        }
    }
}

/// What an answer is held to.
pub(super) struct Terms<'a> {
    pub(super) expect: &'a Expect,
    /// What may still be received.
    pub(super) budget: &'a Budget,
    /// Whether redirects are followed.
    pub(super) follows: bool,
}

/// What came of a request.
pub(super) struct Answer {
    pub(super) ending: Ending,
    /// Bytes of the body.
    pub(super) bytes: u64,
    /// Whether the connection can take another request.
    pub(super) keeps: bool,
    /// Where it leads, if that is followed.
    pub(super) location: Option<HeaderValue>,
    /// What is wrong with it: `it answers with status 503`.
    pub(super) why: Option<SmolStr>,
}

impl Answer {
    pub(super) fn failed(fault: impl Into<Fault>) -> Self {
        let Fault { failure, sentence } = fault.into();
        Self { ending: Ending::Failed(failure), bytes: 0, keeps: false, location: None, why: Some(sentence) }
    }

    /// One that nobody waits for any more.
    fn aborted(bytes: u64) -> Self {
        Self { ending: Ending::Aborted, bytes, keeps: false, location: None, why: None }
    }
}

/// A request that cannot have reached the server: the connection was closed before. It can be sent once more.
pub(super) struct NeverSent;

impl Wire {
    /// Whether a request can be sent.
    pub(super) fn is_open(&self) -> bool {
        match self {
            Self::One { sender, driver } => driver.0.is_some() && !sender.is_closed(),
            Self::Two { sender } => !sender.is_closed(),
        }
    }

    /// Notices while nothing else happens if the server closes the connection.
    pub(super) fn look(&mut self, context: &mut Context<'_>) {
        if let Self::One { driver, .. } = self {
            driver.drive(context);
        }
    }

    /// Sends a request and reads the whole answer, or as much as comes before the clock runs out.
    pub(super) async fn exchange(
        &mut self,
        request: Request<Body>,
        terms: &Terms<'_>,
        clock: Pin<&mut Sleep>,
    ) -> Result<Answer, NeverSent> {
        match self {
            Self::One { sender, driver } => {
                let answer = pin!(answer(sender.send_request(request), terms));
                let mut answer = with_clock(driven(answer, driver), clock).await;
                if let Ok(answer) = &mut answer {
                    answer.keeps &= !sender.is_closed();
                }
                answer
            }
            Self::Two { sender } => with_clock(answer(sender.send_request(request), terms), clock).await,
        }
    }
}

/// Waits for an answer and keeps the connection going meanwhile.
async fn driven<T>(mut answer: Pin<&mut impl Future<Output = T>>, driver: &mut Driver) -> T {
    poll_fn(move |context| {
        if let Poll::Ready(answer) = answer.as_mut().poll(context) {
            return Poll::Ready(answer);
        }
        driver.drive(context);
        // What the connection has just read may be all that was waited for.
        answer.as_mut().poll(context)
    })
    .await
}

/// Waits until the clock runs out, at most.
async fn with_clock(
    answer: impl Future<Output = Result<Answer, NeverSent>>,
    mut clock: Pin<&mut Sleep>,
) -> Result<Answer, NeverSent> {
    let mut answer = pin!(answer);
    poll_fn(|context| match answer.as_mut().poll(context) {
        Poll::Pending if clock.as_mut().poll(context).is_ready() => Poll::Ready(Ok(Answer::failed(Failure::Timeout))),
        other => other,
    })
    .await
}

async fn answer(
    response: impl Future<Output = hyper::Result<Response<Incoming>>>,
    terms: &Terms<'_>,
) -> Result<Answer, NeverSent> {
    let (head, body) = match response.await {
        Ok(response) => response.into_parts(),
        Err(error) if error.is_canceled() => return Fault::of_refusal(&error).map(Answer::failed).ok_or(NeverSent),
        Err(error) => return Ok(Answer::failed(Fault::of_hyper(&error))),
    };
    let mut kept = terms.expect.body.as_ref().map(|_| BytesMut::new());
    let bytes = match read(body, kept.as_mut().map(|kept| (kept, MOST_KEPT)), terms.budget).await {
        Ok(Read::All(bytes)) => bytes,
        Ok(Read::Enough(bytes)) => return Ok(Answer::aborted(bytes)),
        Err(error) => return Ok(Answer::failed(Fault::of_hyper(&error))),
    };
    let why = terms.expect.complaint(&head, kept.as_deref());
    let status = head.status.as_u16();
    let ending = Ending::Answered { status, expected: why.is_none() };
    let location = (terms.follows && is_redirect(status)).then(|| head.headers.get(LOCATION).cloned()).flatten();
    Ok(Answer { ending, bytes, keeps: true, location, why })
}

/// Reads the answer to a lone request: its status, and its body as far as that is no longer than it may be.
pub(super) async fn fetch(
    mut wire: Wire,
    request: Request<Body>,
    mut clock: Pin<&mut Sleep>,
    most: usize,
) -> Result<(StatusCode, Vec<u8>), Fault> {
    let Wire::One { sender, driver } = &mut wire else { return Err(Failure::Reset.into()) };
    let fetched = async {
        let failed = |error: hyper::Error| Fault::of_hyper(&error);
        let (head, body) = sender.send_request(request).await.map_err(failed)?.into_parts();
        let mut kept = BytesMut::new();
        read(body, Some((&mut kept, most)), &Budget::default()).await.map_err(failed)?;
        Ok((head.status, kept.to_vec()))
    };
    let fetched = pin!(fetched);
    let mut fetched = pin!(driven(fetched, driver));
    poll_fn(|context| match fetched.as_mut().poll(context) {
        Poll::Pending if clock.as_mut().poll(context).is_ready() => Poll::Ready(Err(Failure::Timeout.into())),
        other => other,
    })
    .await
}

/// What was read of a body, in bytes.
enum Read {
    All(u64),
    /// As much as may be received.
    Enough(u64),
}

/// Reads a body, and keeps so much of it.
async fn read(mut body: Incoming, mut kept: Option<(&mut BytesMut, usize)>, budget: &Budget) -> hyper::Result<Read> {
    let mut bytes = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        bytes += data.len() as u64;
        if let Some((kept, most)) = &mut kept {
            kept.extend_from_slice(&data[..data.len().min(*most - kept.len())]);
        }
        if !budget.take(data.len()) && !body.is_end_stream() {
            return Ok(Read::Enough(bytes));
        }
    }
    Ok(Read::All(bytes))
}

/// Sets a clock. Setting it later than it was costs next to nothing, so each connection has one for all its requests.
pub(super) fn set(clock: Pin<&mut Sleep>, begun: Instant, time: Duration) {
    clock.reset((begun + time).into());
}
