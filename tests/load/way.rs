//! Which way requests take: to another host than the URL's, and on to where an answer sends them.

use std::{net::TcpListener, sync::mpsc, thread, time::Duration};

use karat::load::{Ask, Asked, ConnectTo, Cut, Expect, Failure, Resolve, Reuse, Traffic};
use rustls::server::Acceptor;

use crate::{
    script::{self, Script, answer},
    server::{Manner, Server},
    truth::{SECOND, judged},
};

fn asked(name: &str, url: &str) -> Asked {
    Asked {
        name: name.into(),
        url: url.to_owned(),
        via: None,
        method: http::Method::GET,
        headers: Vec::new(),
        body: bytes::Bytes::new(),
        weight: 1.0,
        expect: Expect { statuses: vec![200], ..Expect::default() },
        objectives: Vec::new(),
    }
}

/// So many requests, one after another.
fn ask(targets: Vec<Asked>, requests: u64) -> Ask {
    let traffic = Traffic::Closed { lasts: 10 * SECOND };
    Ask { traffic, requests: Some(requests), connections: 1, seed: 3, ..Ask::of(targets) }
}

fn ok() -> Script {
    Script::start(|_| answer(200, "", "hello"))
}

#[test]
fn another_host_is_connected_to_and_the_same_is_asked_for() {
    let server = ok();
    let port = server.address.port();
    let via = Some(format!("localhost:{port}"));
    let foo = Asked { via: via.clone(), ..asked("foo", "http://foo.invalid/x") };
    let bar = Asked { via, ..asked("bar", "http://bar.invalid:81/y") };
    let plan = ask(vec![foo, bar], 20).plan().unwrap().0;
    assert_eq!(plan.origins.len(), 1);
    let ledger = judged(plan).whole.ledger;
    assert_eq!((ledger.good(), server.connections()), (20, 1), "{ledger:?}");
    let is_right = |asked: &script::Asked| match asked.line.as_str() {
        "GET /x" => asked.has("host: foo.invalid"),
        "GET /y" => asked.has("host: bar.invalid:81"),
        _ => false,
    };
    assert!(server.asked().iter().all(is_right), "{:?}", server.asked());
}

#[test]
fn the_name_of_another_host_is_looked_up_at_each_connection() {
    let server = ok();
    let to = ConnectTo::parse(&format!("foo.invalid::localhost:{}", server.address.port())).unwrap();
    let ask =
        Ask { connect_to: vec![to], reuse: Reuse::Between(2, 2), ..ask(vec![asked("foo", "http://foo.invalid/")], 10) };
    assert_eq!(judged(ask.plan().unwrap().0).whole.ledger.good(), 10);
    assert_eq!(server.connections(), 5);
}

#[test]
fn an_address_overrides_another_host() {
    let server = ok();
    let ask = Ask {
        resolve: vec![Resolve { host: "foo.invalid".into(), port: 80, address: server.address }],
        ..ask(vec![Asked { via: Some("bar.invalid:1".to_owned()), ..asked("foo", "http://foo.invalid/") }], 3)
    };
    assert_eq!(judged(ask.plan().unwrap().0).whole.ledger.good(), 3);
}

#[test]
fn a_certificate_is_asked_for_by_the_name_of_the_url() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, names) = mpsc::channel();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut acceptor = Acceptor::default();
            while acceptor.read_tls(&mut stream).is_ok_and(|read| read > 0) {
                if let Ok(Some(hello)) = acceptor.accept() {
                    let _ = sender.send(hello.client_hello().server_name().map(ToOwned::to_owned));
                    break;
                }
            }
        }
    });
    let mut ask = ask(vec![Asked { via: Some(address.to_string()), ..asked("foo", "https://foo.example/") }], 1);
    ask.trust.anybody = true;
    assert_eq!(judged(ask.plan().unwrap().0).whole.ledger.failures(Failure::Tls), 1);
    assert_eq!(names.recv_timeout(SECOND).unwrap().as_deref(), Some("foo.example"));
}

#[test]
fn a_chain_of_redirects_is_one_request() {
    let server = Script::start(|asked| match asked.line.as_str() {
        "POST /a" => answer(307, "location: b?x=1\r\n", "12345"),
        "POST /b?x=1" => answer(303, "location: /c\r\n", ""),
        "GET /c" => answer(200, "", "hello"),
        _ => answer(404, "", ""),
    });
    let url = format!("http://{}/a", server.address);
    let post = || Asked { method: http::Method::POST, body: "body".into(), ..asked("all", &url) };
    let ledger = judged(Ask { redirects: 2, ..ask(vec![post()], 4) }.plan().unwrap().0).whole.ledger;
    assert_eq!((ledger.planned, ledger.good(), ledger.answered[1], ledger.bytes), (4, 4, 4, 40));
    assert_eq!(server.connections(), 1);
    let bodies: Vec<String> = server.asked().into_iter().take(3).map(|asked| asked.body).collect();
    assert_eq!(bodies, ["body", "body", ""]);
    // One too many, and none at all.
    for (redirects, sent) in [(1, 2), (0, 1)] {
        let before = server.asked().len();
        let ledger = judged(Ask { redirects, ..ask(vec![post()], 1) }.plan().unwrap().0).whole.ledger;
        assert_eq!((ledger.answered[2], ledger.unexpected, server.asked().len() - before), (1, 1, sent));
    }
}

#[test]
fn a_redirect_in_a_circle_is_not_as_expected() {
    let server = Script::start(|_| answer(302, "location: /\r\n", ""));
    let mut target = asked("all", &format!("http://{}/", server.address));
    // Without redirects to follow, the answer would be right.
    target.expect.statuses = vec![200, 302];
    let ledger = judged(Ask { redirects: 5, ..ask(vec![target], 2) }.plan().unwrap().0).whole.ledger;
    assert_eq!((ledger.answered[2], ledger.unexpected, server.asked().len()), (2, 2, 12));
}

#[test]
fn credentials_stay_behind_when_a_redirect_leads_elsewhere() {
    let other = ok();
    let location = format!("location: http://localhost:{}/x\r\n", other.address.port());
    let server = Script::start(move |_| answer(302, &location, ""));
    let mut target = asked("all", &format!("http://{}/", server.address));
    let header = |name: &str, value: &str| (name.parse().unwrap(), value.parse().unwrap());
    target.headers = vec![header("authorization", "Bearer x"), header("x-token", "y"), header("accept", "text/plain")];
    let ledger = judged(Ask { redirects: 1, ..ask(vec![target], 6) }.plan().unwrap().0).whole.ledger;
    assert_eq!((ledger.good(), server.connections(), other.connections()), (6, 1, 1), "{ledger:?}");
    assert!(server.asked()[0].has("authorization: Bearer x"));
    let (there, name) = (other.asked().remove(0), format!("host: localhost:{}", other.address.port()));
    assert!(there.has("accept: text/plain") && there.has(&name), "{there:?}");
    assert!(!there.has("authorization: Bearer x") && !there.has("x-token: y"), "{there:?}");
}

#[test]
fn a_chain_has_one_clock() {
    let server = Script::start(|_| {
        thread::sleep(Duration::from_millis(150));
        answer(302, "location: /\r\n", "")
    });
    let ask = Ask {
        redirects: 50,
        timeout: Duration::from_millis(500),
        ..ask(vec![asked("all", &format!("http://{}/", server.address))], 1)
    };
    assert_eq!(judged(ask.plan().unwrap().0).whole.ledger.failures(Failure::Timeout), 1);
    assert!(server.asked().len() <= 4);
}

#[test]
fn a_run_ends_when_it_has_received_enough() {
    let server = Server::start(Manner::NeverEnds);
    let url = format!("http://{}/", server.address);
    let endless = Ask { max_bytes: Some(200), connections: 2, ..ask(vec![asked("all", &url)], u64::MAX) };
    let outcome = judged(endless.plan().unwrap().0);
    let ledger = &outcome.whole.ledger;
    assert_eq!((outcome.cut, ledger.planned), (Some(Cut::Bytes), 2), "{ledger:?}");
    assert!(ledger.aborted >= 1 && ledger.errors() == 0 && outcome.measured_for < 5 * SECOND, "{ledger:?}");
    assert!((200..300).contains(&ledger.bytes), "{ledger:?}");

    let server = ok();
    let url = format!("http://{}/", server.address);
    let short = Ask { max_bytes: Some(500), connections: 4, threads: 2, ..ask(vec![asked("all", &url)], u64::MAX) };
    let outcome = judged(short.plan().unwrap().0);
    assert_eq!(outcome.cut, Some(Cut::Bytes));
    assert!((500..540).contains(&outcome.whole.ledger.bytes), "{:?}", outcome.whole.ledger);
}
