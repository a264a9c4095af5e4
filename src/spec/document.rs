//! One spec file: read, and held against the grammar.

use super::{HEADER, UNREADABLE};
use crate::{
    diagnostic::{Diagnostic, Error, Result},
    grammar::{self, fields},
    node::{Map, Node, yaml},
    source::{FileId, ReadError, Span, Tree},
};

/// A spec file in its canonical form.
#[derive(Debug)]
pub struct Document {
    /// The file.
    pub file: FileId,
    /// Its content; an empty map where nothing could be read.
    pub node: Node,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

/// What a file has to be, because of its place.
#[derive(Clone, Copy)]
pub(super) struct Expected<'a> {
    /// The path, from the root.
    pub path: &'a str,
    /// The value of `kind`.
    pub kind: &'static str,
    /// The value of `metadata.name`, where the kind has one.
    pub name: Option<&'a str>,
}

/// Reads a file; a repository's own mistake becomes a diagnostic, with the text as far as it can be shown.
pub(super) fn read_text(
    tree: &dyn Tree,
    path: &str,
    file: FileId,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Option<String>> {
    let error = match tree.read_text(path) {
        Ok(text) => return Ok(Some(text)),
        Err(ReadError::Io(error)) => {
            return Err(Error::io(format!("cannot read {path}"), &error).hint("check the file's permissions"));
        }
        Err(error) => error,
    };
    let finding = Diagnostic::new(&UNREADABLE, error.to_string());
    let (text, offset, help) = match error {
        ReadError::NotUtf8 { text, offset } => (text, offset, "save the file as UTF-8"),
        ReadError::TooLarge { .. } => (String::new(), 0, "a spec this large is most likely something else"),
        ReadError::Escapes => (String::new(), 0, "put the file itself here instead of the link"),
        ReadError::NotFound | ReadError::Io(_) => return Ok(None),
    };
    let offset = u32::try_from(offset).unwrap_or(u32::MAX);
    diagnostics.push(finding.at(Span::new(file, offset, offset)).help(help));
    Ok(Some(text))
}

impl Document {
    /// Checks a text that was read.
    pub(super) fn check(file: FileId, text: &str, expected: Expected<'_>) -> Self {
        let parsed = yaml::read(file, text);
        let mut diagnostics = parsed.diagnostics;
        let mut documents = parsed.documents.into_iter().filter(|document| !document.root.is_null());
        let start = Span::new(file, 0, 0);
        let Some(first) = documents.next() else {
            if diagnostics.is_empty() {
                let message = format!("the file is empty; a {} is expected", expected.kind);
                diagnostics.push(Diagnostic::new(&HEADER, message).at(start).help(header_help(expected)));
            }
            return Self { file, node: Node::new(Map::new(), start), diagnostics };
        };
        if let Some(second) = documents.next() {
            let finding = Diagnostic::new(&HEADER, "a spec file holds one document, this is a second one");
            diagnostics.push(finding.at(second.span).help("move it to a file of its own"));
        }
        let node = check_root(&first.root, text, expected, &mut diagnostics);
        Self { file, node: node.unwrap_or_else(|| Node::new(Map::new(), first.span)), diagnostics }
    }
}

fn check_root(root: &Node, text: &str, expected: Expected<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let kind = fields::FILES.iter().find(|file| file.kind == expected.kind)?;
    // `"*"` is for the layers inside these two; an app's own file names its entries.
    let wildcards = matches!(expected.kind, "Environment" | "EnvironmentDefaults");
    let layer = grammar::Layer { text, wildcards };
    if root.as_map().is_some() {
        check_header(root, expected, diagnostics);
    }
    grammar::check(root, object_type(kind.object), &layer, diagnostics)
}

/// The types of the files' roots, as the grammar's functions take them.
pub(super) fn object_type(object: &'static grammar::Object) -> &'static grammar::Type {
    static TYPES: std::sync::LazyLock<Vec<(&'static str, grammar::Type)>> = std::sync::LazyLock::new(|| {
        let files = fields::FILES.iter().map(|file| file.object);
        let objects = files.chain([&fields::SECTIONS]);
        objects.map(|object| (object.name, grammar::Type::Object(object))).collect()
    });
    TYPES.iter().find(|(name, _)| *name == object.name).map_or(&grammar::Type::Tree, |(_, ty)| ty)
}

fn check_header(root: &Node, expected: Expected<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let mut wants = |pointer: &str, wanted: &str| {
        let found = root.at(pointer);
        if found.and_then(Node::as_str) == Some(wanted) {
            return;
        }
        let field = pointer.trim_start_matches('/').replace('/', ".");
        let message = match found.and_then(Node::scalar_text) {
            Some(found) => format!("`{field}` is `{found}`; in this place it has to be `{wanted}`"),
            None => format!("`{field}: {wanted}` is missing"),
        };
        diagnostics.push(Diagnostic::new(&HEADER, message).at(root.span_at(pointer)).help(header_help(expected)));
    };
    wants("/kind", expected.kind);
    if root.get("apiVersion").is_none() {
        wants("/apiVersion", "karat/v1");
    }
    if let Some(name) = expected.name {
        wants("/metadata/name", name);
    }
}

fn header_help(expected: Expected<'_>) -> String {
    let name = expected.name.map(|name| format!(", `metadata: {{ name: {name} }}`")).unwrap_or_default();
    format!("{} starts with `apiVersion: karat/v1`, `kind: {}`{name}", expected.path, expected.kind)
}
