//! Addresses of servers: URLs, and hosts with their ports.

use http::{Uri, uri::Scheme};

/// A URL of HTTP.
///
/// # Errors
/// What is wrong with it, as the end of a sentence.
pub fn http_url(text: &str) -> Result<Uri, &'static str> {
    let uri: Uri = text.parse().map_err(|_| "is no URL")?;
    if uri.scheme().is_none_or(|scheme| *scheme != Scheme::HTTP && *scheme != Scheme::HTTPS) {
        return Err("does not begin with http:// or https://");
    }
    let authority = uri.authority().filter(|authority| !authority.host().is_empty()).ok_or("names no host")?;
    if authority.as_str().contains('@') {
        return Err("holds a user");
    }
    let port = authority.as_str().strip_prefix(authority.host()).unwrap_or_default().strip_prefix(':');
    if port.is_some_and(|port| !is_port(port)) {
        return Err("names no port that there can be");
    }
    Ok(uri)
}

/// The two halves of `host:port`; an IPv6 address stands in brackets.
pub fn host_and_port(text: &str) -> Option<(&str, u16)> {
    let (host, port) = text.rsplit_once(':')?;
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_host = match bare {
        Some(bare) => bare.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)),
    };
    (is_host && is_port(port)).then(|| Some((bare.unwrap_or(host), port.parse().ok()?)))?
}

fn is_port(text: &str) -> bool {
    super::digits::<u16>(text).is_some_and(|port| port > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_http() {
        for right in ["http://a", "https://a.example:8443/b?c=d", "http://[::1]:80/"] {
            assert!(http_url(right).is_ok(), "{right}");
        }
        for (wrong, why) in [
            ("a.example/b", "is no URL"),
            ("/a", "does not begin with http:// or https://"),
            ("ftp://a/", "does not begin with http:// or https://"),
            ("http://u:p@a/", "holds a user"),
            ("http://a:0/", "names no port that there can be"),
            ("http://a:/", "names no port that there can be"),
            ("http://a b/", "is no URL"),
            ("http:///b", "is no URL"),
        ] {
            assert_eq!(http_url(wrong).err(), Some(why), "{wrong}");
        }
    }

    #[test]
    fn hosts_and_ports() {
        assert_eq!(host_and_port("controller.ingress-nginx.svc:80"), Some(("controller.ingress-nginx.svc", 80)));
        assert_eq!(host_and_port("[::1]:443"), Some(("::1", 443)));
        for wrong in ["a", "a:", ":80", "a:0", "a:65536", "http://a:80", "a/b:80", "[x]:80", "::1:80"] {
            assert_eq!(host_and_port(wrong), None, "{wrong}");
        }
    }
}
