//! Texts behind a `|`.

use smol_str::SmolStr;

use super::Lines;
use crate::node::{Node, Value};

impl Lines<'_> {
    /// A literal block that starts here, inside of a collection that starts in a column.
    pub(super) fn literal(&mut self, column: usize) -> Option<Node> {
        let start = self.at;
        let is_stripped = self.bytes.get(start + 1) == Some(&b'-');
        let header = start + 1 + usize::from(is_stripped);
        self.at = self.end_of_line(header);
        if self.text[header..self.at].bytes().any(|byte| byte != b' ') || self.at == self.bytes.len() {
            return None;
        }
        self.at += 1;
        let indent = self.indent_of_text().filter(|indent| *indent > column)?;
        let (mut text, end) = self.lines_of_text(indent)?;
        text.truncate(text.trim_end_matches('\n').len());
        if !is_stripped {
            text.push('\n');
        }
        self.advance();
        Some(Node::new(Value::Str(SmolStr::from(text)), self.span(start, end)))
    }

    /// How far the first line that is not blank is indented. No line before it may be indented further.
    fn indent_of_text(&self) -> Option<usize> {
        let (mut line, mut blank) = (self.at, 0);
        while line < self.bytes.len() {
            let end = self.end_of_line(line);
            let indent = self.text[line..end].bytes().take_while(|byte| *byte == b' ').count();
            if line + indent < end {
                return (blank <= indent).then_some(indent);
            }
            blank = blank.max(indent);
            line = end + 1;
        }
        None
    }

    /// The lines without their indentation, and where the last of them ends that is not blank.
    fn lines_of_text(&mut self, indent: usize) -> Option<(String, usize)> {
        let (mut text, mut last) = (String::new(), self.at);
        while self.at < self.bytes.len() {
            let end = self.end_of_line(self.at);
            let line = &self.text[self.at..end];
            let spaces = line.bytes().take_while(|byte| *byte == b' ').count();
            if spaces == line.len() {
                // Blanks that stand out belong to the text.
                if spaces > indent {
                    return None;
                }
            } else if spaces < indent {
                break;
            } else {
                text.push_str(&line[indent..]);
                last = self.at + line.trim_end_matches(' ').len();
            }
            text.push('\n');
            self.at = (end + 1).min(self.bytes.len());
        }
        Some((text, last))
    }
}
