//! Writes [`Node`]s as YAML.

use crate::node::Node;

/// The document as text, with a final line break.
pub fn write(node: &Node) -> String {
    let mut out = String::new();
    write_to(node, &mut out);
    out
}

/// Appends the document to `out`.
pub fn write_to(_node: &Node, _out: &mut String) {}
