//! One spec file: held against the grammar.

use super::HEADER;
use crate::{
    diagnostic::{Diagnostic, Severity},
    grammar::{self, WRONG_TYPE, fields::FileKind},
    node::{Map, Node, yaml},
    source::{FileId, Span},
};

/// A spec file in its canonical form.
#[derive(Debug)]
pub struct Document {
    /// The file.
    pub file: FileId,
    /// Its content, without the parts that are wrong.
    pub node: Node,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
    /// How far its content can be relied on.
    pub condition: Condition,
}

/// How far a file's content can be relied on.
///
/// What follows from an error is not reported again: somebody who misspelt a key is not told, too, that its value is
/// missing. So every stage passes on what an error has touched: an app is sound if its files, their merge and their
/// references are (`App::sound`), its objects are if they could be rendered, too (`ManifestSet::is_sound`), and only
/// sound objects are judged and compared with golden files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// Nothing of it could be used.
    Lost,
    /// Some of its fields are left out.
    Flawed,
    /// It has no error.
    Sound,
}

/// What a file has to be, because of its place.
#[derive(Clone, Copy)]
pub(super) struct Expected<'a> {
    /// The path, from the root.
    pub path: &'a str,
    /// What kind of file it is.
    pub file: &'static FileKind,
    /// The value of `metadata.name`, where the kind has one.
    pub name: Option<&'a str>,
}

impl Document {
    /// Checks the text of a file that stands anywhere, and that findings call `path`.
    pub fn read(id: FileId, path: &str, text: &str, file: &'static FileKind) -> Self {
        Self::check(id, text, Expected { path, file, name: None })
    }

    /// A file of which nothing can be used, for a reason that shows at the byte `offset`.
    pub(super) fn lost(file: FileId, offset: usize, why: Diagnostic) -> Self {
        Self::without_content(file, vec![why.at(Span::of_bytes(file, offset..offset))])
    }

    fn without_content(file: FileId, diagnostics: Vec<Diagnostic>) -> Self {
        let node = Node::new(Map::new(), Span::new(file, 0, 0));
        Self { file, node, diagnostics, condition: Condition::Lost }
    }

    /// Checks a text that was read.
    pub(super) fn check(file: FileId, text: &str, expected: Expected<'_>) -> Self {
        let parsed = yaml::read(file, text);
        let mut diagnostics = parsed.diagnostics;
        // A tree with a hole in it is not what somebody wrote. With one of two equal keys left out, it nearly is.
        if diagnostics.iter().any(|found| found.severity == Severity::Error && *found.code != yaml::DUPLICATE_KEY) {
            return Self::without_content(file, diagnostics);
        }
        let mut documents = parsed.documents.into_iter().filter(|document| !document.root.is_null());
        let Some(first) = documents.next() else {
            let message = format!("the file is empty, where `kind: {}` is expected", expected.file.kind);
            return Self::lost(file, 0, Diagnostic::new(&HEADER, message).help(header_help(expected)));
        };
        if let Some(second) = documents.next() {
            let finding = Diagnostic::new(&HEADER, "a spec file holds one document, and this is a second one");
            diagnostics.push(finding.at(second.span).help("move it to a file of its own"));
        }
        let Some(node) = check_root(&first.root, text, expected, &mut diagnostics) else {
            return Self::without_content(file, diagnostics);
        };
        let is_sound = diagnostics.iter().all(|found| found.severity < Severity::Error);
        let condition = if is_sound { Condition::Sound } else { Condition::Flawed };
        Self { file, node, diagnostics, condition }
    }
}

fn check_root(root: &Node, text: &str, expected: Expected<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let kind = expected.file.kind;
    if root.as_map().is_none() {
        let message = format!("the file holds {}, where `kind: {kind}` is expected", root.kind());
        diagnostics.push(Diagnostic::new(&WRONG_TYPE, message).at(root.span).help(header_help(expected)));
        return None;
    }
    check_header(root, expected, diagnostics)?;
    grammar::check_file(root, expected.file, text, diagnostics)
}

/// Holds the header against the file's place. Nothing when it is the header of something else, whose fields are then
/// not those of a spec.
fn check_header(root: &Node, expected: Expected<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<()> {
    let named = expected.name.filter(|_| root.get("metadata").is_none_or(|metadata| metadata.as_map().is_some()));
    let wanted = [
        ("/apiVersion", Some("karat/v1"), false),
        ("/kind", Some(expected.file.kind), false),
        ("/metadata/name", named, true),
    ];
    let mut missing = Vec::new();
    for (pointer, wanted, may_differ) in wanted {
        let Some(wanted) = wanted else { continue };
        let field = pointer.trim_start_matches('/').replace('/', ".");
        let Some(found) = root.at(pointer).filter(|found| !found.is_null()) else {
            missing.push((pointer, format!("`{field}: {wanted}`")));
            continue;
        };
        if found.as_str() != Some(wanted) {
            let found = found.scalar_text().unwrap_or_else(|| found.kind().into());
            let message = format!("`{field}` is `{found}`, and in this place it has to be `{wanted}`");
            diagnostics.push(Diagnostic::new(&HEADER, message).at(root.span_at(pointer)).help(header_help(expected)));
            if !may_differ {
                return None;
            }
        }
    }
    let (pointers, fields): (Vec<_>, Vec<_>) = missing.into_iter().unzip();
    let (place, verb) = match pointers.as_slice() {
        [] => return Some(()),
        [pointer] => (root.span_at(pointer), "is"),
        _ => (root.any_span(), "are"),
    };
    let finding = Diagnostic::new(&HEADER, format!("{} {verb} missing", fields.join(", ")));
    diagnostics.push(finding.at(place).help(header_help(expected)));
    Some(())
}

fn header_help(expected: Expected<'_>) -> String {
    let name = expected.name.map(|name| format!(", `metadata: {{ name: {name} }}`")).unwrap_or_default();
    format!("{} starts with `apiVersion: karat/v1`, `kind: {}`{name}", expected.path, expected.file.kind)
}
