//! Places of schemas that a command names, in the syntax of kubeconform's `-schema-location`.
//!
//! They are asked in their order, once for each kind that occurs; the first that has a schema of the kind counts.
//! Nothing is fetched.

use std::{io::ErrorKind, path::Path, sync::Arc};

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::{
    BROKEN_SCHEMA,
    compile::{Broken, Compiled, Origin},
    nearest,
    strict::UnknownFields,
    template::{Fault, Template, Wanted},
};
use crate::{
    diagnostic::{Diagnostic, Error, Gvk, Result},
    lint::files::{self, TextFile},
    node::yaml,
    source::{DiskTree, SourceMap},
};

/// What stands for the schemas that are part of the program.
const EMBEDDED: &str = "default";

/// What to do about a location that is none.
const NAME_ONE: &str = "name a directory, or the template of a path in one; `default` stands for what is part of karat";

/// How the template of a path ends; any other path is that of a directory.
const TEMPLATE: &str = ".json";

/// What a path may begin with.
const FILE_URL: &str = "file://";

/// The layout of a directory, that of <https://github.com/yannh/kubernetes-json-schema>.
const STANDALONE: &str =
    "{{ .NormalizedKubernetesVersion }}-standalone{{ .StrictSuffix }}/{{ .ResourceKind }}{{ .KindSuffix }}.json";

/// Where schemas may be.
#[derive(Debug)]
pub enum Location {
    /// Among those that are part of the program.
    Embedded,
    /// In files.
    Files(Files),
}

/// Files whose paths are made from the kinds.
#[derive(Debug)]
pub struct Files {
    tree: DiskTree,
    /// What reports write before a path of the tree.
    prefix: String,
    template: Template,
}

impl Location {
    /// Reads a location: `default`, a directory, or the template of a path. Paths go from `directory`.
    ///
    /// # Errors
    /// When it is a URL, no template, or in no directory.
    pub fn open(directory: &Path, text: &str) -> Result<Self> {
        if text == EMBEDDED {
            return Ok(Self::Embedded);
        }
        let path = text.strip_prefix(FILE_URL).unwrap_or(text);
        if path.is_empty() {
            return Err(Error::new("a schema location is empty").hint(NAME_ONE));
        }
        if path.contains("://") {
            return Err(no_files(text));
        }
        let path = if path.strip_suffix(TEMPLATE).is_some() {
            path.to_owned()
        } else {
            format!("{}/{STANDALONE}", path.trim_end_matches('/'))
        };
        let fixed = &path[..path.find("{{").unwrap_or(path.len())];
        let (prefix, rest) = path.split_at(fixed.rfind('/').map_or(0, |slash| slash + 1));
        let start = text.len() - text.trim_start_matches(FILE_URL).len() + prefix.len();
        let template = Template::parse(rest).map_err(|fault| no_template(text, start, fault))?;
        let tree = DiskTree::new(&directory.join(prefix)).map_err(|error| {
            let shown = if prefix.len() > 1 { prefix.trim_end_matches('/') } else { prefix };
            let error = match error.kind() {
                ErrorKind::NotFound => Error::new(format!("there is no directory `{shown}` for schemas")),
                _ => Error::io(format!("cannot open the directory `{shown}` for schemas"), &error),
            };
            error.hint(NAME_ONE)
        })?;
        let prefix = prefix.strip_prefix("./").unwrap_or(prefix).to_owned();
        Ok(Self::Files(Files { tree, prefix, template }))
    }
}

fn no_files(text: &str) -> Error {
    let error = Error::new(format!("the schema location `{text}` is no path: nothing is downloaded"));
    error.hint(
        "name the directory of a copy, or a path in it: \
         `--schema-location 'catalog/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json'`",
    )
}

/// The template starts at `start`. A layout that was added to it has no faults.
fn no_template(text: &str, start: usize, fault: Fault) -> Error {
    let column = text.get(..start + fault.at).unwrap_or(text).chars().count() + 1;
    let message = format!("column {column} of the schema location `{text}`: {}", fault.message);
    Error::new(message).hint(fault.help)
}

/// All locations, and the schemas that were found in their files.
pub(super) struct Locations {
    places: Vec<Location>,
    /// The version's patch level.
    patch: SmolStr,
    /// By Kubernetes' minor version and kind.
    found: FxHashMap<(SmolStr, Gvk), Arc<Compiled>>,
}

impl Default for Locations {
    fn default() -> Self {
        Self::new(vec![Location::Embedded], "0".into())
    }
}

impl Locations {
    pub(super) fn new(places: Vec<Location>, patch: SmolStr) -> Self {
        Self { places, patch, found: FxHashMap::default() }
    }

    /// Whether what is part of the program counts.
    pub(super) fn has_embedded(&self) -> bool {
        self.places.iter().any(|place| matches!(place, Location::Embedded))
    }

    /// Whether there are files to look at.
    pub(super) fn has_files(&self) -> bool {
        self.places.iter().any(|place| matches!(place, Location::Files(_)))
    }

    /// A schema that was found.
    pub(super) fn find(&self, version: &str, gvk: &Gvk) -> Option<Arc<Compiled>> {
        if self.found.is_empty() { None } else { self.found.get(&(version.into(), gvk.clone())).cloned() }
    }

    /// Looks for the schemas of some kinds of a version.
    ///
    /// # Errors
    /// When the operating system refuses to read a file.
    pub(super) fn look_for(
        &mut self,
        version: &SmolStr,
        mut kinds: Vec<&Gvk>,
        unknown: UnknownFields,
        sources: &mut SourceMap,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<()> {
        let release = format!("{version}.{}", self.patch);
        let strict = unknown == UnknownFields::Refused;
        for place in &self.places {
            match place {
                Location::Embedded => kinds.retain(|gvk| !nearest(version).knows(gvk)),
                Location::Files(files) => {
                    let wanted = kinds.iter().map(|gvk| Wanted { gvk, release: &release, strict });
                    for (gvk, schema) in files.schemas(wanted, sources, diagnostics)? {
                        kinds.retain(|kind| *kind != gvk);
                        self.found.insert((version.clone(), gvk.clone()), schema);
                    }
                }
            }
        }
        Ok(())
    }
}

impl Files {
    /// The schemas that there are. A broken one is reported, as if it were not there.
    fn schemas<'a>(
        &self,
        wanted: impl Iterator<Item = Wanted<'a>>,
        sources: &mut SourceMap,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<Vec<(&'a Gvk, Arc<Compiled>)>> {
        let mut files = Vec::new();
        for wanted in wanted {
            let Some(path) = self.template.expand(wanted) else { continue };
            let shown = format!("{}{path}", self.prefix);
            let file = files::read_if_there(&self.tree, &path, &shown, &BROKEN_SCHEMA, sources, diagnostics)?;
            files.extend(file.map(|file| (wanted.gvk, file)));
        }
        let compiled: Vec<_> = files.into_par_iter().map(|(gvk, file)| (gvk, compile(&file))).collect();
        let mut schemas = Vec::new();
        for (gvk, compiled) in compiled {
            match compiled {
                Ok(schema) => schemas.push((gvk, Arc::new(schema))),
                Err(broken) => diagnostics.push(*broken),
            }
        }
        Ok(schemas)
    }
}

fn compile(file: &TextFile) -> Result<Compiled, Box<Diagnostic>> {
    let broken = |message: &str| Diagnostic::new(&BROKEN_SCHEMA, format!("broken schema: {message}"));
    let parsed = yaml::read(file.id, &file.text);
    if let Some(fault) = parsed.diagnostics.first() {
        let span = fault.primary.as_ref().map_or(file.start(), |label| label.span);
        return Err(Box::new(broken(&fault.message).at(span).help("put a JSON Schema here")));
    }
    let Some(document) = parsed.documents.first().filter(|document| document.root.as_map().is_some()) else {
        return Err(Box::new(broken("a JSON Schema is a map").at(file.start()).help("put a JSON Schema here")));
    };
    Compiled::new(document.root.to_json(), Origin::Location).map_err(|Broken { pointer, message }| {
        let span = document.root.span_at(&pointer).unwrap_or(file.start());
        Box::new(broken(&message).at(span).help("put a JSON Schema here that refers to no other file"))
    })
}
