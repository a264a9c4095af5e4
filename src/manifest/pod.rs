//! The pods that objects make, and which of them a selector takes.

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::{Manifest, Selector};
use crate::node::{Map, Node};

/// Kinds that make pods, and where the pods' template stands in them.
const TEMPLATES: &[(&str, &str)] = &[
    ("CronJob", "/spec/jobTemplate/spec/template"),
    ("DaemonSet", "/spec/template"),
    ("Deployment", "/spec/template"),
    ("Job", "/spec/template"),
    ("Pod", ""),
    ("PodTemplate", "/template"),
    ("ReplicaSet", "/spec/template"),
    ("ReplicationController", "/spec/template"),
    ("Rollout", "/spec/template"),
    ("ScaledJob", "/spec/jobTargetRef/template"),
    ("StatefulSet", "/spec/template"),
];

/// The pods of one object.
#[derive(Clone, Copy, Debug)]
pub struct Pod<'a> {
    /// The object that makes them.
    pub manifest: &'a Manifest,
    /// Where their template stands in it: a JSON pointer.
    pub pointer: &'static str,
    /// The template: `metadata` and `spec`.
    pub template: &'a Node,
}

impl<'a> Pod<'a> {
    /// The pods of an object, if it makes any.
    pub fn of(manifest: &'a Manifest) -> Option<Self> {
        let (_, pointer) = TEMPLATES.iter().find(|(kind, _)| *kind == manifest.kind())?;
        Some(Self { manifest, pointer, template: manifest.object.at(pointer)? })
    }

    /// Whether they are to end by themselves.
    pub fn ends(self) -> bool {
        match self.manifest.kind() {
            "CronJob" | "Job" | "ScaledJob" => true,
            "Pod" => {
                let policy = self.template.at("/spec/restartPolicy").and_then(Node::as_str);
                policy.is_some_and(|policy| policy != "Always")
            }
            _ => false,
        }
    }

    /// Their labels.
    pub fn labels(self) -> Option<&'a Map> {
        self.template.at("/metadata/labels")?.as_map()
    }

    /// The value at a JSON pointer inside of the template: `/spec/hostPID`.
    pub fn at(self, inside: &str) -> Option<&'a Node> {
        self.template.at(inside)
    }

    /// A pointer into the object, from one into the template.
    pub fn pointer_to(self, inside: &str) -> String {
        format!("{}{inside}", self.pointer)
    }

    /// The items of a list of the template, with the pointers to them from the root of the object.
    pub fn items(self, list: &str) -> impl Iterator<Item = (String, &'a Node)> + use<'a> {
        self.manifest.items(&self.pointer_to(list))
    }
}

/// The pods of a set by namespace and label, so that a selector need not look at each. They are held as the positions
/// of the objects that make them.
#[derive(Debug, Default)]
pub(super) struct PodIndex {
    all: Vec<usize>,
    namespaces: FxHashMap<SmolStr, Namespace>,
}

#[derive(Debug, Default)]
struct Namespace {
    all: Vec<usize>,
    labels: FxHashMap<SmolStr, FxHashMap<SmolStr, Vec<usize>>>,
}

impl PodIndex {
    pub(super) fn new(manifests: &[Manifest]) -> Self {
        let mut index = Self::default();
        for (at, manifest) in manifests.iter().enumerate() {
            if let Some(pod) = Pod::of(manifest) {
                index.add(at, pod);
            }
        }
        index
    }

    fn add(&mut self, at: usize, pod: Pod<'_>) {
        self.all.push(at);
        let namespace = self.namespaces.entry(pod.manifest.id.namespace.clone().unwrap_or_default()).or_default();
        namespace.all.push(at);
        for (key, value) in pod.labels().map_or(&[][..], Map::entries) {
            if let Some(value) = value.as_str() {
                let values = namespace.labels.entry(key.text.clone()).or_default();
                values.entry(value.into()).or_default().push(at);
            }
        }
    }

    pub(super) fn all(&self) -> &[usize] {
        &self.all
    }

    pub(super) fn namespace(&self, namespace: &str) -> &[usize] {
        self.namespaces.get(namespace).map_or(&[], |namespace| &namespace.all)
    }

    /// The pods that a selector may take: those with the rarest of its labels.
    pub(super) fn candidates(&self, namespace: &str, selector: &Selector<'_>) -> &[usize] {
        let labelled = selector
            .written_labels()
            .map(|(key, value)| self.labelled(namespace, &key.text, value.as_str().unwrap_or_default()));
        labelled.min_by_key(|pods| pods.len()).unwrap_or(self.namespace(namespace))
    }

    /// The pods with a label.
    pub(super) fn labelled(&self, namespace: &str, label: &str, value: &str) -> &[usize] {
        let values = self.namespaces.get(namespace).and_then(|namespace| namespace.labels.get(label));
        values.and_then(|values| values.get(value)).map_or(&[], Vec::as_slice)
    }

    /// The values that a label has in a namespace.
    pub(super) fn values(&self, namespace: &str, label: &str) -> impl Iterator<Item = &str> {
        let values = self.namespaces.get(namespace).and_then(|namespace| namespace.labels.get(label));
        values.into_iter().flat_map(|values| values.keys().map(SmolStr::as_str))
    }
}
