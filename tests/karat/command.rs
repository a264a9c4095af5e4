//! A repository that a test may break, and the binary to run in it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;

/// A repository as `karat init` makes it.
pub(crate) struct Repository {
    root: TempDir,
}

/// How a command ended, and what it printed.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Repository {
    /// A new one.
    pub(crate) fn new() -> Self {
        let repository = Self::empty();
        let made = repository.karat(&["init"]);
        assert_eq!((made.code, made.stderr.as_str()), (0, ""), "{}", made.stdout);
        repository
    }

    /// A directory with nothing in it.
    pub(crate) fn empty() -> Self {
        Self { root: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub(crate) fn write(&self, path: &str, content: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Replaces a text that must be there.
    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no {from:?}");
        self.write(path, &text.replace(from, to));
    }

    /// Runs the binary in the repository's root.
    pub(crate) fn karat(&self, arguments: &[&str]) -> Ended {
        karat_in(self.root.path(), arguments)
    }
}

/// A command that a test may change before it runs.
pub(crate) fn command(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_karat"));
    command.current_dir(directory).args(arguments).stdin(Stdio::null());
    let terminal = ["NO_COLOR", "CLICOLOR_FORCE", "LC_ALL", "LC_CTYPE", "LANG"];
    let forge = ["GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA", "CI_PROJECT_URL", "CI_COMMIT_SHA"];
    for variable in terminal.into_iter().chain(forge) {
        command.env_remove(variable);
    }
    command
}

/// Runs the binary in a directory.
pub(crate) fn karat_in(directory: &Path, arguments: &[&str]) -> Ended {
    ended(command(directory, arguments).output().unwrap())
}

pub(crate) fn ended(output: Output) -> Ended {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ended { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
}
