//! Environments whose changes come from others: what a rule may ask about the way there.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{Check, Findings, Rule, Settings, rules};
use crate::{
    diagnostic::Diagnostic,
    manifest::{Manifest, ManifestSet},
};

/// An environment, and those that its changes came through. Objects of the same kind, app and name are the same one,
/// whatever their namespaces.
pub struct Promotion<'a> {
    /// The environment's objects.
    pub own: &'a ManifestSet,
    /// Those of the environments before it, the nearest first.
    before: Vec<(&'a ManifestSet, Index<'a>)>,
}

/// Objects by kind, app and name.
type Index<'a> = FxHashMap<(&'a str, Option<&'a str>, &'a str), &'a Manifest>;

impl<'a> Promotion<'a> {
    /// From the objects of an environment, and those of the ones before it, the nearest first.
    pub fn new(own: &'a ManifestSet, before: impl IntoIterator<Item = &'a ManifestSet>) -> Self {
        let index = |set: &'a ManifestSet| set.manifests().iter().map(|manifest| (key(manifest), manifest)).collect();
        Self { own, before: before.into_iter().map(|set| (set, index(set))).collect() }
    }

    /// The objects of the environment before, if there is one.
    pub fn before(&self) -> Option<&'a ManifestSet> {
        self.before.first().map(|(set, _)| *set)
    }

    /// The same object in the environment before.
    pub fn predecessor(&self, manifest: &Manifest) -> Option<&'a Manifest> {
        let (set, index) = self.before.first()?;
        index.get(&key(manifest)).copied().filter(|found| set.is_sound(&found.id))
    }

    /// The same object in every environment before that has it.
    pub fn predecessors(&self, manifest: &Manifest) -> impl Iterator<Item = &'a Manifest> {
        let key = key(manifest);
        self.before.iter().filter_map(move |(_, index)| index.get(&key).copied())
    }

    /// What a rule finds, if it is one about environments.
    pub(super) fn run(&self, rule: &'static Rule, settings: &Settings) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        if let Check::Promotion(check) = rule.check {
            check(self, &mut Findings { set: self.own, settings, code: &rule.code, found: &mut found });
        }
        found
    }

    /// What the rules about environments find in this one.
    pub(super) fn check(&self, settings: &Settings) -> Vec<Diagnostic> {
        let enabled = rules::all().filter(|rule| settings.enables(rule));
        let mut found: Vec<Diagnostic> = enabled.flat_map(|rule| self.run(rule, settings)).collect();
        found.retain(|finding| finding.resources.iter().all(|resource| self.own.is_sound(&resource.id)));
        settings.judge(&mut found);
        found
    }
}

fn key(manifest: &Manifest) -> (&str, Option<&str>, &str) {
    (manifest.kind(), manifest.app.as_deref(), &manifest.id.name)
}

/// What the rules about environments find in all of them, each with what is asked of it.
pub(super) fn check(promotions: &[(Promotion<'_>, Settings)]) -> Vec<Diagnostic> {
    promotions.par_iter().flat_map_iter(|(promotion, settings)| promotion.check(settings)).collect()
}
