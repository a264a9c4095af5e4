//! The head of an answer: its status, and where its body ends (RFC 9112, 6.3).

use std::mem::MaybeUninit;

use http::{HeaderValue, header};
use httparse::{Header, ParserConfig, Response, Status};

use smol_str::SmolStr;

use super::Terms;
use crate::{
    grammar::formats::digits,
    load::{fault::Fault, ledger::Failure, redirect::is_redirect, target::contains},
};

/// More headers than this are no answer.
const MOST_HEADERS: usize = 128;

/// What matters of a head.
#[derive(Debug)]
pub(super) struct Head {
    /// Its own length in bytes.
    pub(super) length: usize,
    pub(super) status: u16,
    pub(super) framing: Framing,
    /// Whether the connection can take another request.
    pub(super) keeps: bool,
    /// What is wrong with status and headers, if anything is.
    pub(super) complaint: Option<SmolStr>,
    /// Where it leads, if that is followed.
    pub(super) location: Option<HeaderValue>,
}

/// Where a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    Length(u64),
    Chunked,
    UntilClose,
}

/// What headers say of the body and of the connection.
#[derive(Default)]
struct Said {
    length: Option<u64>,
    /// Whether chunks say where it ends; nothing if it is not encoded for the way.
    is_chunked: Option<bool>,
    closes: bool,
    keeps_alive: bool,
}

/// Reads a head; nothing if more of it has to come.
pub(super) fn read(bytes: &[u8], is_head: bool, terms: &Terms<'_>) -> Result<Option<Head>, Fault> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let mut headers = [const { MaybeUninit::<Header<'_>>::uninit() }; MOST_HEADERS];
    let mut response = Response::new(&mut []);
    let parsed = ParserConfig::default().parse_response_with_uninit_headers(&mut response, bytes, &mut headers);
    let Status::Complete(length) = parsed.map_err(|error| Fault::with(Failure::Reset, &error.to_string()))? else {
        return Ok(None);
    };
    let (Some(status), Some(minor)) = (response.code, response.version) else { return Err(Failure::Reset.into()) };
    let said = Said::of(response.headers)?;
    let has_no_body = is_head || matches!(status, 100..200 | 204 | 304);
    let framing = match said.length {
        _ if has_no_body => Framing::Length(0),
        _ if said.is_chunked == Some(true) => Framing::Chunked,
        Some(length) if said.is_chunked.is_none() => Framing::Length(length),
        _ => Framing::UntilClose,
    };
    // Whoever says both where a body ends and that it is encoded may be heard differently by others on the way.
    let is_doubtful = said.is_chunked.is_some() && (said.length.is_some() || minor == 0);
    let stays = if minor == 0 { said.keeps_alive } else { !said.closes };
    let keeps = stays && !is_doubtful && framing != Framing::UntilClose;
    let complaint = terms.expect.complaint_of_head(status, |name, part| {
        let own = response.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
        own.into_iter().any(|header| contains(header.value, part.as_bytes()))
    });
    let location = (terms.follows && is_redirect(status)).then(|| location(response.headers)).flatten();
    Ok(Some(Head { length, status, framing, keeps, complaint, location }))
}

impl Said {
    fn of(headers: &[Header<'_>]) -> Result<Self, Fault> {
        let mut said = Self::default();
        for Header { name, value } in headers {
            let is = |other: &header::HeaderName| name.eq_ignore_ascii_case(other.as_str());
            if is(&header::CONTENT_LENGTH) {
                // Said twice it has to be the same.
                for part in parts(value) {
                    let length = std::str::from_utf8(part).ok().and_then(digits::<u64>).ok_or_else(no_length)?;
                    if said.length.replace(length).is_some_and(|before| before != length) {
                        return Err(no_length());
                    }
                }
            } else if is(&header::TRANSFER_ENCODING) {
                let last = parts(value).last().unwrap_or_default();
                said.is_chunked = Some(last.eq_ignore_ascii_case(b"chunked"));
            } else if is(&header::CONNECTION) {
                said.closes |= parts(value).any(|part| part.eq_ignore_ascii_case(b"close"));
                said.keeps_alive |= parts(value).any(|part| part.eq_ignore_ascii_case(b"keep-alive"));
            }
        }
        Ok(said)
    }
}

fn no_length() -> Fault {
    Fault::with(Failure::Reset, "its length is none, or there are two")
}

/// The elements of a list.
pub(super) fn parts(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii)
}

fn location(headers: &[Header<'_>]) -> Option<HeaderValue> {
    let own = headers.iter().find(|header| header.name.eq_ignore_ascii_case(header::LOCATION.as_str()));
    own.and_then(|header| HeaderValue::from_bytes(header.value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::{Expect, budget::Budget};

    fn head(text: &str) -> Result<Option<(usize, u16, Framing, bool)>, Failure> {
        head_of(text, false)
    }

    fn head_of(text: &str, is_head: bool) -> Result<Option<(usize, u16, Framing, bool)>, Failure> {
        let (expect, budget) = (Expect::default(), Budget::default());
        let terms = Terms { expect: &expect, budget: &budget, follows: true };
        let head = read(text.as_bytes(), is_head, &terms).map_err(|fault| fault.failure)?;
        Ok(head.map(|head| (head.length, head.status, head.framing, head.keeps)))
    }

    fn framing(headers: &str) -> Result<(Framing, bool), Failure> {
        head(&format!("HTTP/1.1 200 OK\r\n{headers}\r\n")).map(|head| head.map(|head| (head.2, head.3)).unwrap())
    }

    #[test]
    fn a_head_is_read_when_it_is_whole() {
        let whole = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        assert_eq!(head(whole), Ok(Some((38, 200, Framing::Length(5), true))));
        for end in 0..38 {
            assert_eq!(head(&whole[..end]), Ok(None), "{end}");
        }
        for text in ["220 mail.example ready\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.1 2x0\r\n\r\n", "\0\0\0\0"] {
            assert_eq!(head(text), Err(Failure::Reset), "{text}");
        }
    }

    #[test]
    fn headers_say_where_a_body_ends() {
        for (headers, expected) in [
            ("content-length: 0\r\n", (Framing::Length(0), true)),
            ("content-length: 5\r\ncontent-length: 5\r\n", (Framing::Length(5), true)),
            ("content-length: 5, 5\r\n", (Framing::Length(5), true)),
            ("content-length: 5\r\nconnection: Close\r\n", (Framing::Length(5), false)),
            ("content-length: 5\r\nconnection: x, close\r\n", (Framing::Length(5), false)),
            ("Transfer-Encoding: Chunked\r\n", (Framing::Chunked, true)),
            ("transfer-encoding: gzip, chunked\r\n", (Framing::Chunked, true)),
            ("transfer-encoding: gzip\r\ntransfer-encoding: chunked\r\n", (Framing::Chunked, true)),
            ("transfer-encoding: chunked\r\ncontent-length: 5\r\n", (Framing::Chunked, false)),
            ("transfer-encoding: chunked, gzip\r\n", (Framing::UntilClose, false)),
            ("transfer-encoding: gzip\r\ncontent-length: 5\r\n", (Framing::UntilClose, false)),
            ("", (Framing::UntilClose, false)),
        ] {
            assert_eq!(framing(headers), Ok(expected), "{headers}");
        }
        for headers in ["5x", "-5", "+5", "", "5, 6", "5,", "99999999999999999999"] {
            assert_eq!(framing(&format!("content-length: {headers}\r\n")), Err(Failure::Reset), "{headers}");
        }
        assert_eq!(framing("content-length: 5\r\ncontent-length: 6\r\n"), Err(Failure::Reset));
    }

    #[test]
    fn some_answers_have_no_body_whatever_they_say() {
        for status in [100, 103, 204, 304] {
            let text = format!("HTTP/1.1 {status} X\r\ncontent-length: 5\r\n\r\n");
            assert_eq!(head(&text).unwrap().unwrap().2, Framing::Length(0), "{status}");
        }
        let text = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        assert_eq!(head_of(text, true).unwrap().unwrap().2, Framing::Length(0));
    }

    #[test]
    fn before_1_1_connections_end_unless_they_are_kept() {
        for (headers, keeps) in [
            ("content-length: 5\r\n", false),
            ("content-length: 5\r\nconnection: keep-alive\r\n", true),
            ("connection: keep-alive\r\n", false),
            ("transfer-encoding: chunked\r\nconnection: keep-alive\r\n", false),
        ] {
            let text = format!("HTTP/1.0 200 OK\r\n{headers}\r\n");
            assert_eq!(head(&text).unwrap().unwrap().3, keeps, "{headers}");
        }
    }
}
