//! The files that the arguments name.

use std::{
    fs::File,
    io::{self, Read, stdin},
    path::{Path, PathBuf},
};

use rustc_hash::FxHashSet;

use super::fix::{Paths, Texts};
use crate::{
    diagnostic::{Diagnostic, Error, Result},
    grammar::similar,
    lint::input::{Input, Named},
    source::{DiskTree, MAX_FILE_BYTES, MemoryTree, SourceMap, Tree},
};

/// What to do about an argument that cannot be read.
const HINT: &str = "name files, directories, or `-` for standard input";

/// What standard input is called in reports.
const STDIN: &str = "<stdin>";

/// Reads every file, each once, in the order of the arguments' names; those of `texts` from there. Gives back where they
/// are, too; what is no regular file is nowhere.
pub(super) fn read(
    directory: &Path,
    arguments: &[String],
    texts: &Texts,
    sources: &mut SourceMap,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<(Input, Paths)> {
    let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    arguments.sort_unstable();
    arguments.dedup();
    let opened =
        arguments.into_iter().map(|argument| Argument::open(directory, argument)).collect::<Result<Vec<_>>>()?;
    let edited = texts.iter().fold(MemoryTree::default(), |tree, (shown, text)| tree.with(shown, text.as_str()));
    let (mut files, mut paths, mut known) = (Vec::new(), Paths::new(), FxHashSet::<PathBuf>::default());
    for argument in &opened {
        match argument {
            Argument::Stream { name, content } => files.push(Named { tree: content, path: name, shown: name }),
            Argument::Files { tree, files: named } => {
                for (path, shown) in named {
                    let real = tree.root().join(path);
                    if known.insert(real.clone()) {
                        let edited = Named { tree: &edited, path: shown, shown };
                        files.push(if texts.contains_key(shown) { edited } else { Named { tree, path, shown } });
                        paths.insert(shown.clone(), real);
                    }
                }
            }
        }
    }
    Ok((Input::read(&files, sources, diagnostics)?, paths))
}

/// Whether an argument can be read once only, and is nothing that can be written.
pub(super) fn is_stream(directory: &Path, argument: &str) -> bool {
    argument == "-" || directory.join(argument).metadata().is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// What an argument stands for.
enum Argument<'a> {
    /// What can be read once, from its beginning to its end: standard input, a pipe, a device.
    Stream { name: &'a str, content: MemoryTree },
    /// Files by their path in the tree, and by the path that reports show.
    Files { tree: DiskTree, files: Vec<(String, String)> },
}

impl<'a> Argument<'a> {
    fn open(directory: &Path, argument: &'a str) -> Result<Self> {
        let fail = |error: &io::Error| Error::io(format!("cannot open `{argument}`"), error).hint(HINT);
        if argument == "-" {
            return Self::stream(STDIN, stdin().lock());
        }
        let path = directory.join(argument);
        let metadata = path.metadata().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => absent(directory, argument),
            _ => fail(&error),
        })?;
        if metadata.is_dir() {
            let tree = DiskTree::new(&path).map_err(|error| fail(&error))?;
            let files = files(&tree, argument)?;
            return Ok(Self::Files { tree, files });
        }
        // A shell's `<(…)` is a pipe, whose real path is none.
        match path.canonicalize().ok().filter(|_| metadata.is_file()).as_deref().and_then(parts) {
            Some((parent, name)) => {
                let tree = DiskTree::new(parent).map_err(|error| fail(&error))?;
                let shown = argument.strip_prefix("./").unwrap_or(argument).to_owned();
                Ok(Self::Files { tree, files: vec![(name.to_owned(), shown)] })
            }
            None => Self::stream(argument, File::open(&path).map_err(|error| fail(&error))?),
        }
    }

    /// One byte more than what is read of a file tells that it is too large.
    fn stream(name: &'a str, from: impl Read) -> Result<Self> {
        let mut content = Vec::new();
        let read = from.take(MAX_FILE_BYTES + 1).read_to_end(&mut content);
        read.map_err(|error| Error::io(format!("cannot read `{name}`"), &error))?;
        Ok(Self::Stream { name, content: MemoryTree::default().with(name, content) })
    }
}

/// The directory of a file, and its name in it.
fn parts(path: &Path) -> Option<(&Path, &str)> {
    Some((path.parent()?, path.file_name()?.to_str()?))
}

/// The failure of an argument that stands for nothing.
fn absent(directory: &Path, argument: &str) -> Error {
    let error = Error::new(format!("there is no file or directory `{argument}`"));
    let (around, name) = argument.split_at(argument.rfind('/').map_or(0, |slash| slash + 1));
    let entries = directory.join(around).read_dir().into_iter().flatten().flatten();
    let names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    match similar(name, names.iter().map(String::as_str)) {
        Some(other) => error.hint(format!("did you mean `{around}{other}`?")),
        None => error.hint(HINT),
    }
}

/// The files of a directory that may hold objects. None of them is more likely a slip than a wish.
fn files(tree: &DiskTree, argument: &str) -> Result<Vec<(String, String)>> {
    let paths = tree.files_below("").map_err(|error| Error::new(format!("cannot list `{argument}`: {error}")))?;
    let prefix = argument.trim_end_matches('/').trim_start_matches("./");
    let shown = |path: &str| match prefix {
        "" if argument.starts_with('/') => format!("/{path}"),
        "" | "." => path.to_owned(),
        _ => format!("{prefix}/{path}"),
    };
    let files: Vec<_> = paths
        .into_iter()
        .filter(|path| path.rsplit_once('.').is_some_and(|(_, end)| matches!(end, "yaml" | "yml" | "json")))
        .map(|path| {
            let shown = shown(&path);
            (path, shown)
        })
        .collect();
    if files.is_empty() {
        let error = Error::new(format!("there is no YAML or JSON file in `{argument}`"));
        return Err(error.hint("a single file may have any name; a directory's are `*.yaml`, `*.yml` and `*.json`"));
    }
    Ok(files)
}
