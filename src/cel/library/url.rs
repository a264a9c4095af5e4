//! URLs as Go's `url.ParseRequestURI` reads them: <https://pkg.go.dev/k8s.io/apiserver/pkg/cel/library#URLs>.

use std::{fmt, fmt::Write, rc::Rc};

use super::{Table, no_overload};
use crate::cel::value::{Error, Outcome, Value};

pub(super) const TABLE: Table = &[
    ("url(string): url", |args| match args {
        [Value::String(text)] => {
            Url::parse(text).map(|url| Value::Url(Rc::new(url))).ok_or_else(|| Error::new("this is no URL"))
        }
        _ => no_overload(),
    }),
    ("isURL(string): bool", |args| match args {
        [Value::String(text)] => Ok(Value::Bool(Url::parse(text).is_some())),
        _ => no_overload(),
    }),
    ("(url).getScheme(): string", |args| part(args, |url| url.scheme.clone())),
    ("(url).getHost(): string", |args| part(args, |url| url.host.clone())),
    ("(url).getHostname(): string", |args| part(args, |url| url.split_host().0.to_owned())),
    ("(url).getPort(): string", |args| part(args, |url| url.split_host().1.to_owned())),
    ("(url).getEscapedPath(): string", |args| part(args, Url::escaped_path)),
    ("(url).getQuery(): map(string, list(string))", |args| match args {
        [Value::Url(url)] => Ok(query(&url.query)),
        _ => no_overload(),
    }),
];

/// A URL, or an absolute path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    scheme: String,
    /// With the port, and with the brackets of an IPv6 address.
    host: String,
    path: String,
    query: String,
    text: String,
}

impl Url {
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.is_empty() || text.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
            return None;
        }
        let (scheme, rest) = split_scheme(text)?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (host, path) = match rest.strip_prefix("//") {
            Some(rest) if !scheme.is_empty() => {
                let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                (host(authority)?, path)
            }
            _ if !rest.starts_with('/') && scheme.is_empty() => return None,
            // A scheme and what only that scheme understands, such as `mailto:a@b`.
            _ if !rest.starts_with('/') => (String::new(), ""),
            _ => (String::new(), rest),
        };
        unescape(path, false)?;
        Some(Self { scheme, host, path: path.to_owned(), query: query.to_owned(), text: text.to_owned() })
    }

    fn split_host(&self) -> (&str, &str) {
        let (host, port) = match self.host.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, port),
            _ => (self.host.as_str(), ""),
        };
        match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
            Some(inner) => (inner, port),
            None if host.starts_with('[') => (self.host.as_str(), ""),
            None => (host, port),
        }
    }

    /// The path, with escapes where they are needed; those that were written stay.
    fn escaped_path(&self) -> String {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@!'()*%[]".contains(&byte);
        let mut escaped = String::new();
        for byte in self.path.bytes() {
            if plain(byte) {
                escaped.push(char::from(byte));
            } else {
                // Writing to a string cannot fail.
                let _ = write!(escaped, "%{byte:02X}");
            }
        }
        escaped
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The scheme in lower case, if there is one, and what follows; nothing for a text that only looks like a URL.
fn split_scheme(text: &str) -> Option<(String, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')));
    match end {
        Some(0) if text.starts_with(':') => None,
        Some(end) if text[end..].starts_with(':') && text.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            Some((text[..end].to_ascii_lowercase(), &text[end + 1..]))
        }
        _ => Some((String::new(), text)),
    }
}

/// The host of `user:password@host:port`, with its port.
fn host(authority: &str) -> Option<String> {
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let user_character = |c: char| c.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(c);
    if !user.chars().all(user_character) {
        return None;
    }
    let port = match host.strip_prefix('[') {
        Some(inner) => inner.rsplit_once(']')?.1,
        None => host.find(':').map_or("", |at| &host[host.rfind(':').unwrap_or(at)..]),
    };
    let port_is_sound = port.is_empty() || port.strip_prefix(':')?.bytes().all(|byte| byte.is_ascii_digit());
    let colons = if host.starts_with('[') { 0 } else { host.matches(':').count() };
    let wrong = |c: char| matches!(c, ' ' | '\\' | '^' | '{' | '}' | '|' | '`');
    if !port_is_sound || colons > 1 || host.contains(wrong) {
        return None;
    }
    // Only bytes beyond ASCII may be escaped in a host.
    unescape(host, false)
}

/// The text with `%41` read as `A`, and `+` as a space in a query.
fn unescape(text: &str, query: bool) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                let digits = std::str::from_utf8(&digits).ok().filter(|digits| !digits.starts_with('+'))?;
                u8::from_str_radix(digits, 16).ok()?
            }
            b'+' if query => b' ',
            byte => byte,
        });
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Every key with all its values, in the order they are first met.
fn query<'a>(text: &str) -> Value<'a> {
    let mut values: Vec<(String, Vec<Value<'a>>)> = Vec::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty() && !pair.contains(';')) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (Some(key), Some(value)) = (unescape(key, true), unescape(value, true)) else { continue };
        match values.iter_mut().find(|(known, _)| *known == key) {
            Some((_, all)) => all.push(Value::text(value)),
            None => values.push((key, vec![Value::text(value)])),
        }
    }
    let entries = values.into_iter().map(|(key, values)| (Value::text(key), Value::list(values)));
    Value::map(entries.collect())
}

fn part<'a>(args: &[Value<'a>], of: impl Fn(&Url) -> String) -> Outcome<Value<'a>> {
    match args {
        [Value::Url(url)] => Ok(Value::text(of(url))),
        _ => no_overload(),
    }
}
