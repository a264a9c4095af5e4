//! A request as the bytes that are sent.

use std::{
    pin::Pin,
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use http::{Method, Request, header};
use hyper::body::Body as _;

use super::head::parts;
use crate::load::target::Body;

/// A request, ready to be sent any number of times.
#[derive(Clone, Debug)]
pub(in crate::load) struct Rendered {
    pub(super) bytes: Vec<u8>,
    /// Whether the answer has no body, whatever it says.
    pub(super) is_head: bool,
    /// Whether it is the last one of its connection.
    pub(super) closes: bool,
}

impl Rendered {
    pub(in crate::load) fn of(request: &Request<Body>) -> Self {
        let body = content(request.body().clone());
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let mut bytes = format!("{} {path} HTTP/1.1\r\n", request.method()).into_bytes();
        // Where the body ends is not for the user to say.
        let is_framing =
            |name: &header::HeaderName| *name == header::CONTENT_LENGTH || *name == header::TRANSFER_ENCODING;
        for (name, value) in request.headers().iter().filter(|(name, _)| !is_framing(name)) {
            bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
        }
        if !body.is_empty() || [Method::POST, Method::PUT, Method::PATCH].contains(request.method()) {
            bytes.extend(format!("content-length: {}\r\n", body.len()).into_bytes());
        }
        bytes.extend(b"\r\n");
        bytes.extend(body);
        let closes =
            |value: &header::HeaderValue| parts(value.as_bytes()).any(|part| part.eq_ignore_ascii_case(b"close"));
        Self {
            bytes,
            is_head: request.method() == Method::HEAD,
            closes: request.headers().get_all(header::CONNECTION).iter().any(closes),
        }
    }
}

/// What a body holds; it is all there.
fn content(mut body: Body) -> Bytes {
    let mut context = Context::from_waker(Waker::noop());
    match Pin::new(&mut body).poll_frame(&mut context) {
        Poll::Ready(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
        _ => Bytes::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(request: http::request::Builder, body: &'static str) -> (String, Rendered) {
        let rendered = Rendered::of(&request.body(Body::new(Bytes::from_static(body.as_bytes()))).unwrap());
        (String::from_utf8(rendered.bytes.clone()).unwrap(), rendered)
    }

    #[test]
    fn a_request_is_bytes() {
        let get = Request::get("/a?b=1").header("Host", "foo").header("X-Two", "1").header("x-two", "2");
        let (text, rendered_) = rendered(get, "");
        assert_eq!(text, "GET /a?b=1 HTTP/1.1\r\nhost: foo\r\nx-two: 1\r\nx-two: 2\r\n\r\n");
        assert!(!rendered_.is_head && !rendered_.closes);
        let (text, _) = rendered(Request::post("http://foo/a").header("content-length", "99"), "{}");
        assert_eq!(text, "POST /a HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}");
        let (text, _) = rendered(Request::put("/"), "");
        assert_eq!(text, "PUT / HTTP/1.1\r\ncontent-length: 0\r\n\r\n");
        let (_, head) = rendered(Request::head("/").header("connection", "Close"), "");
        assert!(head.is_head && head.closes);
    }

    #[test]
    fn the_end_of_a_connection_may_stand_in_a_list() {
        for (value, closes) in [("close, TE", true), ("TE,Close", true), ("TE", false), ("closed", false)] {
            let (_, rendered) = rendered(Request::get("/").header("connection", value), "");
            assert_eq!(rendered.closes, closes, "{value}");
        }
    }
}
