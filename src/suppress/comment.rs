//! `# karat: ignore CODE reason`: comments in YAML, and what they cover.

use std::ops::Range;

use rayon::prelude::*;

use super::{MALFORMED, extent};
use crate::{
    diagnostic::Diagnostic,
    grammar::similar,
    node::{
        Node,
        yaml::{self, Document},
    },
    source::{FileId, SourceFile, SourceMap, Span},
};

/// What every such comment starts with, behind its `#`.
const MARK: &str = "karat:";
/// Covers a line.
const IGNORE: &str = "ignore";
/// Covers a document.
const IGNORE_DOCUMENT: &str = "ignore-document";
/// The documents that only Karat reads.
const SPECS: &str = "karat/";
const SEPARATOR: &str = "---";
const BLANKS: [char; 2] = [' ', '\t'];

/// Who wrote the files that are searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Specs are rendered, and findings point into them.
    Specs,
    /// Anybody's objects; specs among them are not looked at, so nothing in them suppresses anything.
    Objects,
}

/// The suppressions in the comments of many files.
#[derive(Debug, Default)]
pub struct Comments {
    pub(super) found: Vec<Comment>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// A suppression in a comment.
#[derive(Debug)]
pub(super) struct Comment {
    /// What stands behind the word that makes it one.
    pub(super) text: String,
    /// The place of that text.
    pub(super) span: Span,
    /// The bytes of the file that it covers.
    pub(super) covers: Range<u32>,
}

impl Comments {
    /// Searches the files of users. That has to come before values of Secrets are masked, for masked files are no YAML.
    pub fn read(sources: &SourceMap, origin: Origin) -> Self {
        let files = sources.files().par_iter().enumerate();
        let files = files.filter(|(_, file)| !file.is_built_in() && file.text.contains(MARK));
        let read: Vec<Self> = files.map(|(at, file)| Self::of_file(FileId::from_index(at), file, origin)).collect();
        let mut comments = Self::default();
        for mut file in read {
            comments.found.append(&mut file.found);
            comments.diagnostics.append(&mut file.diagnostics);
        }
        comments
    }

    fn of_file(id: FileId, file: &SourceFile, origin: Origin) -> Self {
        let mut comments = Self::default();
        let mut marks = marks(&file.text).peekable();
        if marks.peek().is_none() {
            return comments;
        }
        let text = Text::read(id, &file.text);
        for mark in marks.filter(|mark| text.is_comment(mark.start)) {
            if let Some(document) = text.document(mark.start).filter(|document| origin.looks_at(document)) {
                comments.add(id, &text, document, mark);
            }
        }
        comments
    }

    fn add(&mut self, id: FileId, text: &Text<'_>, document: &Document, mark: Range<usize>) {
        let words = text.content[mark.end..].split('\n').next().unwrap_or_default().trim();
        let start = mark.end + text.content[mark.end..].find(|c| !BLANKS.contains(&c)).unwrap_or_default();
        let (word, rest) = words.split_at(words.find(char::is_whitespace).unwrap_or(words.len()));
        let at = start + words.len() - rest.trim_start().len();
        let span = Span::of_bytes(id, at..start + words.len());
        let whole = Span::of_bytes(id, mark.start..start + words.len());
        let covers = match word {
            IGNORE => text.covered(document, mark.start),
            IGNORE_DOCUMENT => Some(document.span.start..document.span.end),
            word => return self.diagnostics.extend(misspelt(word, whole)),
        };
        let span = if rest.trim().is_empty() { whole } else { span };
        let Some(covers) = covers else {
            let finding = Diagnostic::new(&MALFORMED, "nothing comes after this comment that it could cover");
            return self.diagnostics.push(finding.at(whole).help("put it on the line that it is about, or before it"));
        };
        self.found.push(Comment { text: rest.trim().to_owned(), span, covers });
    }
}

impl Origin {
    fn looks_at(self, document: &Document) -> bool {
        let api_version = document.root.get("apiVersion").and_then(Node::as_str).unwrap_or_default();
        self == Self::Specs || !api_version.starts_with(SPECS)
    }
}

/// A word that is most likely meant to be another. Whatever else follows the mark is prose.
fn misspelt(word: &str, span: Span) -> Option<Diagnostic> {
    let meant = similar(word, [IGNORE, IGNORE_DOCUMENT].into_iter())?;
    let finding = Diagnostic::new(&MALFORMED, format!("`{word}` means nothing in a comment for Karat")).at(span);
    Some(finding.help(format!("did you mean `{meant}`?")))
}

/// Where comments may start that bear the mark: from the `#` to the end of the mark.
fn marks(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices(MARK).filter_map(|(at, _)| {
        let before = text[..at].trim_end_matches(BLANKS).strip_suffix('#')?;
        before.chars().next_back().is_none_or(char::is_whitespace).then_some(before.len()..at + MARK.len())
    })
}

/// A file with a comment in it.
struct Text<'t> {
    content: &'t str,
    documents: Vec<Document>,
    /// The places of all scalars, in order.
    scalars: Vec<Range<usize>>,
}

impl<'t> Text<'t> {
    fn read(id: FileId, text: &'t str) -> Self {
        let documents = yaml::read(id, text).documents;
        let mut scalars = Vec::new();
        let mut add = |span: Span| scalars.push(span.start as usize..span.end as usize);
        for document in &documents {
            extent::scalars(&document.root, &mut add);
        }
        scalars.sort_unstable_by_key(|scalar| (scalar.start, scalar.end));
        Self { content: text, documents, scalars }
    }

    /// Whether a `#` starts a comment, and is not part of a string.
    fn is_comment(&self, at: usize) -> bool {
        let before = self.scalars.partition_point(|scalar| scalar.start <= at);
        let Some(scalar) = before.checked_sub(1).map(|last| &self.scalars[last]) else { return true };
        // A comment may follow the `|` or `>` of a block of text.
        let is_block = self.content[scalar.clone()].starts_with(['|', '>']);
        at >= scalar.end || is_block && !self.content[scalar.start..at].contains('\n')
    }

    /// The document that a comment is in, or stands before.
    fn document(&self, at: usize) -> Option<&Document> {
        let document = self.documents.iter().find(|document| at < document.span.end as usize)?;
        let gap = self.content.get(at..document.span.start as usize).unwrap_or_default();
        // A document that could not be read may lie between the two.
        gap.lines().skip(1).all(|line| is_empty(line) || line.starts_with(SEPARATOR)).then_some(document)
    }

    /// What a comment covers: what begins on its line, or on the next one if it is alone on its own.
    fn covered(&self, document: &Document, at: usize) -> Option<Range<u32>> {
        let mut line = self.line(at);
        let is_alone = self.content[line.start as usize..at].chars().all(|c| c == '-' || c.is_whitespace());
        if is_alone {
            line = self.next_line(line.end.max(document.span.start) as usize)?;
        }
        let end = extent::end(&document.root, &line);
        // Brackets begin nothing, and may be on a line of their own.
        if end.is_none() && is_alone { None } else { Some(line.start..end.unwrap_or_default().max(line.end)) }
    }

    /// The bytes of a line, with its line break.
    fn line(&self, at: usize) -> Range<u32> {
        let start = self.content[..at].rfind('\n').map_or(0, |end| end + 1);
        let end = self.content[at..].find('\n').map_or(self.content.len(), |end| at + end + 1);
        let offset = |byte| u32::try_from(byte).unwrap_or(u32::MAX);
        offset(start)..offset(end)
    }

    /// The first line from a byte on that holds more than a comment.
    fn next_line(&self, mut at: usize) -> Option<Range<u32>> {
        loop {
            let line = self.content.get(at..)?.split_inclusive('\n').next()?;
            if !is_empty(line) {
                return Some(self.line(at));
            }
            at += line.len();
        }
    }
}

/// Whether a line holds no more than a comment.
fn is_empty(line: &str) -> bool {
    let content = line.trim_start();
    content.is_empty() || content.starts_with('#')
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    fn read(text: &str, origin: Origin) -> (SourceMap, Comments) {
        let mut sources = SourceMap::default();
        sources.add("comments.yaml", text);
        let comments = Comments::read(&sources, origin);
        (sources, comments)
    }

    #[test]
    fn comments_cover_what_begins_on_their_line() {
        let text = include_str!("../../tests/fixtures/suppress/comments.yaml");
        let (sources, comments) = read(text, Origin::Objects);
        let mut out = String::new();
        for Comment { text: words, span, covers } in &comments.found {
            let lines = text[covers.start as usize..covers.end as usize].trim_end().lines();
            let lines = lines.map(|line| line.split(" #").next().unwrap_or_default().trim_end());
            writeln!(out, "{} `{words}`", sources.describe(*span)).unwrap();
            lines.for_each(|line| writeln!(out, "  | {line}").unwrap());
        }
        for finding in &comments.diagnostics {
            let span = finding.primary.as_ref().unwrap().span;
            let (place, words) = (sources.describe(span), sources.text(span));
            writeln!(out, "{place} `{words}`: {}\n  help: {:?}", finding.message, finding.help).unwrap();
        }
        assert!(comments.found.iter().all(|comment| !comment.text.contains("T99")), "{out}");
        insta::assert_snapshot!(out);
    }

    #[test]
    fn specs_count_where_they_are_rendered() {
        let text = "apiVersion: karat/v1\nkind: App # karat: ignore T01\n";
        assert_eq!(read(text, Origin::Specs).1.found.len(), 1);
        assert_eq!(read(text, Origin::Objects).1.found.len(), 0);
    }

    #[test]
    fn line_breaks_of_windows() {
        let (sources, comments) = read("a: 1\r\n# karat: ignore T01\r\nb: 2 \r\nc: 3\r\n", Origin::Specs);
        let comment = &comments.found[0];
        assert_eq!((comment.text.as_str(), sources.text(comment.span)), ("T01", "T01"));
        assert_eq!(&sources.files()[0].text[comment.covers.start as usize..comment.covers.end as usize], "b: 2 \r\n");
    }

    #[test]
    fn the_programs_own_files_say_nothing() {
        let mut sources = SourceMap::default();
        sources.add("karat:defaults.yaml", "a: 1 # karat: ignore T01\n");
        assert!(Comments::read(&sources, Origin::Specs).found.is_empty());
    }
}
