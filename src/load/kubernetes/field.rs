//! One field of a kubeconfig, or why it is none. What a field holds may be secret, so no message repeats it.

use std::{fs, path::Path};

use base64::{Engine as _, prelude::BASE64_STANDARD};

use crate::{
    diagnostic::{Error, Result},
    node::{Node, Value},
    source::SourceMap,
};

/// A map of a kubeconfig.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) sources: &'a SourceMap,
    /// The directory of the file, which its paths start from.
    pub(super) directory: &'a Path,
    pub(super) node: &'a Node,
}

impl<'a> Part<'a> {
    /// The same of another map of the file.
    pub(super) fn of(self, node: &'a Node) -> Self {
        Self { node, ..self }
    }

    /// What is wrong with a field, and where it stands.
    pub(super) fn wrong(self, node: &Node, what: &str) -> Error {
        let place = node.span.map(|span| format!("`{}`: ", self.sources.describe(span))).unwrap_or_default();
        Error::new(format!("{place}{what}"))
    }

    /// The value of a field; nothing where it is left out or empty.
    pub(super) fn get(self, key: &str) -> Option<&'a Node> {
        let is_empty = |node: &Node| match &node.value {
            Value::Null => true,
            Value::Str(text) => text.is_empty(),
            Value::List(items) => items.is_empty(),
            Value::Map(map) => map.entries().is_empty(),
            _ => false,
        };
        self.node.get(key).filter(|node| !is_empty(node))
    }

    /// A text.
    pub(super) fn text(self, key: &str) -> Result<Option<String>> {
        let Some(node) = self.get(key) else { return Ok(None) };
        let text = node.scalar_text();
        let text = text.ok_or_else(|| self.wrong(node, &format!("`{key}` is {}, not a string", node.kind())))?;
        Ok(Some(text.to_string()))
    }

    /// A text that has to be there.
    pub(super) fn needed(self, key: &str, of: &str) -> Result<String> {
        self.text(key)?.ok_or_else(|| self.wrong(self.node, &format!("{of} has no `{key}`")))
    }

    /// A boolean, false where it is left out.
    pub(super) fn flag(self, key: &str) -> Result<bool> {
        let Some(node) = self.get(key) else { return Ok(false) };
        node.as_bool().ok_or_else(|| self.wrong(node, &format!("`{key}` is {}, not true or false", node.kind())))
    }

    /// What is given in base64 under `KEY-data`, or in a file under `KEY`; and what messages call it.
    pub(super) fn bytes(self, key: &str) -> Result<Option<(String, Vec<u8>)>> {
        let data = format!("{key}-data");
        if let Some(node) = self.get(&data) {
            let text: String = self.text(&data)?.unwrap_or_default().split_whitespace().collect();
            let bytes = BASE64_STANDARD.decode(text);
            let bytes = bytes.map_err(|_| self.wrong(node, &format!("`{data}` is not base64")))?;
            return Ok(Some((data, bytes)));
        }
        let Some(file) = self.text(key)? else { return Ok(None) };
        let path = self.directory.join(file);
        let name = path.display().to_string();
        let bytes = fs::read(&path).map_err(|error| Error::io(format!("cannot read `{name}`, the {key}"), &error))?;
        Ok(Some((name, bytes)))
    }
}
