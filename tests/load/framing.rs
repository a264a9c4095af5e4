//! Where answers end (RFC 9112, 6), and what is no answer.

use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
    time::Duration,
};

use http::Method;
use karat::load::{Ask, Asked, Expect, Failure, Ledger, Traffic};

use crate::{
    script::Script,
    truth::{SECOND, judged},
};

/// So many requests, one after another over one connection at a time, to a server that always says the same.
fn asked(method: Method, answer: impl Into<String>, expect: Expect) -> (Ledger, u64) {
    let answer = answer.into();
    let server = Script::start(move |_| answer.clone());
    let target = Asked {
        name: "all".into(),
        url: format!("http://{}/", server.address),
        via: None,
        method,
        headers: Vec::new(),
        body: bytes::Bytes::new(),
        weight: 1.0,
        expect,
        objectives: Vec::new(),
    };
    let traffic = Traffic::Closed { lasts: 10 * SECOND };
    let ask = Ask { traffic, requests: Some(3), connections: 1, timeout: 3 * SECOND, ..Ask::of(vec![target]) };
    (judged(ask.plan().unwrap().0).whole.ledger, server.connections())
}

#[test]
fn bodies_end_where_their_heads_say() {
    let large = format!("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n{}", "x".repeat(1_000_000));
    let long_head = format!("HTTP/1.1 200 OK\r\nx: {}\r\ncontent-length: 5\r\n\r\nhello", "x".repeat(20_000));
    for (answer, bytes, connections) in [
        ("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", 5, 1),
        ("HTTP/1.1 200\r\ncontent-length: 5\r\n\r\nhello", 5, 1),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;x=1\r\nhello\r\n6\r\n world\r\n0\r\nx-sum: 1\r\n\r\n",
            11,
            1,
        ),
        (
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
            5,
            1,
        ),
        ("HTTP/1.1 204 No Content\r\n\r\n", 0, 1),
        ("HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n", 0, 1),
        ("HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello", 5, 3),
        ("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nhello world", 11, 3),
        ("HTTP/1.0 200 OK\r\ncontent-length: 5\r\n\r\nhello", 5, 3),
        ("HTTP/1.0 200 OK\r\ncontent-length: 5\r\nconnection: keep-alive\r\n\r\nhello", 5, 1),
        ("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello, and more", 5, 3),
        (&large, 1_000_000, 1),
        (&long_head, 5, 1),
    ] {
        let (ledger, opened) = asked(Method::GET, answer, Expect::default());
        let head = answer.get(..80).unwrap_or(answer);
        assert_eq!((ledger.good(), ledger.bytes, opened), (3, 3 * bytes, connections), "{head} {ledger:?}");
    }
    let (ledger, opened) = asked(Method::HEAD, "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n", Expect::default());
    assert_eq!((ledger.good(), ledger.bytes, opened), (3, 0, 1), "{ledger:?}");
}

#[test]
fn what_is_no_answer_breaks_the_connection() {
    let many = format!("HTTP/1.1 200 OK\r\n{}content-length: 0\r\n\r\n", "x: y\r\n".repeat(128));
    let endless = format!("HTTP/1.1 200 OK\r\nx: {}", "x".repeat(100_000));
    for answer in [
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n",
        "HTTP/2.0 200 OK\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello, and more\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n5\r\nhel",
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhel",
        "HTTP/1.1 200 OK\r\nno header\r\n\r\n",
        &many,
        &endless,
    ] {
        let (ledger, _) = asked(Method::GET, answer, Expect::default());
        let head = answer.get(..80).unwrap_or(answer);
        assert_eq!(ledger.failures(Failure::Reset), 3, "{head} {ledger:?}");
    }
}

#[test]
fn what_is_expected_is_looked_for_in_what_is_sent() {
    let answer =
        "HTTP/1.1 200 OK\r\nX-Kind: a test\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n";
    let expect = |name: &str, text: &str, body: &'static str| Expect {
        statuses: vec![200],
        headers: vec![(name.parse().unwrap(), text.into())],
        body: Some(body.into()),
    };
    for (expect, good) in [
        (expect("x-kind", "test", "ello"), 3),
        (expect("x-kind", "text", "ello"), 0),
        (expect("x-sort", "test", "ello"), 0),
        (expect("x-kind", "test", "hallo"), 0),
    ] {
        assert_eq!(asked(Method::GET, answer, expect).0.good(), good);
    }
}

#[test]
fn an_answer_to_half_a_request_is_one() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.read_exact(&mut [0; 100]).unwrap();
        stream.write_all(b"HTTP/1.1 413 Too Large\r\ncontent-length: 5\r\nconnection: close\r\n\r\nlarge").unwrap();
        thread::sleep(Duration::from_millis(300));
    });
    let target = Asked {
        name: "all".into(),
        url,
        via: None,
        method: Method::POST,
        headers: Vec::new(),
        body: vec![b'x'; 32 << 20].into(),
        weight: 1.0,
        expect: Expect::default(),
        objectives: Vec::new(),
    };
    let traffic = Traffic::Closed { lasts: 10 * SECOND };
    let ask = Ask { traffic, requests: Some(1), connections: 1, timeout: 5 * SECOND, ..Ask::of(vec![target]) };
    let ledger = judged(ask.plan().unwrap().0).whole.ledger;
    assert_eq!((ledger.answered[3], ledger.bytes), (1, 5), "{ledger:?}");
}
