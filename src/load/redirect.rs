//! Where a redirect leads, and what is asked for there (RFC 9110, 15.4).

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Uri,
    header::{self, HOST},
    uri::{Authority, Scheme},
};

use super::{
    connect::Version,
    route::{Routes, port_of},
    target::{Body, Origin},
};

/// Redirects that are followed.
#[derive(Clone, Debug, Default)]
pub struct Redirects {
    /// How many, one after another; none where it is 0.
    pub most: u32,
    /// Where connections to other hosts lead.
    pub routes: Routes,
}

/// What has to be sent next.
pub(super) struct Hop {
    pub(super) request: Request<Body>,
    /// Where to; nothing if it is where the last request went.
    pub(super) origin: Option<Origin>,
}

/// Whether a status sends one elsewhere.
pub(super) fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

impl Redirects {
    /// The request that an answer asks for instead; nothing if it makes no sense.
    ///
    /// Two requests are of one origin if the server takes them for such: it knows the host by the `Host` header and not
    /// by the address that somebody has connected to.
    pub(super) fn follow(
        &self,
        asked: &Request<Body>,
        from: &Origin,
        version: Version,
        status: u16,
        location: &HeaderValue,
    ) -> Option<Hop> {
        let here = Place::of(asked, from)?;
        let (there, path) = here.join(location.to_str().ok()?, asked.uri())?;
        let is_same = here == there;
        let becomes_get = match status {
            301 | 302 => asked.method() == Method::POST,
            303 => asked.method() != Method::HEAD,
            _ => false,
        };
        let authority = if is_same { here.authority } else { there.authority.clone() };
        let mut request = Request::new(if becomes_get { Body::new(Bytes::new()) } else { asked.body().clone() });
        *request.method_mut() = if becomes_get { Method::GET } else { asked.method().clone() };
        *request.headers_mut() = headers(asked.headers(), is_same, becomes_get);
        *request.uri_mut() = match version {
            Version::One => {
                request.headers_mut().insert(HOST, HeaderValue::try_from(authority.as_str()).ok()?);
                path.parse().ok()?
            }
            Version::Two => {
                let scheme = if there.tls { Scheme::HTTPS } else { Scheme::HTTP };
                Uri::builder().scheme(scheme).authority(authority).path_and_query(path).build().ok()?
            }
        };
        let origin = || self.routes.origin(there.tls, there.host(), there.port, None);
        Some(Hop { request, origin: (!is_same).then(origin) })
    }
}

/// The headers that are sent on. Whoever is not asked by its user must not learn what only the user knows: another
/// origin gets those alone that say what is wanted.
fn headers(asked: &HeaderMap, is_same: bool, becomes_get: bool) -> HeaderMap {
    const HARMLESS: [HeaderName; 9] = [
        header::ACCEPT,
        header::ACCEPT_CHARSET,
        header::ACCEPT_ENCODING,
        header::ACCEPT_LANGUAGE,
        header::CACHE_CONTROL,
        header::PRAGMA,
        header::RANGE,
        header::TE,
        header::USER_AGENT,
    ];
    let is_of_body = |name: &HeaderName| name.as_str().starts_with("content-") || *name == header::TRANSFER_ENCODING;
    let goes_on = |name: &HeaderName| {
        if is_of_body(name) { !becomes_get } else { *name != HOST && (is_same || HARMLESS.contains(name)) }
    };
    let kept = asked.iter().filter(|(name, _)| goes_on(name));
    kept.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// Scheme, host and port.
struct Place {
    tls: bool,
    authority: Authority,
    port: u16,
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        let host = self.host().eq_ignore_ascii_case(other.host());
        self.tls == other.tls && host && self.port == other.port
    }
}

impl Place {
    /// Where a request goes, as the server sees it.
    fn of(request: &Request<Body>, from: &Origin) -> Option<Self> {
        let named = request.headers().get(HOST).and_then(|host| host.to_str().ok()?.parse().ok());
        let authority = request.uri().authority().cloned().or(named);
        let own = || format!("{}:{}", from.bracketed(), from.port).parse().ok();
        Self::new(from.tls, authority.or_else(own)?)
    }

    fn new(tls: bool, authority: Authority) -> Option<Self> {
        let port = port_of(&authority, tls).filter(|_| !authority.host().is_empty())?;
        Some(Self { tls, authority, port })
    }

    fn host(&self) -> &str {
        self.authority.host().trim_matches(['[', ']'])
    }

    /// Where a reference leads that was found here: the place, and the path with its query (RFC 3986, 5.2).
    fn join(&self, reference: &str, base: &Uri) -> Option<(Self, String)> {
        let reference = reference.split('#').next().unwrap_or_default();
        let own = || Self { authority: self.authority.clone(), ..*self };
        let scheme = reference.split_once(':').filter(|(scheme, _)| is_scheme(scheme));
        let (tls, rest) = match scheme {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (false, rest.strip_prefix("//")?),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (true, rest.strip_prefix("//")?),
            Some(_) => return None,
            None => match reference.strip_prefix("//") {
                Some(rest) => (self.tls, rest),
                None => return Some((own(), relative(reference, base))),
            },
        };
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        // Who a server says that one is, is nobody's business.
        let (_, authority) = rest[..end].rsplit_once('@').unwrap_or(("", &rest[..end]));
        let place = Self::new(tls, authority.parse().ok()?)?;
        Some((place, with_dots_removed(&rest[end..])))
    }
}

fn is_scheme(text: &str) -> bool {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "+-.".contains(letter);
    text.starts_with(|letter: char| letter.is_ascii_alphabetic()) && text.chars().all(is_part)
}

/// The path and query of a reference to the same place.
fn relative(reference: &str, base: &Uri) -> String {
    match reference.chars().next() {
        None => base.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        Some('/') => with_dots_removed(reference),
        Some('?') => format!("{}{reference}", base.path()),
        Some(_) => {
            let directory = base.path().rsplit_once('/').map_or("", |(directory, _)| directory);
            with_dots_removed(&format!("{directory}/{reference}"))
        }
    }
}

/// A path without the segments `.` and `..`, with the query as it is.
fn with_dots_removed(path_and_query: &str) -> String {
    let (path, query) = path_and_query.find('?').map_or((path_and_query, ""), |at| path_and_query.split_at(at));
    let mut kept: Vec<&str> = Vec::new();
    let segments: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
    for segment in &segments {
        match *segment {
            "." => {}
            ".." => drop(kept.pop()),
            other => kept.push(other),
        }
    }
    // A path that ends in a directory ends in a slash.
    let slash = if matches!(segments.last(), Some(&("." | ".."))) && !kept.is_empty() { "/" } else { "" };
    format!("/{}{slash}{query}", kept.join("/"))
}

#[cfg(test)]
mod tests;
