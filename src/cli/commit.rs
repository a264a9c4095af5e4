//! The commit of git that the specs stand at.

use std::process::Output;

use super::revision;
use crate::{
    diagnostic::{Error, Result},
    golden::hydrated::{DryCommit, Message},
    source::DiskTree,
};

/// The specs, from the repository's root.
const SPECS: [&str; 2] = ["karat.yaml", "envs"];

/// Hash, author, date, subject and body, with a null byte between them.
const FORMAT: &str = "--format=%H%x00%an <%ae>%x00%aI%x00%s%x00%b";

/// What can be done without git.
const HINT: &str = "where there is no clone of the specs, `--dry-sha SHA` names their commit";

/// The commit at which the specs are; an error where they differ from it.
pub(super) fn of_specs(tree: &DiskTree) -> Result<DryCommit> {
    let changes = git(tree, &[&["status", "--porcelain", "--untracked-files=all", "--"][..], &SPECS].concat())?;
    if let Some(change) = changes.lines().next() {
        let path = change.get(3..).unwrap_or_default();
        let error = Error::new(format!("the specs are not those of a commit: `{path}` is changed"));
        return Err(error.hint("commit what has changed; what is written names the commit that it was made of"));
    }
    let shown = git(tree, &["show", "--no-patch", "--no-show-signature", "--encoding=UTF-8", FORMAT, "HEAD"])?;
    let parts: Vec<&str> = shown.split('\0').collect();
    let [sha, author, date, subject, body] = parts.as_slice() else {
        return Err(Error::new("git does not say what the commit of the specs is").hint(HINT));
    };
    Ok(DryCommit { sha: (*sha).to_owned(), message: Some(Message::new(author, date, subject, body)) })
}

/// The commit of this hash, of which nothing else is known.
pub(super) fn named(sha: &str) -> Result<DryCommit> {
    let is_whole =
        matches!(sha.len(), 40 | 64) && sha.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'));
    if is_whole {
        return Ok(DryCommit { sha: sha.to_owned(), message: None });
    }
    Err(Error::new(format!("`{sha}` is not the hash of a commit")).hint("`git rev-parse HEAD` prints a whole one"))
}

fn git(tree: &DiskTree, arguments: &[&str]) -> Result<String> {
    let output = revision::command(tree.root()).args(arguments).output();
    let output = output.map_err(|error| Error::io("cannot run `git`", &error).hint(HINT))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(failure(&output))
    }
}

fn failure(output: &Output) -> Error {
    let said = revision::reason(output);
    Error::new(format!("git cannot tell the commit of the specs: {said}")).hint(HINT)
}
