//! What tells a credential from any other text: the name that it goes by, or its own shape.

mod name;
mod shape;
mod stand_in;

pub(super) use shape::credential_in;
pub use stand_in::is_stand_in;

use self::name::{before, names_credential};

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
