//! `--set image.tag=1.2.3`: the layer above an overlay.

use smol_str::SmolStr;

use crate::{
    diagnostic::{Diagnostic, Error, Result},
    grammar::{self, fields},
    node::{Map, Node, yaml},
    source::SourceMap,
};

/// A value given on the command line.
#[derive(Debug)]
pub struct Override {
    /// The only app that it is about, if it is not about all of them.
    pub app: Option<SmolStr>,
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
        Ok(Self { app: None, node: Self::layer(&format!("--set {path}"), &yaml, sources, diagnostics) })
    }

    /// Whether it is about an app.
    pub(super) fn is_about(&self, app: &str) -> bool {
        self.app.as_ref().is_none_or(|own| own == app)
    }

    /// The layer that a text makes, which becomes a file of this name.
    pub(super) fn layer(name: &str, text: &str, sources: &mut SourceMap, diagnostics: &mut Vec<Diagnostic>) -> Node {
        let file = sources.add(name, text);
        let parsed = yaml::read(file, text);
        diagnostics.extend(parsed.diagnostics);
        let layer = grammar::Layer { text, wildcards: true };
        let root = parsed.documents.first().map(|document| &document.root);
        let node = root.and_then(|root| grammar::check(root, &fields::LAYER, &layer, diagnostics));
        node.unwrap_or_else(|| Node::made(Map::new()))
    }
}
