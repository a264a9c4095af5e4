//! `[…]` and `{…}` on one line.

use super::{Lines, MAX_DEPTH, Mapping};
use crate::node::{Node, Value, yaml::scalar::resolve};

impl Lines<'_> {
    /// A flow collection that starts here.
    pub(super) fn flow(&mut self) -> Option<Node> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let start = self.at;
        let is_list = self.peek()? == b'[';
        self.at += 1;
        self.skip_spaces();
        let mut node = if is_list { self.flow_list()? } else { self.flow_map()? };
        self.depth -= 1;
        node.span = Some(self.span(start, self.at));
        Some(node)
    }

    fn flow_list(&mut self) -> Option<Node> {
        let mut items = Vec::new();
        if self.peek()? == b']' {
            self.at += 1;
            return Some(Node::made(Value::List(items)));
        }
        loop {
            items.push(self.flow_value()?);
            if self.is_last(b']')? {
                return Some(Node::made(Value::List(items)));
            }
        }
    }

    fn flow_map(&mut self) -> Option<Node> {
        let mut mapping = Mapping::default();
        if self.peek()? == b'}' {
            self.at += 1;
            return Some(Node::made(Value::Map(mapping.finish())));
        }
        loop {
            let key = self.key()?;
            self.skip_spaces();
            let value = self.flow_value()?;
            mapping.add(key, value)?;
            if self.is_last(b'}')? {
                return Some(Node::made(Value::Map(mapping.finish())));
            }
        }
    }

    /// Whether the collection ends behind an entry, or goes on.
    fn is_last(&mut self, end: u8) -> Option<bool> {
        self.skip_spaces();
        let next = self.peek()?;
        self.at += 1;
        if next == end {
            return Some(true);
        }
        self.skip_spaces();
        (next == b',').then_some(false)
    }

    fn flow_value(&mut self) -> Option<Node> {
        match self.peek()? {
            b'[' | b'{' => self.flow(),
            b'"' | b'\'' => self.quoted(),
            first if first.is_ascii_alphanumeric() || matches!(first, b'_' | b'.' | b'/' | b'$') => self.flow_plain(),
            b'-' if self.bytes.get(self.at + 1).is_some_and(u8::is_ascii_alphanumeric) => self.flow_plain(),
            _ => None,
        }
    }

    fn flow_plain(&mut self) -> Option<Node> {
        let start = self.at;
        loop {
            match self.peek()? {
                b',' | b']' | b'}' => break,
                b':' if !self
                    .bytes
                    .get(self.at + 1)
                    .is_some_and(|next| next.is_ascii_alphanumeric() || *next == b'/') =>
                {
                    return None;
                }
                b'[' | b'{' | b'\n' | b'#' => return None,
                _ => self.at += 1,
            }
        }
        let text = self.text[start..self.at].trim_end_matches(' ');
        Some(Node::new(resolve(text).value()?, self.span(start, start + text.len())))
    }
}
