//! HTTP/1.1 over one connection, one request after another (RFC 9112).
//!
//! A client library prepares for what nobody knows yet: it makes a map of all headers, and passes requests and bodies from
//! task to task. Here the request is the same bytes each time, and of an answer only a handful of headers matter. That
//! leaves half of the time that a request costs this program (measured; see `benches/load`). Heads are read by `httparse`.

mod chunked;
mod head;
mod render;

pub(super) use render::Rendered;

use std::{
    future::poll_fn,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use self::{
    chunked::Chunked,
    head::{Framing, Head},
};
use super::{
    exchange::{Answer, MOST_KEPT, NeverSent, Terms},
    fault::Fault,
    ledger::{Ending, Failure},
    stream::Stream,
};

/// Room for bytes that have come, at first.
const ROOM: usize = 4 << 10;

/// The most that is kept of a head, or of a line between chunks.
const MOST_ROOM: usize = 64 << 10;

/// A connection.
pub(super) struct Http1 {
    stream: Stream,
    /// What has come; from `taken` to `filled` it has not been looked at.
    room: Vec<u8>,
    taken: usize,
    filled: usize,
    /// Whether nothing more can be sent.
    is_over: bool,
    /// What TLS has said when it ended; a server may reject one's certificate as late as that.
    refusal: Option<Fault>,
}

/// What is done with a body.
struct Sink<'a, 'b> {
    bytes: u64,
    kept: Option<(&'a mut Vec<u8>, usize)>,
    terms: &'a Terms<'b>,
}

impl Sink<'_, '_> {
    /// Takes a piece. Says whether more may be received.
    fn take(&mut self, piece: &[u8]) -> bool {
        self.bytes += piece.len() as u64;
        if let Some((kept, most)) = &mut self.kept {
            kept.extend_from_slice(&piece[..piece.len().min(*most - kept.len())]);
        }
        self.terms.budget.take(piece.len())
    }
}

impl Http1 {
    pub(super) fn new(stream: Stream) -> Self {
        Self { stream, room: vec![0; ROOM], taken: 0, filled: 0, is_over: false, refusal: None }
    }

    /// Whether a request can be sent.
    pub(super) fn is_open(&self) -> bool {
        !self.is_over
    }

    /// Notices while nothing is asked if the server closes the connection, or says what nobody wants to know.
    pub(super) fn look(&mut self, context: &mut Context<'_>) {
        if let Poll::Ready(read) = self.poll_fill(context) {
            self.is_over = true;
            self.refusal = read.err().and_then(|error| Fault::of_refusal(&error));
        }
    }

    /// Sends a request and reads the whole answer.
    pub(super) async fn exchange(&mut self, request: &Rendered, terms: &Terms<'_>) -> Result<Answer, NeverSent> {
        if let Err(never) = self.send(request).await {
            return self.refusal.take().map(Answer::failed).ok_or(never);
        }
        let mut kept = terms.expect.body.as_ref().map(|_| Vec::new());
        let sink = Sink { bytes: 0, kept: kept.as_mut().map(|kept| (kept, MOST_KEPT)), terms };
        let answer = self.receive(request, sink).await;
        let (head, bytes, is_whole) = match answer {
            Ok(answer) => answer,
            Err(fault) => {
                self.is_over = true;
                return Ok(Answer::failed(fault));
            }
        };
        if !is_whole {
            return Ok(Answer::aborted(bytes));
        }
        let why = head.complaint.or_else(|| terms.expect.complaint_of_body(kept.as_deref().unwrap_or_default()));
        let ending = Ending::Answered { status: head.status, expected: why.is_none() };
        Ok(Answer { ending, bytes, keeps: !self.is_over, location: head.location, why })
    }

    /// Sends a lone request and reads the answer: its status, and so much of its body.
    pub(super) async fn fetch(
        &mut self,
        request: &Rendered,
        terms: &Terms<'_>,
        most: usize,
    ) -> Result<(StatusCode, Vec<u8>), Fault> {
        let mut body = Vec::new();
        if self.send(request).await.is_err() {
            return Err(self.refusal.take().unwrap_or_else(|| Failure::Reset.into()));
        }
        let sink = Sink { bytes: 0, kept: Some((&mut body, most)), terms };
        let (head, ..) = self.receive(request, sink).await?;
        StatusCode::from_u16(head.status).map(|status| (status, body)).map_err(|_| Failure::Reset.into())
    }

    /// Writes a request. A server that has no use for all of it may answer before, and close.
    async fn send(&mut self, request: &Rendered) -> Result<(), NeverSent> {
        let mut sent = 0;
        let written = poll_fn(|context| {
            if sent == 0 {
                self.look(context);
                if self.is_over {
                    return Poll::Ready(Err(io::ErrorKind::NotConnected.into()));
                }
            }
            while sent < request.bytes.len() {
                match Pin::new(&mut self.stream).poll_write(context, &request.bytes[sent..]) {
                    Poll::Ready(written) => sent += written?,
                    Poll::Pending if sent > 0 && self.filled < self.room.len() => {
                        let _ = self.poll_fill(context)?;
                        return Poll::Pending;
                    }
                    Poll::Pending => return Poll::Pending,
                }
            }
            Pin::new(&mut self.stream).poll_flush(context)
        })
        .await;
        self.is_over |= request.closes || written.is_err();
        match written {
            Err(error) if sent == 0 => {
                self.refusal = self.refusal.take().or_else(|| Fault::of_refusal(&error));
                Err(NeverSent)
            }
            _ => Ok(()),
        }
    }

    /// Reads an answer: its head, the length of its body, and whether that was read to its end.
    async fn receive(&mut self, request: &Rendered, mut sink: Sink<'_, '_>) -> Result<(Head, u64, bool), Fault> {
        let head = loop {
            let head = head::read(&self.room[self.taken..self.filled], request.is_head, sink.terms)?;
            let Some(head) = head else {
                self.more().await?;
                continue;
            };
            self.taken += head.length;
            // There is more to come after what is said in between (100, 103). Nobody has asked to switch (101).
            match head.status {
                101 => return Err(Fault::with(Failure::Reset, "it switches to something that is no HTTP")),
                100..200 => {}
                _ => break head,
            }
        };
        self.is_over |= !head.keeps;
        let is_whole = match head.framing {
            Framing::Length(length) => self.read_length(length, &mut sink).await?,
            Framing::Chunked => self.read_chunked(&mut sink).await?,
            Framing::UntilClose => self.read_until_close(&mut sink).await?,
        };
        // What comes without being asked for belongs to no request.
        self.is_over |= !is_whole || self.taken < self.filled;
        (self.taken, self.filled) = (0, 0);
        Ok((head, sink.bytes, is_whole))
    }

    async fn read_length(&mut self, length: u64, sink: &mut Sink<'_, '_>) -> Result<bool, Fault> {
        let mut left = length;
        loop {
            let here = usize::try_from(left).unwrap_or(usize::MAX).min(self.filled - self.taken);
            let may_go_on = sink.take(&self.room[self.taken..self.taken + here]);
            self.taken += here;
            left -= here as u64;
            if left == 0 || !may_go_on {
                return Ok(left == 0);
            }
            self.more().await?;
        }
    }

    async fn read_chunked(&mut self, sink: &mut Sink<'_, '_>) -> Result<bool, Fault> {
        let mut chunked = Chunked::Size;
        loop {
            let step = chunked.step(&self.room[self.taken..self.filled])?;
            let Some(step) = step else {
                self.more().await?;
                continue;
            };
            let may_go_on = sink.take(&self.room[self.taken..self.taken + step.data]);
            self.taken += step.taken;
            if chunked == Chunked::Over {
                return Ok(true);
            }
            if !may_go_on {
                return Ok(false);
            }
        }
    }

    async fn read_until_close(&mut self, sink: &mut Sink<'_, '_>) -> Result<bool, Fault> {
        loop {
            if !sink.take(&self.room[self.taken..self.filled]) {
                return Ok(false);
            }
            self.taken = self.filled;
            if self.fill().await? == 0 {
                return Ok(true);
            }
        }
    }

    /// Waits for more, which has to come.
    async fn more(&mut self) -> Result<(), Fault> {
        if self.fill().await? > 0 {
            return Ok(());
        }
        Err(Fault::with(Failure::Reset, "it is closed before the answer is whole"))
    }

    /// Waits for more: how many bytes; none if the server has closed.
    async fn fill(&mut self) -> Result<usize, Fault> {
        if self.taken == self.filled {
            // A body that fills all the room is read in larger pieces from now on.
            let is_large = self.filled == self.room.len() && self.room.len() < MOST_ROOM;
            (self.taken, self.filled) = (0, 0);
            if is_large {
                self.room.resize(MOST_ROOM, 0);
            }
        } else if self.filled == self.room.len() {
            if self.taken == 0 && self.room.len() >= MOST_ROOM {
                return Err(Fault::with(Failure::Reset, "a head or a line is too long"));
            }
            self.room.copy_within(self.taken.., 0);
            (self.taken, self.filled) = (0, self.filled - self.taken);
            self.room.resize(MOST_ROOM, 0);
        }
        poll_fn(|context| self.poll_fill(context)).await.map_err(|error| Fault::of_open(&error))
    }

    fn poll_fill(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let mut free = ReadBuf::new(&mut self.room[self.filled..]);
        ready!(Pin::new(&mut self.stream).poll_read(context, &mut free))?;
        let count = free.filled().len();
        self.filled += count;
        Poll::Ready(Ok(count))
    }
}
