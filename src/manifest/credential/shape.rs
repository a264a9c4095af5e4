//! The shapes by which a credential is known, whatever it is called.

use super::is_stand_in;

/// A kind of credential: what it starts with, how long it is at least behind that, and what it is.
struct Shape {
    start: &'static str,
    length: usize,
    what: &'static str,
}

const fn shape(start: &'static str, length: usize, what: &'static str) -> Shape {
    Shape { start, length, what }
}

const SHAPES: [Shape; 22] = [
    shape("AKIA", 16, "an AWS access key"),
    shape("ASIA", 16, "an AWS access key"),
    shape("AIza", 35, "a Google API key"),
    shape("ghp_", 36, "a GitHub token"),
    shape("gho_", 36, "a GitHub token"),
    shape("ghu_", 36, "a GitHub token"),
    shape("ghs_", 36, "a GitHub token"),
    shape("ghr_", 36, "a GitHub token"),
    shape("github_pat_", 40, "a GitHub token"),
    shape("glpat-", 20, "a GitLab token"),
    shape("xoxa-", 10, "a Slack token"),
    shape("xoxb-", 10, "a Slack token"),
    shape("xoxp-", 10, "a Slack token"),
    shape("xoxr-", 10, "a Slack token"),
    shape("xoxs-", 10, "a Slack token"),
    shape("sk_live_", 16, "a Stripe key"),
    shape("rk_live_", 16, "a Stripe key"),
    shape("npm_", 36, "an npm token"),
    shape("pypi-AgEI", 40, "a PyPI token"),
    shape("dop_v1_", 64, "a DigitalOcean token"),
    shape("hf_", 34, "a Hugging Face token"),
    shape("SG.", 60, "a SendGrid key"),
];

/// What kind of credential a text holds, by its shape.
pub(in crate::manifest) fn credential_in(text: &str) -> Option<&'static str> {
    // Nothing that is looked for is shorter.
    if text.len() < 12 {
        return None;
    }
    let bytes = text.as_bytes();
    let mut before = b' ';
    for (at, byte) in bytes.iter().enumerate() {
        let found = match byte {
            b':' => url(bytes, at),
            b'-' if before != b'-' => private_key(bytes, at),
            b'A' | b'S' | b'd' | b'e' | b'g' | b'h' | b'n' | b'p' | b'r' | b's' | b'x' if !is_word(before) => {
                token(bytes, at)
            }
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        before = *byte;
    }
    None
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// The letters, digits, `_` and `-` from a position on.
fn word(bytes: &[u8], at: usize) -> &str {
    let rest = bytes.get(at..).unwrap_or_default();
    let end = rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len());
    std::str::from_utf8(&rest[..end]).unwrap_or_default()
}

fn token(bytes: &[u8], at: usize) -> Option<&'static str> {
    let rest = bytes.get(at..)?;
    if rest.starts_with(b"eyJ") {
        return web_token(bytes, at);
    }
    let shape = SHAPES.iter().find(|shape| rest.starts_with(shape.start.as_bytes()))?;
    let length = if shape.start == "SG." { dotted(bytes, at) } else { word(bytes, at).len() } - shape.start.len();
    let is_exact = shape.what != "an AWS access key" || length == shape.length;
    let value = std::str::from_utf8(rest.get(shape.start.len()..shape.start.len() + length)?).ok()?;
    (length >= shape.length && is_exact && !is_stand_in(value)).then_some(shape.what)
}

/// How long a word is that may have dots.
fn dotted(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().take_while(|byte| is_word(**byte) || **byte == b'.').count()
}

/// A JSON Web Token (RFC 7519): two objects and a signature, each in base64.
fn web_token(bytes: &[u8], at: usize) -> Option<&'static str> {
    let header = word(bytes, at).len();
    let claims = word(bytes, at + header + 1);
    let signature = word(bytes, at + header + claims.len() + 2);
    let dots = [at + header, at + header + claims.len() + 1].map(|dot| bytes.get(dot));
    let is_token = dots == [Some(&b'.'); 2] && header > 10 && claims.starts_with("eyJ") && signature.len() >= 16;
    is_token.then_some("a JSON Web Token")
}

/// A URL with a password: `postgres://cart:hunter2@db`.
fn url(bytes: &[u8], at: usize) -> Option<&'static str> {
    let rest = bytes.get(at..)?.strip_prefix(b"://")?;
    let is_end =
        |byte: &u8| matches!(byte, b'/' | b'?' | b'#' | b'"' | b'\'' | b'<' | b'>') || byte.is_ascii_whitespace();
    let authority = &rest[..rest.iter().position(is_end).unwrap_or(rest.len())];
    let user = &authority[..authority.iter().rposition(|byte| *byte == b'@')?];
    // `docker://cart:1.0@sha256:…` has a tag there.
    if authority[user.len()..].starts_with(b"@sha256:") {
        return None;
    }
    let password = &user[user.iter().position(|byte| *byte == b':')? + 1..];
    let password = std::str::from_utf8(password).ok()?;
    let is_word = ["password", "pass", "pwd"].iter().any(|word| password.eq_ignore_ascii_case(word));
    (!password.is_empty() && !is_word && !is_stand_in(password)).then_some("a URL with a password")
}

/// A private key as RFC 7468 has it.
fn private_key(bytes: &[u8], at: usize) -> Option<&'static str> {
    let rest = bytes.get(at..)?.strip_prefix(b"-----BEGIN ")?;
    let label = &rest[..rest.iter().position(|byte| *byte == b'-')?];
    let is_private = label.ends_with(b"PRIVATE KEY") || label.ends_with(b"PRIVATE KEY BLOCK");
    let body = rest.get(label.len()..)?.strip_prefix(b"-----")?;
    // A line break may be written as `\n`.
    let body = body.iter().copied().filter(u8::is_ascii_alphanumeric).take(16).count();
    (is_private && body == 16).then_some("a private key")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        // In two parts, so that nobody takes them for credentials of this repository.
        let made =
            |start: &str, length: usize| format!("{start}{}", &"Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8Qr9St0".repeat(3)[..length]);
        for shape in SHAPES {
            let text = format!("--x={}", made(shape.start, shape.length));
            assert_eq!(credential_in(&text), Some(shape.what), "{text}");
            assert_eq!(credential_in(&format!("a{}", made(shape.start, shape.length))), None);
            assert_eq!(credential_in(&made(shape.start, 5)), None, "{}", shape.start);
            assert_eq!(credential_in(&format!("{}{}", shape.start, "x".repeat(80))), None, "{}", shape.start);
        }
        let token = [made("eyJ", 20), made("eyJ", 20), made("", 20)];
        assert_eq!(credential_in(&format!("Bearer {}", token.join("."))), Some("a JSON Web Token"));
        assert_eq!(credential_in(&token.join("/")), None);
        let key = ["-----BEGIN RSA PRIVATE ", "KEY-----\nMC4CAQAwBQYDK2VwBCIE\n"].concat();
        assert_eq!(credential_in(&key), Some("a private key"));
        assert_eq!(credential_in(&key.replace("PRIVATE", "PUBLIC")), None);
        assert_eq!(credential_in("-----BEGIN PRIVATE KEY-----\n...\n-----END"), None);
    }

    #[test]
    fn urls() {
        for text in [
            "postgres://cart:hunter2@db/cart",
            "redis://:hunter2@redis",
            "--dsn=\"amqp://a:b1@c:5672/\"",
            "://a:b:c@d.example",
        ] {
            assert_eq!(credential_in(text), Some("a URL with a password"), "{text}");
        }
        for text in [
            "https://example.com/a:b@c",
            "postgres://cart@db/cart",
            "postgres://cart:@db/cart",
            "postgres://cart:$(P)@db",
            "postgres://user:password@host",
            "a://b:<c>@d.example",
            "docker://cart:1.0@sha256:abc",
            "https://a.example:80/x",
            "1:2:3:4:5:6:7:8:9:0",
            "ééééééé://é:é",
        ] {
            assert_eq!(credential_in(text), None, "{text}");
        }
    }
}
