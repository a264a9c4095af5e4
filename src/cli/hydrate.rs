//! `karat render --layout hydrated`: one environment as the branch that Argo CD's source hydrator would write.

use std::path::{self, Component, Path, PathBuf};

use super::{commit, documents, output, repository::MARKER, run::Run, scope::ScopeArgs};
use crate::{
    diagnostic::{Diagnostic, Error, Result},
    golden::{
        self,
        hydrated::{self, Branch},
    },
    manifest::{Manifest, ManifestSet},
    node::Node,
    source::DiskTree,
};

/// The directories of a repository that Karat, or git, reads.
const READ: [&str; 5] = [".git", "envs", golden::DIRECTORY, "policies", "schemas"];

/// What must not be written to any branch.
pub(super) fn plaintext(run: &Run, scope: &ScopeArgs) -> Vec<Diagnostic> {
    let sets = run.sets.iter();
    let objects = sets.flat_map(|set| owned(set, scope).map(|manifest| (manifest, &set.environment)));
    objects.filter_map(|(manifest, environment)| hydrated::plaintext(manifest, environment)).collect()
}

fn owned<'a>(set: &'a ManifestSet, scope: &ScopeArgs) -> impl Iterator<Item = &'a Manifest> {
    set.manifests().iter().filter(|manifest| scope.owns(manifest))
}

/// Writes the branch, which `directory` is a clone of.
pub(super) fn write(directory: &Path, tree: &DiskTree, run: &Run, scope: &ScopeArgs, sha: Option<&str>) -> Result<()> {
    let [set] = run.sets.as_slice() else {
        let error = Error::new("a hydrated branch is of one environment");
        return Err(error.hint("name it: `-e ENV`"));
    };
    check_place(&place(directory)?)?;
    let dry = match sha {
        Some(sha) => commit::named(sha)?,
        None => commit::of_specs(tree)?,
    };
    let settings = run.environments.first().and_then(|environment| environment.spec.argocd.as_ref());
    let repo_url = settings.and_then(|settings| settings.repo_url.as_ref()).and_then(Node::as_str);
    let repo_url = &hydrated::without_credentials(repo_url.unwrap_or_default());
    let (environment, is_whole) = (set.environment.as_str(), scope.is_every_app());
    let branch = Branch { environment, repo_url, commit: &dry, paths: paths(set, scope), is_whole };
    let written = hydrated::write(&super::render::base(directory)?, &branch)?;
    output::print(|out| writeln!(out, "{written}"))
}

/// Where a directory is, or would be made.
fn place(directory: &Path) -> Result<PathBuf> {
    let refused = |error| Error::io(format!("cannot make `{}`", directory.display()), &error);
    let path = path::absolute(directory).map_err(refused)?;
    let found = path.ancestors().find_map(|parent| Some((parent, parent.canonicalize().ok()?)));
    let Some((parent, mut place)) = found else { return Ok(path) };
    // What is not there yet is no link, so a step back is what it looks like.
    for step in path.strip_prefix(parent).into_iter().flat_map(Path::components) {
        match step {
            Component::ParentDir => drop(place.pop()),
            step => place.push(step),
        }
    }
    Ok(place)
}

/// Sees to it that no files get among those that Karat reads.
fn check_place(place: &Path) -> Result<()> {
    let Some(root) = place.ancestors().find(|parent| parent.join(MARKER).exists()) else { return Ok(()) };
    let first = place.strip_prefix(root).ok().and_then(|path| path.components().next());
    let is_read = first.is_none_or(|first| READ.iter().any(|name| first.as_os_str() == *name));
    if !is_read {
        return Ok(());
    }
    let what = if first.is_some() { "is part of a repository of" } else { "holds" };
    let error = Error::new(format!("`{}` {what} specs, not a hydrated branch", place.display()));
    Err(error.hint("`git worktree add DIR BRANCH` makes a place for the branch"))
}

/// One path for each Application, with the objects in the order in which they are applied.
fn paths<'a>(set: &'a ManifestSet, scope: &ScopeArgs) -> Vec<hydrated::Path<'a>> {
    let owned: Vec<&Manifest> = owned(set, scope).collect();
    let path = |objects: &[&'a Manifest]| {
        let name = objects[0].owner.directory();
        hydrated::Path { name, manifest: documents::text(objects.iter().copied()) }
    };
    owned.chunk_by(|one, next| one.owner == next.owner).map(path).collect()
}
