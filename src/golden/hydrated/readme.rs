//! `README.md`: where manifests come from, for people.

use std::fmt::Write;

use super::DryCommit;

/// The file beside a manifest.
pub(super) fn text(repo_url: &str, commit: &DryCommit, command: &str) -> String {
    let mut text = String::from(INTRODUCTION);
    if !repo_url.is_empty() {
        let directory = repo_url.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or(repo_url);
        let directory = directory.strip_suffix(".git").unwrap_or(directory);
        let _ = write!(text, "git clone {repo_url}\ncd {directory}\n");
    }
    let _ = write!(text, "git checkout {}\n{command}\n```\n", commit.sha);
    text
}

const INTRODUCTION: &str = "\
# Rendered manifests

[Karat](https://github.com/karat-dev/karat) wrote `manifest.yaml`. What is changed here by hand is lost with the next
change of the specs: change those. This prints the file once more:

```sh
";
