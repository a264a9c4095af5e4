//! Writes a value on one line, for the fixes of files that somebody else wrote.

use super::{
    quote::{Style, style},
    writer::Writer,
};
use crate::node::{Node, Value};

/// The value on one line, such that it may stand between brackets, behind a key and behind a `- `.
pub fn write_flow(node: &Node) -> String {
    let mut out = String::new();
    Writer { out: &mut out }.flow(node);
    out
}

impl Writer<'_> {
    fn flow(&mut self, node: &Node) {
        match &node.value {
            Value::Str(text) => self.text(text, flow_style(text), 0),
            Value::List(items) if !items.is_empty() => {
                self.out.push('[');
                for (at, item) in items.iter().enumerate() {
                    self.out.push_str(if at == 0 { "" } else { ", " });
                    self.flow(item);
                }
                self.out.push(']');
            }
            Value::Map(map) if !map.is_empty() => {
                self.out.push('{');
                for (at, (key, value)) in map.entries().iter().enumerate() {
                    self.out.push_str(if at == 0 { "" } else { ", " });
                    self.text(&key.text, flow_style(&key.text), 0);
                    self.out.push_str(": ");
                    self.flow(value);
                }
                self.out.push('}');
            }
            _ => self.plain(node),
        }
    }
}

/// The style of a string that brackets and commas would cut.
fn flow_style(text: &str) -> Style {
    match style(text) {
        Style::Block(_) => Style::Double,
        // A colon or a question mark inside of a word is an indicator here for some readers.
        Style::Plain if text.contains([',', '[', ']', '{', '}', '?', ':']) || text.starts_with('-') => Style::Single,
        style => style,
    }
}
