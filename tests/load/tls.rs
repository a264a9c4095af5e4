//! Certificates, good and bad.

use crate::{
    command::{load, report},
    server::{Clients, Manner, Server, certificate, secure},
};

const HTTP1: &[&str] = &["http/1.1"];

/// Arguments for a few requests to a host that a server stands for.
fn few<'a>(url: &'a str, resolve: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [url, "--resolve", resolve, "-n", "4", "-c", "2"].into_iter().chain(more.iter().copied()).collect()
}

#[test]
fn a_bad_certificate_is_named_and_mended() {
    let (ca, stranger) = (certificate("ca.pem"), certificate("stranger.pem"));
    for (shown, host, authority, why) in [
        ("foo.pem", "foo.localhost", &ca, ""),
        ("expired.pem", "foo.localhost", &ca, "the server's certificate has expired"),
        ("foo.pem", "other.localhost", &ca, "the server's certificate is not for `other.localhost`"),
        (
            "foo.pem",
            "foo.localhost",
            &stranger,
            "the server's certificate is signed by an authority that is not trusted",
        ),
    ] {
        let server = Server::secure(Manner::Answers(200), secure(&[("", shown)], Clients::Anybody, HTTP1));
        let (url, resolve) = (format!("https://{host}/"), server.resolve(host, 443));
        let ended = report(few(&url, &resolve, &["--cacert", authority]));
        if why.is_empty() {
            ended.is_met();
            continue;
        }
        assert_eq!((ended.code, &ended.json()["ledger"]["failed"][2]), (1, &4.into()), "{shown}");
        assert_eq!(server.requests().len(), 0);
        let text = load(few(&url, &resolve, &["--cacert", authority])).stdout;
        assert!(text.contains(why), "{why:?} is not in:\n{text}");
        // Whoever takes any certificate takes this one.
        report(few(&url, &resolve, &["--insecure"])).is_met();
    }
}

#[test]
fn each_host_is_shown_its_own_certificate() {
    let shown = [("foo.localhost", "foo.pem"), ("bar.localhost", "bar.pem")];
    let server = Server::secure(Manner::Answers(200), secure(&shown, Clients::Anybody, HTTP1));
    let (foo, bar) = (server.resolve("foo.localhost", 443), server.resolve("bar.localhost", 443));
    let ca = certificate("ca.pem");
    let urls = ["https://foo.localhost/", "https://bar.localhost/"];
    let resolve = ["--resolve", &foo, "--resolve", &bar, "--cacert", &ca];
    report(urls.into_iter().chain(resolve).chain(["-n", "40", "-c", "2"])).is_met();
    let hosts: Vec<String> = server.requests().iter().map(|request| request.header("host").to_owned()).collect();
    assert_eq!(hosts.len(), 40);
    assert!(["foo.localhost", "bar.localhost"].iter().all(|host| hosts.iter().any(|own| own == host)));
    // A certificate is for one of them, so each has connections of its own.
    let used = |host: &str| -> Vec<u64> {
        let own = server.requests();
        own.iter().filter(|request| request.header("host") == host).map(|request| request.connection).collect()
    };
    assert!(used("foo.localhost").iter().all(|connection| !used("bar.localhost").contains(connection)));
}

#[test]
fn a_server_that_asks_who_one_is() {
    let known = secure(&[("", "foo.pem")], Clients::Known, HTTP1);
    let server = Server::secure(Manner::Answers(200), known);
    let resolve = server.resolve("foo.localhost", 443);
    let file = |name| certificate(name);
    let (ca, key) = (file("ca.pem"), file("client.key"));
    let (own, unknown) = (file("client.pem"), file("stranger-client.pem"));
    let url = "https://foo.localhost/";
    report(few(url, &resolve, &["--cacert", &ca, "--cert", &own, "--key", &key])).is_met();
    let met = server.requests().len();
    for (identity, why) in [
        (
            &["--cert", unknown.as_str(), "--key", key.as_str()][..],
            "the server does not trust the client's certificate",
        ),
        (&[], "the server asks for a client's certificate"),
    ] {
        let arguments: Vec<&str> = ["--cacert", &ca].into_iter().chain(identity.iter().copied()).collect();
        let ended = report(few(url, &resolve, &arguments));
        assert_eq!((ended.code, &ended.json()["ledger"]["failed"][2]), (1, &4.into()), "{why}: {}", ended.stdout);
        let text = load(few(url, &resolve, &arguments)).stdout;
        assert!(text.contains(why), "{why:?} is not in:\n{text}");
    }
    assert_eq!(server.requests().len(), met);
}

#[test]
fn files_that_are_no_certificates_or_keys() {
    let server = Server::secure(Manner::Answers(200), secure(&[("", "foo.pem")], Clients::Known, HTTP1));
    let url = format!("https://{}/", server.address);
    let file = |name| certificate(name);
    let (pem, key, other) = (file("client.pem"), file("client.key"), file("server.key"));
    for (arguments, why) in [
        (&["--cacert", "no-such-file.pem"][..], "cannot read `no-such-file.pem`"),
        (&["--cacert", &key], "holds no certificate"),
        (&["--insecure", "--cert", &key, "--key", &key], "holds no certificate"),
        (&["--insecure", "--cert", &pem, "--key", &pem], "holds no private key"),
        (&["--insecure", "--cert", &pem, "--key", &other], "the private key is not that of the certificate"),
    ] {
        load([url.as_str()].into_iter().chain(arguments.iter().copied())).is_refused(why);
    }
    assert_eq!(server.connections(), 0);
}
