//! Kinds and versions of Kubernetes of which there is no schema: nobody is to take silence for praise.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{
    NO_SCHEMA, OTHER_VERSION,
    compile::Compiled,
    embedded::{self, Release, key},
    is_known_to_rules, reference,
};
use crate::{
    diagnostic::{Diagnostic, Gvk},
    grammar::is_misspelt,
    lint::{lifecycle, rules::is_misspelt_plugin},
    manifest::ManifestSet,
};

/// The finding about a version that the program does not know.
pub(super) fn other_version(set: &ManifestSet, release: &Release) -> Option<Diagnostic> {
    if release.version == set.kube_version {
        return None;
    }
    let (version, used) = (&set.kube_version, release.version);
    let [first, .., last] = embedded::releases() else { return None };
    let message = format!("there are no schemas for Kubernetes {version}; those of {used} are used instead");
    let help = format!("this version of karat knows Kubernetes {} to {}", first.version, last.version);
    Some(Diagnostic::new(&OTHER_VERSION, message).help(help))
}

/// Objects, and where schemas were looked for.
pub(super) struct Absence<'a> {
    pub(super) set: &'a ManifestSet,
    /// The version of Kubernetes that is looked at.
    pub(super) release: &'a Release,
    /// Whether what is part of the program counts.
    pub(super) has_embedded: bool,
}

impl Absence<'_> {
    /// One finding a kind, however many objects there are of it. One that lacks fields because of an error is not named.
    pub(super) fn findings(&self, schemas: &FxHashMap<&Gvk, Option<Arc<Compiled>>>) -> Vec<Diagnostic> {
        let mut findings: Vec<(&Gvk, Diagnostic)> = Vec::new();
        for manifest in self.set.manifests() {
            let gvk = &manifest.id.gvk;
            let is_named = !gvk.kind.is_empty() && !gvk.version.is_empty();
            let is_absent = is_named && matches!(schemas.get(gvk), Some(None));
            // That a cluster does not have the version at all is said by a rule.
            let is_refused =
                || lifecycle::verdict(gvk, self.set.kube_minor()).is_some_and(|verdict| verdict.is_refusal());
            // A rule says what is meant by it.
            let is_misspelt = is_misspelt_plugin(gvk);
            if !is_absent || is_misspelt || is_known_to_rules(gvk) || !self.set.is_sound(&manifest.id) || is_refused() {
                continue;
            }
            let resource = reference(self.set, manifest, "/kind");
            if let Some((_, finding)) = findings.iter_mut().find(|(known, _)| *known == gvk) {
                finding.resources.push(resource);
            } else {
                let message =
                    format!("there is no schema for {} of {}: its fields are not checked", gvk.kind, gvk.api_version());
                let finding = Diagnostic::new(&NO_SCHEMA, message).at(manifest.object.span_at("/kind"));
                findings.push((gvk, finding.help(self.elsewhere(gvk)).resource(resource)));
            }
        }
        findings.into_iter().map(|(_, finding)| finding).collect()
    }

    /// Where a kind without schema may be found.
    fn elsewhere(&self, gvk: &Gvk) -> String {
        if !self.has_embedded && self.release.knows(gvk) {
            return "karat has its schema; `--schema-location default` makes use of it".to_owned();
        }
        let key = key(gvk);
        let having: Vec<&str> =
            embedded::releases().iter().filter(|release| release.has(&key)).map(|release| release.version).collect();
        if let [first, .., last] = having[..] {
            return format!("Kubernetes {first} to {last} have it, {} does not", self.release.version);
        }
        let known = || self.release.kinds().chain(embedded::custom_kinds()).filter_map(|known| known.rsplit_once('/'));
        let mut others: Vec<&str> = known().filter(|(_, kind)| *kind == gvk.kind).map(|(at, _)| at).collect();
        others.sort_unstable();
        if !others.is_empty() {
            return format!("{} is known as `apiVersion: {}`", gvk.kind, others.join("` or `"));
        }
        let beside = known().filter(|(at, _)| *at == gvk.api_version()).map(|(_, kind)| kind);
        match beside.filter(|kind| is_misspelt(&gvk.kind, kind)).min() {
            Some(kind) => format!("did you mean `{kind}`?"),
            None => "add its CustomResourceDefinition, to what is linted or by `karat schema add`".to_owned(),
        }
    }
}
