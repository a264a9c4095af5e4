//! Where connections to a host lead: to the address of its name, or elsewhere.

use std::net::SocketAddr;

use http::uri::Authority;
use smol_str::SmolStr;

use super::target::{Origin, Via};
use crate::grammar::formats::digits;

/// An address of a host, in curl's words: `HOST:PORT:ADDRESS`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolve {
    /// The host, as the URL names it.
    pub host: SmolStr,
    /// The port, as the URL names it.
    pub port: u16,
    /// Where connections go instead.
    pub address: SocketAddr,
}

/// Another host to connect to, in curl's words: `HOST:PORT:HOST:PORT`. Its name is looked up at each connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectTo {
    /// The host, as the URL names it; any where there is none.
    pub host: Option<SmolStr>,
    /// The port, as the URL names it; any where there is none.
    pub port: Option<u16>,
    /// Where connections go instead.
    pub via: Detour,
}

/// Where connections go instead: `HOST:PORT`. What is left out stays as the URL has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detour {
    /// The host.
    pub host: Option<SmolStr>,
    /// The port.
    pub port: Option<u16>,
}

/// What is said about hosts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routes {
    /// Addresses of hosts. They go before everything else.
    pub resolve: Vec<Resolve>,
    /// Hosts to connect to for others; the first that fits counts.
    pub connect_to: Vec<ConnectTo>,
}

impl Routes {
    /// Where connections to a host lead. `own` is the detour of a target: what is said of its host goes before it, as what
    /// is said on the command line goes before what is written down.
    pub(super) fn origin(&self, tls: bool, host: &str, port: u16, own: Option<&Detour>) -> Origin {
        let origin = Origin { tls, host: host.into(), port, via: None, address: None };
        if let Some(address) = self.address(host, port) {
            return Origin { address: Some(address), ..origin };
        }
        let fits = |to: &&ConnectTo| {
            to.host.as_ref().is_none_or(|own| own.eq_ignore_ascii_case(host)) && to.port.is_none_or(|own| own == port)
        };
        let detour = self.connect_to.iter().find(fits).map(|to| &to.via).or(own);
        let Some(detour) = detour else { return origin };
        let via =
            Via { host: detour.host.clone().unwrap_or_else(|| origin.host.clone()), port: detour.port.unwrap_or(port) };
        let address = self.address(&via.host, via.port);
        Origin { via: Some(via), address, ..origin }
    }

    fn address(&self, host: &str, port: u16) -> Option<SocketAddr> {
        let fits = |resolve: &&Resolve| resolve.host.eq_ignore_ascii_case(host) && resolve.port == port;
        self.resolve.iter().find(fits).map(|resolve| resolve.address)
    }
}

impl Detour {
    /// Reads `HOST`, `HOST:PORT` or `[::1]:PORT`.
    pub fn parse(text: &str) -> Option<Self> {
        let (host, port) = match *fields(text).as_slice() {
            [host] => (host, ""),
            [host, port] => (host, port),
            _ => return None,
        };
        Self::of(host, port).ok().filter(|detour| detour.host.is_some())
    }

    fn of(host: &str, port: &str) -> Result<Self, NoPart> {
        Ok(Self { host: self::host(host)?, port: self::port(port)? })
    }
}

impl ConnectTo {
    /// Reads `HOST:PORT:HOST:PORT`, of which each part may be empty.
    pub fn parse(text: &str) -> Option<Self> {
        let [of, port, host, to] = *fields(text).as_slice() else { return None };
        let all =
            || Ok::<_, NoPart>(Self { host: self::host(of)?, port: self::port(port)?, via: Detour::of(host, to)? });
        all().ok()
    }
}

/// The port of an authority; that of its scheme where it names none, and nothing where it names one that is none.
pub(super) fn port_of(authority: &Authority, tls: bool) -> Option<u16> {
    let named = authority.as_str().rsplit_once(authority.host()).map_or("", |(_, port)| port);
    match named.trim_start_matches(':') {
        "" => Some(if tls { 443 } else { 80 }),
        port => self::port(port).ok()?,
    }
}

/// A part of a detour that is neither empty nor right.
struct NoPart;

/// The parts between colons, but for the colons of an address in brackets.
fn fields(text: &str) -> Vec<&str> {
    let mut is_inside = false;
    text.split(|letter| {
        is_inside = letter == '[' || is_inside && letter != ']';
        letter == ':' && !is_inside
    })
    .collect()
}

/// A host without its brackets; none where the text is empty.
fn host(text: &str) -> Result<Option<SmolStr>, NoPart> {
    let bare = text.strip_prefix('[').map_or(Some(text), |rest| rest.strip_suffix(']')).ok_or(NoPart)?;
    let is_odd = |letter: char| letter.is_whitespace() || letter.is_control() || "/@[]?#".contains(letter);
    if bare.contains(is_odd) {
        return Err(NoPart);
    }
    Ok((!bare.is_empty()).then(|| bare.into()))
}

fn port(text: &str) -> Result<Option<u16>, NoPart> {
    if text.is_empty() {
        return Ok(None);
    }
    digits(text).filter(|port| *port > 0).map(Some).ok_or(NoPart)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(resolve: &[(&str, u16, &str)], connect_to: &[&str]) -> Routes {
        let resolve = resolve.iter().map(|(host, port, address)| Resolve {
            host: (*host).into(),
            port: *port,
            address: address.parse().unwrap(),
        });
        Routes {
            resolve: resolve.collect(),
            connect_to: connect_to.iter().map(|text| ConnectTo::parse(text).unwrap()).collect(),
        }
    }

    #[test]
    fn a_detour_keeps_what_it_does_not_name() {
        let origin = routes(&[], &["foo::controller.svc:", "::[::1]:8080"]).origin(false, "foo", 81, None);
        assert_eq!(origin.via, Some(Via { host: "controller.svc".into(), port: 81 }));
        let origin = routes(&[], &["bar:80::", "::[::1]:8080"]).origin(true, "foo", 81, None);
        assert_eq!((origin.host.as_str(), origin.via), ("foo", Some(Via { host: "::1".into(), port: 8080 })));
    }

    #[test]
    fn an_address_goes_before_a_detour_and_leads_to_its_end() {
        let own = Detour::parse("controller.svc:8443").unwrap();
        let routes =
            routes(&[("foo", 80, "127.0.0.1:1"), ("controller.svc", 8443, "127.0.0.2:2")], &["foo:80:other:1"]);
        let (foo, bar) = (routes.origin(false, "FOO", 80, Some(&own)), routes.origin(false, "bar", 80, Some(&own)));
        assert_eq!((foo.address, foo.via), ("127.0.0.1:1".parse().ok(), None));
        assert_eq!((bar.address, bar.via.map(|via| via.host)), ("127.0.0.2:2".parse().ok(), own.host));
    }

    #[test]
    fn what_is_no_detour_is_refused() {
        for text in ["", ":80", "foo:x", "foo:0", "foo:80:1", "a b", "[::1", "http://foo"] {
            assert_eq!(Detour::parse(text), None, "{text}");
        }
        for text in ["foo:80", "foo:80:bar", "foo:80:bar:x", "foo:80:bar:1:2"] {
            assert_eq!(ConnectTo::parse(text), None, "{text}");
        }
    }
}
