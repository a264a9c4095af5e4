//! The files that the arguments name.

use std::{
    fs::File,
    io::{self, Read, stdin},
    path::{Path, PathBuf},
};

use rustc_hash::FxHashSet;

use super::{
    fix::{Paths, Texts},
    revision::Revision,
};
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
    let opened = names(arguments).into_iter().map(|argument| Argument::open(directory, argument));
    let opened = opened.collect::<Result<Vec<_>>>()?;
    gather(&opened, texts, sources, diagnostics)
}

/// Reads the files that the arguments name as they were at a revision of the repositories that they are in.
pub(super) fn read_at(
    revision: &str,
    directory: &Path,
    arguments: &[String],
    sources: &mut SourceMap,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<(Input, Paths)> {
    let opened = names(arguments).into_iter().map(|argument| Argument::open_at(revision, directory, argument));
    let opened = opened.collect::<Result<Vec<_>>>()?;
    gather(&opened, &Texts::new(), sources, diagnostics)
}

fn gather(
    opened: &[Argument<'_>],
    texts: &Texts,
    sources: &mut SourceMap,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<(Input, Paths)> {
    let edited = texts.iter().fold(MemoryTree::default(), |tree, (shown, text)| tree.with(shown, text.as_str()));
    let (mut files, mut paths, mut known) = (Vec::new(), Paths::new(), FxHashSet::<PathBuf>::default());
    for argument in opened {
        match argument {
            Argument::Stream { name, content } => files.push(Named { tree: content, path: name, shown: name }),
            Argument::Files { tree, root, files: named } => {
                for (path, shown) in named {
                    let real = root.join(path);
                    if known.insert(real.clone()) {
                        let edited = Named { tree: &edited, path: shown, shown };
                        let own = Named { tree: &**tree, path, shown };
                        files.push(if texts.contains_key(shown) { edited } else { own });
                        paths.insert(shown.clone(), real);
                    }
                }
            }
        }
    }
    Ok((Input::read(&files, sources, diagnostics)?, paths))
}

/// The arguments in the order of their names, each once.
fn names(arguments: &[String]) -> Vec<&str> {
    let mut names: Vec<&str> = arguments.iter().map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Whether an argument can be read once only, and is nothing that can be written.
pub(super) fn is_stream(directory: &Path, argument: &str) -> bool {
    argument == "-" || directory.join(argument).metadata().is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// What an argument stands for.
enum Argument<'a> {
    /// What can be read once, from its beginning to its end: standard input, a pipe, a device.
    Stream { name: &'a str, content: MemoryTree },
    /// Files by their path in the tree of a directory, and by the path that reports show.
    Files { tree: Box<dyn Tree>, root: PathBuf, files: Vec<(String, String)> },
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
            // That is more likely a slip than a wish.
            if files.is_empty() {
                let error = Error::new(format!("there is no YAML or JSON file in `{argument}`"));
                let hint = "a single file may have any name; a directory's are `*.yaml`, `*.yml` and `*.json`";
                return Err(error.hint(hint));
            }
            return Ok(Self::on_disk(tree, files));
        }
        // A shell's `<(…)` is a pipe, whose real path is none.
        match path.canonicalize().ok().filter(|_| metadata.is_file()).as_deref().and_then(parts) {
            Some((parent, name)) => {
                let tree = DiskTree::new(parent).map_err(|error| fail(&error))?;
                Ok(Self::on_disk(tree, vec![(name.to_owned(), shown(argument))]))
            }
            None => Self::stream(argument, File::open(&path).map_err(|error| fail(&error))?),
        }
    }

    fn on_disk(tree: DiskTree, files: Vec<(String, String)>) -> Self {
        let root = tree.root().to_owned();
        Self::Files { tree: Box::new(tree), root, files }
    }

    /// The same as it was at a revision, with the files that have gone since.
    fn open_at(revision: &str, directory: &Path, argument: &'a str) -> Result<Self> {
        if is_stream(directory, argument) {
            let name = if argument == "-" { "standard input" } else { argument };
            return Err(Error::new(format!("{name} has no earlier revision")).hint("name files or directories"));
        }
        let path = directory.join(argument).canonicalize().map_err(|_| absent(directory, argument))?;
        let file = if path.is_dir() { None } else { parts(&path) };
        let root = file.map_or(path.as_path(), |(parent, _)| parent);
        let names: Vec<&str> = file.iter().map(|(_, name)| *name).collect();
        let tree = Revision::open(root, revision)?.tree(&names)?;
        let files = match file {
            Some((_, name)) if tree.read(name).is_ok() => vec![(name.to_owned(), shown(argument))],
            Some(_) => Vec::new(),
            None => files(&tree, argument)?,
        };
        Ok(Self::Files { tree: Box::new(tree), root: root.to_owned(), files })
    }

    /// One byte more than what is read of a file tells that it is too large.
    fn stream(name: &'a str, from: impl Read) -> Result<Self> {
        let mut content = Vec::new();
        let read = from.take(MAX_FILE_BYTES + 1).read_to_end(&mut content);
        read.map_err(|error| Error::io(format!("cannot read `{name}`"), &error))?;
        Ok(Self::Stream { name, content: MemoryTree::default().with(name, content) })
    }
}

/// What reports call a file that an argument names.
fn shown(argument: &str) -> String {
    argument.strip_prefix("./").unwrap_or(argument).to_owned()
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

/// The files of a directory that may hold objects.
fn files(tree: &dyn Tree, argument: &str) -> Result<Vec<(String, String)>> {
    let paths = tree.files_below("").map_err(|error| Error::new(format!("cannot list `{argument}`: {error}")))?;
    let prefix = argument.trim_end_matches('/').trim_start_matches("./");
    let shown = |path: &str| match prefix {
        "" if argument.starts_with('/') => format!("/{path}"),
        "" | "." => path.to_owned(),
        _ => format!("{prefix}/{path}"),
    };
    let files = paths
        .into_iter()
        .filter(|path| path.rsplit_once('.').is_some_and(|(_, end)| matches!(end, "yaml" | "yml" | "json")))
        .map(|path| {
            let shown = shown(&path);
            (path, shown)
        });
    Ok(files.collect())
}
