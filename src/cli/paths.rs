//! The files that the arguments name.

use std::{
    io::{Read, stdin},
    path::{Path, PathBuf},
};

use rustc_hash::FxHashSet;

use super::fix::{Paths, Texts};
use crate::{
    diagnostic::{Diagnostic, Error, Result},
    lint::input::Input,
    source::{DiskTree, MAX_FILE_BYTES, MemoryTree, SourceMap, Tree},
};

/// What standard input is called in reports.
const STDIN: &str = "<stdin>";

/// Reads every file, each once, in the order of the arguments' names; those of `texts` from there. Gives back where they
/// are, too; standard input is nowhere.
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
    let (mut input, mut paths, mut known) = (Input::default(), Paths::new(), FxHashSet::<PathBuf>::default());
    for argument in arguments {
        if argument == "-" {
            input.add(&standard_input()?, STDIN, STDIN, sources, diagnostics)?;
            continue;
        }
        let Argument { tree, files } = Argument::open(directory, argument)?;
        for (path, shown) in files {
            let real = tree.root().join(&path);
            if known.insert(real.clone()) {
                let edited = texts.get(&shown).map(|text| MemoryTree::default().with(&path, text.as_str()));
                let tree = edited.as_ref().map_or(&tree as &dyn Tree, |edited| edited);
                input.add(tree, &path, &shown, sources, diagnostics)?;
                paths.insert(shown, real);
            }
        }
    }
    Ok((input, paths))
}

/// One byte more than what is read of a file tells that it is too large.
fn standard_input() -> Result<MemoryTree> {
    let mut content = Vec::new();
    let read = stdin().lock().take(MAX_FILE_BYTES + 1).read_to_end(&mut content);
    read.map_err(|error| Error::io("cannot read standard input", &error))?;
    Ok(MemoryTree::default().with(STDIN, content))
}

/// What an argument stands for.
struct Argument {
    tree: DiskTree,
    /// The files by their path in the tree, and by the path that reports show.
    files: Vec<(String, String)>,
}

impl Argument {
    fn open(directory: &Path, argument: &str) -> Result<Self> {
        let fail = |error: &std::io::Error| {
            let hint = "name files, directories, or `-` for standard input";
            Error::io(format!("cannot open `{argument}`"), error).hint(hint)
        };
        let path = directory.join(argument).canonicalize().map_err(|error| fail(&error))?;
        if path.is_dir() {
            let tree = DiskTree::new(&path).map_err(|error| fail(&error))?;
            let files = files(&tree, argument)?;
            return Ok(Self { tree, files });
        }
        let name = path.file_name().and_then(|name| name.to_str());
        let (Some(parent), Some(name)) = (path.parent(), name) else {
            return Err(Error::new(format!("`{argument}` is no file")));
        };
        let tree = DiskTree::new(parent).map_err(|error| fail(&error))?;
        let shown = argument.strip_prefix("./").unwrap_or(argument).to_owned();
        Ok(Self { tree, files: vec![(name.to_owned(), shown)] })
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
