//! Adds definitions to a repository's `schemas/`.
//!
//! A definition that is there already stays where it is. A new one goes to `schemas/crds/<group>/<plural>.yaml`, or where
//! the layout of the others puts it.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::{
    NOT_ADDED,
    definition::{self, Definition},
    user::read_files,
};
use crate::{
    diagnostic::{Diagnostic, Result},
    lint::files::TextFile,
    node::{Node, yaml},
    source::{SourceMap, Span, Tree},
};

/// Where new definitions go, from the repository's root.
const DIRECTORY: &str = "schemas/crds";

/// How files may be called. The first is ours, the second that of controller-gen, the third that of the objects.
const LAYOUTS: [fn(&str, &str) -> String; 3] = [
    |group, plural| format!("{DIRECTORY}/{group}/{plural}.yaml"),
    |group, plural| format!("{DIRECTORY}/{group}_{plural}.yaml"),
    |group, plural| format!("{DIRECTORY}/{plural}.{group}.yaml"),
];

/// What adding definitions does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What happens to each definition, in the order of their names.
    pub updates: Vec<Update>,
    /// The new texts of files, by their paths from the repository's root.
    pub files: BTreeMap<String, String>,
}

/// What happens to a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// What happens.
    pub change: Change,
    /// The path of its file from the repository's root.
    pub path: String,
}

/// What can happen to a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added,
    /// Another one was there.
    Updated,
    /// It was there.
    Unchanged,
}

/// The definitions that a repository has.
pub struct Store {
    files: Vec<Kept>,
}

/// A file of `schemas/`.
struct Kept {
    file: TextFile,
    documents: Vec<KeptDocument>,
}

struct KeptDocument {
    span: Span,
    object: Node,
    is_new: bool,
}

/// What tells definitions apart: group and plural.
type Names = (SmolStr, SmolStr);

impl Store {
    /// Reads what there is.
    ///
    /// # Errors
    /// When the operating system refuses to read a file.
    pub fn read(tree: &dyn Tree, sources: &mut SourceMap, diagnostics: &mut Vec<Diagnostic>) -> Result<Self> {
        let files = read_files(tree, sources, diagnostics)?;
        Ok(Self { files: files.into_iter().map(Kept::new).collect() })
    }

    /// What it takes to add definitions.
    ///
    /// # Errors
    /// What cannot be added, and why.
    pub fn plan(mut self, definitions: Vec<Definition>) -> Result<Plan, Vec<Diagnostic>> {
        let (mut distinct, mut refused) = (BTreeMap::<Names, Definition>::new(), Vec::new());
        for definition in definitions {
            match distinct.get(&definition.names()) {
                Some(known) if known.object != definition.object => refused.push(ambiguous(known, &definition)),
                _ => drop(distinct.insert(definition.names(), definition)),
            }
        }
        let (layout, mut plan) = (self.layout(), Plan::default());
        for definition in distinct.values() {
            self.add(definition, layout, &mut plan).unwrap_or_else(|finding| refused.push(*finding));
        }
        for kept in self.files.iter().filter(|kept| kept.documents.iter().any(|document| document.is_new)) {
            plan.files.insert(kept.file.path.clone(), kept.text());
        }
        if refused.is_empty() { Ok(plan) } else { Err(refused) }
    }

    fn add(&mut self, definition: &Definition, layout: usize, plan: &mut Plan) -> Result<(), Box<Diagnostic>> {
        for kept in &mut self.files {
            if let Some(change) = kept.put(definition)? {
                plan.updates.push(Update { change, path: kept.file.path.clone() });
                return Ok(());
            }
        }
        let is_free = |path: &String| !self.files.iter().any(|kept| kept.file.path == *path);
        let layouts = LAYOUTS[layout..].iter().chain(&LAYOUTS[..layout]);
        let mut paths = layouts.map(|path| path(&definition.group, &definition.plural));
        let Some(path) = paths.find(is_free) else {
            let message = format!("the files that {} could be in hold something else", definition.name());
            let help = format!("rename one of those files in `{DIRECTORY}`");
            return Err(Box::new(Diagnostic::new(&NOT_ADDED, message).at(definition.object.any_span()).help(help)));
        };
        plan.files.insert(path.clone(), definition::text(&definition.object, false));
        plan.updates.push(Update { change: Change::Added, path });
        Ok(())
    }

    /// The layout that most files have which hold one definition.
    fn layout(&self) -> usize {
        let count = |layout: &fn(&str, &str) -> String| {
            let names = self.files.iter().filter_map(|kept| Some((&kept.file.path, kept.only()?)));
            names.filter(|(path, (group, plural))| layout(group, plural) == **path).count()
        };
        let most = LAYOUTS.iter().enumerate().rev().max_by_key(|(_, layout)| count(layout));
        most.map_or(0, |(at, _)| at)
    }
}

impl Kept {
    fn new(file: TextFile) -> Self {
        let documents = yaml::read(file.id, &file.text).documents.into_iter();
        let documents = documents.map(|document| {
            // Comments before an object are about the file as often as about the object.
            let start = document.root.span.unwrap_or(document.span).start;
            KeptDocument { span: Span { start, ..document.span }, object: document.root, is_new: false }
        });
        Self { documents: documents.collect(), file }
    }

    /// The names of the definition, if there is nothing else.
    fn only(&self) -> Option<Names> {
        if let [document] = self.documents.as_slice() { definition::names(&document.object) } else { None }
    }

    /// Puts a definition into the place of the one with its names; nothing where there is none.
    fn put(&mut self, definition: &Definition) -> Result<Option<Change>, Box<Diagnostic>> {
        let is_same = |object: &&Node| definition::names(object) == Some(definition.names());
        for document in &mut self.documents {
            let items = document.object.get("items").map(Node::items).unwrap_or_default();
            let listed = items.iter().find(is_same);
            let known = listed.or(Some(&document.object).filter(is_same));
            match known {
                None => {}
                Some(known) if definition::normalized(known) == definition.object => {
                    return Ok(Some(Change::Unchanged));
                }
                Some(known) if listed.is_some() => return Err(Box::new(in_list(definition, known))),
                Some(_) => {
                    document.object = definition.object.clone();
                    document.is_new = true;
                    return Ok(Some(Change::Updated));
                }
            }
        }
        Ok(None)
    }

    /// The whole text. What is not new stays as it is written.
    fn text(&self) -> String {
        let TextFile { path, text, .. } = &self.file;
        if let [document] = self.documents.as_slice() {
            return definition::text(&document.object, path.rsplit_once('.').is_some_and(|(_, end)| end == "json"));
        }
        let (mut out, mut at) = (String::new(), 0);
        for document in self.documents.iter().filter(|document| document.is_new) {
            let (start, end) = (document.span.start as usize, document.span.end as usize);
            out.push_str(text.get(at..start).unwrap_or_default());
            out.push_str(definition::text(&document.object, false).trim_end());
            at = end;
        }
        out + text.get(at..).unwrap_or_default()
    }
}

fn ambiguous(first: &Definition, second: &Definition) -> Diagnostic {
    let place = |definition: &Definition| definition.object.span_at("/metadata/name");
    Diagnostic::new(&NOT_ADDED, format!("there are two different definitions of {}", first.name()))
        .at(place(second))
        .related(place(first), "the other one")
        .help("leave out one of them")
}

fn in_list(definition: &Definition, known: &Node) -> Diagnostic {
    Diagnostic::new(&NOT_ADDED, format!("an older definition of {} stands in a list", definition.name()))
        .at(known.span_at("/metadata/name"))
        .help("remove it from the list; it gets a file of its own")
}
