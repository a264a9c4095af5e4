//! Reads YAML into [`Node`]s.

use granit_parser::{ErrorKind, Event, Options, Parser, ScanError};

use super::{
    MAX_DEPTH, SYNTAX, everyday,
    repair::Repaired,
    split::{Part, split},
    syntax,
    tree::{self, Stop, TreeBuilder},
};
use crate::{
    diagnostic::{Diagnostic, Severity},
    node::{Node, Value},
    source::{FileId, Span},
};

/// One document of a file.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its content; null when it holds nothing but comments.
    pub root: Node,
    /// From its first to its last character.
    pub span: Span,
}

/// What a file holds, and what is wrong with it. A broken document does not hide the others.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// The documents that could be read.
    pub documents: Vec<Document>,
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads every document of a text.
///
/// Comments before the first `---` are no document; everything between two `---` is one, even nothing.
pub fn read(file: FileId, text: &str) -> Parsed {
    let mut reader = Reader::new(file, text);
    reader.parsed.diagnostics.extend(line_separator(file, text));
    for part in split(text) {
        reader.part(part, everyday::read);
    }
    reader.parsed
}

/// The same, by the parser alone.
#[cfg(test)]
pub(super) fn parsed(file: FileId, text: &str) -> Parsed {
    let mut reader = Reader::new(file, text);
    for part in split(text) {
        reader.part(part, |_, _, _| None);
    }
    reader.parsed
}

/// How many nodes the aliases of a file may make: plenty for its size, and never more than some hundred megabytes.
fn alias_budget(text: &str) -> usize {
    1_000_000.min(10_000 + 4 * text.len())
}

/// How much of a file is read again for the sake of repairs: each of them costs another look at its document.
const REPAIRED_BYTES: usize = 8 * 1024 * 1024;

/// Other white space is content.
const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// A document whose mistakes were reported.
struct Unreadable;

struct Reader<'t> {
    file: FileId,
    text: &'t str,
    aliases: usize,
    repairs: usize,
    parsed: Parsed,
}

/// A way to read a document of a file, given its text and its offset, that leaves the difficult ones to the parser.
type Shortcut = fn(FileId, &str, usize) -> Option<Node>;

impl<'t> Reader<'t> {
    fn new(file: FileId, text: &'t str) -> Self {
        Self { file, text, aliases: alias_budget(text), repairs: REPAIRED_BYTES, parsed: Parsed::default() }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::of_bytes(self.file, start..end)
    }

    fn part(&mut self, part: Part, shortcut: Shortcut) {
        if let Some(stray) = &part.stray {
            self.parsed.diagnostics.push(
                Diagnostic::new(&SYNTAX, "only a comment may follow `---` on its line")
                    .at(self.span(stray.start, stray.end))
                    .help("start the document on the next line"),
            );
        }
        let Some(span) = self.part_span(&part) else { return };
        let content = part.content.clone();
        if let Some(root) = shortcut(self.file, &self.text[content.clone()], content.start) {
            self.parsed.documents.push(Document { root, span });
            return;
        }
        let known = self.parsed.diagnostics.len();
        let root = match self.document(Repaired::new(self.text, part.content)) {
            Ok(None) => part.separator.map(|_| Node::new(Value::Null, span)),
            Ok(root) => root,
            Err(Unreadable) => None,
        };
        self.parsed.documents.extend(root.map(|root| Document { root, span }));
        self.parsed.diagnostics[known..].iter_mut().for_each(|found| syntax::underline(self.text, found));
    }

    /// From the first to the last character; the `---` where there are none. Nothing for blanks at the start of a file.
    fn part_span(&mut self, part: &Part) -> Option<Span> {
        let content = &self.text[part.content.clone()];
        let written = content.trim_start_matches(BLANKS);
        let start = part.content.end - written.len();
        if written.is_empty() {
            return part.separator.as_ref().map(|separator| self.span(separator.start, separator.end));
        }
        // The parser takes this tab for mere space, which no other one does.
        if self.text[part.content.start..start].ends_with('\t') {
            self.parsed.diagnostics.push(syntax::leading_tab(self.file, start - 1));
        }
        Some(self.span(start, start + written.trim_end_matches(BLANKS).len()))
    }

    /// Reads a document, repairing it where it can be repaired. Gives back its content, if it has any.
    fn document(&mut self, mut document: Repaired<'t>) -> Result<Option<Node>, Unreadable> {
        let mut suspect = None;
        loop {
            let mut tree = TreeBuilder::new(self.file, &document, self.aliases);
            let end = self.events(&mut tree, &document);
            self.aliases = tree.budget();
            let (root, mut diagnostics) = tree.finish();
            let Err(failure) = end else {
                self.parsed.diagnostics.append(&mut diagnostics);
                return Ok(root);
            };
            if self.repair(&mut document, &failure) {
                suspect = Some(failure.found);
                continue;
            }
            // A quote that is not closed looks like a string that can be repaired, until it meets the next quote.
            let found = suspect.filter(|_| failure.in_quotes).unwrap_or(failure.found);
            diagnostics.push(*found);
            self.parsed.diagnostics.append(&mut diagnostics);
            return Err(Unreadable);
        }
    }

    fn repair(&mut self, document: &mut Repaired<'t>, failure: &Failure) -> bool {
        let Some(at) = failure.repairable else { return false };
        let Some(rest) = self.repairs.checked_sub(document.text.len()) else { return false };
        self.repairs = rest;
        document.indent(at)
    }

    /// Feeds the tree until the document ends.
    fn events(&self, tree: &mut TreeBuilder<'_>, document: &Repaired<'_>) -> Result<(), Failure> {
        for event in Parser::new_from_str_with_options(&document.text, options()) {
            match event {
                Ok((Event::DocumentStart(..), at)) if tree.has_root() => {
                    let origin = document.origin(at.byte_range().unwrap_or_default().start);
                    tree.report(syntax::after_end(self.file, self.text, origin));
                    return Ok(());
                }
                Ok((event, at)) => tree.event(&event, &at)?,
                Err(failed) => return Err(self.failure(&failed, tree, document)),
            }
        }
        Ok(())
    }

    fn failure(&self, failed: &ScanError, tree: &TreeBuilder<'_>, document: &Repaired<'_>) -> Failure {
        let at = failed.marker().byte_offset().unwrap_or_default();
        let mut found = syntax::diagnose(self.file, self.text, document.origin(at), failed.kind());
        let Some(primary) = found.primary.as_ref().map(|label| label.span) else { return Box::new(found).into() };
        let repairable = *failed.kind() == ErrorKind::InvalidQuotedScalarIndent;
        if *failed.kind() == ErrorKind::RecursionLimitExceeded {
            found = tree::too_deep(primary);
        } else if repairable {
            found = found.related(tree.next_quote(at), "the string starts here");
        } else if let Some(bracket) = tree.open_bracket().filter(|bracket| bracket.end <= primary.start) {
            found = found.related(bracket, "opened here");
        }
        let in_quotes = syntax::is_in_quotes(failed.kind());
        Failure { found: Box::new(found), in_quotes, repairable: repairable.then_some(at) }
    }
}

/// Why an attempt to read a document ended early.
struct Failure {
    found: Stop,
    /// Whether the parser was busy with a quoted string.
    in_quotes: bool,
    /// The offset into the document's text at which a repair may help.
    repairable: Option<usize>,
}

impl From<Stop> for Failure {
    fn from(found: Stop) -> Self {
        Self { found, in_quotes: false, repairable: None }
    }
}

fn options() -> Options {
    let mut options = Options::default();
    options.disallow_directives = true;
    options.flow_nesting_limit = MAX_DEPTH;
    options.block_nesting_limit = MAX_DEPTH;
    options.set_emit_comments(false);
    options
}

/// The first character that ends a line for Kubernetes but for no editor.
fn line_separator(file: FileId, text: &str) -> Option<Diagnostic> {
    if text.is_ascii() {
        return None;
    }
    let (at, found) = text.match_indices(['\u{85}', '\u{2028}', '\u{2029}']).next()?;
    let code = found.chars().next().map_or(0, u32::from);
    Some(
        Diagnostic::new(&SYNTAX, format!("Kubernetes reads the character U+{code:04X} as a line break"))
            .severity(Severity::Warning)
            .at(Span::of_bytes(file, at..at + found.len()))
            .help("remove it, or write it as an escape in double quotes"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Parsed {
        super::read(FileId::from_index(0), text)
    }

    fn json(text: &str) -> serde_json::Value {
        let parsed = read(text);
        assert_eq!(parsed.diagnostics, [], "{text}");
        parsed.documents[0].root.to_json()
    }

    fn text_at(text: &str, span: Option<Span>) -> &str {
        let span = span.unwrap();
        &text[span.start as usize..span.end as usize]
    }

    #[test]
    fn every_node_knows_its_text() {
        let text = "a: &x plain text # c\n'b':\n- \"q\\n\"\n- {c: 1, d: [x]}\ne: |- # c\n  one\n  two\n\nf: *x\ng:\n";
        let parsed = read(text);
        let root = &parsed.documents[0].root;
        let at = |pointer: &str| text_at(text, root.at(pointer).unwrap().span);
        assert_eq!(at("/a"), "plain text");
        assert_eq!(at("/b"), "\"q\\n\"\n- {c: 1, d: [x]}");
        assert_eq!(at("/b/0"), "\"q\\n\"");
        assert_eq!(at("/b/1"), "{c: 1, d: [x]}");
        assert_eq!(at("/b/1/d"), "[x]");
        assert_eq!(at("/e"), "|- # c\n  one\n  two");
        assert_eq!(at("/f"), "plain text");
        assert_eq!(at("/g"), "");
        assert_eq!(at(""), text.trim_end());
        assert_eq!(text_at(text, root.key_span_at("/b")), "'b'");
    }

    #[test]
    fn merges_maps() {
        let text = "a: &a {p: 1, q: 1}\nb: &b {q: 2, r: 2}\nc:\n  <<: [*a, *b]\n  p: 0\nd:\n  \"<<\": 1\n";
        assert_eq!(json(text)["c"], serde_json::json!({ "p": 0, "q": 1, "r": 2 }));
        assert_eq!(json(text)["d"], serde_json::json!({ "<<": 1 }));
        assert_eq!(json("<<: {p: 1}\n<<: {p: 2}\n"), serde_json::json!({ "p": 2 }));
        let parsed = read("p: 0\n<<: {p: 1}\n");
        assert_eq!(parsed.documents[0].root.to_json(), serde_json::json!({ "p": 0 }));
        assert_eq!(parsed.diagnostics[0].severity, Severity::Warning);
    }

    #[test]
    fn documents_keep_their_places() {
        let parsed = read("# only a comment\n---\n---  # nothing\na: 1\n...\n---\r\nb:\tc\r\n---\n\u{feff}d: |\n  e");
        assert_eq!(parsed.diagnostics, []);
        let roots: Vec<_> = parsed.documents.iter().map(|document| document.root.to_json()).collect();
        let expected = serde_json::json!([null, { "a": 1 }, { "b": "c" }, { "d": "e\n" }]);
        assert_eq!(serde_json::Value::from(roots), expected);
    }

    #[test]
    fn a_broken_document_hides_no_other() {
        let parsed = read("a: 1\n---\nb: [\n---\nc: 3\n");
        assert_eq!(parsed.documents.len(), 2);
        assert_eq!(parsed.diagnostics.len(), 1);
    }

    #[test]
    fn line_breaks_that_nobody_sees_are_pointed_out() {
        let text = "a: x\u{2028}y\n";
        let parsed = read(text);
        assert_eq!(parsed.diagnostics[0].severity, Severity::Warning);
        assert_eq!(text_at(text, parsed.diagnostics[0].primary.as_ref().map(|label| label.span)), "\u{2028}");
    }

    #[test]
    fn tags_decide_over_looks() {
        let text = "- !!str 12\n- ! 12\n- !x 12\n- !!int '3'\n- !!float 1\n- !!str\n- !x {a: 1}\n";
        assert_eq!(json(text), serde_json::json!(["12", "12", "12", 3, 1, "", { "a": 1 }]));
    }
}
