//! Secrets that must not get into git.

use super::super::PLAINTEXT;
use crate::{
    diagnostic::Diagnostic,
    manifest::{Manifest, holds_secrets, is_secret, is_stand_in},
    node::Node,
};

/// The finding for a Secret that holds values; a branch of rendered manifests would show them to everybody who can read
/// it, for ever.
pub fn plaintext(manifest: &Manifest, environment: &str) -> Option<Diagnostic> {
    if !is_secret(&manifest.object) {
        return None;
    }
    let fields = manifest.object.entries().iter().filter(|(key, _)| holds_secrets(key.as_str()));
    let mut values = fields.flat_map(|(field, values)| values.entries().iter().map(move |entry| (field, entry)));
    let (field, (key, value)) = values.find(|(_, (_, value))| is_value(value))?;
    let message = format!("the Secret `{}` would be written to a branch in plain text", manifest.id.name);
    let pointer = format!("/{}/{}", field.text, crate::node::escape(key.as_str()));
    let finding = Diagnostic::new(&PLAINTEXT, message).at(value.any_span().or(key.span));
    let help = "let the External Secrets Operator make it: `secrets.<name>.externalSecret`; or seal it";
    Some(finding.help(help).resource(manifest.field(environment, pointer)))
}

fn is_value(node: &Node) -> bool {
    node.scalar_text().is_some_and(|text| !text.is_empty() && !is_stand_in(&text))
}
