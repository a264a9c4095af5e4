//! Config management plugins: `plugin.yaml`, as a file of its own or in a ConfigMap, and the sidecar that runs it.

mod announcement;
mod command;
mod discovery;
mod field;
mod literal;
mod refusal;
mod script;
mod sidecar;

use std::borrow::Cow;

use super::{Check, Findings, Rule, declare_rule, did_you_mean};
use crate::{
    diagnostic::Gvk,
    grammar::is_misspelt,
    lint::findings::Finding,
    manifest::Manifest,
    node::{Node, escape, yaml},
    source::FileId,
};

pub(in crate::lint::rules) static RULES: &[&Rule] = &[
    &field::UNKNOWN_FIELD,
    &refusal::REFUSED_PLUGIN,
    &command::LOST_FAILURE,
    &discovery::PLACE_OF_DISCOVERY,
    &announcement::NO_LIST,
    &command::NOT_EXECUTABLE,
    &sidecar::BROKEN_SIDECAR,
    &discovery::COSTLY_DISCOVERY,
    &command::LONG_SCRIPT,
    &announcement::WRONG_COLLECTION,
];

/// The kind of the file, which no cluster knows.
const KIND: &str = "ConfigManagementPlugin";

/// The only name under which the server looks for the file.
const FILE: &str = "plugin.yaml";

const KINDS: &[&str] = Plugin::KINDS;

/// Whether a kind is meant to be that of a plugin: one letter of it is wrong, or two.
pub(in crate::lint) fn is_misspelt_kind(gvk: &Gvk) -> bool {
    let is_near = gvk.group == "argoproj.io" && gvk.kind.len().abs_diff(KIND.len()) <= 2;
    is_near && gvk.kind != KIND && is_misspelt(&gvk.kind, KIND)
}

/// A `plugin.yaml`.
pub(super) struct Plugin<'a> {
    manifest: &'a Manifest,
    /// The key of the ConfigMap under which it stands; none for a file of its own.
    key: Option<&'a str>,
    /// Nothing when it is no YAML.
    root: Option<Cow<'a, Node>>,
}

impl<'a> Plugin<'a> {
    /// What can hold a plugin.
    pub(super) const KINDS: &'static [&'static str] = &[KIND, "ConfigMap"];

    /// All that an object holds.
    pub(super) fn all(manifest: &'a Manifest) -> impl Iterator<Item = Self> {
        let is_own = manifest.kind() == KIND || is_misspelt_kind(&manifest.id.gvk);
        let own = is_own.then_some(Self { manifest, key: None, root: Some(Cow::Borrowed(&manifest.object)) });
        let is_map = manifest.kind() == "ConfigMap";
        let data = manifest.object.get("data").filter(|_| is_map).map_or(&[][..], Node::entries);
        let texts = data.iter().filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)));
        own.into_iter().chain(texts.filter_map(move |(key, text)| Self::in_text(manifest, key, text)))
    }

    fn in_text(manifest: &'a Manifest, key: &'a str, text: &str) -> Option<Self> {
        if key != FILE && !text.contains(KIND) {
            return None;
        }
        let mut read = yaml::read(FileId::from_index(0), text);
        if !read.diagnostics.is_empty() {
            return (key == FILE).then_some(Self { manifest, key: Some(key), root: None });
        }
        // The server reads the first document only.
        let root = if read.documents.is_empty() { return None } else { read.documents.swap_remove(0).root };
        let is_meant = key == FILE && root.at("/spec/generate").is_some();
        let is_plugin = root.get("kind").and_then(Node::as_str) == Some(KIND);
        (is_plugin || is_meant).then_some(Self { manifest, key: Some(key), root: Some(Cow::Owned(root)) })
    }

    pub(super) fn at(&self, pointer: &str) -> Option<&Node> {
        self.root.as_ref()?.at(pointer)
    }

    fn items(&self, pointer: &str) -> &[Node] {
        self.at(pointer).map_or(&[], Node::items)
    }

    /// Adds a finding about one of its fields. In a ConfigMap, it is the key of the text that is underlined.
    fn add<'f>(&self, findings: &'f mut Findings<'_>, pointer: &str, message: impl Into<String>) -> Finding<'f> {
        let Some(key) = self.key else { return findings.add(self.manifest, pointer, message) };
        let mut finding = findings.add(self.manifest, format!("/data/{}", escape(key)), message);
        finding.at_key(self.manifest);
        finding
    }
}

/// A pointer as people write it: `spec.generate`.
fn dotted(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}
