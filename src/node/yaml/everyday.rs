//! The YAML that nearly every manifest is made of, read at once: block maps and lists, scalars on one line, `|` texts,
//! flow collections on one line.
//!
//! The parser turns text into tokens, tokens into events, and events into a tree. For YAML as people write it, the tree
//! can be read off the lines, at twice the speed. Whatever is not as plain as that (anchors, tags, escapes, folded text,
//! empty values, scalars of several lines, tabs, and every mistake) is left to the parser, so that nothing here ever has
//! to be explained to a user. Tests hold each of the two against the other.

mod flow;
mod literal;

use smol_str::SmolStr;

use super::{MAX_DEPTH, mapping::Mapping, scalar::resolve};
use crate::{
    node::{Key, Node, Value},
    source::{FileId, Span},
};

/// The longest key; the parser has a limit of about this size, too.
const LONGEST_KEY: usize = 1000;

/// Reads a document that starts at an offset of its file; nothing where it is not plain enough.
pub(super) fn read(file: FileId, text: &str, offset: usize) -> Option<Node> {
    if !text.bytes().all(is_plain) || !(text.is_ascii() || text.chars().all(is_printable)) {
        return None;
    }
    let mut lines = Lines { text, bytes: text.as_bytes(), file, offset, at: 0, line: 0, column: None, depth: 0 };
    lines.advance();
    let root = lines.block(lines.column?)?;
    lines.column.is_none().then_some(root)
}

/// Whether a byte is a line feed or part of something visible. A carriage return and a tab are the parser's to judge.
fn is_plain(byte: u8) -> bool {
    byte == b'\n' || (byte >= b' ' && byte != 0x7f)
}

/// Whether a character means nothing but itself: no control, no line break of Kubernetes', no byte order mark.
fn is_printable(character: char) -> bool {
    character.is_ascii()
        || (character >= '\u{a0}'
            && !matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'))
}

/// The text while it is read. Each method gives nothing where the text is not plain.
struct Lines<'t> {
    text: &'t str,
    bytes: &'t [u8],
    file: FileId,
    /// Where the text starts in its file.
    offset: usize,
    /// The next byte.
    at: usize,
    /// Where its line starts.
    line: usize,
    /// The column of the first character of this line; nothing at the end of the text.
    column: Option<usize>,
    depth: usize,
}

impl Lines<'_> {
    /// Goes from the start of a line to the next content: this line's or a later one's.
    fn advance(&mut self) {
        self.column = None;
        while self.at < self.bytes.len() {
            self.line = self.at;
            self.skip_spaces();
            match self.peek() {
                None => return,
                Some(b'\n') => self.at += 1,
                Some(b'#') => self.skip_line(),
                Some(_) => {
                    self.column = Some(self.at - self.line);
                    return;
                }
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_spaces(&mut self) {
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
    }

    fn skip_line(&mut self) {
        self.at = self.end_of_line(self.at).saturating_add(1).min(self.bytes.len());
    }

    fn end_of_line(&self, from: usize) -> usize {
        self.text[from..].find('\n').map_or(self.bytes.len(), |length| from + length)
    }

    /// Whether the line holds nothing more, and if so, goes on to the next content.
    fn finish_line(&mut self) -> Option<()> {
        let start = self.at;
        self.skip_spaces();
        match self.peek() {
            None | Some(b'\n') => {}
            Some(b'#') if self.at > start => {}
            Some(_) => return None,
        }
        self.skip_line();
        self.advance();
        Some(())
    }

    fn is_end_at(&self, at: usize) -> bool {
        self.bytes.get(at).is_none_or(|byte| matches!(byte, b' ' | b'\n'))
    }

    fn is_dash(&self) -> bool {
        self.peek() == Some(b'-') && self.is_end_at(self.at + 1)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::of_bytes(self.file, self.offset + start..self.offset + end)
    }

    /// A list or a map that starts here.
    fn block(&mut self, column: usize) -> Option<Node> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let node = if self.is_dash() { self.list(column) } else { self.map(column) };
        self.depth -= 1;
        node
    }

    fn map(&mut self, column: usize) -> Option<Node> {
        let start = self.span(self.at, self.at);
        let mut mapping = Mapping::default();
        loop {
            let key = self.key()?;
            let value = self.value(column)?;
            let end = value.span?;
            mapping.add(key, value)?;
            match self.column {
                Some(next) if next > column || next == column && self.is_dash() => return None,
                Some(next) if next == column => {}
                _ => return Some(Node::new(Value::Map(mapping.finish()), start.to(end))),
            }
        }
    }

    fn list(&mut self, column: usize) -> Option<Node> {
        let start = self.span(self.at, self.at);
        let mut items: Vec<Node> = Vec::new();
        loop {
            self.at += 1;
            items.push(self.item(column)?);
            match self.column {
                Some(next) if next > column => return None,
                Some(next) if next == column && self.is_dash() => {}
                _ => {
                    let span = start.to(items.last()?.span?);
                    return Some(Node::new(Value::List(items), span));
                }
            }
        }
    }

    /// What stands behind a dash: a block that starts on its line or below it, or a value on its line.
    fn item(&mut self, column: usize) -> Option<Node> {
        self.skip_spaces();
        let inside = self.at - self.line;
        if self.is_dash() || self.end_of_key().is_some() {
            self.block(inside)
        } else if matches!(self.peek(), None | Some(b'\n' | b'#')) {
            self.finish_line()?;
            self.block(self.column.filter(|next| *next > column)?)
        } else {
            self.scalar(column)
        }
    }

    /// What stands behind the colon of a key: a value on its line, or a block below it. A list may start in the key's
    /// own column.
    fn value(&mut self, column: usize) -> Option<Node> {
        let start = self.at;
        self.skip_spaces();
        let is_comment = self.peek() == Some(b'#') && self.at > start;
        if !is_comment && !matches!(self.peek(), None | Some(b'\n')) {
            return self.scalar(column);
        }
        self.at = start;
        self.finish_line()?;
        let next = self.column?;
        if next == column && self.is_dash() {
            let mut list = self.block(next)?;
            // To the parser, such a list has no start of its own.
            list.span = Some(Span { start: list.items().first()?.span?.start, ..list.span? });
            return Some(list);
        }
        if next > column { self.block(next) } else { None }
    }

    /// A key and its colon.
    fn key(&mut self) -> Option<Key> {
        let (start, end) = (self.at, self.end_of_key()?);
        self.at = end + 1;
        let text = match self.bytes[start] {
            b'"' | b'\'' => SmolStr::new(&self.text[start + 1..end - 1]),
            _ => resolve(&self.text[start..end]).key()?,
        };
        Some(Key::new(text, self.span(start, end)))
    }

    /// Where the key that starts here ends, if this is one.
    fn end_of_key(&self) -> Option<usize> {
        let end = match self.peek()? {
            b'"' | b'\'' => self.end_of_quotes()?,
            first if first.is_ascii_alphanumeric() || first == b'_' => {
                let rest = &self.bytes[self.at..];
                let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/');
                self.at + rest.iter().position(|byte| !is_part(byte))?
            }
            _ => return None,
        };
        let is_key = self.bytes.get(end) == Some(&b':') && self.is_end_at(end + 1) && end - self.at <= LONGEST_KEY;
        is_key.then_some(end)
    }

    /// Where the quoted string that starts here ends, if it ends on this line and holds nothing but itself.
    fn end_of_quotes(&self) -> Option<usize> {
        let quote = self.peek()?;
        let inside = &self.bytes[self.at + 1..];
        let length = inside.iter().position(|byte| *byte == quote || matches!(byte, b'\\' | b'\n'))?;
        let doubled = quote == b'\'' && inside.get(length + 1) == Some(&b'\'');
        let plain = inside[length] == quote && !doubled;
        plain.then_some(self.at + length + 2)
    }

    /// A value that starts on this line, inside of a collection that starts in a column.
    fn scalar(&mut self, column: usize) -> Option<Node> {
        match self.peek()? {
            b'|' => self.literal(column),
            b'"' | b'\'' => {
                let node = self.quoted()?;
                self.finish_line()?;
                Some(node)
            }
            b'[' | b'{' => {
                let node = self.flow()?;
                self.finish_line()?;
                Some(node)
            }
            b'-' if self.is_end_at(self.at + 1) => None,
            b'?' | b':' | b',' | b']' | b'}' | b'#' | b'&' | b'*' | b'!' | b'>' | b'%' | b'@' | b'`' => None,
            _ => self.plain(),
        }
    }

    fn quoted(&mut self) -> Option<Node> {
        let (start, end) = (self.at, self.end_of_quotes()?);
        self.at = end;
        let text = SmolStr::new(&self.text[start + 1..end - 1]);
        Some(Node::new(Value::Str(text), self.span(start, end)))
    }

    /// The rest of the line. Should the next line go on with it, its column says so to whoever asks for the next entry.
    fn plain(&mut self) -> Option<Node> {
        let start = self.at;
        let mut end = self.end_of_line(start);
        for at in start..end {
            match self.bytes[at] {
                b':' if self.is_end_at(at + 1) => return None,
                b'#' if at > start && self.bytes[at - 1] == b' ' => {
                    end = at;
                    break;
                }
                _ => {}
            }
        }
        let text = self.text[start..end].trim_end_matches(' ');
        let node = Node::new(resolve(text).value()?, self.span(start, start + text.len()));
        self.skip_line();
        self.advance();
        Some(node)
    }
}

#[cfg(test)]
mod tests;
