//! The repository of Karat around what `karat lint` looks at: its sections, schemas and policies count, too.

use std::path::Path;

use super::LintArgs;
use crate::{
    cli::{
        fix::Paths,
        run::has_errors,
        suppression::{Suppressing, looked},
    },
    diagnostic::{Diagnostic, Result},
    lint::{Checked, Checks, Coverage, Settings, input::Input},
    manifest::ManifestSet,
    model::{Lint, load_project},
    source::{MemoryTree, SourceMap, Tree},
    suppress::{Comments, Origin},
};

/// The repository of Karat around what is looked at.
pub(super) struct Around<'a> {
    pub(super) directory: &'a Path,
    pub(super) args: &'a LintArgs,
    /// Its files, of today or of a revision, if there is one.
    pub(super) tree: Option<&'a dyn Tree>,
    /// Where it is on disk.
    pub(super) root: Option<&'a Path>,
}

/// What was found, not folded yet.
pub(super) struct Found {
    /// In what.
    pub(super) set: ManifestSet,
    /// Those that the user asks for.
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) suppressed: Vec<Diagnostic>,
    pub(super) coverage: Coverage,
    pub(super) settings: Settings,
    /// Whether no error hides findings.
    pub(super) knows_all: bool,
}

impl Around<'_> {
    /// What is wrong with the objects of the input, whose files are at `paths`; `diagnostics` are the mistakes that kept
    /// some of it from being read.
    pub(super) fn find(
        &self,
        input: &Input,
        paths: &Paths,
        sources: &mut SourceMap,
        mut diagnostics: Vec<Diagnostic>,
    ) -> Result<Found> {
        let args = self.args;
        let comments = Comments::read(sources, Origin::Objects);
        let set = set(input, &args.kubernetes_version.minor, &mut diagnostics);
        let knows_all = !has_errors(&diagnostics);
        let project = self.tree.map(|tree| load_project(tree, sources, &mut diagnostics)).transpose()?.flatten();
        let section = project.as_ref().and_then(|project| project.lint.as_ref());
        let settings = Settings::of(section).asked(&args.findings.asked());
        let Checked { diagnostics: mut found, coverage } = self.check(section, &set, sources)?;
        diagnostics.append(&mut found);
        let from_root = |shown: &str| Some(paths.get(shown)?.strip_prefix(self.root?).ok()?.to_str()?.to_owned());
        let suppressing = Suppressing {
            comments,
            sets: std::slice::from_ref(&set),
            sections: section.map(|section| (section, None)).into_iter().collect(),
            sources,
            is_whole: false,
            path: &from_root,
        };
        let looked = looked(&args.findings, vec![settings.clone()], knows_all);
        let mut suppressed = suppressing.apply(&args.today, sources, &mut diagnostics, looked)?;
        args.findings.retain(&mut diagnostics);
        args.findings.retain(&mut suppressed);
        Ok(Found { set, diagnostics, suppressed, coverage, settings, knows_all })
    }

    fn check(&self, section: Option<&Lint>, set: &ManifestSet, sources: &mut SourceMap) -> Result<Checked> {
        let (mut diagnostics, nothing) = (Vec::new(), MemoryTree::default());
        let tree = self.tree.unwrap_or(&nothing);
        let schemas = self.args.schemas.options(self.directory, &self.args.kubernetes_version.patch)?;
        let mut checks = Checks::load(tree, schemas, sources, &mut diagnostics)?.asking(self.args.findings.asked());
        checks.learn(set.manifests(), &mut diagnostics);
        checks.look_for(set, sources, &mut diagnostics)?;
        let mut checked = checks.check_set(set, section, None, &|_| true);
        diagnostics.append(&mut checked.diagnostics);
        // Nothing is checked after this, and compiled schemas take long to take apart.
        std::mem::forget(checks);
        Ok(Checked { diagnostics, ..checked })
    }
}

/// All objects as those of one cluster, which has no name.
fn set(input: &Input, kube_version: &str, diagnostics: &mut Vec<Diagnostic>) -> ManifestSet {
    ManifestSet::new("".into(), kube_version.into(), input.objects(diagnostics))
}
