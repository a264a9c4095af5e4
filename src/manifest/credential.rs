//! What tells a credential from any other text: the name that it goes by, or its own shape.

/// What the names of credentials end in, in lower case and without what stands between words. A name goes on where it is
/// about something else: `TOKEN_URL`, `PASSWORD_FILE`, `SECRET_NAME`.
const ENDINGS: [&str; 24] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "credential",
    "credentials",
    "apikey",
    "secretkey",
    "secretkeybase",
    "accesskey",
    "privatekey",
    "encryptionkey",
    "decryptionkey",
    "signingkey",
    "masterkey",
    "authkey",
    "licensekey",
    "accountkey",
    "sharedkey",
    "hmackey",
    "jwtkey",
    "connectionstring",
    "pwd",
];

/// Whether a name says that its value is a credential: `DB_PASSWORD`, `client-secret`, `apiKey`, `spring.db.password`.
fn names_credential(name: &str) -> bool {
    let name = name.trim_end_matches(|last: char| last.is_ascii_digit() || matches!(last, '_' | '-' | '.'));
    // What tells the members of one etcd from those of another is in every log.
    before(name, "initialclustertoken").is_none() && ends_as_credential(name)
}

fn ends_as_credential(name: &str) -> bool {
    ENDINGS.iter().any(|ending| before(name, ending).is_some_and(|rest| *ending != "pwd" || !rest.is_empty()))
        || is_short_password(name)
}

/// What stands before an ending, whatever its case and whatever is between its words.
fn before<'n>(name: &'n str, ending: &str) -> Option<&'n str> {
    let mut rest = name.as_bytes();
    for expected in ending.bytes().rev() {
        while let [start @ .., b'_' | b'-' | b'.'] = rest {
            rest = start;
        }
        let (last, start) = rest.split_last()?;
        if !last.eq_ignore_ascii_case(&expected) {
            return None;
        }
        rest = start;
    }
    name.get(..rest.len())
}

/// `DB_PASS`, `dbPass`, but neither `BYPASS` nor `compass`.
fn is_short_password(name: &str) -> bool {
    let Some(rest) = before(name, "pass").filter(|rest| !rest.is_empty()) else { return false };
    let tail = name.get(rest.len()..).unwrap_or_default();
    rest.ends_with(['_', '-', '.']) || tail.starts_with('P') && rest.ends_with(|last: char| last.is_ascii_lowercase())
}

/// What values start with that say where a credential is, or hold it encrypted.
const REFERENCES: [&str; 20] = [
    "$",
    "<",
    "%",
    "@",
    "!",
    ">>",
    "vault:",
    "ref+",
    "op:",
    "file:",
    "env:",
    "secret:",
    "secretref:",
    "ssm:",
    "arn:",
    "kms:",
    "enc:",
    "ENC[",
    "projects/",
    "secrets/",
];

/// What values hold that somebody else fills in.
const FILLED_IN: [&str; 4] = ["$(", "${", "{{", "%s"];

/// What stands in place of a value until somebody knows it.
const PLACEHOLDERS: [&str; 16] = [
    "changeme",
    "change-me",
    "change_me",
    "changeit",
    "replace",
    "placeholder",
    "redacted",
    "example",
    "todo",
    "fixme",
    "dummy",
    "your-",
    "your_",
    "insert",
    "xxxx",
    "****",
];

/// Values that switch something on or off, or say that there is none.
const SWITCHES: [&str; 16] = [
    "true",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "enable",
    "enabled",
    "disable",
    "disabled",
    "null",
    "none",
    "nil",
    "undefined",
    "optional",
    "required",
];

/// Whether a text is there instead of a value: nothing, a reference to one, or a word for one.
pub fn is_stand_in(text: &str) -> bool {
    let text = text.trim();
    let first = text.chars().next();
    let is_of_one = text.chars().all(|one| Some(one) == first);
    is_of_one
        || REFERENCES.iter().any(|start| text.starts_with(start))
        || FILLED_IN.iter().any(|part| text.contains(part))
        || PLACEHOLDERS.iter().any(|word| contains_word(text, word))
}

/// Whether a text holds a word, in either case.
fn contains_word(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

/// Whether the value of a name is a credential, if the name says so.
pub(super) fn is_credential(name: &str, value: &str) -> bool {
    if value.is_empty() || !names_credential(name) {
        return false;
    }
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
    let is_path = value.starts_with(['/', '~']) || value.starts_with("./") || value.starts_with("../");
    let is_switch = SWITCHES.iter().any(|word| value.eq_ignore_ascii_case(word));
    let counts = is_number && before(name, "token").is_some();
    // `secret.key: key` says where in a Secret.
    let is_other = is_path || is_switch || counts || value == "key" || is_variable(value) || names_object(name, value);
    !is_other && !value.contains("://") && !value.contains(char::is_whitespace) && !is_stand_in(value)
}

/// Whether a value is the name of a variable: `DB_PASSWORD`.
fn is_variable(value: &str) -> bool {
    value.contains('_') && value.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// Whether a value is more likely the name of a Secret: `TLS_SECRET` is `web-tls`.
fn names_object(name: &str, value: &str) -> bool {
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'/');
    before(name, "secret").is_some() && value.contains('-') && value.bytes().all(is_name)
}

/// The first name in a file of settings, or in a script, whose value is a credential. A line is `name=value` or `name: value`.
pub(super) fn named_in_lines(text: &str) -> Option<&str> {
    text.lines().find_map(|line| {
        let line = line.trim_start().trim_start_matches("- ");
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (name, value) = line.split_once(['=', ':'])?;
        let name = name.trim_end().trim_matches(['"', '\'']);
        let is_name =
            |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
        let value = value.trim().trim_end_matches([',', ';']).trim_matches(['"', '\'']);
        // What is more than a value is the code of a program.
        let is_code = value.contains(['(', '[', '{', '|', '&', '`', '>', '\\']) || value.eq_ignore_ascii_case(name);
        (is_name(name) && !is_code && is_credential(name, value)).then_some(name)
    })
}

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
pub(super) fn credential_in(text: &str) -> Option<&'static str> {
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
    fn names() {
        for name in [
            "PASSWORD",
            "DB_PASSWORD",
            "db.password",
            "dbPassword",
            "PGPASSWORD",
            "POSTGRES_PASSWORD_2",
            "API_KEY",
            "apiKey",
            "x-api-key",
            "AWS_SECRET_ACCESS_KEY",
            "clientSecret",
            "GITHUB_TOKEN",
            "SECRET_KEY_BASE",
            "SMTP_PASS",
            "smtpPass",
            "MYSQL_PWD",
            "GOOGLE_APPLICATION_CREDENTIALS",
        ] {
            assert!(names_credential(name), "{name}");
        }
        for name in [
            "",
            "TOKEN_URL",
            "PASSWORD_FILE",
            "SECRET_NAME",
            "KEY_PATH",
            "CACHE_KEY",
            "PUBLIC_KEY",
            "PWD",
            "BYPASS",
            "compass",
            "MAX_TOKENS",
            "PASSWORD_MIN_LENGTH",
            "AWS_ACCESS_KEY_ID",
            "tokenTtl",
            "initial-cluster-token",
            "KEY",
            "_",
            "é",
        ] {
            assert!(!names_credential(name), "{name}");
        }
    }

    #[test]
    fn values() {
        let is = |value: &str| is_credential("DB_PASSWORD", value);
        for value in ["hunter2", "password", "12345678", "p@ss/word", "my-password"] {
            assert!(is(value), "{value}");
        }
        for value in [
            "",
            "true",
            "Disabled",
            "/run/secrets/db",
            "./key",
            "$(DB)",
            "${DB}",
            "a$(DB)",
            "{{ .db }}",
            "<db>",
            "changeme",
            "CHANGE-ME",
            "xxx",
            "***",
            "vault:db#password",
            "https://vault.example.com",
            "two words",
            "ENC[AES256]",
            "DB_PASSWORD",
            "your-password",
            "op://vault/db/password",
        ] {
            assert!(!is(value), "{value}");
        }
        assert!(!is_credential("MAX_TOKEN", "4096") && is_credential("TOKEN", "a4096"));
        assert!(!is_credential("db.secret.key", "key"));
        assert!(!is_credential("TLS_SECRET", "web-tls") && is_credential("CLIENT_SECRET", "Web-tls"));
    }

    #[test]
    fn lines() {
        for text in [
            "a=b\nspring.db.password=hunter2",
            "{\n  \"apiKey\": \"hunter2\",\n}",
            "x:\n  - password: 'hunter2'",
            "export DB_PASSWORD=hunter2\n",
        ] {
            assert!(named_in_lines(text).is_some(), "{text}");
        }
        for text in [
            "# password=hunter2",
            "password: ${DB}",
            "token = get(\"x\")",
            "password=password",
            "password:",
            "password: |",
            "if password == \"x\":",
            "passwordFile: hunter2",
            "://",
            "password",
        ] {
            assert_eq!(named_in_lines(text), None, "{text}");
        }
    }

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
