//! `-e ENV` and `-a APP`.

use std::sync::Arc;

use clap::Args;
use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use super::run::Run;
use crate::{
    diagnostic::{Diagnostic, Error, ResourceId, Result},
    golden::{self, Scope},
    grammar::known_or_similar,
    manifest::{Manifest, Owner},
    model::LoadOptions,
    source::SourceMap,
};

/// Which environments and apps a command is about.
#[derive(Args, Debug, Default)]
pub(super) struct ScopeArgs {
    /// Only this environment; may be given more than once
    #[arg(short, long = "env", value_name = "ENV")]
    environments: Vec<String>,
    /// Only this app; may be given more than once
    #[arg(short, long = "app", value_name = "APP")]
    apps: Vec<String>,
}

impl ScopeArgs {
    /// What is to be loaded to see the apps among the others.
    pub(super) fn load_options(&self) -> LoadOptions {
        LoadOptions { environments: self.environments.clone(), ..LoadOptions::default() }
    }

    /// What is to be loaded to render the apps alone. What they share takes all of them.
    pub(super) fn load_apps(&self) -> LoadOptions {
        let alone = !self.apps.iter().any(|app| Owner::is_shared(app));
        LoadOptions { apps: if alone { self.apps.clone() } else { Vec::new() }, ..self.load_options() }
    }

    /// What part of the golden files is to be looked at.
    pub(super) fn environments(&self, incomplete: bool) -> Scope {
        Scope { environments: self.environments.clone(), apps: Vec::new(), incomplete }
    }

    /// What part of the golden files is to be written.
    pub(super) fn environments_and_apps(&self) -> Scope {
        Scope { environments: self.environments.clone(), apps: self.apps.clone(), incomplete: false }
    }

    /// Whether no environment is left out.
    pub(super) fn is_every_environment(&self) -> bool {
        self.environments.is_empty()
    }

    /// Whether no app is left out.
    pub(super) fn is_every_app(&self) -> bool {
        self.apps.is_empty()
    }

    /// Sees to it that every app exists, or is one of the directories beside them.
    pub(super) fn check_apps(&self, run: &Run) -> Result<()> {
        let mut known: Vec<&str> =
            run.environments.iter().flat_map(|environment| &environment.apps).map(|app| app.name.as_str()).collect();
        known.sort_unstable();
        known.dedup();
        let is_known = |app: &str| known.contains(&app) || Owner::is_shared(app);
        match self.apps.iter().find(|app| !is_known(app)) {
            Some(app) => {
                Err(Error::new(format!("there is no app `{app}`")).hint(known_or_similar(app, known.iter().copied())))
            }
            None => Ok(()),
        }
    }

    /// Whether an object stands in the directory of one of the apps.
    pub(super) fn owns(&self, manifest: &Manifest) -> bool {
        self.names(manifest.owner.directory())
    }

    /// Whether an object is about one of the apps, as its Application is too.
    pub(super) fn includes(&self, manifest: &Manifest) -> bool {
        self.owns(manifest) || manifest.app.as_deref().is_some_and(|app| self.is_app(app))
    }

    /// Keeps the findings about the apps: about their objects, or in their files.
    pub(super) fn retain(&self, run: &Run, sources: &SourceMap, diagnostics: &mut Vec<Diagnostic>) {
        if self.apps.is_empty() {
            return;
        }
        let objects: FxHashSet<(&SmolStr, &Arc<ResourceId>)> = run
            .sets
            .iter()
            .flat_map(|set| set.manifests().iter().map(move |manifest| (&set.environment, manifest)))
            .filter(|(_, manifest)| self.includes(manifest))
            .map(|(environment, manifest)| (environment, &manifest.id))
            .collect();
        diagnostics.retain(|diagnostic| {
            let about =
                diagnostic.resources.iter().any(|resource| objects.contains(&(&resource.environment, &resource.id)));
            about || self.is_in_files(diagnostic, sources)
        });
    }

    fn is_in_files(&self, diagnostic: &Diagnostic, sources: &SourceMap) -> bool {
        let labels = diagnostic.primary.iter().chain(&diagnostic.related);
        labels.map(|label| &*sources.file(label.span.file).path).filter_map(app_of).any(|app| self.is_app(app))
    }

    /// Whether an app is one of those that were asked for.
    pub(super) fn names(&self, app: &str) -> bool {
        self.apps.is_empty() || self.is_app(app)
    }

    fn is_app(&self, name: &str) -> bool {
        self.apps.iter().any(|app| app == name)
    }
}

/// The app that a file belongs to.
pub(super) fn app_of(path: &str) -> Option<&str> {
    let steps: Vec<&str> = path.split('/').collect();
    match steps.as_slice() {
        ["envs", "base", app, ..] => Some(app),
        ["envs", _, "env.yaml"] => None,
        ["envs", _, file] => file.strip_suffix(".yaml"),
        [golden::DIRECTORY, ".inventory", _, app] | [golden::DIRECTORY, _, app, ..] => Some(app),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_an_app() {
        let app = |path| app_of(path).unwrap_or("-");
        assert_eq!(app("envs/base/web/files/a.conf"), "web");
        assert_eq!(app("envs/prod/web.yaml"), "web");
        assert_eq!(app("golden/prod/web/service-web.yaml"), "web");
        assert_eq!(app("golden/.inventory/prod/web"), "web");
        assert_eq!(app("karat.yaml"), "-");
        assert_eq!(app("envs/prod/env.yaml"), "-");
        assert_eq!(app("envs/defaults.yaml"), "-");
    }
}
