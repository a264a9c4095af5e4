//! From a repository's files to its environments.

use std::sync::Arc;

use rayon::prelude::*;
use smol_str::SmolStr;

use super::{App, AppSpec, Decode, Environment, EnvironmentSpec, Project};
use crate::{
    diagnostic::{Diagnostic, Error, Result},
    grammar::{MergeLog, known_or_similar},
    node::Node,
    source::{SourceMap, Tree},
    spec::{Condition, Override, Repository, Resolved, ResolvedApp, void_deletions},
};

/// The Kubernetes minor version of an environment that names none, in a project that names none.
pub const DEFAULT_KUBE_VERSION: &str = "1.34";

/// What is to be loaded.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// The environments by name; all of them when empty.
    pub environments: Vec<String>,
    /// `path=value` of `--set`.
    pub sets: Vec<String>,
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

/// Reads, merges and types a repository's specs.
///
/// # Errors
/// When there is no `karat.yaml`, when another version of Karat is pinned, when an environment does not exist, or when
/// the operating system refuses to read a file.
pub fn load(tree: &dyn Tree, options: &LoadOptions) -> Result<Loaded> {
    let mut repository = Repository::load(tree)?;
    let mut diagnostics = repository.take_diagnostics();
    let project = Project::decode(&repository.project.node, &mut diagnostics);
    let project = Arc::new(project.ok_or_else(|| Error::new("karat.yaml cannot be used"))?);
    if !options.any_version {
        check_version(&project)?;
    }
    check_names(&repository, &options.environments)?;
    let mut sets = Vec::new();
    for set in &options.sets {
        sets.push(Override::parse(set, &mut repository.sources, &mut diagnostics)?);
    }
    let mut log = MergeLog::default();
    let mut environments = Vec::new();
    for (name, files) in &repository.environments {
        if options.environments.is_empty() || options.environments.iter().any(|wanted| wanted == name) {
            environments.push(match repository.condition(files) {
                Condition::Lost => lost(name, &project),
                condition => {
                    let mut found = Vec::new();
                    let resolved = repository.merge(files, &sets, &mut log).resolve(&repository, &mut found);
                    let environment = environment(name, resolved, condition, &project, &mut found);
                    for finding in &mut found {
                        finding.in_environment(name);
                    }
                    diagnostics.append(&mut found);
                    environment
                }
            });
        }
    }
    // With some environments left out, what deletes nothing in the others is not known.
    if options.environments.is_empty()
        && environments.iter().all(|environment| environment.condition != Condition::Lost)
    {
        diagnostics.extend(void_deletions(&log));
    }
    diagnostics.append(&mut log.diagnostics);
    Ok(Loaded { sources: repository.sources, diagnostics, project, environments })
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
    condition: Condition,
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
    Environment { name: key, kube_version, project: Arc::clone(project), spec, apps, condition }
}

/// An environment of which only the name is known.
fn lost(name: &SmolStr, project: &Arc<Project>) -> Environment {
    Environment {
        name: name.as_str().into(),
        kube_version: DEFAULT_KUBE_VERSION.into(),
        project: Arc::clone(project),
        spec: EnvironmentSpec::empty(),
        apps: Vec::new(),
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

fn check_names(repository: &Repository, wanted: &[String]) -> Result<()> {
    let known = || repository.environments.keys().map(SmolStr::as_str);
    match wanted.iter().find(|name| !known().any(|known| known == name.as_str())) {
        None => Ok(()),
        Some(name) => {
            Err(Error::new(format!("there is no environment `{name}`")).hint(known_or_similar(name, known())))
        }
    }
}
