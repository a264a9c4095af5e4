//! All spec files of a repository.

use std::{collections::BTreeMap, sync::Arc};

use rayon::prelude::*;
use smol_str::SmolStr;

use super::{
    LAYOUT,
    document::{Document, Expected, read_text},
};
use crate::{
    diagnostic::{Diagnostic, Error, Result},
    grammar::known_or_similar,
    source::{EntryKind, FileId, ReadError, SourceMap, Span, Tree},
};

/// Every spec file of a repository, read and checked.
#[derive(Debug)]
pub struct Repository {
    /// The files that were read.
    pub sources: SourceMap,
    /// What is wrong with their places. What is wrong inside of a file stands in its [`Document`].
    pub diagnostics: Vec<Diagnostic>,
    /// `karat.yaml`.
    pub project: Document,
    /// The weakest layer, which is part of the program.
    pub builtin: Document,
    /// `envs/defaults.yaml`.
    pub defaults: Option<Document>,
    /// `envs/base/<app>`, by name.
    pub apps: BTreeMap<SmolStr, AppFiles>,
    /// `envs/<env>`, by name.
    pub environments: BTreeMap<SmolStr, EnvironmentFiles>,
}

/// `envs/base/<app>`.
#[derive(Debug)]
pub struct AppFiles {
    /// `app.yaml`.
    pub base: Document,
    /// The files beside it by their path from the app's directory; why one cannot be used, where that is so.
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

/// A file that is going to be read.
struct Planned {
    path: String,
    kind: &'static str,
    name: Option<SmolStr>,
}

const BUILTIN: &str = include_str!("builtin.yaml");

impl Repository {
    /// Reads every spec file.
    ///
    /// # Errors
    /// When there is no `karat.yaml`, or the operating system refuses to read a file.
    pub fn load(tree: &dyn Tree) -> Result<Self> {
        let mut layout = Layout::find(tree)?;
        let mut sources = SourceMap::default();
        let plans = layout.plans();
        let first = sources.next_id().index();
        let texts: Vec<(Option<String>, Vec<Diagnostic>, Document)> = plans
            .par_iter()
            .enumerate()
            .map(|(at, plan)| {
                read_document(tree, plan, FileId::from_index(u32::try_from(first + at).unwrap_or(u32::MAX - 1)))
            })
            .collect::<Result<_>>()?;
        let mut documents = BTreeMap::new();
        for (plan, (text, mut unreadable, mut document)) in plans.into_iter().zip(texts) {
            sources.add(plan.path.as_str(), text.unwrap_or_default());
            if !unreadable.is_empty() {
                std::mem::swap(&mut document.diagnostics, &mut unreadable);
            }
            documents.insert(plan.path, document);
        }
        let builtin_file = sources.add("karat:defaults.yaml", BUILTIN);
        let expected = Expected { path: "karat:defaults.yaml", kind: "EnvironmentDefaults", name: None };
        let builtin = Document::check(builtin_file, BUILTIN, expected);
        layout.assemble(tree, sources, documents, builtin)
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
}

fn read_document(tree: &dyn Tree, plan: &Planned, file: FileId) -> Result<(Option<String>, Vec<Diagnostic>, Document)> {
    let mut diagnostics = Vec::new();
    let text = read_text(tree, &plan.path, file, &mut diagnostics)?;
    let expected = Expected { path: &plan.path, kind: plan.kind, name: plan.name.as_deref() };
    let document = Document::check(file, text.as_deref().unwrap_or_default(), expected);
    Ok((text, diagnostics, document))
}

/// The names that were found in a repository.
#[derive(Default)]
struct Layout {
    has_defaults: bool,
    apps: Vec<SmolStr>,
    /// Each environment's overlays.
    environments: Vec<(SmolStr, Vec<SmolStr>)>,
    diagnostics: Vec<(String, Diagnostic)>,
}

impl Layout {
    fn find(tree: &dyn Tree) -> Result<Self> {
        if matches!(tree.read("karat.yaml"), Err(ReadError::NotFound)) {
            return Err(Error::new("there is no karat.yaml here").hint("`karat init` makes a new repository"));
        }
        let mut layout = Self::default();
        for entry in list(tree, "envs")? {
            match (entry.name.as_str(), entry.kind) {
                ("defaults.yaml", EntryKind::File) => layout.has_defaults = true,
                ("base", EntryKind::Directory) => layout.find_apps(tree)?,
                (name, EntryKind::Directory) if !is_reserved(name) => layout.find_environment(tree, name)?,
                _ => {}
            }
        }
        Ok(layout)
    }

    fn find_apps(&mut self, tree: &dyn Tree) -> Result<()> {
        for entry in list(tree, "envs/base")?.into_iter().filter(|entry| !is_reserved(&entry.name)) {
            if entry.kind == EntryKind::Directory {
                self.apps.push(entry.name.into());
            }
        }
        Ok(())
    }

    fn find_environment(&mut self, tree: &dyn Tree, name: &str) -> Result<()> {
        let directory = format!("envs/{name}");
        let mut overlays = Vec::new();
        for entry in list(tree, &directory)?.into_iter().filter(|entry| entry.kind == EntryKind::File) {
            match entry.name.strip_suffix(".yaml") {
                Some("env") => {}
                Some(app) if !is_reserved(app) => overlays.push(app.into()),
                _ if let Some(name) = entry.name.strip_suffix(".yml") => {
                    let finding = Diagnostic::new(&LAYOUT, "spec files end in `.yaml`, so this one is not read");
                    let help = format!("rename it to {name}.yaml");
                    self.diagnostics.push((format!("{directory}/{}", entry.name), finding.help(help)));
                }
                _ => {}
            }
        }
        self.environments.push((name.into(), overlays));
        Ok(())
    }

    /// Every file to read, in the order of the layers.
    fn plans(&self) -> Vec<Planned> {
        let plan = |path: String, kind, name: Option<&SmolStr>| Planned { path, kind, name: name.cloned() };
        let mut plans = vec![plan("karat.yaml".into(), "Project", None)];
        if self.has_defaults {
            plans.push(plan("envs/defaults.yaml".into(), "EnvironmentDefaults", None));
        }
        plans.extend(self.apps.iter().map(|app| plan(base_path(app), "App", Some(app))));
        for (name, overlays) in &self.environments {
            plans.push(plan(environment_path(name), "Environment", Some(name)));
            plans.extend(overlays.iter().map(|app| plan(overlay_path(name, app), "AppOverlay", Some(app))));
        }
        plans
    }

    fn assemble(
        &mut self,
        tree: &dyn Tree,
        mut sources: SourceMap,
        mut documents: BTreeMap<String, Document>,
        builtin: Document,
    ) -> Result<Repository> {
        let mut diagnostics = Vec::new();
        for (path, finding) in std::mem::take(&mut self.diagnostics) {
            let file = sources.add(path, "");
            diagnostics.push(finding.at(Span::new(file, 0, 0)));
        }
        let mut take =
            |path: &str| documents.remove(path).ok_or_else(|| Error::new(format!("{path} was planned, but not read")));
        let project = take("karat.yaml")?;
        let defaults = if self.has_defaults { Some(take("envs/defaults.yaml")?) } else { None };
        let mut apps = BTreeMap::new();
        for name in &self.apps {
            apps.insert(name.clone(), AppFiles { base: take(&base_path(name))?, files: files_beside(tree, name)? });
        }
        let mut environments = BTreeMap::new();
        for (name, overlays) in &self.environments {
            let overlays = overlays.iter().map(|app| Ok((app.clone(), take(&overlay_path(name, app))?)));
            let overlays = overlays.collect::<Result<BTreeMap<_, _>>>()?;
            environments.insert(name.clone(), EnvironmentFiles { document: take(&environment_path(name))?, overlays });
        }
        let mut repository = Repository { sources, diagnostics, project, builtin, defaults, apps, environments };
        repository.check_places(tree);
        Ok(repository)
    }
}

impl Repository {
    /// Files that should be there and are not; overlays of apps that are not there.
    fn check_places(&mut self, tree: &dyn Tree) {
        let missing = |document: &mut Document, path: String, help: &str| {
            if matches!(tree.read(&path), Err(ReadError::NotFound)) {
                let finding = Diagnostic::new(&LAYOUT, format!("there is no {path}"));
                document.diagnostics = vec![finding.at(Span::new(document.file, 0, 0)).help(help.to_owned())];
            }
        };
        for (name, app) in &mut self.apps {
            missing(&mut app.base, base_path(name), "an app is a directory of envs/base with an app.yaml in it");
        }
        let names: Vec<SmolStr> = self.apps.keys().cloned().collect();
        for (name, environment) in &mut self.environments {
            missing(
                &mut environment.document,
                environment_path(name),
                "an environment is a directory with an env.yaml in it",
            );
            for (app, overlay) in environment.overlays.iter_mut().filter(|(app, _)| !names.contains(app)) {
                let message = format!("an overlay of `{app}`, but envs/base has no such app");
                let place = overlay.node.span_at("/metadata/name").unwrap_or(Span::new(overlay.file, 0, 0));
                let help = known_or_similar(app, names.iter().map(SmolStr::as_str));
                overlay.diagnostics.push(Diagnostic::new(&LAYOUT, message).at(place).help(help));
            }
        }
    }
}

/// The files that belong to an app beside `app.yaml`.
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
        let content = match tree.read_text(&path) {
            Ok(text) => Ok(text.into()),
            Err(ReadError::Io(error)) => return Err(Error::io(format!("cannot read {path}"), &error)),
            Err(error) => Err(error.to_string()),
        };
        files.insert(relative, content);
    }
    Ok(files)
}

fn list(tree: &dyn Tree, directory: &str) -> Result<Vec<crate::source::Entry>> {
    tree.entries(directory).map_err(|error| Error::new(format!("cannot list {directory}: {error}")))
}

/// `_…` and dot files are not Karat's.
fn is_reserved(name: &str) -> bool {
    name.starts_with(['_', '.'])
}

fn base_path(app: &str) -> String {
    format!("envs/base/{app}/app.yaml")
}

fn environment_path(name: &str) -> String {
    format!("envs/{name}/env.yaml")
}

fn overlay_path(environment: &str, app: &str) -> String {
    format!("envs/{environment}/{app}.yaml")
}
