//! How a call ended.

use h2::RecvStream;
use http::{HeaderMap, HeaderValue};

/// The codes that occur here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    Unknown = 2,
    DeadlineExceeded = 4,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
}

/// A failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) code: Code,
    pub(crate) message: String,
}

impl Status {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The headers that a reply ends with.
    pub(super) fn trailers(outcome: Result<(), &Self>) -> HeaderMap {
        let mut trailers = HeaderMap::new();
        let code = outcome.map_or_else(|status| status.code as u16, |()| 0);
        trailers.insert("grpc-status", HeaderValue::from(code));
        if let Err(status) = outcome {
            trailers.insert("grpc-message", HeaderValue::from_str(&escape(&status.message)).unwrap());
        }
        trailers
    }

    /// What such headers say.
    pub(super) fn of(trailers: &HeaderMap) -> Result<(), Self> {
        let text = |name| trailers.get(name).map_or(String::new(), |value| unescape(value.as_bytes()));
        let code = match text("grpc-status").as_str() {
            "0" => return Ok(()),
            "4" => Code::DeadlineExceeded,
            "12" => Code::Unimplemented,
            "13" => Code::Internal,
            "14" => Code::Unavailable,
            _ => Code::Unknown,
        };
        Err(Self::new(code, text("grpc-message")))
    }
}

impl From<h2::Error> for Status {
    fn from(error: h2::Error) -> Self {
        Self::new(Code::Unavailable, error.to_string())
    }
}

/// Reads a whole body, and gives the window back that it took.
pub(super) async fn read(body: &mut RecvStream) -> Result<Vec<u8>, h2::Error> {
    let mut whole = Vec::new();
    while let Some(part) = body.data().await {
        let part = part?;
        body.flow_control().release_capacity(part.len())?;
        whole.extend_from_slice(&part);
    }
    Ok(whole)
}

/// Percent-encodes what is not printable ASCII, and the percent sign.
fn escape(text: &str) -> String {
    let escaped = |byte: u8| match byte {
        b'%' | ..b' ' | 0x7f.. => format!("%{byte:02X}"),
        _ => char::from(byte).to_string(),
    };
    text.bytes().map(escaped).collect()
}

fn unescape(text: &[u8]) -> String {
    let (mut plain, mut rest) = (Vec::new(), text);
    while let [first, tail @ ..] = rest {
        let digits = tail.get(..2).filter(|_| *first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        plain.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[test]
fn any_message_survives() {
    for message in ["", "a b", "50 %", "%4", "`sh` failed\n\té: \u{7f}", "%41"] {
        let status = Status::new(Code::Unknown, message);
        assert_eq!(Status::of(&Status::trailers(Err(&status))), Err(status));
    }
}
