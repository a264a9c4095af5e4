//! One request and its answer, in the HTTP that is spoken.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use bytes::BytesMut;
use http::{HeaderValue, Request, Response, StatusCode, header::LOCATION};
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use smol_str::SmolStr;
use tokio::time::Sleep;

use super::{
    budget::Budget,
    fault::Fault,
    http1::{Http1, Rendered},
    ledger::{Ending, Failure},
    redirect::is_redirect,
    shared::Seat,
    target::{Body, Expect, contains},
};

/// As much of a body is kept as can be looked through for an expected text.
pub(super) const MOST_KEPT: usize = 1 << 20;

/// An open connection.
pub(super) enum Wire {
    One(Http1),
    Two(Seat),
}

/// A request that may be sent over either.
pub(super) struct Outgoing {
    pub(super) request: Request<Body>,
    rendered: Rendered,
}

impl Outgoing {
    pub(super) fn new(request: Request<Body>) -> Self {
        Self { rendered: Rendered::of(&request), request }
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
    pub(super) fn aborted(bytes: u64) -> Self {
        Self { ending: Ending::Aborted, bytes, keeps: false, location: None, why: None }
    }
}

/// A request that cannot have reached the server: the connection was closed before. It can be sent once more.
pub(super) struct NeverSent;

impl Wire {
    /// Whether a request can be sent.
    pub(super) fn is_open(&self) -> bool {
        match self {
            Self::One(http1) => http1.is_open(),
            Self::Two(seat) => !seat.sender.is_closed(),
        }
    }

    /// Notices while nothing else happens if the server closes the connection.
    pub(super) fn look(&mut self, context: &mut Context<'_>) {
        if let Self::One(http1) = self {
            http1.look(context);
        }
    }

    /// Leaves a connection that has had as many requests as it may.
    pub(super) fn retire(self) {
        if let Self::Two(seat) = self {
            seat.retire();
        }
    }

    /// Sends a request and reads the whole answer, or as much as comes before the clock runs out.
    pub(super) async fn exchange(
        &mut self,
        outgoing: &Outgoing,
        terms: &Terms<'_>,
        clock: Pin<&mut Sleep>,
    ) -> Result<Answer, NeverSent> {
        let late = || Ok(Answer::failed(Failure::Timeout));
        match self {
            Self::One(http1) => with_clock(http1.exchange(&outgoing.rendered, terms), clock, late).await,
            Self::Two(seat) => {
                let before = seat.answers();
                let response = seat.sender.send_request(outgoing.request.clone());
                let answer = with_clock(answer(response, terms), clock, late).await?;
                Ok(Answer { keeps: seat.keeps(answer.ending, before), ..answer })
            }
        }
    }
}

/// Waits until the clock runs out, at most.
async fn with_clock<T>(answer: impl Future<Output = T>, mut clock: Pin<&mut Sleep>, late: impl Fn() -> T) -> T {
    let mut answer = pin!(answer);
    poll_fn(|context| match answer.as_mut().poll(context) {
        Poll::Pending if clock.as_mut().poll(context).is_ready() => Poll::Ready(late()),
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
        Err(error) => return Ok(Answer::failed(Fault::of_open(&error))),
    };
    let mut kept = terms.expect.body.as_ref().map(|_| BytesMut::new());
    let bytes = match read(body, kept.as_mut(), terms.budget).await {
        Ok(Read::All(bytes)) => bytes,
        Ok(Read::Enough(bytes)) => return Ok(Answer::aborted(bytes)),
        Err(error) => return Ok(Answer::failed(Fault::of_open(&error))),
    };
    let status = head.status.as_u16();
    let why = terms.expect.complaint_of_head(status, |name, part| {
        head.headers.get_all(name).iter().any(|value| contains(value.as_bytes(), part.as_bytes()))
    });
    let why = why.or_else(|| terms.expect.complaint_of_body(kept.as_deref().unwrap_or_default()));
    let ending = Ending::Answered { status, expected: why.is_none() };
    let location = (terms.follows && is_redirect(status)).then(|| head.headers.get(LOCATION).cloned()).flatten();
    Ok(Answer { ending, bytes, keeps: true, location, why })
}

/// Reads the answer to a lone request: its status, and its body as far as that is no longer than it may be.
pub(super) async fn fetch(
    mut wire: Wire,
    request: Request<Body>,
    clock: Pin<&mut Sleep>,
    most: usize,
) -> Result<(StatusCode, Vec<u8>), Fault> {
    let Wire::One(http1) = &mut wire else { return Err(Failure::Reset.into()) };
    let (expect, budget, rendered) = (Expect::default(), Budget::default(), Rendered::of(&request));
    let terms = Terms { expect: &expect, budget: &budget, follows: false };
    with_clock(http1.fetch(&rendered, &terms, most), clock, || Err(Failure::Timeout.into())).await
}

/// What was read of a body, in bytes.
enum Read {
    All(u64),
    /// As much as may be received.
    Enough(u64),
}

/// Reads a body, and keeps the beginning.
async fn read(mut body: Incoming, mut kept: Option<&mut BytesMut>, budget: &Budget) -> hyper::Result<Read> {
    let mut bytes = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        bytes += data.len() as u64;
        if let Some(kept) = &mut kept {
            kept.extend_from_slice(&data[..data.len().min(MOST_KEPT - kept.len())]);
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
