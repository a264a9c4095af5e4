//! Text that only YAML 1.1 allows, made readable for a parser of YAML 1.2.
//!
//! `kubectl get -o yaml` folds long quoted strings at the column of their own key when the map stands in a list. YAML
//! 1.2 wants them indented further. Blanks at the start of such a line mean nothing, so that adding some is safe.

use std::{borrow::Cow, ops::Range};

/// How many blanks are added at once.
const BLANKS: &str = "        ";

/// One document's text, perhaps with more blanks than its file has.
pub(super) struct Repaired<'t> {
    pub(super) text: Cow<'t, str>,
    /// Where the document starts in its file.
    base: usize,
    /// Where blanks were added, as offsets into the changed text; ascending.
    added: Vec<usize>,
}

impl<'t> Repaired<'t> {
    /// The document as its file has it.
    pub(super) fn new(file: &'t str, content: Range<usize>) -> Self {
        Self { base: content.start, text: Cow::Borrowed(&file[content]), added: Vec::new() }
    }

    /// The offset in the file for an offset in the text.
    pub(super) fn origin(&self, offset: usize) -> usize {
        let before = self.added.partition_point(|added| *added < offset);
        let blanks = match before.checked_sub(1) {
            // An offset inside of added blanks means the place at which they were added.
            Some(last) => last * BLANKS.len() + BLANKS.len().min(offset - self.added[last]),
            None => 0,
        };
        self.base + offset - blanks
    }

    /// Indents the line at `offset`, which belongs to a quoted string, and the lines after it up to one that may close
    /// the string. False when that cannot help, because it was done before.
    pub(super) fn indent(&mut self, offset: usize) -> bool {
        let start = self.text.get(..offset).and_then(|before| before.rfind('\n')).map_or(0, |line| line + 1);
        if self.added.last().is_some_and(|last| *last >= start) {
            return false;
        }
        let mut text = String::with_capacity(self.text.len() + BLANKS.len());
        text.push_str(&self.text[..start]);
        let mut added = Vec::new();
        let mut quoted = true;
        for line in self.text[start..].split_inclusive('\n') {
            if quoted && !line.trim_matches([' ', '\t', '\r', '\n']).is_empty() {
                added.push(text.len());
                text.push_str(BLANKS);
            }
            quoted &= !line.contains(['"', '\'']);
            text.push_str(line);
        }
        if added.is_empty() {
            return false;
        }
        self.added.extend(added);
        self.text = Cow::Owned(text);
        true
    }
}
