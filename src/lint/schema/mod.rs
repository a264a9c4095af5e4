//! Objects against JSON Schemas: Kubernetes' own by minor version, custom resources, and those of the user.
//!
//! | file | its one job |
//! |---|---|
//! | `embedded` | the schemas that are part of the program |
//! | `user` | the schemas of the user's repository |
//! | `location`, `template` | files whose paths a command describes |
//! | `crd` | CustomResourceDefinitions as JSON Schemas |
//! | `strict` | unknown fields are mistakes |
//! | `compile` | from a schema to something that checks |
//! | `keywords` | Kubernetes' own keywords |
//! | `default` | what the API server fills in before it checks |
//! | `rules` | rules of custom resources |
//! | `nested` | whole objects inside of custom resources |
//! | `structural` | definitions that the API server refuses |
//! | `instance` | our trees in the eyes of the validator |
//! | `memo` | what is compiled once |
//! | `listing` | every kind that is known |
//! | `definition`, `store` | definitions that a repository keeps |
//! | `absence` | kinds and versions of which there is no schema |
//! | `finding` | the validator's errors as findings |
//! | `remedy` | what would put them right |
//! | `moved` | fields that a kind once had |
//! | `field` | whether a kind has a field |
//! | `constraint`, `path` | the words of their messages |

mod absence;
mod compile;
mod constraint;
mod crd;
mod default;
mod definition;
mod embedded;
pub(super) mod field;
mod finding;
mod instance;
mod keywords;
mod listing;
mod location;
mod memo;
mod moved;
mod nested;
mod path;
mod remedy;
mod rules;
mod store;
mod strict;
mod structural;
mod template;
#[cfg(test)]
mod tests;
mod user;

pub use definition::{Definition, is_definition};
pub use listing::Source;
pub use location::Location;
pub use store::{Change, Plan, Store, Update};
pub use strict::UnknownFields;

use std::sync::{Arc, LazyLock};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use self::{
    absence::Absence,
    compile::{Compiled, Origin},
    embedded::{Release, key},
    finding::{Misfit, Part},
    location::Locations,
    memo::Memo,
    user::UserSchemas,
};
use crate::{
    diagnostic::{Diagnostic, Gvk, ResourceRef, Result, declare_codes},
    manifest::{Manifest, ManifestSet},
    node::{Node, Pointer},
    source::{SourceMap, Span, Tree},
};

declare_codes! {
    /// A field that the kind does not have in this version of Kubernetes.
    ///
    /// The API server drops such a field without a word, or refuses the object, depending on who asks: a misspelt
    /// `readinessProbe` is then no probe at all. Where a custom resource has the field in a newer version than the
    /// schemas that are part of Karat know, add its CustomResourceDefinition: `karat schema add FILE`.
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
    /// `karat schema add FILE` puts a CustomResourceDefinition into `schemas/crds/`; for anything else, put a JSON Schema
    /// named `<kind>-<group>-<version>.json` (in lower case) into `schemas/`. `karat lint` also takes definitions among its
    /// input. If the kind is Kubernetes' own, it may have been removed: the help says which versions have it.
    NO_SCHEMA = "SCH006", Warning, "no schema for this kind";
    /// A file in `schemas/` is no JSON Schema or CustomResourceDefinition, or it cannot be used.
    ///
    /// It is left out; the other files are used. References must stay inside of a file, because nothing is fetched.
    BROKEN_SCHEMA = "SCH007", Error, "broken schema file";
    /// The schemas of this version of Kubernetes are not part of this version of Karat; those of the nearest version
    /// are used instead. Fields that came or went between the two are judged wrongly.
    OTHER_VERSION = "SCH008", Warning, "no schemas for this version of Kubernetes";
    /// Fewer objects were checked than `--min-coverage` asks for.
    ///
    /// An object is checked when it was held against a schema, and every policy that looks at it and every rule of its
    /// definition came to a result; the share is that of all objects that were rendered or read. What is missing is a
    /// finding of its own: `SCH006` for a kind without schema, `POL004` for a policy that failed, `SCH012` for a rule, and
    /// errors of a spec for an app that was left out.
    LOW_COVERAGE = "SCH009", Error, "less is checked than was asked for";
    /// `karat schema add` was given what it cannot add: no CustomResourceDefinition of `apiextensions.k8s.io/v1`, one
    /// without a usable name, or two that contradict each other.
    ///
    /// While there is an error, nothing is added. Objects beside definitions are a warning, and left out.
    NOT_ADDED = "SCH010", Error, "not added to the schemas";
    /// A rule of the custom resource's definition, one of its `x-kubernetes-validations`, does not hold.
    ///
    /// The API server refuses the object. The message is that of the definition's author; the help shows the rule, an
    /// expression in CEL in which `self` is the field that is named, with defaults filled in. A rule that reads what is
    /// absent, or divides by zero, does not hold either.
    BROKEN_RULE = "SCH011", Error, "a rule of the custom resource does not hold";
    /// A rule of the custom resource's definition came to no result here, though it might in a cluster: it takes too
    /// long, or it asks for a time zone by its name.
    UNEVALUATED_RULE = "SCH012", Warning, "a rule was not evaluated";
    /// The API server would refuse this CustomResourceDefinition: its schema is not structural, a rule of it is no valid
    /// expression for that schema, or its versions cannot be served and stored.
    ///
    /// The kind's objects are checked against it all the same, except for rules that are no valid expressions.
    REFUSED_DEFINITION = "SCH013", Error, "definition that would be refused";
}

/// Where schemas are from beside the repository, and how they are read.
#[derive(Debug)]
pub struct Options {
    /// Where schemas are looked for, the first place first.
    pub locations: Vec<Location>,
    /// The patch level of Kubernetes' version, for the paths of locations.
    pub patch: SmolStr,
    /// What becomes of unknown fields. A JSON Schema is taken as it is written.
    pub unknown: UnknownFields,
}

impl Default for Options {
    fn default() -> Self {
        Self { locations: vec![Location::Embedded], patch: "0".into(), unknown: UnknownFields::default() }
    }
}

/// Whether the schemas that are part of the program take an object under another `apiVersion`. They do not where they
/// have none.
pub(super) fn embedded_takes(object: &Node, api_version: &str, kube_version: &str) -> bool {
    static EMBEDDED: LazyLock<Schemas> = LazyLock::new(Schemas::embedded);
    let kind = object.get("kind").and_then(Node::as_str).unwrap_or_default();
    let schema = EMBEDDED.embedded_schema(&Gvk::new(api_version, kind), nearest(kube_version));
    schema.is_some_and(|schema| {
        let mut object = object.clone();
        if let Some(version) = object.as_map_mut().and_then(|map| map.get_mut("apiVersion")) {
            *version = Node::made(api_version);
        }
        schema.validator.is_valid(&object)
    })
}

/// All schemas; each is compiled when an object first needs it.
#[derive(Default)]
pub struct Schemas {
    user: UserSchemas,
    locations: Locations,
    unknown: UnknownFields,
    by_kind: Memo<(&'static str, Gvk), Option<Arc<Compiled>>>,
    by_content: Memo<Vec<usize>, Arc<Compiled>>,
}

impl Schemas {
    /// The schemas that are part of the program.
    pub fn embedded() -> Self {
        Self::default()
    }

    /// The schemas of the repository, `schemas/**` except for `schemas/karat/`; after them those of the locations.
    ///
    /// # Errors
    /// When the operating system refuses to read a file.
    pub fn load(
        tree: &dyn Tree,
        options: Options,
        sources: &mut SourceMap,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<Self> {
        let Options { locations, patch, unknown } = options;
        let user = UserSchemas::load(tree, unknown, sources, diagnostics)?;
        Ok(Self { user, locations: Locations::new(locations, patch), unknown, ..Self::default() })
    }

    /// Reads what the locations have for the kinds of some objects, unless a schema is known already.
    ///
    /// # Errors
    /// When the operating system refuses to read a file.
    pub fn look_for(
        &mut self,
        set: &ManifestSet,
        sources: &mut SourceMap,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<()> {
        if !self.locations.has_files() {
            return Ok(());
        }
        let is_open =
            |gvk: &&Gvk| self.user.find(gvk).is_none() && self.locations.find(&set.kube_version, gvk).is_none();
        let kinds: FxHashSet<&Gvk> = set.manifests().iter().map(|manifest| &manifest.id.gvk).collect();
        let mut kinds: Vec<&Gvk> = kinds.into_iter().filter(is_open).collect();
        kinds.sort_unstable();
        self.locations.look_for(&set.kube_version, kinds, self.unknown, sources, diagnostics)
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
        let schemas = self.of_kinds(set);
        let mut diagnostics = Vec::new();
        if self.locations.has_embedded() && schemas.values().any(|schema| is_kubernetes_own(schema.as_ref())) {
            diagnostics.extend(absence::other_version(set, release).map(|finding| finding.at(kube_version)));
        }
        diagnostics.extend(Absence { set, release, has_embedded: self.locations.has_embedded() }.findings(&schemas));
        let misfits = set.manifests().par_iter().with_min_len(64).flat_map_iter(|manifest| {
            let schema = schemas.get(&manifest.id.gvk).and_then(Option::as_ref);
            let mut findings = unidentified(set, manifest, schema.is_some());
            if let Some(schema) = schema {
                self.judge(set, manifest, schema, &mut findings);
            }
            findings
        });
        diagnostics.par_extend(misfits);
        diagnostics
    }

    /// Holds an object against its schema.
    fn judge(&self, set: &ManifestSet, manifest: &Manifest, schema: &Compiled, findings: &mut Vec<Diagnostic>) {
        let custom = schema.custom.as_ref();
        let filled = custom.and_then(|custom| default::fill(&manifest.object, &custom.schema));
        let object = filled.as_ref().unwrap_or(&manifest.object);
        let environment = &set.environment;
        let part = Part { place: Pointer::default(), node: object, is_draft: false };
        let misfit = Misfit { environment, manifest, object, part, schema };
        if !schema.validator.is_valid(object) {
            findings.extend(misfit.findings());
        } else if let Some(rules) = custom.and_then(|custom| custom.rules.as_ref()) {
            // The API server evaluates rules only for what fits its schema, and they rely on that.
            let breaches = rules.breaches(object);
            findings.extend(breaches.iter().map(|breach| misfit.breach(breach)));
        }
        let Some(custom) = custom.filter(|custom| custom.embeds) else { return };
        for (place, node) in nested::objects(object, &custom.schema) {
            let known = nested::gvk(node).and_then(|gvk| self.find(&gvk, set));
            if let Some(inner) = known.filter(|inner| !inner.validator.is_valid(node)) {
                let part = Part { place, node, is_draft: true };
                findings.extend(Misfit { environment, manifest, object, part, schema: &inner }.findings());
            }
        }
    }

    /// How many rules the definitions of a kind have, and how many of them are not evaluated, because they compare an
    /// object with its predecessor or the API server would refuse them.
    pub fn rules<'a>(&self, set: &'a ManifestSet) -> impl Fn(&Gvk) -> (usize, usize) + use<'a> {
        let schemas = self.of_kinds(set);
        move |gvk| {
            let schema = schemas.get(gvk).and_then(Option::as_ref);
            let rules = schema.and_then(|schema| schema.custom.as_ref()?.rules.as_ref());
            rules.map_or((0, 0), |rules| (rules.all, rules.unevaluated))
        }
    }

    /// Tells the kinds among those that occur whose fields are checked.
    pub fn known<'a>(&self, set: &'a ManifestSet) -> impl Fn(&Gvk) -> bool + use<'a> {
        let schemas = self.of_kinds(set);
        move |gvk| matches!(schemas.get(gvk), Some(Some(_))) || is_known_to_rules(gvk)
    }

    /// The schema of every kind that occurs.
    fn of_kinds<'a>(&self, set: &'a ManifestSet) -> FxHashMap<&'a Gvk, Option<Arc<Compiled>>> {
        let mut kinds: FxHashMap<&Gvk, Option<Arc<Compiled>>> =
            set.manifests().iter().map(|manifest| (&manifest.id.gvk, None)).collect();
        kinds.par_iter_mut().for_each(|(gvk, schema)| *schema = self.find(gvk, set));
        kinds
    }

    fn find(&self, gvk: &Gvk, set: &ManifestSet) -> Option<Arc<Compiled>> {
        let named = self.user.find(gvk).or_else(|| self.locations.find(&set.kube_version, gvk));
        named.or_else(|| self.embedded_schema(gvk, nearest(&set.kube_version)))
    }

    fn embedded_schema(&self, gvk: &Gvk, release: &'static Release) -> Option<Arc<Compiled>> {
        if !self.locations.has_embedded() {
            return None;
        }
        self.by_kind.get((release.version, gvk.clone()), || {
            let closure = release.closure(&key(gvk))?;
            Some(self.by_content.get(closure.identity(), || Arc::new(closure.compile(self.unknown))))
        })
    }
}

/// Whether the version of Kubernetes decides about a kind's schema, or about its absence.
fn is_kubernetes_own(schema: Option<&Arc<Compiled>>) -> bool {
    schema.is_none_or(|schema| schema.origin == Origin::Kubernetes)
}

/// Whether rules know the fields of a kind that needs no schema: that of the file in which Argo CD's plugin server is told
/// its plugin, which no cluster sees.
fn is_known_to_rules(gvk: &Gvk) -> bool {
    gvk.kind == "ConfigManagementPlugin" && gvk.group == "argoproj.io"
}

/// The release of this version; else the newest that is older; else the oldest.
fn nearest(version: &str) -> &'static Release {
    let releases = embedded::releases();
    let wanted = embedded::minor(version);
    let at = releases.partition_point(|release| embedded::minor(release.version) <= wanted);
    &releases[at.saturating_sub(1)]
}

/// What no object may lack, whatever its schema says.
fn unidentified(set: &ManifestSet, manifest: &Manifest, has_schema: bool) -> Vec<Diagnostic> {
    let id = &manifest.id;
    let named = !id.name.is_empty() || manifest.object.at("/metadata/generateName").is_some();
    let fields =
        [("apiVersion", !id.gvk.version.is_empty()), ("kind", !id.gvk.kind.is_empty()), ("metadata.name", named)];
    // What is there and no text is the schema's to report.
    let is_reported = |field: &str| {
        let found = manifest.object.at(&format!("/{}", field.replace('.', "/")));
        has_schema && found.is_some_and(|node| !node.is_null() && node.as_str().is_none())
    };
    let absent = fields.into_iter().filter(|(field, present)| !present && !is_reported(field));
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
