//! `--set image.tag=1.2.3`: the layer above an overlay.

use crate::{
    diagnostic::{Diagnostic, Error, Result},
    grammar::{self, fields},
    node::{Node, yaml},
    source::SourceMap,
};

/// A value given on the command line.
#[derive(Debug)]
pub struct Override {
    /// The layer that it makes.
    pub node: Node,
}

impl Override {
    /// Reads `path.to.field=value`; the value is YAML. The text becomes a file of its own, so that a wrong value is
    /// shown like any other.
    ///
    /// # Errors
    /// When there is no `=`.
    pub fn parse(text: &str, sources: &mut SourceMap, diagnostics: &mut Vec<Diagnostic>) -> Result<Self> {
        let (path, value) = text
            .split_once('=')
            .ok_or_else(|| Error::new(format!("--set {text}: there is no `=`")).hint("--set image.tag=1.2.3"))?;
        let steps: Vec<&str> = path.split('.').collect();
        let yaml = format!("{{{}: {value}{}\n", steps.join(": {"), "}".repeat(steps.len()));
        let file = sources.add(format!("--set {path}"), yaml.as_str());
        let parsed = yaml::read(file, &yaml);
        diagnostics.extend(parsed.diagnostics);
        let layer = grammar::Layer { text: &yaml, wildcards: true };
        let root = parsed.documents.first().map(|document| &document.root);
        let node = root.and_then(|root| grammar::check(root, &fields::LAYER, &layer, diagnostics));
        Ok(Self { node: node.unwrap_or_else(|| Node::made(crate::node::Map::new())) })
    }
}
