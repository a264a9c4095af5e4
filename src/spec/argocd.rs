//! What Argo CD is told in one environment: its own `argocd` over that of `karat.yaml`, over what is built in.

use super::repository::Repository;
use crate::{
    grammar::{self, MergeLog, Part, Strength, fields},
    node::Node,
};

const FIELD: &str = "argocd";

/// The environment's file, with its layers of `argocd` merged into one. Where neither it nor the project says anything,
/// nothing is there: not everybody has Argo CD.
pub(super) fn lay(repository: &Repository, environment: &Node, log: &mut MergeLog) -> Node {
    let [project, own] = [&repository.project.node, environment].map(|node| node.get(FIELD));
    let mut environment = environment.clone();
    let Some(map) = environment.as_map_mut().filter(|_| project.is_some() || own.is_some()) else { return environment };
    let builtin = repository.builtin_project.node.get(FIELD).map(|node| (Strength::Weak, node));
    let written = [project, own].into_iter().flatten().map(|node| (Strength::Strong, node));
    let parts: Vec<Part<'_>> =
        builtin.into_iter().chain(written).map(|(strength, node)| Part { strength, node }).collect();
    match grammar::merge(&parts, &fields::ARGOCD, log, &mut ()) {
        Some(merged) => map.insert(FIELD, merged.caused_by(project.or(own).and_then(Node::any_span))),
        None => drop(map.remove(FIELD)),
    }
    environment
}
