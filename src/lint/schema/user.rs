//! The schemas of the user's repository: `schemas/**/*.{json,yaml,yml}`, except for `schemas/karat/`.
//!
//! A file holds CustomResourceDefinitions, or one JSON Schema. A JSON Schema says whose it is by
//! `x-kubernetes-group-version-kind`, or else by its name: `<kind>-<group>-<version>` or `<group>/<kind>_<version>`, all
//! in lower case, which are the layouts of the public collections.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::{
    BROKEN_SCHEMA, REFUSED_DEFINITION,
    compile::{Broken, Compiled, Origin},
    crd,
    strict::UnknownFields,
    structural,
};
use crate::{
    diagnostic::{Diagnostic, Gvk, Result},
    lint::files::{self, TextFile},
    node::{Node, yaml},
    source::{SourceMap, Tree},
};

/// The user's schemas.
#[derive(Default)]
pub(super) struct UserSchemas {
    by_kind: FxHashMap<Gvk, Found>,
    by_name: FxHashMap<String, Found>,
    unknown: UnknownFields,
}

/// A schema, and its file; none for that of a definition in the input.
struct Found {
    schema: Arc<Compiled>,
    file: Option<SmolStr>,
}

/// What a file brings.
#[derive(Default)]
struct Contribution {
    unknown: UnknownFields,
    file: Option<SmolStr>,
    by_kind: Vec<(Gvk, Arc<Compiled>)>,
    by_name: Vec<(String, Arc<Compiled>)>,
    diagnostics: Vec<Diagnostic>,
}

impl UserSchemas {
    /// Reads and compiles all of them. The first of two files about one kind counts, in the order of their paths.
    pub(super) fn load(
        tree: &dyn Tree,
        unknown: UnknownFields,
        sources: &mut SourceMap,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<Self> {
        let files = read_files(tree, sources, diagnostics)?;
        let contributions: Vec<Contribution> = files.par_iter().map(|file| Contribution::of(file, unknown)).collect();
        let mut schemas = Self { unknown, ..Self::default() };
        for contribution in contributions {
            schemas.add(contribution, diagnostics);
        }
        Ok(schemas)
    }

    /// Adds what CustomResourceDefinitions define, where nothing is known yet.
    pub(super) fn add_definitions<'n>(
        &mut self,
        definitions: impl Iterator<Item = &'n Node>,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let mut contribution = Contribution { unknown: self.unknown, ..Contribution::default() };
        definitions.for_each(|definition| contribution.definition(definition));
        self.add(contribution, diagnostics);
    }

    fn add(&mut self, mut contribution: Contribution, diagnostics: &mut Vec<Diagnostic>) {
        diagnostics.append(&mut contribution.diagnostics);
        let file = contribution.file;
        for (kind, schema) in contribution.by_kind {
            self.by_kind.entry(kind).or_insert_with(|| Found { schema, file: file.clone() });
        }
        for (name, schema) in contribution.by_name {
            self.by_name.entry(name).or_insert_with(|| Found { schema, file: file.clone() });
        }
    }

    /// The schema of a kind.
    pub(super) fn find(&self, gvk: &Gvk) -> Option<Arc<Compiled>> {
        self.found(gvk).map(|found| Arc::clone(&found.schema))
    }

    fn found(&self, gvk: &Gvk) -> Option<&Found> {
        // Most repositories have no schemas that go by their names.
        let named = || names(gvk).iter().find_map(|name| self.by_name.get(name));
        self.by_kind.get(gvk).or_else(|| if self.by_name.is_empty() { None } else { named() })
    }

    /// The kinds that say themselves what they are, with the files of their schemas.
    pub(super) fn kinds(&self) -> impl Iterator<Item = (&Gvk, Option<&SmolStr>)> {
        self.by_kind.iter().map(|(gvk, found)| (gvk, found.file.as_ref()))
    }

    /// The files of schemas that go by their names.
    pub(super) fn named_files(&self) -> impl Iterator<Item = &SmolStr> {
        self.by_name.values().filter_map(|found| found.file.as_ref())
    }

    /// The file of a kind's schema.
    pub(super) fn file(&self, gvk: &Gvk) -> Option<&SmolStr> {
        self.found(gvk)?.file.as_ref()
    }
}

/// Reads the files that schemas may be in.
pub(super) fn read_files(
    tree: &dyn Tree,
    sources: &mut SourceMap,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Vec<TextFile>> {
    let accept = |path: &str| {
        let extension = path.rsplit_once('.').map(|(_, extension)| extension);
        !path.starts_with("schemas/karat/") && matches!(extension, Some("json" | "yaml" | "yml"))
    };
    files::read_below(tree, "schemas", accept, &BROKEN_SCHEMA, sources, diagnostics)
}

/// What a file with the schema of this kind may be called.
fn names(gvk: &Gvk) -> Vec<String> {
    let [group, version, kind] = [&gvk.group, &gvk.version, &gvk.kind].map(|part| part.to_lowercase());
    if group.is_empty() {
        return vec![format!("{kind}-{version}")];
    }
    let short = group.split('.').next().unwrap_or_default();
    vec![format!("{kind}-{group}-{version}"), format!("{kind}-{short}-{version}"), format!("{group}/{kind}_{version}")]
}

impl Contribution {
    fn of(file: &TextFile, unknown: UnknownFields) -> Self {
        let mut contribution = Self { unknown, file: Some(SmolStr::new(&file.path)), ..Self::default() };
        let parsed = yaml::read(file.id, &file.text);
        contribution.diagnostics.extend(parsed.diagnostics);
        for document in parsed.documents {
            contribution.document(file, &document.root);
        }
        contribution
    }

    fn document(&mut self, file: &TextFile, root: &Node) {
        let is_object = root.get("apiVersion").and_then(Node::as_str).is_some();
        match root.get("kind").and_then(Node::as_str) {
            Some("CustomResourceDefinition") => self.definition(root),
            Some("List" | "CustomResourceDefinitionList") if is_object => {
                root.get("items")
                    .map(Node::items)
                    .unwrap_or_default()
                    .iter()
                    .for_each(|item| self.document(file, item));
            }
            // Definitions are often shipped together with the operator that serves them.
            Some(_) if is_object => {}
            _ if root.as_map().is_some() => self.json_schema(file, root),
            _ if root.is_null() => {}
            _ => {
                let message = format!("a JSON Schema is a map, not {}", root.kind());
                self.diagnostics.push(Diagnostic::new(&BROKEN_SCHEMA, message).at(root.span).help(HELP));
            }
        }
    }

    fn definition(&mut self, definition: &Node) {
        let mut flaws = structural::versions(definition);
        for version in crd::compile(definition, self.unknown) {
            flaws.extend(version.flaws);
            match version.compiled {
                Ok(compiled) => self.by_kind.push((version.gvk, Arc::new(compiled))),
                Err(broken) => self.broken(definition, &broken),
            }
        }
        let kind = definition.at("/spec/names/kind").and_then(Node::as_str).unwrap_or("a custom resource");
        self.diagnostics.extend(flaws.into_iter().map(|flaw| {
            let message = format!("the definition of {kind} would be refused: {}", flaw.message);
            let finding = Diagnostic::new(&REFUSED_DEFINITION, message).at(definition.span_at(&flaw.pointer));
            finding.help("correct the definition, or take the one that the cluster has")
        }));
    }

    fn json_schema(&mut self, file: &TextFile, schema: &Node) {
        let compiled = match Compiled::new(schema.to_json(), Origin::User) {
            Ok(compiled) => Arc::new(compiled),
            Err(broken) => return self.broken(schema, &broken),
        };
        let kinds = schema.get("x-kubernetes-group-version-kind").map(Node::items).unwrap_or_default();
        for kind in kinds {
            let part = |name: &str| kind.get(name).and_then(Node::as_str).unwrap_or_default().into();
            let gvk = Gvk { group: part("group"), version: part("version"), kind: part("kind") };
            self.by_kind.push((gvk, Arc::clone(&compiled)));
        }
        if kinds.is_empty() {
            let path = file.path.rsplit_once('.').map_or(file.path.as_str(), |(path, _)| path).to_lowercase();
            let mut steps = path.rsplit('/');
            let (name, folder) = (steps.next().unwrap_or_default(), steps.next().unwrap_or_default());
            self.by_name.push((name.to_owned(), Arc::clone(&compiled)));
            self.by_name.push((format!("{folder}/{name}"), compiled));
        }
    }

    fn broken(&mut self, schema: &Node, broken: &Broken) {
        let finding = Diagnostic::new(&BROKEN_SCHEMA, format!("broken schema: {}", broken.message));
        self.diagnostics.push(finding.at(schema.span_at(&broken.pointer)).help(HELP));
    }
}

const HELP: &str = "put a CustomResourceDefinition here, or a JSON Schema that refers to no other file";
