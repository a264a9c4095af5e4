//! What most commands begin with: load, render, lay out.

use std::sync::Arc;

use rayon::prelude::*;

use crate::{
    diagnostic::{Diagnostic, Result, Severity},
    golden::{self, Directory},
    lint::{Asked, Checked, Checks, Counts, Coverage, Settings, schema},
    manifest::ManifestSet,
    model::{Environment, LoadOptions, Project, load},
    render,
    report::Report,
    source::{SourceMap, Tree},
};

/// The environments of a repository, rendered.
pub(super) struct Run {
    pub(super) project: Arc<Project>,
    pub(super) environments: Vec<Environment>,
    /// One set for each environment, in the same order.
    pub(super) sets: Vec<ManifestSet>,
    /// How many spec files were read.
    files: usize,
}

/// A run, and what it has found so far.
pub(super) struct Started {
    pub(super) run: Run,
    /// The specs as they are on disk.
    pub(super) originals: SourceMap,
    /// The same with all secrets masked.
    pub(super) sources: SourceMap,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Loads and renders.
pub(super) fn start(tree: &dyn Tree, options: &LoadOptions) -> Result<Started> {
    let loaded = load(tree, options)?;
    let rendered: Vec<(ManifestSet, Vec<Diagnostic>)> = loaded
        .environments
        .par_iter()
        .map(|environment| {
            let mut diagnostics = Vec::new();
            let set = render::render(environment, &mut diagnostics);
            for finding in &mut diagnostics {
                finding.in_environment(&environment.name.text);
            }
            (set, diagnostics)
        })
        .collect();
    let (sets, found): (Vec<_>, Vec<_>) = rendered.into_iter().unzip();
    let mut diagnostics = loaded.diagnostics;
    diagnostics.extend(found.into_iter().flatten());
    diagnostics.append(&mut render::across(&sets));
    // What is part of the program is no file.
    let files = loaded.sources.files().iter().filter(|file| !file.is_built_in()).count();
    let (originals, mut sources) = (loaded.sources.clone(), loaded.sources);
    sources.mask(sets.iter().flat_map(ManifestSet::secret_values));
    let run = Run { project: loaded.project, environments: loaded.environments, sets, files };
    Ok(Started { run, originals, sources, diagnostics })
}

impl Run {
    /// What schemas, rules and policies find.
    pub(super) fn lint(
        &self,
        tree: &dyn Tree,
        (asked, schemas): (Asked, schema::Options),
        counts: &Counts<'_>,
        sources: &mut SourceMap,
    ) -> Result<Checked> {
        let mut diagnostics = Vec::new();
        let mut checks = Checks::load(tree, schemas, sources, &mut diagnostics)?.asking(asked);
        self.sets.iter().try_for_each(|set| checks.look_for(set, sources, &mut diagnostics))?;
        let environments = self.environments.par_iter().zip(&self.sets);
        let checked: Vec<Checked> =
            environments.map(|(environment, set)| checks.check(environment, set, counts)).collect();
        let mut coverage = Coverage::default();
        for mut checked in checked {
            diagnostics.append(&mut checked.diagnostics);
            coverage.add(checked.coverage);
        }
        diagnostics.append(&mut checks.check_promotions(&self.environments, &self.sets));
        // Nothing is checked after this: compiled schemas are not worth the time that taking them apart takes.
        std::mem::forget(checks);
        Ok(Checked { diagnostics, coverage })
    }

    /// What is asked of the checks, for each environment.
    pub(super) fn settings(&self, asked: &Asked) -> Vec<Settings> {
        let own = |environment: &Environment| Settings::of(environment.lint_sections()).asked(asked);
        self.environments.iter().map(own).collect()
    }

    /// The files of all objects.
    pub(super) fn layout(&self, diagnostics: &mut Vec<Diagnostic>) -> Vec<Directory<'_>> {
        let environments = self.environments.iter().zip(&self.sets);
        environments.flat_map(|(environment, set)| golden::layout(environment, set, diagnostics)).collect()
    }

    /// Whether a directory holds what is meant to be in it. What an error left out would differ from the golden files, and
    /// with it the neighbours' policies and waves.
    pub(super) fn is_whole(&self, directory: &Directory<'_>) -> bool {
        let mut environments = self.environments.iter().zip(&self.sets);
        let found = environments.find(|(environment, _)| environment.name.text == directory.environment);
        found.is_some_and(|(environment, set)| environment.is_sound() && set.is_sound_app(directory.name))
    }

    /// A report about findings of this run.
    pub(super) fn report<'a>(&self, diagnostics: &'a [Diagnostic], sources: &'a SourceMap) -> Report<'a> {
        let resources = self.sets.iter().map(|set| set.manifests().len()).sum();
        let (environments, files) = (Some(self.sets.len()), self.files);
        Report { environments, files, resources, ..Report::new(sources, diagnostics) }
    }
}

/// Whether any of the findings is an error.
pub(super) fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}
