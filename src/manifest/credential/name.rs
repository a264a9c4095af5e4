//! The names that credentials go by.

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
pub(super) fn names_credential(name: &str) -> bool {
    let name = name.trim_end_matches(|last: char| last.is_ascii_digit() || matches!(last, '_' | '-' | '.'));
    // What tells the members of one etcd from those of another is in every log.
    before(name, "initialclustertoken").is_none() && ends_as_credential(name)
}

fn ends_as_credential(name: &str) -> bool {
    ENDINGS.iter().any(|ending| before(name, ending).is_some_and(|rest| *ending != "pwd" || !rest.is_empty()))
        || is_short_password(name)
}

/// What stands before an ending, whatever its case and whatever is between its words.
pub(super) fn before<'n>(name: &'n str, ending: &str) -> Option<&'n str> {
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
}
