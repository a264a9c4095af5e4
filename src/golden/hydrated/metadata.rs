//! `hydrator.metadata`: where manifests come from, for programs such as those that promote them.

use serde::Serialize;

use super::{DryCommit, Reference};

/// The file at the root of the branch, or beside one manifest, which says less.
#[derive(Debug, Default, Serialize)]
struct Metadata<'a> {
    #[serde(rename = "repoURL", skip_serializing_if = "str::is_empty")]
    repo_url: &'a str,
    #[serde(rename = "drySha")]
    dry_sha: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    commands: &'a [String],
    #[serde(skip_serializing_if = "str::is_empty")]
    author: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    date: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    subject: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    body: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    references: &'a [Reference],
}

/// The file at the root.
pub(super) fn of_branch(repo_url: &str, commit: &DryCommit) -> String {
    let mut metadata = Metadata { repo_url, dry_sha: &commit.sha, ..Metadata::default() };
    if let Some(message) = &commit.message {
        metadata.author = &message.author;
        metadata.date = &message.date;
        metadata.subject = &message.subject;
        metadata.body = &message.body;
        metadata.references = &message.references;
    }
    text(&metadata)
}

/// The file beside a manifest.
pub(super) fn of_path(repo_url: &str, commit: &DryCommit, command: &str) -> String {
    text(&Metadata { repo_url, dry_sha: &commit.sha, commands: &[command.to_owned()], ..Metadata::default() })
}

/// What the command begins with that prints the objects of a path.
const COMMAND: &str = "karat render -e ";

/// The command that prints the objects of an Application.
pub(super) fn command(environment: &str, path: &str) -> String {
    format!("{COMMAND}{environment} -a {path}")
}

/// The environment that the file beside a manifest is about, when Karat wrote it.
pub(super) fn environment(text: &str) -> Option<String> {
    let metadata: serde_json::Value = serde_json::from_str(text).ok()?;
    let command = metadata.get("commands")?.get(0)?.as_str()?;
    command.strip_prefix(COMMAND)?.split(' ').next().map(str::to_owned)
}

fn text(metadata: &Metadata<'_>) -> String {
    // There is nothing in it that JSON cannot hold.
    let json = serde_json::to_string_pretty(metadata).unwrap_or_default();
    json + "\n"
}
