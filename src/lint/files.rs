//! Reads the files that the checks are made of, and those that they look at.

use std::{io::ErrorKind, sync::Arc};

use rayon::prelude::*;

use crate::{
    diagnostic::{Code, Diagnostic, Error, Result},
    source::{FileId, ReadError, SourceMap, Span, Tree},
};

/// A text file.
pub(super) struct TextFile {
    /// The path in reports: from the root, for a file of the repository.
    pub(super) path: String,
    /// Its id.
    pub(super) id: FileId,
    /// Its content.
    pub(super) text: Arc<str>,
}

impl TextFile {
    /// The directory that it is in; none for the standard input.
    pub(super) fn directory(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(directory, _)| directory)
    }

    /// Its first byte: where to point when nothing is known but the file.
    pub(super) fn start(&self) -> Span {
        Span::new(self.id, 0, 0)
    }
}

/// Reads the files below a directory whose paths a test accepts, in the order of their paths. A file that is no text is
/// reported under `code`, and left out.
///
/// # Errors
/// When the operating system refuses.
pub(super) fn read_below(
    tree: &dyn Tree,
    directory: &str,
    accept: impl Fn(&str) -> bool,
    code: &'static Code,
    sources: &mut SourceMap,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Vec<TextFile>> {
    let paths = tree.files_below(directory).map_err(|error| refused(directory, &error))?;
    let mut files = Vec::new();
    for path in paths.into_iter().filter(|path| accept(path)) {
        files.extend(read(tree, &path, &path, code, sources, diagnostics)?);
    }
    Ok(files)
}

/// Reads a file, which reports call by the path that is shown. If it is no text, that is reported under `code`.
///
/// # Errors
/// When the operating system refuses.
pub(super) fn read(
    tree: &dyn Tree,
    path: &str,
    shown: &str,
    code: &'static Code,
    sources: &mut SourceMap,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Option<TextFile>> {
    accept(tree.read_text(path), shown, code, sources, diagnostics)
}

/// A file of a tree, and what reports call it.
#[derive(Clone, Copy)]
pub struct Named<'a> {
    /// Where it is.
    pub tree: &'a dyn Tree,
    /// Its path in the tree.
    pub path: &'a str,
    /// The path in reports.
    pub shown: &'a str,
}

/// The same for many files: those that are text, in the order given.
///
/// # Errors
/// When the operating system refuses.
pub(super) fn read_all(
    files: &[Named<'_>],
    code: &'static Code,
    sources: &mut SourceMap,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Vec<TextFile>> {
    let read: Vec<_> = files.par_iter().map(|file| file.tree.read_text(file.path)).collect();
    let mut texts = Vec::with_capacity(files.len());
    for (file, read) in files.iter().zip(read) {
        texts.extend(accept(read, file.shown, code, sources, diagnostics)?);
    }
    Ok(texts)
}

/// Reads a file; nothing for one that does not exist.
///
/// # Errors
/// When the operating system refuses.
pub(super) fn read_if_there(
    tree: &dyn Tree,
    path: &str,
    shown: &str,
    code: &'static Code,
    sources: &mut SourceMap,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Option<TextFile>> {
    match tree.read_text(path) {
        Err(ReadError::NotFound) => Ok(None),
        Err(ReadError::Io(error)) if error.kind() == ErrorKind::NotADirectory => Ok(None),
        read => accept(read, shown, code, sources, diagnostics),
    }
}

fn accept(
    read: Result<String, ReadError>,
    shown: &str,
    code: &'static Code,
    sources: &mut SourceMap,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Option<TextFile>> {
    let (text, wrong) = match read {
        Ok(text) => (text, None),
        Err(error @ ReadError::Io(_)) => return Err(refused(shown, &error)),
        Err(error) => wrong(error),
    };
    let text: Arc<str> = text.into();
    let id = sources.add(shown, text.clone());
    let Some(Wrong { offset, message, help }) = wrong else {
        return Ok(Some(TextFile { path: shown.to_owned(), id, text }));
    };
    let span = Span::of_bytes(id, offset..offset);
    diagnostics.push(Diagnostic::new(code, message).at(span).help(help));
    Ok(None)
}

/// What there is to say of a file that is no text.
struct Wrong {
    offset: usize,
    message: String,
    help: &'static str,
}

/// What can be shown of a file that is no text, and what to say of it.
fn wrong(error: ReadError) -> (String, Option<Wrong>) {
    let message = error.to_string();
    let (text, offset, help) = match error {
        ReadError::NotUtf8 { text, offset } => (text, offset, "put a UTF-8 text file here"),
        ReadError::TooLarge { .. } => (String::new(), 0, "split the file"),
        _ => (String::new(), 0, "put the file itself here"),
    };
    (text, Some(Wrong { offset, message, help }))
}

/// The failure of a run that may not read something.
pub(super) fn refused(path: &str, error: &ReadError) -> Error {
    Error::new(format!("cannot read {path}: {error}")).hint("check the file's permissions")
}
