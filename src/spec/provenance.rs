//! Where a value came from: the chain of layers that set or lost it.
//!
//! The merge is run again for one app with an observer that waits for one place. A plain run pays nothing for this.

use super::{
    layers::{Layer, merge_layers},
    overrides::Override,
    repository::{EnvironmentFiles, Repository},
};
use crate::{
    grammar::{MergeLog, Observer, Part},
    node::{Key, Node, Pointer},
    source::Span,
};

/// The history of one place of an app's spec.
#[derive(Clone, Debug)]
pub struct Provenance {
    /// The place in the merged spec.
    pub pointer: Pointer,
    /// What each layer has there, weakest first.
    pub steps: Vec<Step>,
}

/// What one layer has at a place.
#[derive(Clone, Debug)]
pub struct Step {
    /// The layer's name.
    pub layer: &'static str,
    /// What it says; null deletes.
    pub node: Node,
    /// Whether this is what the place holds in the end.
    pub wins: bool,
}

impl Repository {
    /// The histories of the places whose value, or whose key, was written at `target`: a short form makes several.
    pub fn provenance(
        &self,
        environment: &EnvironmentFiles,
        app: &str,
        sets: &[Override],
        target: Span,
    ) -> Vec<Provenance> {
        let layers = self.layers(environment, app, sets);
        let wanted = |key: Option<&Key>, result: Option<&Node>, _: &[Part<'_>]| {
            let is_target = |span: Option<Span>| span == Some(target);
            result.is_some_and(|node| is_target(node.span) && node.as_map().is_none())
                || result.is_some() && key.is_some_and(|key| is_target(key.span))
        };
        watch(&layers, wanted)
    }

    /// The histories of all places of this name at which a layer's value was deleted.
    pub fn deletions(
        &self,
        environment: &EnvironmentFiles,
        app: &str,
        sets: &[Override],
        name: &str,
    ) -> Vec<Provenance> {
        let layers = self.layers(environment, app, sets);
        let deletes = |parts: &[Part<'_>]| parts.len() > 1 && parts.last().is_some_and(|part| part.node.is_null());
        watch(&layers, |key, result, parts| {
            result.is_none() && key.is_some_and(|key| key.text == name) && deletes(parts)
        })
    }
}

/// Merges the layers and keeps the history of every place that a predicate takes.
fn watch(layers: &[Layer], takes: impl Fn(Option<&Key>, Option<&Node>, &[Part<'_>]) -> bool) -> Vec<Provenance> {
    let mut watcher = Watcher { layers, takes, path: Vec::new(), found: Vec::new() };
    merge_layers(layers, &mut MergeLog::default(), &mut watcher);
    watcher.found
}

struct Watcher<'a, F> {
    layers: &'a [Layer],
    takes: F,
    path: Vec<Key>,
    found: Vec<Provenance>,
}

impl<F: Fn(Option<&Key>, Option<&Node>, &[Part<'_>]) -> bool> Observer for Watcher<'_, F> {
    fn enter(&mut self, key: &Key) {
        self.path.push(key.clone());
    }

    fn merged(&mut self, parts: &[Part<'_>], result: Option<&Node>) {
        if (self.takes)(self.path.last(), result, parts) {
            let pointer = Pointer(self.path.iter().map(|key| key.text.to_string()).collect());
            let steps = parts.iter().map(|part| self.step(part, result)).collect();
            self.found.push(Provenance { pointer, steps });
        }
    }

    fn leave(&mut self) {
        self.path.pop();
    }
}

impl<F> Watcher<'_, F> {
    fn step(&self, part: &Part<'_>, result: Option<&Node>) -> Step {
        let span = part.node.any_span();
        let inside = |layer: &&Layer| {
            layer.strength == part.strength
                && layer.node.span.zip(span).is_some_and(|(layer, span)| layer.contains(span))
        };
        let layer = self.layers.iter().find(inside).map_or("layer", |layer| layer.name);
        let wins = result.is_some_and(|result| result.span.is_some() && result.span == part.node.span);
        Step { layer, node: part.node.clone(), wins }
    }
}
