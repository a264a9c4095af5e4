//! Where redirects lead.

use super::*;

fn origin() -> Origin {
    Routes::default().origin(false, "127.0.0.1", 8080, None)
}

/// What follows a redirect, as `METHOD URL`.
fn followed(method: &str, status: u16, location: &str) -> Option<(String, Hop)> {
    let request = Request::builder().method(method).uri("/a/b/c?q=1").header(HOST, "foo.localhost:8080");
    let request = request.header("authorization", "Bearer x").header("cookie", "a=1").header("x-api-key", "k");
    let request = request.header("accept", "*/*").header("content-type", "text/plain");
    let request = request.body(Body::new(Bytes::from_static(b"body"))).unwrap();
    let location = HeaderValue::try_from(location).unwrap();
    let hop = Redirects::default().follow(&request, &origin(), Version::One, status, &location)?;
    let scheme = if hop.origin.as_ref().is_some_and(|origin| origin.tls) { "https" } else { "http" };
    let host = hop.request.headers()[HOST].to_str().unwrap().to_owned();
    Some((format!("{} {scheme}://{host}{}", hop.request.method(), hop.request.uri()), hop))
}

fn url(location: &str) -> Option<String> {
    followed("GET", 302, location).map(|(url, _)| url.replace("GET http://foo.localhost:8080", ""))
}

#[test]
fn references_are_resolved() {
    for (location, expected) in [
        ("/x", "/x"),
        ("x", "/a/b/x"),
        ("./x?y=/../z", "/a/b/x?y=/../z"),
        ("../x/", "/a/x/"),
        ("../../../..", "/"),
        ("..", "/a/"),
        (".", "/a/b/"),
        ("?q=2", "/a/b/c?q=2"),
        ("", "/a/b/c?q=1"),
        ("#part", "/a/b/c?q=1"),
        ("/x#part", "/x"),
        ("http://foo.localhost:8080", "/"),
        ("HTTP://FOO.localhost:8080?x", "/?x"),
        ("//foo.localhost:8080/x", "/x"),
        ("http://foo.localhost/", "GET http://foo.localhost/"),
        ("//bar/x", "GET http://bar/x"),
        ("https://me:secret@bar:444/x", "GET https://bar:444/x"),
        ("https://[::1]/", "GET https://[::1]/"),
    ] {
        assert_eq!(url(location).as_deref(), Some(expected), "{location}");
    }
    for location in ["ftp://bar/", "mailto:me", "http:///x", "http:x", "https://a b/", "/a b", "http://bar:99999/"] {
        assert_eq!(url(location), None, "{location}");
    }
}

#[test]
fn methods_follow_the_status() {
    for (status, method, expected) in [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (302, "PUT", "PUT"),
        (303, "PUT", "GET"),
        (303, "HEAD", "HEAD"),
        (307, "POST", "POST"),
        (308, "POST", "POST"),
    ] {
        let (url, hop) = followed(method, status, "/x").unwrap();
        assert!(url.starts_with(expected), "{status} {method} {url}");
        let has_body = hop.request.headers().contains_key("content-type");
        assert_eq!(has_body, expected != "GET", "{status} {method}");
        assert_eq!(hyper::body::Body::size_hint(hop.request.body()).exact(), Some(if has_body { 4 } else { 0 }));
    }
}

#[test]
fn secrets_stay_with_their_origin() {
    let has = |location: &str| {
        let (_, hop) = followed("POST", 307, location).unwrap();
        ["authorization", "cookie", "x-api-key", "accept", "content-type"]
            .map(|name| hop.request.headers().contains_key(name))
    };
    assert_eq!(has("/x"), [true; 5]);
    assert_eq!(has("http://foo.localhost:8080/x"), [true; 5]);
    for other in ["http://foo.localhost/x", "https://foo.localhost:8080/x", "http://127.0.0.1:8080/x", "//bar/"] {
        assert_eq!(has(other), [false, false, false, true, true], "{other}");
    }
}

#[test]
fn other_origins_have_routes_of_their_own() {
    let route = crate::load::ConnectTo::parse("bar:443:controller.svc:8443").unwrap();
    let redirects = Redirects { most: 1, routes: Routes { connect_to: vec![route], ..Routes::default() } };
    let request = Request::get("/").header(HOST, "foo").body(Body::default()).unwrap();
    let location = HeaderValue::from_static("https://bar/x");
    let hop = redirects.follow(&request, &origin(), Version::One, 302, &location).unwrap();
    let origin = hop.origin.unwrap();
    assert_eq!((origin.tls, origin.host.as_str(), origin.via.unwrap().port), (true, "bar", 8443));
}

#[test]
fn in_http_2_the_uri_is_whole() {
    let request = Request::get("http://foo/a").body(Body::default()).unwrap();
    let location = HeaderValue::from_static("https://bar/x");
    let hop = Redirects::default().follow(&request, &origin(), Version::Two, 302, &location).unwrap();
    assert_eq!((hop.request.uri().to_string().as_str(), hop.request.headers().len()), ("https://bar/x", 0));
}
