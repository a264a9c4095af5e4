//! The layers of an environment's apps, and their merge.

use std::borrow::Cow;

use rayon::prelude::*;
use smol_str::SmolStr;

use super::{
    argocd,
    document::Document,
    overrides::Override,
    repository::{EnvironmentFiles, Repository},
};
use crate::{
    diagnostic::Diagnostic,
    grammar::{self, MergeLog, Observer, Part, Strength, VOID_DELETION, fields},
    node::{Key, Map, Node},
};

/// One layer of an app, by the name that `explain` gives it.
#[derive(Clone, Debug)]
pub struct Layer<'a> {
    /// Where it comes from: `built-in`, `defaults`, `base`, …
    pub name: &'static str,
    /// How strong it is.
    pub strength: Strength,
    /// Its sections.
    pub node: Cow<'a, Node>,
}

impl Layer<'_> {
    /// What the layer has at the top of what is merged.
    pub(super) fn part(&self) -> Part<'_> {
        Part { strength: self.strength, node: &self.node }
    }
}

/// An environment with its apps merged, references not yet filled in.
#[derive(Debug)]
pub struct Merged {
    /// The environment's name; the place is that of `metadata.name`.
    pub name: Key,
    /// The environment's own file.
    pub node: Node,
    /// The names of all of its apps, sorted.
    pub members: Vec<SmolStr>,
    /// Those that were read, by name.
    pub apps: Vec<MergedApp>,
}

/// One merged app.
#[derive(Debug)]
pub struct MergedApp {
    /// Its name; the place is that of `metadata.name` in the base.
    pub name: Key,
    /// Its merged spec.
    pub node: Node,
    /// Whether its files and their merge are free of errors.
    pub sound: bool,
}

impl Repository {
    /// Lays the layers of an environment's apps over each other.
    pub fn merge(&self, environment: &EnvironmentFiles, sets: &[Override], log: &mut MergeLog) -> Merged {
        let members = self.members(environment);
        let merged: Vec<(MergedApp, MergeLog)> = members
            .par_iter()
            .filter_map(|app| {
                let mut log = MergeLog::default();
                let name = name_of(&self.apps.get(app)?.base, app);
                let node = merge_layers(&self.layers(environment, app, sets), &mut log, &mut ());
                let sound = self.is_sound(environment, app) && log.diagnostics.is_empty();
                Some((MergedApp { name, node, sound }, log))
            })
            .collect();
        let mut apps = Vec::with_capacity(merged.len());
        for (app, found) in merged {
            log.diagnostics.extend(found.diagnostics);
            log.effective.extend(found.effective);
            // What a null would have deleted may be among the fields that an error took out.
            if app.sound { &mut log.void } else { &mut log.effective }.extend(found.void);
            apps.push(app);
        }
        let document = &environment.document;
        let name = document.node.at("/metadata/name").and_then(Node::as_str).unwrap_or_default();
        let node = argocd::lay(self, &document.node, log);
        Merged { name: name_of(document, name), node, members, apps }
    }

    /// The names of an environment's apps: those that `apps.include` takes and `apps.exclude` leaves.
    pub fn members(&self, environment: &EnvironmentFiles) -> Vec<SmolStr> {
        let patterns = |pointer: &str| {
            let node = environment.document.node.at(pointer);
            node.map(|node| node.items().iter().filter_map(Node::as_str).collect::<Vec<_>>())
        };
        let (include, exclude) = (patterns("/apps/include"), patterns("/apps/exclude").unwrap_or_default());
        let included = |name: &str| include.as_ref().is_none_or(|some| some.iter().any(|glob| matches(glob, name)));
        let excluded = |name: &str| exclude.iter().any(|glob| matches(glob, name));
        self.names.apps.iter().filter(|name| included(name) && !excluded(name)).cloned().collect()
    }

    /// The layers of an app, weakest first.
    ///
    /// `overrides` and `enforce` touch only the top-level sections that an app has: a replica count for all does not
    /// make every app an autoscaled one.
    pub fn layers<'a>(&'a self, environment: &'a EnvironmentFiles, app: &str, sets: &'a [Override]) -> Vec<Layer<'a>> {
        let env = &environment.document.node;
        let base = self.apps.get(app).map(|files| &files.base.node);
        let overlay = environment.overlays.get(app).map(|document| &document.node);
        let [builtin, shared] = [Some(&self.builtin), self.defaults.as_ref()].map(|file| file?.node.get("defaults"));
        let defaults = env.get("defaults");
        let has = |key: &Key| {
            let layers = [builtin, shared, defaults, base, overlay];
            layers.into_iter().flatten().any(|layer| layer.get(key.as_str()).is_some())
        };
        let own = [
            ("built-in", Strength::Weak, builtin.map(Cow::Borrowed)),
            ("envs/defaults.yaml", Strength::Weak, shared.map(Cow::Borrowed)),
            ("environment defaults", Strength::Weak, defaults.map(Cow::Borrowed)),
            ("base", Strength::Strong, base.map(Cow::Borrowed)),
            ("environment overrides", Strength::Strong, env.get("overrides").map(|node| only(node, has))),
            ("overlay", Strength::Strong, overlay.map(Cow::Borrowed)),
        ];
        let sets = sets
            .iter()
            .filter(|set| set.is_about(app))
            .map(|set| ("--set", Strength::Strong, Some(Cow::Borrowed(&set.node))));
        let enforced = ("environment enforce", Strength::Enforced, env.get("enforce").map(|node| only(node, has)));
        let layers = own.into_iter().chain(sets).chain([enforced]);
        layers.filter_map(|(name, strength, node)| Some(Layer { name, strength, node: node? })).collect()
    }
}

/// Merges an app's layers.
pub(super) fn merge_layers(layers: &[Layer<'_>], log: &mut MergeLog, observer: &mut impl Observer) -> Node {
    let parts: Vec<Part<'_>> = layers.iter().map(Layer::part).collect();
    let merged = grammar::merge(&parts, &fields::LAYER, log, observer);
    merged.unwrap_or_else(|| Node::made(Map::new()))
}

/// Deletions that deleted nothing in any app of any environment.
pub fn void_deletions(log: &MergeLog) -> Vec<Diagnostic> {
    // Nobody who wrote nothing meant to delete anything; that has been said.
    let void = log.void.difference(&log.effective).filter(|span| !grammar::is_unwritten(**span));
    let mut findings: Vec<Diagnostic> = void
        .map(|span| {
            Diagnostic::new(&VOID_DELETION, "this deletes nothing: no weaker layer has it")
                .at(*span)
                .help("correct the name above it, or take the line out")
        })
        .collect();
    findings.sort_by_key(|finding| finding.primary.as_ref().map(|label| label.span));
    findings
}

/// The sections that a predicate takes.
fn only(node: &Node, takes: impl Fn(&Key) -> bool) -> Cow<'_, Node> {
    if node.entries().iter().all(|(key, _)| takes(key)) {
        return Cow::Borrowed(node);
    }
    let entries = node.entries().iter().filter(|(key, _)| takes(key));
    Cow::Owned(Node::new(entries.cloned().collect::<Map>(), node.span))
}

fn name_of(document: &Document, name: &str) -> Key {
    Key::new(name, document.node.span_at("/metadata/name"))
}

/// Whether a name matches a pattern in which `*` stands for any characters.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((head, tail)) => name
            .strip_prefix(head)
            .is_some_and(|rest| (0..=rest.len()).any(|at| rest.get(at..).is_some_and(|rest| matches(tail, rest)))),
    }
}

#[cfg(test)]
mod tests;
