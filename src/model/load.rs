//! From a repository's files to its environments.

use std::sync::Arc;

use rayon::prelude::*;
use smol_str::SmolStr;

use super::{App, AppSpec, CallingApp, Decode, Environment, EnvironmentSpec, Project};
use crate::{
    diagnostic::{Diagnostic, Error, Result},
    grammar::{MergeLog, known_or_similar},
    node::Node,
    source::{SourceMap, Tree},
    spec::{
        Condition, EnvironmentFiles, Override, Part, Repository, Resolved, ResolvedApp, ResolvedCaller, Selection,
        void_deletions,
    },
};

/// The Kubernetes minor version of an environment that names none, in a project that names none.
pub const DEFAULT_KUBE_VERSION: &str = "1.34";

/// What is to be loaded.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// The environments by name; all of them when empty.
    pub environments: Vec<String>,
    /// The apps by name; all of them when empty. What the environments' apps have in common is then not known.
    pub apps: Vec<String>,
    /// `path=value` of `--set`.
    pub sets: Vec<String>,
    /// Images in place of those of the spec; for one app alone.
    pub images: Vec<String>,
    /// Whether specs that pin another version are loaded: those of a time when it was the right one.
    pub any_version: bool,
}

/// A repository's environments, and what is wrong with its specs.
#[derive(Debug)]
pub struct Loaded {
    /// The files that were read.
    pub sources: SourceMap,
    /// What is wrong, in no particular order.
    pub diagnostics: Vec<Diagnostic>,
    /// `karat.yaml`.
    pub project: Arc<Project>,
    /// The environments, by name.
    pub environments: Vec<Environment>,
}

impl LoadOptions {
    /// Which part of the repository that takes.
    pub fn selection(&self) -> Selection {
        let parts = [&self.environments, &self.apps].map(|names| Part::all_or(names));
        let [environments, apps] = parts;
        // A connection that is set leads anywhere.
        Selection { environments, apps, thorough: self.sets.iter().any(|set| set.contains("connections")) }
    }
}

/// Reads, merges and types a repository's specs.
///
/// # Errors
/// When there is no `karat.yaml`, when another version of Karat is pinned, when an environment or an app does not exist,
/// or when the operating system refuses to read a file.
pub fn load(tree: &dyn Tree, options: &LoadOptions) -> Result<Loaded> {
    let selection = options.selection();
    if let Some(loaded) = load_part(tree, options, &selection)? {
        return Ok(loaded);
    }
    let whole = load_part(tree, options, &Selection { thorough: true, ..selection })?;
    whole.ok_or_else(|| Error::new("an app was not read, and all of them were"))
}

/// The same; nothing when more has to be read.
fn load_part(tree: &dyn Tree, options: &LoadOptions, selection: &Selection) -> Result<Option<Loaded>> {
    let mut repository = Repository::load(tree, selection)?;
    let mut diagnostics = repository.take_diagnostics();
    let project = Project::decode(&repository.project.node, &mut diagnostics);
    let project = Arc::new(project.ok_or_else(|| Error::new("karat.yaml cannot be used"))?);
    if !options.any_version {
        check_version(&project)?;
    }
    check_names(&repository, options)?;
    let mut sets = Vec::new();
    for set in &options.sets {
        sets.push(Override::parse(set, &mut repository.sources, &mut diagnostics)?);
    }
    let mut log = MergeLog::default();
    let mut environments = Vec::new();
    for (name, files) in &repository.environments {
        let condition = repository.condition(files);
        if condition == Condition::Lost {
            environments.push(lost(name, &project));
            continue;
        }
        sets.truncate(options.sets.len());
        if !options.images.is_empty() {
            let merged = repository.merge(files, &sets, &mut MergeLog::default());
            let app = merged.apps.iter().find(|app| options.apps == [app.name.as_str()]);
            let app = app.ok_or_else(|| Error::new("images can be replaced in one app alone").hint("name the app"))?;
            sets.push(Override::images(app, &options.images, &mut repository.sources, &mut diagnostics)?);
        }
        let mut found = Vec::new();
        let resolved = repository.merge(files, &sets, &mut log).resolve(&repository, &mut found);
        if resolved.missed {
            return Ok(None);
        }
        let whole = selection.apps == Part::All;
        environments.push(environment(name, resolved, (condition, whole), &project, &mut found));
        for finding in &mut found {
            finding.in_environment(name);
        }
        diagnostics.append(&mut found);
    }
    // With some environments or apps left out, what deletes nothing in the others is not known.
    let whole = options.environments.is_empty() && options.apps.is_empty();
    if whole && environments.iter().all(|environment| environment.condition != Condition::Lost) {
        diagnostics.extend(void_deletions(&log));
    }
    diagnostics.append(&mut log.diagnostics);
    Ok(Some(Loaded { sources: repository.sources, diagnostics, project, environments }))
}

/// The names of an environment's apps, sorted.
///
/// # Errors
/// When the environment does not exist, or the operating system refuses to read a file.
pub fn app_names(tree: &dyn Tree, environment: &str) -> Result<Vec<SmolStr>> {
    let (environments, apps) = (Part::These(vec![environment.to_owned()]), Part::These(Vec::new()));
    let repository = Repository::load(tree, &Selection { environments, apps, thorough: false })?;
    match repository.environments.get(environment) {
        Some(files) => Ok(repository.members(files)),
        None => Err(no_environment(&repository, environment)),
    }
}

/// Reads a repository's settings alone: where no spec is of interest.
///
/// # Errors
/// When the operating system refuses to read `karat.yaml`.
pub fn load_project(
    tree: &dyn Tree,
    sources: &mut SourceMap,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Option<Project>> {
    let mut document = Repository::load_project(tree, sources)?;
    diagnostics.append(&mut document.diagnostics);
    Ok(Project::decode(&document.node, diagnostics))
}

fn environment(
    name: &SmolStr,
    resolved: Resolved,
    (condition, whole): (Condition, bool),
    project: &Arc<Project>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Environment {
    let decoded: Vec<(Option<App>, Vec<Diagnostic>)> = resolved
        .apps
        .into_par_iter()
        .map(|resolved| {
            let mut diagnostics = Vec::new();
            (app(resolved, &mut diagnostics), diagnostics)
        })
        .collect();
    let mut apps = Vec::with_capacity(decoded.len());
    for (app, mut found) in decoded {
        diagnostics.append(&mut found);
        apps.extend(app);
    }
    let mut missing = Vec::new();
    let spec = EnvironmentSpec::decode(&resolved.node, &mut missing).unwrap_or_else(EnvironmentSpec::empty);
    // What an error took out of the spec is not missing.
    diagnostics.extend(missing.into_iter().filter(|_| condition == Condition::Sound));
    let own = spec.cluster.as_ref().and_then(|cluster| cluster.kube_version.as_ref());
    let version = own.or(project.kube_version.as_ref()).and_then(Node::as_str).unwrap_or(DEFAULT_KUBE_VERSION);
    let mut key = resolved.name;
    // A file without a usable header still is the environment that its directory says.
    key.text = name.clone();
    let kube_version = version.into();
    let callers = resolved.callers.into_iter().map(CallingApp::from).collect();
    Environment { name: key, kube_version, project: Arc::clone(project), spec, apps, callers, whole, condition }
}

/// An environment of which only the name is known.
fn lost(name: &SmolStr, project: &Arc<Project>) -> Environment {
    Environment {
        name: name.as_str().into(),
        kube_version: DEFAULT_KUBE_VERSION.into(),
        project: Arc::clone(project),
        spec: EnvironmentSpec::empty(),
        apps: Vec::new(),
        callers: Vec::new(),
        whole: false,
        condition: Condition::Lost,
    }
}

fn app(resolved: ResolvedApp, diagnostics: &mut Vec<Diagnostic>) -> Option<App> {
    let ResolvedApp { name, namespace, connections, node, sound } = resolved;
    let mut missing = Vec::new();
    let spec = AppSpec::decode(&node, &mut missing)?;
    let app = App { name, namespace, connections, spec, sound: sound && missing.is_empty() };
    // What an error took out of the spec is not missing.
    diagnostics.extend(missing.into_iter().filter(|_| sound));
    Some(app)
}

fn check_version(project: &Project) -> Result<()> {
    let Some(pinned) = project.karat.as_ref().and_then(Node::as_str) else { return Ok(()) };
    let own = env!("CARGO_PKG_VERSION");
    if pinned.trim_start_matches('=').trim() == own {
        return Ok(());
    }
    Err(Error::new(format!("karat.yaml pins karat {pinned}, and this is karat {own}"))
        .hint("golden files are compared byte for byte: install the pinned version, or change `karat:` and run `karat golden`"))
}

fn check_names(repository: &Repository, options: &LoadOptions) -> Result<()> {
    let exists = |name: &&String| repository.names.environments.iter().any(|known| known == *name);
    if let Some(name) = options.environments.iter().find(|name| !exists(name)) {
        return Err(no_environment(repository, name));
    }
    // One whose file is lost may have any app.
    let is_lost = |files: &EnvironmentFiles| files.document.condition == Condition::Lost;
    if options.apps.is_empty() || repository.environments.values().any(is_lost) {
        return Ok(());
    }
    let mut known: Vec<SmolStr> =
        repository.environments.values().flat_map(|environment| repository.members(environment)).collect();
    known.sort_unstable();
    known.dedup();
    match options.apps.iter().find(|name| known.iter().all(|known| known != name.as_str())) {
        Some(name) => {
            let hint = known_or_similar(name, known.iter().map(SmolStr::as_str));
            let place = match options.environments.as_slice() {
                [environment] => format!(" in the environment `{environment}`"),
                _ => String::new(),
            };
            Err(Error::new(format!("there is no app `{name}`{place}")).hint(hint))
        }
        None => Ok(()),
    }
}

fn no_environment(repository: &Repository, name: &str) -> Error {
    let known = repository.names.environments.iter().map(SmolStr::as_str);
    Error::new(format!("there is no environment `{name}`")).hint(known_or_similar(name, known))
}

impl From<ResolvedCaller> for CallingApp {
    fn from(ResolvedCaller { name, namespace, connections }: ResolvedCaller) -> Self {
        Self { name, namespace, connections }
    }
}
