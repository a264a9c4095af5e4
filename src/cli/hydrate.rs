//! `karat render --layout hydrated`: one environment as the branch that Argo CD's source hydrator would write.

use std::path::Path;

use super::{commit, documents, output, repository::MARKER, run::Run, scope::ScopeArgs};
use crate::{
    diagnostic::{Diagnostic, Error, Result},
    golden::hydrated::{self, Branch},
    manifest::{Manifest, ManifestSet},
    node::Node,
    source::DiskTree,
};

/// What must not be written to any branch.
pub(super) fn plaintext(run: &Run, scope: &ScopeArgs) -> Vec<Diagnostic> {
    let sets = run.sets.iter();
    let objects = sets.flat_map(|set| owned(set, scope).map(|manifest| (manifest, &set.environment)));
    objects.filter_map(|(manifest, environment)| hydrated::plaintext(manifest, environment)).collect()
}

fn owned<'a>(set: &'a ManifestSet, scope: &ScopeArgs) -> impl Iterator<Item = &'a Manifest> {
    set.manifests().iter().filter(|manifest| scope.owns(manifest))
}

/// Writes the branch, which `base` is a clone of.
pub(super) fn write(base: &Path, tree: &DiskTree, run: &Run, scope: &ScopeArgs, sha: Option<&str>) -> Result<()> {
    let [set] = run.sets.as_slice() else {
        let error = Error::new("a hydrated branch is of one environment");
        return Err(error.hint("name it: `-e ENV`"));
    };
    if base.join(MARKER).exists() {
        let error = Error::new(format!("`{}` holds specs, not a hydrated branch", base.display()));
        return Err(error.hint("`git worktree add DIR BRANCH` makes a place for the branch"));
    }
    let dry = match sha {
        Some(sha) => commit::named(sha)?,
        None => commit::of_specs(tree)?,
    };
    let settings = run.environments.first().and_then(|environment| environment.spec.argocd.as_ref());
    let repo_url = settings.and_then(|settings| settings.repo_url.as_ref()).and_then(Node::as_str);
    let (repo_url, is_whole) = (repo_url.unwrap_or_default(), scope.is_every_app());
    let branch = Branch { repo_url, commit: &dry, paths: paths(set, scope), is_whole };
    let written = hydrated::write(base, &branch)?;
    output::print(|out| writeln!(out, "{written}"))
}

/// One path for each Application, with the objects in the order in which they are applied.
fn paths<'a>(set: &'a ManifestSet, scope: &ScopeArgs) -> Vec<hydrated::Path<'a>> {
    let owned: Vec<&Manifest> = owned(set, scope).collect();
    let path = |objects: &[&'a Manifest]| {
        let name = objects[0].owner.directory();
        let command = format!("karat render -e {} -a {name}", set.environment);
        hydrated::Path { name, manifest: documents::text(objects.iter().copied()), command }
    };
    owned.chunk_by(|one, next| one.owner == next.owner).map(path).collect()
}
