//! Writes [`Node`]s as YAML.
//!
//! One style only: two blanks per level, lists at the level of their key, no folding, no anchors, `\n` as line break.
//! The same tree gives the same bytes, and every reader of YAML gets the same values back.

use std::fmt::Write as _;

use super::quote::{Style, is_special, key_style, style};
use crate::node::{Key, Map, Node, Value};

/// How many bytes a key may have on one line with its value. YAML's limit is 1024 characters, quotes included.
const SIMPLE_KEY_BYTES: usize = 1000;

/// The document as text, with a final line break.
pub fn write(node: &Node) -> String {
    let mut out = String::new();
    write_to(node, &mut out);
    out
}

/// Appends the document to `out`, with a final line break and without a `---`.
///
/// Keys stay in the order of the tree.
pub fn write_to(node: &Node, out: &mut String) {
    Writer { out }.block(node, 0);
}

pub(super) struct Writer<'o> {
    pub(super) out: &'o mut String,
}

impl Writer<'_> {
    /// Writes a node at the column `indent`, at which the text already stands.
    fn block(&mut self, node: &Node, indent: usize) {
        match &node.value {
            Value::Map(map) if !map.is_empty() => self.map(map, indent),
            Value::List(items) if !items.is_empty() => self.list(items, indent),
            _ => self.scalar(node, indent),
        }
    }

    fn map(&mut self, map: &Map, indent: usize) {
        for (at, (key, value)) in map.entries().iter().enumerate() {
            self.pad(if at == 0 { 0 } else { indent });
            self.key(key, indent);
            match &value.value {
                Value::Map(map) if !map.is_empty() => {
                    self.out.push('\n');
                    self.pad(indent + 2);
                    self.map(map, indent + 2);
                }
                Value::List(items) if !items.is_empty() => {
                    self.out.push('\n');
                    self.pad(indent);
                    self.list(items, indent);
                }
                _ => {
                    self.out.push(' ');
                    self.scalar(value, indent);
                }
            }
        }
    }

    fn list(&mut self, items: &[Node], indent: usize) {
        for (at, item) in items.iter().enumerate() {
            self.pad(if at == 0 { 0 } else { indent });
            self.out.push_str("- ");
            match &item.value {
                Value::Map(_) | Value::List(_) => self.block(item, indent + 2),
                _ => self.scalar(item, indent),
            }
        }
    }

    fn key(&mut self, key: &Key, indent: usize) {
        let start = self.out.len();
        self.text(&key.text, key_style(&key.text), indent);
        if self.out.len() - start > SIMPLE_KEY_BYTES {
            self.out.insert_str(start, "? ");
            self.out.push('\n');
            self.pad(indent);
        }
        self.out.push(':');
    }

    /// A value without children, and its line break. `indent` is the column of the collection that it stands in.
    fn scalar(&mut self, node: &Node, indent: usize) {
        match &node.value {
            Value::Str(text) => self.text(text, style(text), indent),
            _ => self.plain(node),
        }
        // A block that keeps its line breaks ends with one of its own.
        if !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    /// A value that is no string and has no children.
    pub(super) fn plain(&mut self, node: &Node) {
        match &node.value {
            Value::Null | Value::Str(_) => self.out.push_str("null"),
            Value::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Value::Int(value) => self.display(value),
            Value::Float(value) => self.float(*value),
            Value::List(_) => self.out.push_str("[]"),
            Value::Map(_) => self.out.push_str("{}"),
        }
    }

    fn display(&mut self, value: impl std::fmt::Display) {
        // Writing to a string cannot fail.
        let _ = write!(self.out, "{value}");
    }

    /// The fewest digits that name the number. An exponent has a sign, and a point before it, because YAML 1.1 readers
    /// see no number without them.
    fn float(&mut self, value: f64) {
        let magnitude = value.abs();
        if !value.is_finite() {
            let name = if value.is_nan() {
                ".nan"
            } else if value > 0.0 {
                ".inf"
            } else {
                "-.inf"
            };
            self.out.push_str(name);
        } else if value == 0.0 {
            self.out.push('0');
        } else if (1e-5..1e15).contains(&magnitude) {
            self.display(value);
        } else {
            let digits = format!("{value:e}");
            let (mantissa, exponent) = digits.split_once('e').unwrap_or((&digits, "0"));
            let point = if mantissa.contains('.') { "" } else { ".0" };
            let sign = if exponent.starts_with('-') { "" } else { "+" };
            self.display(format_args!("{mantissa}{point}e{sign}{exponent}"));
        }
    }

    pub(super) fn text(&mut self, text: &str, style: Style, indent: usize) {
        match style {
            Style::Plain => self.out.push_str(text),
            Style::Single => {
                self.out.push('\'');
                self.out.push_str(&text.replace('\'', "''"));
                self.out.push('\'');
            }
            Style::Double => self.double_quoted(text),
            Style::Block(chomping) => {
                self.out.push('|');
                self.out.push_str(chomping);
                self.lines(text, indent + 2);
            }
        }
    }

    fn double_quoted(&mut self, text: &str) {
        self.out.push('"');
        for character in text.chars() {
            match character {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\t' => self.out.push_str("\\t"),
                '\r' => self.out.push_str("\\r"),
                _ if is_special(character) => self.display(format_args!("\\u{:04X}", u32::from(character))),
                _ => self.out.push(character),
            }
        }
        self.out.push('"');
    }

    fn lines(&mut self, text: &str, indent: usize) {
        self.out.push('\n');
        for line in text.split_inclusive('\n') {
            self.pad(if line == "\n" { 0 } else { indent });
            self.out.push_str(line);
        }
    }

    fn pad(&mut self, columns: usize) {
        self.out.extend(std::iter::repeat_n(' ', columns));
    }
}
