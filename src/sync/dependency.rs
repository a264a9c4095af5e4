//! What objects need of one another.
//!
//! An edge leads from an object to one that it names, or to one that makes what it names: from a Deployment to the
//! ExternalSecret of its Secret. Only what is in the same set can be led to.

mod field;
#[cfg(test)]
mod tests;

use rustc_hash::FxHashMap;

use self::field::{FIELDS, Field, Target, each};
use crate::{
    manifest::{Manifest, ManifestSet, Pod, Reference},
    node::Node,
};

/// How badly an object needs another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// The API server refuses the object without it.
    Admission,
    /// The object does not become healthy without it: its pods do not start, its controller reports a failure.
    Health,
    /// The object is applied and healthy without it, and finds it when it comes.
    Use,
}

/// That an object needs another one.
#[derive(Clone, Debug)]
pub struct Dependency<'a> {
    /// The object that it needs, or the one that makes it.
    pub on: &'a Manifest,
    /// How badly.
    pub need: Need,
    /// The kind of what it names.
    pub kind: &'a str,
    /// The name of what it names.
    pub name: &'a str,
    /// Where it names it: a JSON pointer.
    pub pointer: String,
}

impl Dependency<'_> {
    /// Whether a controller makes what the object names, out of the one that the edge leads to.
    pub fn is_made(&self) -> bool {
        self.on.kind() != self.kind
    }
}

/// A field that names an object, whether or not that is here.
#[derive(Clone, Debug)]
pub struct Named<'a> {
    /// The field that holds the name: a JSON pointer.
    pub pointer: String,
    /// The kind that it says, or that is meant where it says none.
    pub kind: &'a str,
    /// The name.
    pub name: &'a str,
}

impl Manifest {
    /// The fields of an object that name one of a kind, but for those of pods; the kind is the one that is meant where a
    /// field says none.
    pub fn names_of(&self, kind: &str) -> Vec<Named<'_>> {
        let is_asked = |field: &&Field| field.kinds.contains(&self.kind()) && field.target.kind() == kind;
        let mut found = Vec::new();
        for field in FIELDS.iter().filter(is_asked) {
            each(&self.object, field.path, &mut String::new(), &mut |node, pointer| {
                let Target::Reference(usual) = field.target else {
                    let name = node.as_str().map(|name| (name, pointer.to_owned()));
                    found.extend(name.map(|(name, pointer)| Named { pointer, kind: field.target.kind(), name }));
                    return;
                };
                let text = |key| node.get(key).and_then(Node::as_str);
                let pointer = format!("{pointer}/name");
                found.extend(text("name").map(|name| Named { pointer, kind: text("kind").unwrap_or(usual), name }));
            });
        }
        found
    }
}

/// The edges between the objects of a set, found one object at a time.
#[derive(Debug)]
pub struct Dependencies<'a> {
    set: &'a ManifestSet,
    /// What makes a Secret, by the Secret's namespace and name.
    secrets: FxHashMap<(&'a str, &'a str), &'a Manifest>,
    /// CustomResourceDefinitions by group and kind.
    definitions: FxHashMap<(&'a str, &'a str), &'a Manifest>,
}

impl<'a> Dependencies<'a> {
    /// For the objects of a set. One walk over them; of two that make the same thing, the first one counts.
    pub fn new(set: &'a ManifestSet) -> Self {
        let (mut secrets, mut definitions) = (FxHashMap::default(), FxHashMap::default());
        for manifest in set.manifests() {
            let namespace = manifest.id.namespace.as_deref().unwrap_or_default();
            for name in manifest.made_secrets() {
                secrets.entry((namespace, name)).or_insert(manifest);
            }
        }
        for definition in set.of_kind("CustomResourceDefinition") {
            if let Some(defined) = definition.defined_kind() {
                definitions.entry(defined).or_insert(definition);
            }
        }
        Self { set, secrets, definitions }
    }

    /// What an object needs: its namespace and its kind, what its pods need, and what other fields of it name.
    pub fn of(&self, manifest: &'a Manifest) -> Vec<Dependency<'a>> {
        let mut found = Vec::new();
        self.surroundings(manifest, &mut found);
        if let Some(pod) = Pod::of(manifest) {
            self.pod(pod, &mut found);
        }
        let fields = FIELDS.iter().filter(|field| !manifest.is_namesake() && field.kinds.contains(&manifest.kind()));
        for field in fields {
            each(&manifest.object, field.path, &mut String::new(), &mut |node, pointer| {
                found.extend(self.named(manifest, field.target, field.need, node, pointer));
            });
        }
        found.retain(|dependency| !std::ptr::eq(dependency.on, manifest));
        found
    }

    fn surroundings(&self, manifest: &'a Manifest, found: &mut Vec<Dependency<'a>>) {
        let id = &manifest.id;
        if let Some(name) = id.namespace.as_deref() {
            let pointer = "/metadata/namespace".to_owned();
            found.extend(self.find("Namespace", None, name, Need::Admission, pointer));
        }
        let definition = self.definitions.get(&(id.gvk.group.as_str(), id.gvk.kind.as_str()));
        found.extend(definition.map(|on| Dependency {
            on,
            need: Need::Admission,
            kind: "CustomResourceDefinition",
            name: &on.id.name,
            pointer: "/kind".to_owned(),
        }));
    }

    fn pod(&self, pod: Pod<'a>, found: &mut Vec<Dependency<'a>>) {
        let namespace = pod.manifest.id.namespace.as_deref();
        // What makes pods is there without them; a pod by itself is refused.
        let admitted = if pod.manifest.kind() == "Pod" { Need::Admission } else { Need::Health };
        for Reference { kind, name, pointer, optional } in pod.references() {
            let need = match kind {
                _ if optional || pointer.contains("/imagePullSecrets/") => Need::Use,
                "ServiceAccount" => admitted,
                _ => Need::Health,
            };
            found.extend(self.find(kind, namespace, name, need, pointer));
        }
        for (kind, inside) in [("PriorityClass", "/spec/priorityClassName"), ("RuntimeClass", "/spec/runtimeClassName")]
        {
            if let Some(name) = pod.at(inside).and_then(Node::as_str) {
                found.extend(self.find(kind, None, name, admitted, pod.pointer_to(inside)));
            }
        }
    }

    fn named(
        &self,
        manifest: &'a Manifest,
        target: Target,
        need: Need,
        node: &'a Node,
        pointer: &str,
    ) -> Option<Dependency<'a>> {
        let own = manifest.id.namespace.as_deref();
        match target {
            Target::Local(kind) => self.find(kind, own, node.as_str()?, need, pointer.to_owned()),
            Target::OfCluster(kind) => self.find(kind, None, node.as_str()?, need, pointer.to_owned()),
            Target::Reference(kind) => {
                let text = |key| node.get(key).and_then(Node::as_str);
                let (kind, name) = (text("kind").unwrap_or(kind), text("name")?);
                let (namespace, pointer) = (text("namespace").or(own), format!("{pointer}/name"));
                let found = self.find(kind, namespace, name, need, pointer.clone());
                found.or_else(|| self.find(kind, None, name, need, pointer))
            }
        }
    }

    /// The edge to an object, or to what makes it.
    fn find(
        &self,
        kind: &'a str,
        namespace: Option<&str>,
        name: &'a str,
        need: Need,
        pointer: String,
    ) -> Option<Dependency<'a>> {
        let maker = || self.secrets.get(&(namespace.unwrap_or_default(), name)).copied().filter(|_| kind == "Secret");
        let on = self.set.find(kind, namespace, name).or_else(maker)?;
        Some(Dependency { on, need, kind, name, pointer })
    }
}
