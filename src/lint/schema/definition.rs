//! A CustomResourceDefinition as a repository keeps it: what a cluster adds to it is left out.

use smol_str::SmolStr;

use super::{BROKEN_SCHEMA, NOT_ADDED, crd, strict::UnknownFields};
use crate::{
    diagnostic::Diagnostic,
    manifest::{Manifest, Owner},
    node::{Node, yaml},
};

/// The kind of all definitions.
const KIND: &str = "CustomResourceDefinition";

/// Their API group.
const GROUP: &str = "apiextensions.k8s.io";

/// What a cluster writes into the metadata of its objects.
const SERVER_SIDE: [&str; 7] =
    ["managedFields", "creationTimestamp", "resourceVersion", "uid", "generation", "selfLink", "ownerReferences"];

/// A copy of the object that kubectl keeps in it.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// A definition.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The API group of the custom resources, such as `example.com`.
    pub(super) group: SmolStr,
    /// Their name in paths, such as `widgets`.
    pub(super) plural: SmolStr,
    /// The object.
    pub(super) object: Node,
}

/// Whether an object is a definition, of whatever version.
pub fn is_definition(object: &Node) -> bool {
    let group = object.get("apiVersion").and_then(Node::as_str).and_then(|version| version.split_once('/'));
    group.is_some_and(|(group, _)| group == GROUP) && object.get("kind").and_then(Node::as_str) == Some(KIND)
}

/// The group and the plural that an object defines, if it is a definition of names that can be those of files.
pub(super) fn names(object: &Node) -> Option<(SmolStr, SmolStr)> {
    let name = |pointer: &str| object.at(pointer).and_then(Node::as_str).filter(|name| is_label(name));
    let names = Some((name("/spec/group")?.into(), name("/spec/names/plural")?.into()));
    names.filter(|_| is_definition(object))
}

/// Whether a text is made of DNS labels, as the names of definitions are (RFC 1123).
fn is_label(text: &str) -> bool {
    let label = |label: &str| {
        let plain = label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        plain && !label.is_empty() && !label.starts_with('-')
    };
    text.len() <= 253 && text.split('.').all(label)
}

/// The object without what a cluster adds to it.
pub(super) fn normalized(object: &Node) -> Node {
    let mut object = Manifest::new(Owner::Cluster, None, object.clone()).object;
    let Some(root) = object.as_map_mut() else { return object };
    root.remove("status");
    if let Some(metadata) = root.get_mut("metadata").and_then(Node::as_map_mut) {
        for field in SERVER_SIDE {
            metadata.remove(field);
        }
        let annotations = metadata.get_mut("annotations").and_then(Node::as_map_mut).map(|annotations| {
            annotations.remove(LAST_APPLIED);
            annotations.is_empty()
        });
        if annotations == Some(true) {
            metadata.remove("annotations");
        }
    }
    object
}

impl Definition {
    /// The definition that an object is.
    ///
    /// # Errors
    /// What is wrong with it: as a definition, or as a schema.
    pub fn of(manifest: &Manifest) -> Result<Self, Vec<Diagnostic>> {
        let object = &manifest.object;
        let refused = |message: String, pointer: &str, help: &str| {
            Err(vec![Diagnostic::new(&NOT_ADDED, message).at(object.span_at(pointer)).help(help)])
        };
        if manifest.id.gvk.version != "v1" {
            let message = format!("{KIND} `{}` is not of `{GROUP}/v1`", manifest.id.name);
            return refused(message, "/apiVersion", "take the one that the cluster has: `kubectl get crds -o yaml`");
        }
        let Some((group, plural)) = names(object) else {
            let message = format!("{KIND} `{}` has no name for its file", manifest.id.name);
            return refused(message, "/spec", "`spec.group` and `spec.names.plural` are DNS names in lower case");
        };
        let compiled = crd::compile(object, UnknownFields::Refused);
        if compiled.is_empty() {
            let message = format!("{KIND} `{}` has no versions", manifest.id.name);
            return refused(message, "/spec", "a schema belongs to a version: add it to `spec.versions`");
        }
        let broken: Vec<Diagnostic> = compiled
            .into_iter()
            .filter_map(|version| version.compiled.err())
            .map(|broken| {
                let finding = Diagnostic::new(&BROKEN_SCHEMA, format!("broken schema: {}", broken.message));
                finding.at(object.span_at(&broken.pointer)).help("correct the definition; nothing is added")
            })
            .collect();
        if broken.is_empty() { Ok(Self { group, plural, object: normalized(object) }) } else { Err(broken) }
    }

    /// What tells it from the others.
    pub(super) fn names(&self) -> (SmolStr, SmolStr) {
        (self.group.clone(), self.plural.clone())
    }

    /// `` `widgets.example.com` ``.
    pub(super) fn name(&self) -> String {
        format!("`{}.{}`", self.plural, self.group)
    }
}

/// The text of a definition's file.
pub(super) fn text(object: &Node, is_json: bool) -> String {
    if is_json { format!("{:#}\n", object.to_json()) } else { yaml::write(object) }
}
