//! Git, for tests that need a real repository of it.

use std::{path::Path, process::Command};

/// Git in a directory, as if nobody had configured it.
pub(crate) fn git(directory: &Path, arguments: &[&str]) -> bool {
    let mut git = Command::new("git");
    git.current_dir(directory).args(["-c", "user.name=a", "-c", "user.email=a@example.com"]).args(arguments);
    git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        git.env_remove(variable);
    }
    git.output().is_ok_and(|output| output.status.success())
}

/// Whether there is a git to test with. A machine without one tests less, and says so.
pub(crate) fn has_git() -> bool {
    let found = git(Path::new("."), &["--version"]);
    if !found {
        eprintln!("SKIPPED: there is no git");
    }
    found
}
