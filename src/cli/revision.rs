//! The files of a git repository at an earlier time, as git itself gives them out. Nothing is checked out or written.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread,
};

use crate::{
    diagnostic::{Error, Result},
    source::MemoryTree,
};

/// Variables by which git finds another repository than the one that a directory is in.
/// `git rev-parse --local-env-vars` lists them; a hook of git sets some.
const LOCAL: [&str; 11] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CEILING_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];
/// Links that lead to links: more of them are a circle.
const HOPS: usize = 10;
/// Modes of git: a file, one that can be executed, a link.
const FILES: [&str; 2] = ["100644", "100755"];
const LINK: &str = "120000";

/// A commit, seen from a directory.
#[derive(Debug)]
pub(super) struct Revision {
    directory: PathBuf,
    /// Its hash.
    commit: String,
    /// What the user calls it.
    name: String,
}

/// A file or a link of a commit.
struct Entry {
    path: String,
    object: String,
    is_link: bool,
}

impl Revision {
    /// The commit that a name stands for in the repository around a directory.
    pub(super) fn open(directory: &Path, name: &str) -> Result<Self> {
        // Such a name would be an option.
        if name.is_empty() || name.starts_with('-') {
            return Err(Error::new(format!("`{name}` is no revision")).hint(HINT));
        }
        let peeled = format!("{name}^{{commit}}");
        let output = finish(command(directory).args(["rev-parse", "--verify", "--quiet", &peeled]).output())?;
        match output.status.code() {
            Some(0) => {
                let commit = String::from_utf8_lossy(&output.stdout).trim().to_owned();
                Ok(Self { directory: directory.to_owned(), commit, name: name.to_owned() })
            }
            // It says nothing of a name that it does not know.
            Some(1) => Err(Error::new(format!("git knows no revision `{name}`")).hint(HINT)),
            _ => Err(failure(name, &output)),
        }
    }

    /// The files at and below some paths, seen from the directory; all below it when there are none. Links lead to files
    /// as they do on disk, as long as they stay inside.
    pub(super) fn tree(&self, paths: &[&str]) -> Result<MemoryTree> {
        let mut list = command(&self.directory);
        list.args(["ls-tree", "-r", "-z", &self.commit, "--"]).args(paths);
        let listed = self.succeed(list.output())?;
        let entries: Vec<Entry> = listed.split(|byte| *byte == 0).filter_map(Entry::parse).collect();
        let contents = self.contents(&entries)?;
        let (mut files, mut links) = (BTreeMap::new(), BTreeMap::new());
        for (entry, content) in entries.into_iter().zip(contents) {
            if entry.is_link {
                links.insert(entry.path, String::from_utf8_lossy(&content).into_owned());
            } else {
                files.insert(entry.path, content);
            }
        }
        let linked: Vec<(String, Vec<u8>)> =
            links.keys().filter_map(|path| Some((path.clone(), files.get(&end(path, &links)?)?.clone()))).collect();
        let all = files.into_iter().chain(linked);
        Ok(all.fold(MemoryTree::default(), |tree, (path, content)| tree.with(&path, content)))
    }

    /// What the entries hold, in their order.
    fn contents(&self, entries: &[Entry]) -> Result<Vec<Vec<u8>>> {
        let mut batch = command(&self.directory);
        batch.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = batch.spawn().map_err(|error| refused(&error))?;
        let input = child.stdin.take();
        let wanted: String = entries.iter().flat_map(|entry| [&entry.object, "\n"]).collect();
        // Git answers before it has read all questions: somebody has to listen while they are asked.
        let output = thread::scope(|scope| {
            // Git's own words tell why it stopped listening.
            scope.spawn(|| input.map_or(Ok(()), |mut input| input.write_all(wanted.as_bytes())));
            child.wait_with_output()
        });
        let answers = self.succeed(output)?;
        let (mut rest, mut contents) = (answers.as_slice(), Vec::with_capacity(entries.len()));
        for entry in entries {
            let (content, after) = answer(rest).ok_or_else(|| {
                let error = Error::new(format!("git does not have `{}` at `{}`", entry.path, self.name));
                error.hint("fetch the whole revision: `git fetch` without `--filter`")
            })?;
            contents.push(content.to_vec());
            rest = after;
        }
        Ok(contents)
    }

    fn succeed(&self, output: io::Result<Output>) -> Result<Vec<u8>> {
        let output = finish(output)?;
        if output.status.success() { Ok(output.stdout) } else { Err(failure(&self.name, &output)) }
    }
}

impl Entry {
    /// `100644 blob <object>\t<path>`; nothing for what is no file: a repository in the repository.
    fn parse(line: &[u8]) -> Option<Self> {
        let (head, path) = std::str::from_utf8(line).ok()?.split_once('\t')?;
        let mut words = head.split(' ');
        let (mode, object) = (words.next()?, words.nth(1)?);
        let is_link = mode == LINK;
        (is_link || FILES.contains(&mode)).then(|| Self { path: path.into(), object: object.into(), is_link })
    }
}

const HINT: &str = "name a branch, a tag or a commit; in CI it may have to be fetched first";

/// Git in a directory, which asks nobody and no other machine.
pub(super) fn command(directory: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(directory).stdin(Stdio::null());
    for variable in LOCAL {
        command.env_remove(variable);
    }
    command.env("LC_ALL", "C").env("GIT_NO_LAZY_FETCH", "1").env("GIT_TERMINAL_PROMPT", "0");
    command.env("GIT_OPTIONAL_LOCKS", "0").arg("--no-pager");
    command
}

fn finish(output: io::Result<Output>) -> Result<Output> {
    output.map_err(|error| refused(&error))
}

fn refused(error: &io::Error) -> Error {
    let error = Error::io("cannot run `git`", error);
    error.hint("`--new-since` needs git; `--baseline` works without it")
}

/// Why git has failed, in its own words.
pub(super) fn reason(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().next().unwrap_or("it does not say why").trim_start_matches("fatal: ");
    // How far git has looked for a repository is a matter of the machine.
    said.split(" (or any").next().unwrap_or(said).to_owned()
}

fn failure(name: &str, output: &Output) -> Error {
    let error = Error::new(format!("git cannot give out the files of `{name}`: {}", reason(output)));
    error.hint("`--new-since` works in a clone of a git repository")
}

/// `<object> blob <size>\n<content>\n`: the content, and what comes after it.
fn answer(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|byte| *byte == b'\n')?;
    let head = std::str::from_utf8(&text[..end]).ok()?;
    let size: usize = head.rsplit_once(" blob ")?.1.parse().ok()?;
    let start = end + 1;
    Some((text.get(start..start + size)?, text.get(start + size + 1..)?))
}

/// The file that a link leads to, from one link to the next.
fn end(path: &str, links: &BTreeMap<String, String>) -> Option<String> {
    let mut path = path.to_owned();
    for _ in 0..HOPS {
        let Some(target) = links.get(&path) else { return Some(path) };
        path = joined(&path, target)?;
    }
    None
}

/// The path that a link at `path` names; nothing when it leads outside.
fn joined(path: &str, target: &str) -> Option<String> {
    if target.starts_with('/') {
        return None;
    }
    let mut steps: Vec<&str> = path.split('/').collect();
    steps.pop();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()?),
            step => steps.push(step),
        }
    }
    Some(steps.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_files() {
        let links = [("a/b", "../c"), ("c", "./d//e"), ("x", "y"), ("y", "x"), ("out", "../z"), ("root", "/etc/a")];
        let links = links.into_iter().map(|(path, target)| (path.to_owned(), target.to_owned())).collect();
        assert_eq!(end("a/b", &links).as_deref(), Some("d/e"));
        for nowhere in ["x", "out", "root"] {
            assert_eq!(end(nowhere, &links), None, "{nowhere}");
        }
    }

    #[test]
    fn answers_of_git() {
        assert_eq!(answer(b"0f blob 3\na\nb\n1e blob"), Some((&b"a\nb"[..], &b"1e blob"[..])));
        for wrong in [&b""[..], b"0f missing\n", b"0f blob 9\na\n", b"0f tree 1\na\n"] {
            assert_eq!(answer(wrong), None);
        }
    }
}
