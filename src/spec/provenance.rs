//! Where a value came from: the chain of layers that set or lost it.
//!
//! The merge is run again for one app with an observer that waits for one place. A plain run pays nothing for this.

use super::{
    argocd,
    layers::Layer,
    overrides::Override,
    repository::{EnvironmentFiles, Repository},
};
use crate::{
    grammar::{self, MergeLog, Observer, Part, Type, fields},
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
    /// The histories of the places whose value, or whose key, or an item of whose list was written at `target`: a short
    /// form makes several.
    pub fn provenance(
        &self,
        environment: &EnvironmentFiles,
        app: &str,
        sets: &[Override],
        target: Span,
    ) -> Vec<Provenance> {
        let layers = self.layers(environment, app, sets);
        watch(&layers, &fields::LAYER, |key, result, _| is_written_at(target, key, result))
    }

    /// The same for what Argo CD is told in an environment, which belongs to no app.
    pub fn provenance_of_argocd(&self, environment: &EnvironmentFiles, target: Span) -> Vec<Provenance> {
        let layers = argocd::layers(self, &environment.document.node);
        let mut found = watch(&layers, &fields::ARGOCD, |key, result, _| is_written_at(target, key, result));
        for history in &mut found {
            history.pointer.0.insert(0, argocd::FIELD.to_owned());
        }
        found
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
        watch(&layers, &fields::LAYER, |key, result, parts| {
            result.is_none() && key.is_some_and(|key| key.text == name) && deletes(parts)
        })
    }
}

fn is_written_at(target: Span, key: Option<&Key>, result: Option<&Node>) -> bool {
    let is_target = |span: Option<Span>| span == Some(target);
    let holds = |node: &Node| node.items().iter().any(|item| is_target(item.span));
    result.is_some_and(|node| is_target(node.span) && node.as_map().is_none() || holds(node))
        || result.is_some() && key.is_some_and(|key| is_target(key.span))
}

/// Merges the layers and keeps the history of every place that a predicate takes.
fn watch(
    layers: &[Layer<'_>],
    ty: &'static Type,
    takes: impl Fn(Option<&Key>, Option<&Node>, &[Part<'_>]) -> bool,
) -> Vec<Provenance> {
    let mut watcher = Watcher { layers, takes, path: Vec::new(), found: Vec::new() };
    let parts: Vec<Part<'_>> = layers.iter().map(Layer::part).collect();
    grammar::merge(&parts, ty, &mut MergeLog::default(), &mut watcher);
    watcher.found
}

struct Watcher<'a, F> {
    layers: &'a [Layer<'a>],
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
        let inside = |layer: &&Layer<'_>| {
            layer.strength == part.strength
                && layer.node.span.zip(span).is_some_and(|(layer, span)| layer.contains(span))
        };
        let layer = self.layers.iter().find(inside).map_or("layer", |layer| layer.name);
        let wins = result.is_some_and(|result| result.span.is_some() && result.span == part.node.span);
        Step { layer, node: part.node.clone(), wins }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        node::Node,
        spec::{
            Provenance,
            testing::{Outcome, bed},
        },
    };

    fn outcome() -> Outcome {
        bed()
            .defaults("{ workload: { replicas: 1 }, containers: { \"*\": { env: { LEVEL: info, OLD: x } } } }")
            .environment("dev", "overrides: { containers: { \"*\": { env: { LEVEL: debug } } } }\n")
            .app("web", "workload: { replicas: 2 }\ncontainers: { app: { image: acme/web:1 } }\n")
            .overlay("web", "workload: { replicas: 3 }\ncontainers: { app: { env: { OLD: null } } }\n")
            .resolve()
    }

    /// A chain as `layer text` for each step, the winner with a star.
    fn steps(outcome: &Outcome, history: &Provenance) -> Vec<String> {
        let describe = |step: &crate::spec::Step| {
            format!("{}{}: {}", if step.wins { "*" } else { "" }, step.layer, outcome.text(step.node.any_span()))
        };
        history.steps.iter().map(describe).collect()
    }

    fn history_of(outcome: &Outcome, pointer: &str) -> Provenance {
        let node: &Node = outcome.app("web").node.at(pointer).unwrap();
        let files = &outcome.repository.environments["dev"];
        let histories = outcome.repository.provenance(files, "web", &outcome.sets, node.span.unwrap());
        histories.into_iter().find(|history| history.pointer.to_string() == pointer).unwrap()
    }

    #[test]
    fn every_layer_that_had_a_value_is_named() {
        let outcome = outcome();
        let history = history_of(&outcome, "/workload/replicas");
        assert_eq!(steps(&outcome, &history), ["envs/defaults.yaml: 1", "base: 2", "*overlay: 3"]);
    }

    #[test]
    fn wildcards_are_layers_too() {
        let outcome = outcome();
        let history = history_of(&outcome, "/containers/app/env/LEVEL/value");
        assert_eq!(steps(&outcome, &history), ["envs/defaults.yaml: info", "*environment overrides: debug"]);
    }

    #[test]
    fn an_item_has_the_history_of_its_list() {
        let outcome = bed()
            .defaults("{ workload: { pod: { imagePullSecrets: [a, b] } } }")
            .app("web", "workload: { pod: { imagePullSecrets: { $append: [c] } } }\n")
            .resolve();
        let files = &outcome.repository.environments["dev"];
        for item in [0, 2] {
            let span =
                outcome.app("web").node.at(&format!("/workload/pod/imagePullSecrets/{item}")).unwrap().span.unwrap();
            let histories = outcome.repository.provenance(files, "web", &outcome.sets, span);
            let [history] = histories.as_slice() else { panic!("{histories:?}") };
            assert_eq!(history.pointer.to_string(), "/workload/pod/imagePullSecrets");
            let layers: Vec<_> = history.steps.iter().map(|step| step.layer).collect();
            assert_eq!(layers, ["envs/defaults.yaml", "base"]);
        }
    }

    #[test]
    fn what_was_deleted_has_a_history() {
        let outcome = outcome();
        let files = &outcome.repository.environments["dev"];
        let histories = outcome.repository.deletions(files, "web", &outcome.sets, "OLD");
        let [history] = histories.as_slice() else { panic!("{histories:?}") };
        assert_eq!(history.pointer.to_string(), "/containers/app/env/OLD");
        assert_eq!(steps(&outcome, history), ["envs/defaults.yaml: x", "overlay: null"]);
    }
}
