//! What Argo CD is told in one environment: its own `argocd` over that of `karat.yaml`, over what is built in.

use std::borrow::Cow;

use super::{layers::Layer, repository::Repository};
use crate::{
    grammar::{self, MergeLog, Part, Strength, fields},
    node::Node,
};

pub(super) const FIELD: &str = "argocd";

/// The environment's file, with its layers of `argocd` merged into one. Where neither it nor the project says anything,
/// nothing is there: not everybody has Argo CD.
pub(super) fn lay(repository: &Repository, environment: &Node, log: &mut MergeLog) -> Node {
    let [project, own] = [&repository.project.node, environment].map(|node| node.get(FIELD));
    let layers = layers(repository, environment);
    let mut environment = environment.clone();
    let Some(map) = environment.as_map_mut().filter(|_| project.is_some() || own.is_some()) else { return environment };
    let parts: Vec<Part<'_>> = layers.iter().map(Layer::part).collect();
    match grammar::merge(&parts, &fields::ARGOCD, log, &mut ()) {
        Some(merged) => map.insert(FIELD, merged.caused_by(project.or(own).and_then(Node::any_span))),
        None => drop(map.remove(FIELD)),
    }
    environment
}

/// What says something about Argo CD, weakest first.
pub(super) fn layers<'a>(repository: &'a Repository, environment: &'a Node) -> Vec<Layer<'a>> {
    let layers = [
        ("built-in", Strength::Weak, &repository.builtin_project.node),
        ("karat.yaml", Strength::Strong, &repository.project.node),
        ("environment", Strength::Strong, environment),
    ];
    let some = layers.into_iter().filter_map(|(name, strength, file)| Some((name, strength, file.get(FIELD)?)));
    some.map(|(name, strength, node)| Layer { name, strength, node: Cow::Borrowed(node) }).collect()
}
