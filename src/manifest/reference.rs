//! What pods need before they can start.

use super::{Container, Pod};
use crate::node::Node;

/// An object that pods name.
#[derive(Clone, Debug)]
pub struct Reference<'a> {
    /// Its kind.
    pub kind: &'static str,
    /// Its name; it is in the pods' own namespace.
    pub name: &'a str,
    /// The pointer to the name, from the root of the object that makes the pods.
    pub pointer: String,
    /// Whether the pods start without it.
    pub optional: bool,
}

/// How a place refers to objects: their kind, the field that holds the reference, the field in it that holds the name.
type Field = (&'static str, &'static str, &'static str);

const VOLUME: &[Field] = &[
    ("ConfigMap", "configMap", "name"),
    ("Secret", "secret", "secretName"),
    ("PersistentVolumeClaim", "persistentVolumeClaim", "claimName"),
];
const PROJECTION: &[Field] = &[("ConfigMap", "configMap", "name"), ("Secret", "secret", "name")];
const VARIABLE: &[Field] = &[("ConfigMap", "configMapKeyRef", "name"), ("Secret", "secretKeyRef", "name")];
const VARIABLES: &[Field] = &[("ConfigMap", "configMapRef", "name"), ("Secret", "secretRef", "name")];

impl<'a> Pod<'a> {
    /// Every ConfigMap, Secret, PersistentVolumeClaim and ServiceAccount that the pods name.
    pub fn references(self) -> Vec<Reference<'a>> {
        let mut found = Vec::new();
        if let Some(spec) = self.template.get("spec") {
            name(&mut found, "ServiceAccount", spec, "serviceAccountName", &self.pointer_to("/spec"));
        }
        for (pointer, secret) in self.items("/spec/imagePullSecrets") {
            name(&mut found, "Secret", secret, "name", &pointer);
        }
        for (pointer, volume) in self.items("/spec/volumes") {
            fields(&mut found, volume, VOLUME, &pointer);
            for (pointer, source) in self.manifest.items(&format!("{pointer}/projected/sources")) {
                fields(&mut found, source, PROJECTION, &pointer);
            }
        }
        self.containers().for_each(|container| variables(&mut found, container));
        found
    }
}

fn variables<'a>(found: &mut Vec<Reference<'a>>, container: Container<'a>) {
    for (pointer, variable) in container.items("/env") {
        if let Some(source) = variable.get("valueFrom") {
            fields(found, source, VARIABLE, &format!("{pointer}/valueFrom"));
        }
    }
    for (pointer, source) in container.items("/envFrom") {
        fields(found, source, VARIABLES, &pointer);
    }
}

fn fields<'a>(found: &mut Vec<Reference<'a>>, node: &'a Node, fields: &[Field], pointer: &str) {
    for (kind, field, key) in fields {
        if let Some(reference) = node.get(field) {
            name(found, kind, reference, key, &format!("{pointer}/{field}"));
        }
    }
}

fn name<'a>(found: &mut Vec<Reference<'a>>, kind: &'static str, reference: &'a Node, key: &str, pointer: &str) {
    if let Some(name) = reference.get(key).and_then(Node::as_str) {
        let optional = reference.get("optional").and_then(Node::as_bool) == Some(true);
        found.push(Reference { kind, name, pointer: format!("{pointer}/{key}"), optional });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        manifest::{Manifest, Owner},
        node::yaml,
        source::FileId,
    };

    #[test]
    fn every_place_is_looked_at() {
        let text = "
kind: Pod
spec:
  serviceAccountName: account
  imagePullSecrets: [{name: pull}]
  volumes:
    - configMap: {name: settings, optional: true}
    - secret: {secretName: keys}
    - persistentVolumeClaim: {claimName: data}
    - projected: {sources: [{secret: {name: token}}]}
  initContainers: [{env: [{name: A, valueFrom: {secretKeyRef: {name: db, key: a}}}]}]
  containers: [{env: [{name: A, value: a}], envFrom: [{configMapRef: {name: all}}]}]
";
        let document = yaml::read(FileId::from_index(0), text).documents.remove(0);
        let manifest = Manifest::new(Owner::Cluster, None, document.root);
        let references = Pod::of(&manifest).unwrap().references();
        let found: Vec<_> = references
            .iter()
            .map(|found| {
                assert_eq!(manifest.object.at(&found.pointer).and_then(Node::as_str), Some(found.name));
                format!("{} {}{}", found.kind, found.name, if found.optional { "?" } else { "" })
            })
            .collect();
        let expected = "ServiceAccount account, Secret pull, ConfigMap settings?, Secret keys, \
                        PersistentVolumeClaim data, Secret token, Secret db, ConfigMap all";
        assert_eq!(found.join(", "), expected);
    }
}
