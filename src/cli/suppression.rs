//! What a run does with suppressions.

use smol_str::SmolStr;

use super::{findings::FindingArgs, run::Run, today::TodayArgs};
use crate::{
    diagnostic::{Code, Diagnostic, Result},
    lint::Settings,
    manifest::ManifestSet,
    model::Lint,
    report::catalogue,
    source::SourceMap,
    suppress::{Comments, Known, Looked, Origin, Suppressions},
};

/// Where the suppressions of a run stand.
pub(super) struct Suppressing<'a> {
    /// In comments.
    pub(super) comments: Comments,
    /// In annotations of these objects.
    pub(super) sets: &'a [ManifestSet],
    /// In these sections, which are those of the project or of an environment.
    pub(super) sections: Vec<(&'a Lint, Option<&'a SmolStr>)>,
    /// The files that all of them are in.
    pub(super) sources: &'a SourceMap,
    /// Whether the run is about everything that the sections can be about.
    pub(super) is_whole: bool,
    /// Where a file is, from the repository's root, by the path that reports show.
    pub(super) path: &'a dyn Fn(&str) -> Option<String>,
}

impl<'a> Suppressing<'a> {
    /// Those of a repository. Its files have to be as they are on disk.
    pub(super) fn in_repository(run: &'a Run, originals: &'a SourceMap) -> Self {
        let own = run.environments.iter().filter_map(|own| Some((own.spec.lint.as_ref()?, Some(&own.name.text))));
        let project = run.project.lint.iter().map(|lint| (lint, None));
        Self {
            comments: Comments::read(originals, Origin::Specs),
            sets: &run.sets,
            sections: project.chain(own).collect(),
            sources: originals,
            is_whole: true,
            path: &|path| Some(path.to_owned()),
        }
    }

    /// Takes what is suppressed out of the findings, and gives it back; what is wrong with the suppressions is added.
    /// `all` are the files that findings may be in.
    pub(super) fn apply(
        self,
        today: &TodayArgs,
        all: &SourceMap,
        findings: &mut Vec<Diagnostic>,
        looked: impl Fn(&Code) -> Looked,
    ) -> Result<Vec<Diagnostic>> {
        let known = Known::new(catalogue::all());
        let mut suppressions = Suppressions::new(self.comments, self.sets, self.sources, known, today.date()?);
        for (section, environment) in self.sections {
            suppressions.add_section(section, environment, self.sources, self.is_whole);
        }
        let suppressed = suppressions.take(findings, all, self.path);
        findings.append(&mut suppressions.finish(looked));
        Ok(suppressed)
    }
}

/// Which codes a run looks for, in environments with these settings. One that errors or the user kept from seeing all does
/// not know what it has missed.
pub(super) fn looked(
    findings: &FindingArgs,
    settings: Vec<Settings>,
    knows_all: bool,
) -> impl Fn(&Code) -> Looked + use<'_> {
    move |code| match settings.iter().any(|settings| settings.wants(code)) {
        _ if !knows_all || !findings.selection().selects(code) => Looked::Unknown,
        true => Looked::Everywhere,
        false => Looked::Nowhere,
    }
}
