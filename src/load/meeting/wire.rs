//! What workers say to each other: a mark, a length, and JSON, all within bounds.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::{Shutdown, TcpStream},
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use super::Hello;
use crate::load::stored::Stored;

/// What every message begins with: a client that speaks something else is found out by its first four bytes.
const MARK: [u8; 4] = *b"KRT1";

/// The longest message that is no report.
pub(super) const SHORT: usize = 4096;

/// The longest report: a hundred times that of a long run with many targets.
pub(super) const LONG: usize = 64 << 20;

/// The longest sentence that is passed on, in bytes of JSON.
const SENTENCE: usize = 1000;

/// What workers say.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Message {
    /// A worker has come.
    Hello(Hello),
    /// The run begins after so many microseconds.
    Begin(u64),
    /// The run is to end now.
    Stop,
    /// What was measured.
    Report(Box<Stored>),
    /// A report has been taken.
    Taken,
    /// There will be no run, or no report of it: why.
    Failed(String),
}

impl Message {
    /// A worker has come; why it cannot begin may be of any length.
    pub(super) fn hello(hello: Hello) -> Self {
        Self::Hello(Hello { unready: hello.unready.as_deref().map(cut), ..hello })
    }

    /// A reason of any length.
    pub(super) fn failed(why: &str) -> Self {
        Self::Failed(cut(why))
    }
}

/// As much of a sentence as there is room for in a message. Whoever reads says of a longer one that no worker speaks so.
fn cut(sentence: &str) -> String {
    let mut room = SENTENCE;
    let fits = |char: char| {
        room = room.checked_sub(written(char))?;
        Some(char)
    };
    sentence.chars().map_while(fits).collect()
}

/// As many bytes as a character takes in JSON, at most.
fn written(char: char) -> usize {
    match char {
        '"' | '\\' => 2,
        _ if char.is_ascii_control() => r"\u0000".len(),
        _ => char.len_utf8(),
    }
}

/// A connection between two workers.
#[derive(Debug)]
pub(super) struct Wire(TcpStream);

impl Wire {
    pub(super) fn new(stream: TcpStream) -> io::Result<Self> {
        // What the listener was set to is inherited on some systems.
        stream.set_nonblocking(false)?;
        stream.set_nodelay(true)?;
        Ok(Self(stream))
    }

    /// The same connection, for another thread.
    pub(super) fn again(&self) -> io::Result<Self> {
        self.0.try_clone().map(Self)
    }

    pub(super) fn send(&self, message: &Message, most: Duration) -> io::Result<()> {
        let body = serde_json::to_vec(message)?;
        let length = u32::try_from(body.len()).map_err(|_| ErrorKind::InvalidInput)?;
        // One piece: two threads may write.
        let frame = [&MARK[..], &length.to_be_bytes(), &body].concat();
        self.0.set_write_timeout(Some(most))?;
        (&self.0).write_all(&frame)
    }

    /// The next message, of at most so many bytes, before a deadline.
    pub(super) fn receive(&self, most: usize, deadline: Instant) -> io::Result<Message> {
        let mut head = [0; 8];
        self.fill(&mut head[..4], deadline)?;
        if head[..4] != MARK {
            return Err(ErrorKind::InvalidData.into());
        }
        self.fill(&mut head[4..], deadline)?;
        let length = u32::from_be_bytes([head[4], head[5], head[6], head[7]]) as usize;
        if length > most {
            return Err(ErrorKind::InvalidData.into());
        }
        let mut body = vec![0; length];
        self.fill(&mut body, deadline)?;
        Ok(serde_json::from_slice(&body)?)
    }

    /// Whether the other end has closed the connection.
    pub(super) fn is_closed(&self) -> bool {
        let peeked = self.0.set_nonblocking(true).and_then(|()| self.0.peek(&mut [0]));
        let restored = self.0.set_nonblocking(false);
        match peeked {
            Ok(read) => read == 0 || restored.is_err(),
            Err(error) => error.kind() != ErrorKind::WouldBlock,
        }
    }

    /// Closes the connection, whoever else holds it.
    pub(super) fn close(&self) {
        // It may be closed already.
        let _ = self.0.shutdown(Shutdown::Both);
    }

    fn fill(&self, mut buffer: &mut [u8], deadline: Instant) -> io::Result<()> {
        while !buffer.is_empty() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(ErrorKind::TimedOut.into());
            }
            self.0.set_read_timeout(Some(left))?;
            match (&self.0).read(buffer) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(read) => buffer = &mut buffer[read..],
                Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Why nothing came, in words that fit behind a name.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => "it has gone".to_owned(),
        ErrorKind::TimedOut | ErrorKind::WouldBlock => "nothing came from it in time".to_owned(),
        ErrorKind::InvalidData => "it says what no worker says".to_owned(),
        _ => error.to_string(),
    }
}
