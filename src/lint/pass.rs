//! Rules over the objects of one environment.
//!
//! Every object is looked at once, by all rules that look at one object, its pods or their containers; rules about
//! several objects run beside that.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{Check, Findings, On, Operations, Rule, Settings, Standard, rules};
use crate::{
    diagnostic::{Diagnostic, Label, Severity},
    manifest::{Container, Manifest, ManifestSet, Pod},
};

type OfManifest = fn(&Manifest, &mut Findings<'_>);
type OfPod = fn(Pod<'_>, &mut Findings<'_>);
type OfContainer = fn(Container<'_>, &mut Findings<'_>);
type OfSet = fn(&ManifestSet, &mut Findings<'_>);
type OfOperations = fn(&Operations<'_>, &mut Findings<'_>);

/// The rules that are on, by how wide they look.
#[derive(Default)]
struct Pass {
    any_kind: Vec<(&'static Rule, OfManifest)>,
    by_kind: FxHashMap<&'static str, Vec<(&'static Rule, OfManifest)>>,
    pods: Vec<(&'static Rule, OfPod)>,
    containers: Vec<(&'static Rule, OfContainer)>,
    sets: Vec<(&'static Rule, OfSet)>,
    operations: Vec<(&'static Rule, OfOperations)>,
}

/// What the rules that are on find in one environment; the order is the same on every run.
pub fn check(set: &ManifestSet, settings: &Settings) -> Vec<Diagnostic> {
    run(rules::all().filter(|rule| settings.enables(rule)), set, settings)
}

/// What some rules find.
pub(super) fn run(
    rules: impl Iterator<Item = &'static Rule>,
    set: &ManifestSet,
    settings: &Settings,
) -> Vec<Diagnostic> {
    let mut pass = Pass::default();
    rules.for_each(|rule| pass.add(rule));
    let world = World { set, settings };
    let objects = set.manifests().par_iter().with_min_len(64).flat_map_iter(|manifest| pass.manifest(manifest, world));
    let sets = pass.sets.par_iter().flat_map_iter(|(rule, check)| {
        let mut found = Vec::new();
        check(set, &mut world.findings(rule, &mut found));
        found
    });
    let wide = || rayon::join(|| sets.collect::<Vec<_>>(), || pass.operations(world));
    let (mut found, (of_sets, of_operations)): (Vec<_>, _) = rayon::join(|| objects.collect(), wide);
    found.extend(of_sets);
    found.extend(of_operations);
    found
}

/// What every rule may look at.
#[derive(Clone, Copy)]
struct World<'a> {
    set: &'a ManifestSet,
    settings: &'a Settings,
}

impl<'a> World<'a> {
    fn findings<'f>(self, rule: &'static Rule, found: &'f mut Vec<Diagnostic>) -> Findings<'f>
    where
        'a: 'f,
    {
        Findings { set: self.set, settings: self.settings, code: &rule.code, found }
    }
}

impl Pass {
    fn add(&mut self, rule: &'static Rule) {
        match rule.check {
            Check::Manifest { kinds: [], check } => self.any_kind.push((rule, check)),
            Check::Manifest { kinds, check } => {
                for kind in kinds {
                    self.by_kind.entry(kind).or_default().push((rule, check));
                }
            }
            Check::Pod(check) => self.pods.push((rule, check)),
            Check::Container(check) => self.containers.push((rule, check)),
            Check::Set(check) => self.sets.push((rule, check)),
            Check::Operations(check) => self.operations.push((rule, check)),
            // One environment alone says nothing about others.
            Check::Promotion(_) => {}
        }
    }

    /// What the rules about syncs find. What Argo CD does is the same for all of them.
    fn operations(&self, world: World<'_>) -> Vec<Diagnostic> {
        if self.operations.is_empty() {
            return Vec::new();
        }
        let operations = Operations::of(world.set);
        let mut found = Vec::new();
        for (rule, check) in &self.operations {
            check(&operations, &mut world.findings(rule, &mut found));
        }
        found
    }

    fn manifest(&self, manifest: &Manifest, world: World<'_>) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let own = if manifest.is_namesake() { None } else { self.by_kind.get(manifest.kind()) };
        let of_kind = own.map_or(&[][..], Vec::as_slice);
        for (rule, check) in self.any_kind.iter().chain(of_kind) {
            check(manifest, &mut world.findings(rule, &mut found));
        }
        if let Some(pod) = Pod::of(manifest) {
            self.pod(pod, world, &mut found);
        }
        found
    }

    fn pod(&self, pod: Pod<'_>, world: World<'_>, found: &mut Vec<Diagnostic>) {
        let standard = Standard::of(pod.manifest.id.namespace.as_deref(), world.set, world.settings);
        for (rule, check) in self.pods.iter().filter(|(rule, _)| standard.includes(rule.on)) {
            let before = found.len();
            check(pod, &mut world.findings(rule, found));
            enforce(rule, standard, &mut found[before..]);
        }
        for container in pod.all_containers() {
            for (rule, check) in self.containers.iter().filter(|(rule, _)| standard.includes(rule.on)) {
                let before = found.len();
                check(container, &mut world.findings(rule, found));
                enforce(rule, standard, &mut found[before..]);
            }
        }
    }
}

/// Makes errors of what a Namespace does not let in.
fn enforce(rule: &Rule, standard: Standard<'_>, found: &mut [Diagnostic]) {
    let is_standard = matches!(rule.on, On::Baseline | On::Restricted);
    let Some((namespace, label)) = standard.label().filter(|_| is_standard && !found.is_empty()) else { return };
    for finding in found {
        finding.severity = Severity::Error;
        let span = namespace.object.span_at(&label);
        finding.related.extend(span.map(|span| Label { span, message: "the namespace does not let it in".to_owned() }));
    }
}
