//! All spec files of a repository.

use std::{collections::BTreeMap, sync::Arc};

use rayon::prelude::*;
use smol_str::SmolStr;

use super::{
    LAYOUT,
    document::{Condition, Document, Expected},
    layout::{Layout, Planned, base_path, environment_path, overlay_path},
    reading::ReadFile,
    selection::Selection,
};
use crate::{
    diagnostic::{Diagnostic, Error, Result, Severity},
    grammar::{
        fields::{self, FileKind},
        known_or_similar,
    },
    node::Node,
    source::{FileId, SourceMap, Span, Tree},
};

/// The spec files of a repository, read and checked.
#[derive(Debug)]
pub struct Repository {
    /// What was asked for.
    pub selection: Selection,
    /// All that there is, whether it was asked for or not.
    pub names: Names,
    /// The files that were read.
    pub sources: SourceMap,
    /// What is wrong with their places. What is wrong inside of a file stands in its [`Document`].
    pub diagnostics: Vec<Diagnostic>,
    /// `karat.yaml`.
    pub project: Document,
    /// The weakest layer of every app, which is part of the program.
    pub builtin: Document,
    /// What a project starts from, which is part of the program.
    pub builtin_project: Document,
    /// `envs/defaults.yaml`.
    pub defaults: Option<Document>,
    /// `envs/base/<app>`, by name: the apps that were asked for, and those that they need.
    pub apps: BTreeMap<SmolStr, AppFiles>,
    /// `envs/<env>`, by name: the environments that were asked for.
    pub environments: BTreeMap<SmolStr, EnvironmentFiles>,
}

/// What there is in a repository, sorted.
#[derive(Debug)]
pub struct Names {
    /// The directories of `envs/base`.
    pub apps: Vec<SmolStr>,
    /// The other directories of `envs`.
    pub environments: Vec<SmolStr>,
}

/// `envs/base/<app>`.
#[derive(Debug)]
pub struct AppFiles {
    /// `app.yaml`.
    pub base: Document,
    /// The files beside it, of an app that was asked for, by their path from the app's directory; why one cannot be used, where that is so.
    pub files: BTreeMap<String, std::result::Result<Arc<str>, String>>,
}

/// `envs/<env>`.
#[derive(Debug)]
pub struct EnvironmentFiles {
    /// `env.yaml`.
    pub document: Document,
    /// `<app>.yaml`, by the app's name.
    pub overlays: BTreeMap<SmolStr, Document>,
}

const BUILTIN: &str = include_str!("builtin.yaml");
const BUILTIN_PROJECT: &str = include_str!("builtin_project.yaml");

impl Repository {
    /// Reads the spec files that are asked for.
    ///
    /// # Errors
    /// When there is no `karat.yaml`, or the operating system refuses to read a file.
    pub fn load(tree: &dyn Tree, selection: &Selection) -> Result<Self> {
        let layout = Layout::find(tree, &selection.environments)?;
        let plans = layout.plans().into_par_iter();
        let mut files: Vec<ReadFile> = plans.map(|plan| ReadFile::read(tree, plan)).collect::<Result<_>>()?;
        if let Some(needed) = selection.needed(&files) {
            files.retain(|file| file.plan.app().is_none_or(|app| needed.contains(app)));
        }
        let mut sources = SourceMap::default();
        let first = sources.next_id().index();
        let checked: Vec<Document> =
            files.par_iter().enumerate().map(|(at, file)| file.document(FileId::from_index(first + at))).collect();
        let mut documents = BTreeMap::new();
        for (file, document) in files.into_iter().zip(checked) {
            sources.add(file.path, file.text);
            documents.insert(file.plan.path, document);
        }
        let builtin = built_in("karat:defaults.yaml", &fields::DEFAULTS_FILE, BUILTIN, &mut sources);
        let project = built_in("karat:project.yaml", &fields::PROJECT_FILE, BUILTIN_PROJECT, &mut sources);
        assemble(selection, layout, tree, sources, documents, (builtin, project))
    }

    /// Reads `karat.yaml` alone.
    ///
    /// # Errors
    /// When the operating system refuses to read it.
    pub fn load_project(tree: &dyn Tree, sources: &mut SourceMap) -> Result<Document> {
        let plan = Planned { path: fields::PROJECT_FILE.path.into(), file: &fields::PROJECT_FILE, name: None };
        let file = ReadFile::read(tree, plan)?;
        let document = file.document(sources.next_id());
        sources.add(file.path, file.text);
        Ok(document)
    }

    /// Everything that is wrong with the files, in the order of their paths.
    pub fn take_diagnostics(&mut self) -> Vec<Diagnostic> {
        let documents = std::iter::once(&mut self.project)
            .chain(&mut self.defaults)
            .chain(self.apps.values_mut().map(|app| &mut app.base))
            .chain(self.environments.values_mut().flat_map(|environment| {
                std::iter::once(&mut environment.document).chain(environment.overlays.values_mut())
            }));
        let mut diagnostics = std::mem::take(&mut self.diagnostics);
        documents.for_each(|document| diagnostics.append(&mut document.diagnostics));
        diagnostics
    }

    /// The condition of the files that all apps of an environment depend on, which is that of the worst of them.
    pub fn condition(&self, environment: &EnvironmentFiles) -> Condition {
        let shared = [&self.project, &environment.document].into_iter().chain(&self.defaults);
        shared.map(|document| document.condition).min().unwrap_or(Condition::Sound)
    }

    /// Whether an app's own files are free of errors.
    pub fn is_sound(&self, environment: &EnvironmentFiles, app: &str) -> bool {
        let base = self.apps.get(app).map(|files| &files.base);
        base.into_iter().chain(environment.overlays.get(app)).all(|document| document.condition == Condition::Sound)
    }

    /// Apps that an environment names and that are not there, and overlays that nothing uses.
    fn check_names(&self) -> Vec<Diagnostic> {
        self.environments.values().flat_map(|environment| self.check_names_of(environment)).collect()
    }

    fn check_names_of(&self, environment: &EnvironmentFiles) -> Vec<Diagnostic> {
        let known = || self.names.apps.iter().map(SmolStr::as_str);
        let exists = |name: &str| self.names.apps.iter().any(|known| known == name);
        let mut findings = Vec::new();
        let choices = ["/apps/include", "/apps/exclude"].map(|pointer| environment.document.node.at(pointer));
        for choice in choices.into_iter().flatten().flat_map(Node::items) {
            let name = choice.as_str().unwrap_or_default();
            if !name.contains('*') && !exists(name) {
                let finding = Diagnostic::new(&LAYOUT, format!("envs/base has no app `{name}`")).at(choice.span);
                findings.push(finding.help(known_or_similar(name, known())));
            }
        }
        findings.extend(self.check_predecessor(environment));
        let members = self.members(environment);
        for (app, overlay) in environment.overlays.iter().filter(|(app, _)| members.binary_search(app).is_err()) {
            let place = overlay.node.span_at("/metadata/name").unwrap_or(Span::new(overlay.file, 0, 0));
            findings.push(if exists(app) {
                Diagnostic::new(&LAYOUT, format!("an overlay of `{app}`, which the environment leaves out"))
                    .severity(Severity::Warning)
                    .at(place)
                    .related(environment.document.node.span_at("/apps"), "the environment's apps")
                    .help("remove the overlay, or take the app in")
            } else {
                Diagnostic::new(&LAYOUT, format!("an overlay of `{app}`, but envs/base has no such app"))
                    .at(place)
                    .help(known_or_similar(app, known()))
            });
        }
        findings
    }

    /// An environment that promotes from one that is not there, or from itself.
    fn check_predecessor(&self, environment: &EnvironmentFiles) -> Option<Diagnostic> {
        let node = &environment.document.node;
        let from = node.get("promotesFrom")?;
        let name = from.as_str().filter(|name| !name.contains("${"))?;
        let own = node.at("/metadata/name").and_then(Node::as_str);
        let others = self.names.environments.iter().map(SmolStr::as_str).filter(|other| Some(*other) != own);
        if others.clone().any(|other| other == name) {
            return None;
        }
        let finding = Diagnostic::new(&LAYOUT, format!("there is no other environment `{name}`")).at(from.span);
        Some(finding.help(known_or_similar(name, others)))
    }
}

/// A file that is part of the program.
fn built_in(path: &'static str, file: &'static FileKind, text: &str, sources: &mut SourceMap) -> Document {
    let expected = Expected { path, file, name: None };
    Document::check(sources.add(path, text), text, expected)
}

fn assemble(
    selection: &Selection,
    layout: Layout,
    tree: &dyn Tree,
    mut sources: SourceMap,
    mut documents: BTreeMap<String, Document>,
    (builtin, builtin_project): (Document, Document),
) -> Result<Repository> {
    let project = take(&mut documents, fields::PROJECT_FILE.path)?;
    let defaults = layout.defaults_path().map(|path| take(&mut documents, path)).transpose()?;
    let read: Vec<&SmolStr> = layout.apps.iter().filter(|name| documents.contains_key(&base_path(name))).collect();
    let beside = |name: &SmolStr| if selection.apps.has(name) { files_beside(tree, name) } else { Ok(BTreeMap::new()) };
    let beside: Vec<_> = read.par_iter().map(|name| beside(name)).collect::<Result<_>>()?;
    let mut apps = BTreeMap::new();
    for (name, files) in read.into_iter().zip(beside) {
        apps.insert(name.clone(), AppFiles { base: take(&mut documents, &base_path(name))?, files });
    }
    let mut environments = BTreeMap::new();
    for (name, overlays) in &layout.environments {
        let read = |app: &SmolStr| Some((app.clone(), documents.remove(&overlay_path(name, app))?));
        let overlays = overlays.iter().filter_map(read).collect();
        let document = take(&mut documents, &environment_path(name))?;
        environments.insert(name.clone(), EnvironmentFiles { document, overlays });
    }
    let mut diagnostics = Vec::new();
    for (path, finding) in layout.strays {
        let text = tree.read_text(&path).unwrap_or_default();
        let file = sources.add(path, text);
        diagnostics.push(finding.at(Span::new(file, 0, 0)));
    }
    let (names, selection) = (Names { apps: layout.apps, environments: layout.names }, selection.clone());
    let mut repository = Repository {
        selection,
        names,
        sources,
        diagnostics,
        project,
        builtin,
        builtin_project,
        defaults,
        apps,
        environments,
    };
    let found = repository.check_names();
    repository.diagnostics.extend(found);
    Ok(repository)
}

fn take(documents: &mut BTreeMap<String, Document>, path: &str) -> Result<Document> {
    documents.remove(path).ok_or_else(|| Error::new(format!("{path} was planned, but not read")))
}

/// The files that belong to an app beside `app.yaml`. One that cannot be read is nobody's trouble until a spec names it.
fn files_beside(tree: &dyn Tree, app: &str) -> Result<BTreeMap<String, std::result::Result<Arc<str>, String>>> {
    let directory = format!("envs/base/{app}");
    let paths =
        tree.files_below(&directory).map_err(|error| Error::new(format!("cannot list {directory}: {error}")))?;
    let mut files = BTreeMap::new();
    for path in paths {
        let relative = path[directory.len() + 1..].to_owned();
        if relative == "app.yaml" {
            continue;
        }
        files.insert(relative, tree.read_text(&path).map(Into::into).map_err(|error| error.to_string()));
    }
    Ok(files)
}
