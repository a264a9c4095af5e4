//! A body in chunks (RFC 9112, 7.1).

use httparse::{EMPTY_HEADER, Status, parse_chunk_size, parse_headers};

use crate::load::{fault::Fault, ledger::Failure};

/// More fields than this after a body are no answer.
const MOST_TRAILERS: usize = 32;

/// A chunk's size with its extensions is no longer than this.
const MOST_LINE: usize = 4 << 10;

/// Where one is in the body.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Chunked {
    /// Before the size of a chunk.
    Size,
    /// So many bytes before the end of a chunk's data.
    Data(u64),
    /// Before the line's end that follows the data.
    End,
    /// Before the fields that follow the last chunk.
    Trailers,
    /// Behind it all.
    Over,
}

/// What can be taken: so many bytes, the first of which are data.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) taken: usize,
    pub(super) data: usize,
}

impl Chunked {
    /// Goes one step on; nothing if more has to come for that.
    pub(super) fn step(&mut self, bytes: &[u8]) -> Result<Option<Step>, Fault> {
        if bytes.is_empty() {
            return Ok(None);
        }
        match *self {
            Self::Size => self.size(bytes),
            Self::Data(left) => {
                let data = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
                let left = left - data as u64;
                *self = if left == 0 { Self::End } else { Self::Data(left) };
                Ok(Some(Step { taken: data, data }))
            }
            Self::End => match bytes {
                [b'\r'] => Ok(None),
                [b'\r', b'\n', ..] => {
                    *self = Self::Size;
                    Ok(Some(Step { taken: 2, data: 0 }))
                }
                _ => Err(no_chunk()),
            },
            Self::Trailers => {
                let mut fields = [EMPTY_HEADER; MOST_TRAILERS];
                let Status::Complete((taken, _)) = parse_headers(bytes, &mut fields).map_err(|_| no_chunk())? else {
                    return Ok(None);
                };
                *self = Self::Over;
                Ok(Some(Step { taken, data: 0 }))
            }
            Self::Over => Err(no_chunk()),
        }
    }

    fn size(&mut self, bytes: &[u8]) -> Result<Option<Step>, Fault> {
        if !bytes[0].is_ascii_hexdigit() {
            return Err(no_chunk());
        }
        match parse_chunk_size(bytes).map_err(|_| no_chunk())? {
            Status::Complete((taken, size)) => {
                *self = if size == 0 { Self::Trailers } else { Self::Data(size) };
                Ok(Some(Step { taken, data: 0 }))
            }
            Status::Partial if bytes.len() > MOST_LINE => Err(no_chunk()),
            Status::Partial => Ok(None),
        }
    }
}

fn no_chunk() -> Fault {
    Fault::with(Failure::Reset, "invalid chunk")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The data of a body that comes in pieces of some size, and what is left behind it.
    fn decoded(body: &str, piece: usize) -> Result<Option<(String, String)>, Failure> {
        let (mut chunked, mut data, mut taken) = (Chunked::Size, Vec::new(), 0);
        let mut come = 0;
        while chunked != Chunked::Over {
            match chunked.step(&body.as_bytes()[taken..come]).map_err(|fault| fault.failure)? {
                Some(step) => {
                    data.extend_from_slice(&body.as_bytes()[taken..taken + step.data]);
                    taken += step.taken;
                }
                None if come == body.len() => return Ok(None),
                None => come = (come + piece).min(body.len()),
            }
        }
        Ok(Some((String::from_utf8(data).unwrap(), body[taken..come].to_owned())))
    }

    #[test]
    fn chunks_are_put_together_however_they_come() {
        for body in [
            "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
            "5;x=y;z=\"1\"\r\nhello\r\n0006 \r\n world\r\n0\r\nx-sum: 1\r\nx-time: 2\r\n\r\n",
            "B\r\nhello world\r\n0;last\r\n\r\n",
        ] {
            for piece in 1..body.len() {
                assert_eq!(decoded(body, piece), Ok(Some(("hello world".to_owned(), String::new()))), "{body} {piece}");
            }
            assert_eq!(decoded(&body[..body.len() - 1], 7), Ok(None), "{body}");
        }
        let (_, rest) = decoded("0\r\n\r\nHTTP/1.1", 100).unwrap().unwrap();
        assert_eq!(rest, "HTTP/1.1");
    }

    #[test]
    fn what_is_no_chunk_is_refused() {
        for body in [
            "\r\n",
            "x\r\n",
            "-1\r\n",
            " 5\r\nhello\r\n",
            "5\nhello\r\n0\r\n\r\n",
            "5\r\nhello0\r\n\r\n",
            "5\r\nhello\n0\r\n\r\n",
            "11111111111111111\r\n",
            "0\r\nno field\r\n\r\n",
        ] {
            assert_eq!(decoded(body, 100), Err(Failure::Reset), "{body:?}");
        }
        assert_eq!(decoded(&format!("5;{}", "x".repeat(MOST_LINE)), 100), Err(Failure::Reset));
    }
}
