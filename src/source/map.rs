//! The texts that were read, and where a byte stands in them.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use super::{FileId, Span};

/// Every file that was read, by [`FileId`].
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

/// One text: its path from the repository's root with `/` between the parts, and its content.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The path from the root; `karat:…` for a text that is part of the program.
    pub path: Arc<str>,
    /// The content, without a byte order mark.
    pub text: Arc<str>,
    lines: OnceLock<Vec<u32>>,
}

/// A place as people count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The line, from 1.
    pub line: u32,
    /// The column in Unicode scalars, from 1.
    pub column: u32,
}

impl SourceMap {
    /// Adds a file; ids follow the order of the calls.
    pub fn add(&mut self, path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> FileId {
        let id = self.next_id();
        self.files.push(SourceFile { path: path.into(), text: text.into(), lines: OnceLock::new() });
        id
    }

    /// The id that the next [`SourceMap::add`] gives out, so that files can be read in parallel before they are added.
    pub fn next_id(&self) -> FileId {
        FileId::from_index(self.files.len())
    }

    /// The file with this id.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.index()]
    }

    /// The file that is called so, if there is one.
    pub fn by_path(&self, path: &str) -> Option<&SourceFile> {
        self.files.iter().find(|file| &*file.path == path)
    }

    /// All files, in the order of their ids.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The text of a span; empty where the span does not fit its file.
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file).text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// Puts stars in place of what stands in these spans, so that nobody who shows a line shows what is secret. Lines and
    /// bytes keep their places.
    pub fn mask(&mut self, spans: impl IntoIterator<Item = Span>) {
        let mut by_file = BTreeMap::<FileId, Vec<Span>>::new();
        spans.into_iter().for_each(|span| by_file.entry(span.file).or_default().push(span));
        for (id, spans) in by_file {
            let file = &mut self.files[id.index()];
            let mut bytes = file.text.as_bytes().to_vec();
            for span in spans {
                let secret = bytes.get_mut(span.start as usize..span.end as usize).unwrap_or_default();
                secret.iter_mut().filter(|byte| !matches!(**byte, b'\n' | b'\r')).for_each(|byte| *byte = b'*');
            }
            file.text = String::from_utf8_lossy(&bytes).into();
        }
    }

    /// Where a span starts, as `path:line:column`.
    pub fn describe(&self, span: Span) -> String {
        let at = self.file(span.file).location(span.start);
        format!("{}:{}:{}", self.file(span.file).path, at.line, at.column)
    }
}

impl SourceFile {
    /// Whether the text is part of the program, so that nobody can edit it.
    pub fn is_built_in(&self) -> bool {
        self.path.starts_with("karat:")
    }

    fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let breaks = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(breaks.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX))).collect()
        })
    }

    /// The line and column of a byte; a byte past the end counts as the end.
    pub fn location(&self, offset: u32) -> Location {
        let offset = offset.min(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        let line = self.lines().partition_point(|start| *start <= offset);
        let start = self.lines()[line - 1] as usize;
        let before = self.text.as_bytes().get(start..offset as usize).unwrap_or_default();
        // Counting the bytes that do not continue a character counts characters, even from inside of one.
        let column = before.iter().filter(|byte| (**byte & 0xC0) != 0x80).count() + 1;
        Location { line: u32::try_from(line).unwrap_or(u32::MAX), column: u32::try_from(column).unwrap_or(u32::MAX) }
    }

    /// The text of a line (counted from 1), without its line break.
    pub fn line(&self, line: u32) -> &str {
        let start = self.line_start(line) as usize;
        let rest = self.text.get(start..).unwrap_or_default();
        rest.split('\n').next().unwrap_or_default().trim_end_matches('\r')
    }

    /// The byte at which a line (counted from 1) starts.
    pub fn line_start(&self, line: u32) -> u32 {
        let lines = self.lines();
        let index = (line.max(1) as usize - 1).min(lines.len() - 1);
        lines[index]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_masked_keeps_its_place() {
        let mut map = SourceMap::default();
        let id = map.add("a.yaml", "a: é!\nb: |\n  x\n  y\nc: z\n");
        map.mask([Span::new(id, 3, 6), Span::new(id, 10, 19)]);
        assert_eq!(&*map.file(id).text, "a: ***\nb: *\n***\n***\nc: z\n");
    }

    #[test]
    fn columns_count_characters() {
        let mut map = SourceMap::default();
        let id = map.add("a.yaml", "a: é\nb: x\r\n");
        let file = map.file(id);
        assert_eq!(file.location(5), Location { line: 1, column: 5 });
        assert_eq!(file.location(9), Location { line: 2, column: 4 });
        assert_eq!(file.line(2), "b: x");
        assert_eq!(file.location(999), Location { line: 3, column: 1 });
    }
}
