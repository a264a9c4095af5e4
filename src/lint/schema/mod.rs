//! Objects against JSON Schemas: Kubernetes' own by minor version, custom resources, and those of the user.
//!
//! | file | its one job |
//! |---|---|
//! | `embedded` | the schemas that are part of the program |
//! | `user` | the schemas of the user's repository |
//! | `crd` | CustomResourceDefinitions as JSON Schemas |
//! | `strict` | unknown fields are mistakes |
//! | `compile` | from a schema to something that checks |
//! | `keywords` | Kubernetes' own keywords |
//! | `instance` | our trees in the eyes of the validator |
//! | `memo` | what is compiled once |
//! | `finding` | the validator's errors as findings |
//! | `constraint`, `path` | the words of their messages |

mod compile;
mod constraint;
mod crd;
mod embedded;
mod finding;
mod instance;
mod keywords;
mod memo;
mod path;
mod strict;
#[cfg(test)]
mod tests;
mod user;

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use self::{compile::Compiled, embedded::Release, finding::Misfit, memo::Memo, user::UserSchemas};
use crate::{
    diagnostic::{Diagnostic, Gvk, ResourceRef, Result, declare_codes},
    manifest::{Manifest, ManifestSet},
    source::{SourceMap, Span, Tree},
};

declare_codes! {
    /// A field that the kind does not have in this version of Kubernetes.
    ///
    /// The API server drops such a field without a word, or refuses the object, depending on who asks: a misspelt
    /// `readinessProbe` is then no probe at all. Where a custom resource has the field in a newer version than the
    /// schemas that are part of Karat know, put its CustomResourceDefinition into `schemas/crds/`.
    UNKNOWN_FIELD = "SCH001", Error, "unknown field";
    /// A value has a type that the field cannot take, such as a number where a string is meant.
    ///
    /// YAML decides the type of a plain scalar by its looks: `1.10` is a number and `on` a boolean. Quotes make a
    /// string of either.
    WRONG_TYPE = "SCH002", Error, "wrong type";
    /// A field is absent without which the API server refuses the object.
    MISSING_FIELD = "SCH003", Error, "missing field";
    /// A value is of the right type, and not one that the field allows: not on its list, out of its range, or not in
    /// its format.
    INVALID_VALUE = "SCH004", Error, "value not allowed";
    /// Two items of a list have the same key, so that one of them is lost.
    ///
    /// Many lists of Kubernetes are maps in disguise: containers go by their `name`, the ports of a Service by `port`
    /// and `protocol`. A server-side apply refuses such an object; other clients merge the two items as they see fit.
    DUPLICATE_ITEM = "SCH005", Error, "duplicate list item";
    /// There is no schema for this kind, so that only its metadata's presence is checked.
    ///
    /// Put the CustomResourceDefinition into `schemas/crds/`, or a JSON Schema named
    /// `<kind>-<group>-<version>.json` (in lower case) into `schemas/`. If the kind is Kubernetes' own, it may have
    /// been removed: the help says which versions have it.
    NO_SCHEMA = "SCH006", Warning, "no schema for this kind";
    /// A file in `schemas/` is no JSON Schema or CustomResourceDefinition, or it cannot be used.
    ///
    /// It is left out; the other files are used. References must stay inside of a file, because nothing is fetched.
    BROKEN_SCHEMA = "SCH007", Error, "broken schema file";
    /// The schemas of this version of Kubernetes are not part of this version of Karat; those of the nearest version
    /// are used instead. Fields that came or went between the two are judged wrongly.
    OTHER_VERSION = "SCH008", Warning, "no schemas for this version of Kubernetes";
}

/// All schemas; each is compiled when an object first needs it.
#[derive(Default)]
pub struct Schemas {
    user: UserSchemas,
    by_kind: Memo<(&'static str, Gvk), Option<Arc<Compiled>>>,
    by_content: Memo<Vec<usize>, Arc<Compiled>>,
}

impl Schemas {
    /// The schemas that are part of the program.
    pub fn embedded() -> Self {
        Self::default()
    }

    /// Those, and before them the ones of the repository: `schemas/**`, except for `schemas/karat/`.
    ///
    /// # Errors
    /// When the operating system refuses to read a file.
    pub fn load(tree: &dyn Tree, sources: &mut SourceMap, diagnostics: &mut Vec<Diagnostic>) -> Result<Self> {
        Ok(Self { user: UserSchemas::load(tree, sources, diagnostics)?, ..Self::default() })
    }

    /// Adds the kinds that CustomResourceDefinitions among the objects define, where the repository has none for them.
    pub fn learn(&mut self, objects: &[Manifest], diagnostics: &mut Vec<Diagnostic>) {
        let kind = Gvk::new("apiextensions.k8s.io/v1", "CustomResourceDefinition");
        let definitions = objects.iter().filter(|manifest| manifest.id.gvk == kind);
        self.user.add_definitions(definitions.map(|manifest| &manifest.object), diagnostics);
    }

    /// Everything that is wrong with the objects of one environment, in their order.
    ///
    /// `kube_version` is where the environment's version of Kubernetes was written.
    pub fn check(&self, set: &ManifestSet, kube_version: impl Into<Option<Span>>) -> Vec<Diagnostic> {
        let release = nearest(&set.kube_version);
        let mut diagnostics = Vec::from_iter(other_version(set, release).map(|finding| finding.at(kube_version)));
        let schemas = self.of_kinds(set, release);
        diagnostics.extend(without_schema(set, release, &schemas));
        let misfits = set.manifests().par_iter().with_min_len(64).flat_map_iter(|manifest| {
            let mut findings = unidentified(set, manifest);
            if let Some(Some(schema)) = schemas.get(&manifest.id.gvk)
                && !schema.validator.is_valid(&manifest.object)
            {
                findings.extend(Misfit { environment: &set.environment, manifest, schema }.findings());
            }
            findings
        });
        diagnostics.par_extend(misfits);
        diagnostics
    }

    /// The schema of every kind that occurs.
    fn of_kinds<'a>(
        &self,
        set: &'a ManifestSet,
        release: &'static Release,
    ) -> FxHashMap<&'a Gvk, Option<Arc<Compiled>>> {
        let mut kinds: FxHashMap<&Gvk, Option<Arc<Compiled>>> =
            set.manifests().iter().map(|manifest| (&manifest.id.gvk, None)).collect();
        kinds.par_iter_mut().for_each(|(gvk, schema)| *schema = self.find(gvk, release));
        kinds
    }

    fn find(&self, gvk: &Gvk, release: &'static Release) -> Option<Arc<Compiled>> {
        self.user.find(gvk).or_else(|| {
            self.by_kind.get((release.version, gvk.clone()), || {
                let closure = release.closure(&key(gvk))?;
                Some(self.by_content.get(closure.identity(), || Arc::new(closure.compile())))
            })
        })
    }
}

/// `apps/v1/Deployment`.
fn key(gvk: &Gvk) -> String {
    format!("{}/{}", gvk.api_version(), gvk.kind)
}

/// The release of this version; else the newest that is older; else the oldest.
fn nearest(version: &str) -> &'static Release {
    let releases = embedded::releases();
    let wanted = embedded::minor(version);
    let at = releases.partition_point(|release| embedded::minor(release.version) <= wanted);
    &releases[at.saturating_sub(1)]
}

fn other_version(set: &ManifestSet, release: &Release) -> Option<Diagnostic> {
    if release.version == set.kube_version {
        return None;
    }
    let (version, used) = (&set.kube_version, release.version);
    let [first, .., last] = embedded::releases() else { return None };
    let message = format!("there are no schemas for Kubernetes {version}; those of {used} are used instead");
    let help = format!("this version of karat knows Kubernetes {} to {}", first.version, last.version);
    Some(Diagnostic::new(&OTHER_VERSION, message).help(help))
}

/// One finding a kind, however many objects there are of it.
fn without_schema(
    set: &ManifestSet,
    release: &Release,
    schemas: &FxHashMap<&Gvk, Option<Arc<Compiled>>>,
) -> Vec<Diagnostic> {
    let mut findings: Vec<(&Gvk, Diagnostic)> = Vec::new();
    for manifest in set.manifests() {
        let gvk = &manifest.id.gvk;
        if gvk.kind.is_empty() || gvk.version.is_empty() || !matches!(schemas.get(gvk), Some(None)) {
            continue;
        }
        let resource = reference(set, manifest, "/kind");
        if let Some((_, finding)) = findings.iter_mut().find(|(known, _)| *known == gvk) {
            finding.resources.push(resource);
        } else {
            let message =
                format!("there is no schema for {} of {}: its fields are not checked", gvk.kind, gvk.api_version());
            let finding = Diagnostic::new(&NO_SCHEMA, message).at(manifest.object.span_at("/kind"));
            findings.push((gvk, finding.help(elsewhere(gvk, release)).resource(resource)));
        }
    }
    findings.into_iter().map(|(_, finding)| finding).collect()
}

/// Where a kind without schema may be found.
fn elsewhere(gvk: &Gvk, release: &Release) -> String {
    let key = key(gvk);
    let having: Vec<&str> =
        embedded::releases().iter().filter(|release| release.has(&key)).map(|release| release.version).collect();
    if let [first, .., last] = having[..] {
        return format!("Kubernetes {first} to {last} have it, {} does not", release.version);
    }
    let of_kind =
        |known: &str| known.rsplit_once('/').filter(|(_, kind)| *kind == gvk.kind).map(|(at, _)| at.to_owned());
    let mut others: Vec<String> = release.kinds().chain(embedded::custom_kinds()).filter_map(of_kind).collect();
    others.sort_unstable();
    if others.is_empty() {
        "put its CustomResourceDefinition into `schemas/crds/`".to_owned()
    } else {
        format!("a {} is known as `apiVersion: {}`", gvk.kind, others.join("` or `"))
    }
}

/// What no object may lack, whatever its schema says.
fn unidentified(set: &ManifestSet, manifest: &Manifest) -> Vec<Diagnostic> {
    let id = &manifest.id;
    let named = !id.name.is_empty() || manifest.object.at("/metadata/generateName").is_some();
    let fields =
        [("apiVersion", !id.gvk.version.is_empty()), ("kind", !id.gvk.kind.is_empty()), ("metadata.name", named)];
    let absent = fields.into_iter().filter(|(_, present)| !present);
    absent
        .map(|(field, _)| {
            let subject = if id.gvk.kind.is_empty() { "an object" } else { &id.gvk.kind };
            let message = format!("{subject} lacks the field `{field}`, or it is no text");
            let finding = Diagnostic::new(&MISSING_FIELD, message).at(manifest.object.any_span());
            let pointer = format!("/{}", field.replace('.', "/"));
            finding.help(format!("add `{field}`")).resource(reference(set, manifest, &pointer))
        })
        .collect()
}

fn reference(set: &ManifestSet, manifest: &Manifest, pointer: &str) -> ResourceRef {
    manifest.field(&set.environment, pointer)
}
