//! A commit of the specs, which Argo CD calls dry, and the commit of some code that it refers to.

use serde::Serialize;

/// What the trailers that refer to a commit start with, whatever the case.
const TRAILER: &str = "argocd-reference-commit-";

/// A commit of the specs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DryCommit {
    /// Its hash.
    pub sha: String,
    /// What it says of itself, where it is at hand.
    pub message: Option<Message>,
}

/// What a commit says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// `Name <address>`.
    pub author: String,
    /// RFC 3339.
    pub date: String,
    /// The first paragraph.
    pub subject: String,
    /// The rest, without the trailers that became references.
    pub body: String,
    /// The commit that its trailers refer to, if they do.
    pub references: Vec<Reference>,
}

/// A commit of the code that made somebody change the specs, such as the one that an image was built of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// What is known of it.
    pub commit: Referred,
}

/// What trailers say of a commit. What they do not say is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Referred {
    /// `Name <address>`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub author: String,
    /// RFC 3339.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub date: String,
    /// One line.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// Any number of lines.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub body: String,
    /// Its hash, or the start of it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sha: String,
    /// Where it can be fetched.
    #[serde(rename = "repoURL", skip_serializing_if = "String::is_empty")]
    pub repo_url: String,
}

impl Message {
    /// What a commit says, with its references taken out of the body.
    pub fn new(author: &str, date: &str, subject: &str, body: &str) -> Self {
        let mut commit = Referred::default();
        let kept: Vec<&str> = body.lines().filter(|line| !commit.takes(line)).collect();
        let references = if commit == Referred::default() { Vec::new() } else { vec![Reference { commit }] };
        let body = kept.join("\n").trim_end().to_owned();
        Self { author: author.into(), date: date.into(), subject: subject.into(), body, references }
    }
}

impl Referred {
    /// Takes a line in if it is a trailer of a reference, with a value that can be one.
    fn takes(&mut self, line: &str) -> bool {
        let Some((name, value)) = trailer(line) else { return false };
        match name.as_str() {
            "author" if is_author(value) => self.author = value.into(),
            "date" if is_date(value) => self.date = value.into(),
            "subject" if !value.is_empty() => self.subject = value.into(),
            // A trailer has one line, so that the lines of a body come as a string of JSON.
            "body" => match serde_json::from_str(value) {
                Ok(body) => self.body = body,
                Err(_) => return false,
            },
            "sha" if is_sha(value) => self.sha = value.into(),
            "repourl" if is_url(value) => self.repo_url = value.into(),
            _ => return false,
        }
        true
    }
}

/// What comes after the trailer's common start, in lower case, and its value.
fn trailer(line: &str) -> Option<(String, &str)> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim_end().to_ascii_lowercase();
    Some((name.strip_prefix(TRAILER)?.to_owned(), value.trim()))
}

/// `Name <address>`, or an address alone.
fn is_author(text: &str) -> bool {
    let address = text.strip_suffix('>').and_then(|text| text.rsplit_once('<')).map_or(text, |(_, address)| address);
    address.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
        && !address.contains(char::is_whitespace)
}

/// `2026-01-31T08:00:00+01:00`, as far as its form goes.
fn is_date(text: &str) -> bool {
    let Some((date, rest)) = text.split_once('T') else { return false };
    let digits = |text: &str, lengths: &[usize], between: char| {
        let parts: Vec<&str> = text.split(between).collect();
        parts.len() == lengths.len()
            && parts
                .iter()
                .zip(lengths)
                .all(|(part, length)| part.len() == *length && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let (time, offset) = match rest.strip_suffix('Z') {
        Some(time) => (time, "00:00"),
        None => match rest.rfind(['+', '-']) {
            Some(at) => (&rest[..at], &rest[at + 1..]),
            None => return false,
        },
    };
    let time = time.split_once('.').map_or(time, |(time, _)| time);
    digits(date, &[4, 2, 2], '-') && digits(time, &[2, 2, 2], ':') && digits(offset, &[2, 2], ':')
}

/// Five to forty hexadecimal digits.
fn is_sha(text: &str) -> bool {
    (5..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_url(text: &str) -> bool {
    let scheme = text.split_once("://").map(|(scheme, rest)| (scheme, rest.trim_start_matches('/')));
    scheme.is_some_and(|(scheme, rest)| !scheme.is_empty() && !rest.is_empty()) && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "Faster.

Argocd-reference-commit-author: Ada <ada@git.example>
argocd-reference-commit-sha: 0ff1ce5
Argocd-reference-commit-subject: Cache: the answers
Argocd-reference-commit-body: \"Two\\nlines\"
Argocd-reference-commit-repourl: https://git.example/shop.git
Argocd-reference-commit-date: 2026-01-31T08:00:00+01:00
Signed-off-by: Ada <ada@git.example>
";

    #[test]
    fn trailers_refer_to_a_commit() {
        let message = Message::new("Ada", "now", "Bump", BODY);
        assert_eq!(message.body, "Faster.\n\nSigned-off-by: Ada <ada@git.example>");
        let [Reference { commit }] = message.references.as_slice() else { panic!("{message:?}") };
        let expected = Referred {
            author: "Ada <ada@git.example>".into(),
            date: "2026-01-31T08:00:00+01:00".into(),
            subject: "Cache: the answers".into(),
            body: "Two\nlines".into(),
            sha: "0ff1ce5".into(),
            repo_url: "https://git.example/shop.git".into(),
        };
        assert_eq!(*commit, expected);
    }

    #[test]
    fn what_cannot_be_meant_stays_in_the_body() {
        for line in [
            "Argocd-reference-commit-sha: main",
            "Argocd-reference-commit-sha: 0ff1",
            "Argocd-reference-commit-author: Ada",
            "Argocd-reference-commit-body: plain",
            "Argocd-reference-commit-repourl: shop.git",
            "Argocd-reference-commit-date: yesterday",
            "Argocd-reference-commit-date: 2026-01-31",
            "Argocd-reference-commit-subject:",
            "Argocd-reference-commit-color: red",
            "Argocd-reference-commit-sha 0ff1ce5",
        ] {
            let message = Message::new("", "", "", line);
            assert_eq!((message.body.as_str(), message.references.len()), (line, 0));
        }
    }

    #[test]
    fn dates() {
        for date in ["2026-01-31T08:00:00Z", "2026-01-31T08:00:00.25-05:30"] {
            assert!(is_date(date), "{date}");
        }
        for text in ["2026-01-31T08:00Z", "2026-01-31T08:00:00", "T", "2026-1-31T08:00:00Z", "2026-01-31T08:00:00+0100"]
        {
            assert!(!is_date(text), "{text}");
        }
    }
}
