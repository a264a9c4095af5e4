//! Makes the branch what it should be.
//!
//! A manifest is written after all that is written with it, and the branch's own files before any other. So a run that is
//! killed leaves a manifest that is still the old one, and the next run writes everything once more.

use std::{fmt, fs, io, path};

use super::{DryCommit, metadata, readme};
use crate::{
    diagnostic::{Error, Result},
    source::replace_file,
};

const MANIFEST: &str = "manifest.yaml";
const METADATA: &str = "hydrator.metadata";
const README: &str = "README.md";
const ATTRIBUTES: &str = ".gitattributes";

/// Forges fold the changes of these files in a review.
const GENERATED: &str = "**/README.md linguist-generated=true\n**/hydrator.metadata linguist-generated=true\n";

/// What a branch holds: the objects of one environment.
#[derive(Debug)]
pub struct Branch<'a> {
    /// The environment's name.
    pub environment: &'a str,
    /// The specs' repository, as Argo CD reads it, without credentials; empty where nobody has said.
    pub repo_url: &'a str,
    /// The commit of the specs.
    pub commit: &'a DryCommit,
    /// One directory for each Application.
    pub paths: Vec<Path<'a>>,
    /// Whether these are all that the environment has.
    pub is_whole: bool,
}

/// The objects of one Application.
#[derive(Debug)]
pub struct Path<'a> {
    /// The directory.
    pub name: &'a str,
    /// All objects, as one stream of YAML.
    pub manifest: String,
}

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hydrated {
    /// Paths whose manifests are others than before.
    pub changed: usize,
    /// Paths whose manifests are the same.
    pub unchanged: usize,
    /// Paths that nothing is rendered into any more.
    pub left: Vec<String>,
}

impl fmt::Display for Hydrated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} changed, {} unchanged", self.changed, self.unchanged)?;
        if self.left.is_empty() { Ok(()) } else { write!(f, "; no longer rendered: {}", self.left.join(", ")) }
    }
}

/// Writes the paths whose manifests changed, and if there is one, the branch's own files. Nothing is ever removed.
///
/// # Errors
/// When the disk refuses, when a path or a file is a symbolic link, which could lead
/// anywhere, and when the directory holds another environment.
pub fn write(base: &path::Path, branch: &Branch<'_>) -> Result<Hydrated> {
    check_environment(base, branch)?;
    let changed: Vec<&Path<'_>> =
        branch.paths.iter().filter(|path| !is_current(&base.join(path.name).join(MANIFEST), &path.manifest)).collect();
    if !changed.is_empty() {
        replace(&base.join(ATTRIBUTES), GENERATED)?;
        replace(&base.join(METADATA), &metadata::of_branch(branch.repo_url, branch.commit))?;
    }
    changed.iter().try_for_each(|path| write_path(base, branch, path))?;
    let left = if branch.is_whole { left(base, branch)? } else { Vec::new() };
    Ok(Hydrated { changed: changed.len(), unchanged: branch.paths.len() - changed.len(), left })
}

/// Sees to it that no earlier run wrote another environment here.
fn check_environment(base: &path::Path, branch: &Branch<'_>) -> Result<()> {
    let of_path = |name: String| metadata::environment(&fs::read_to_string(base.join(name).join(METADATA)).ok()?);
    match names(base)?.filter_map(of_path).filter(|found| found != branch.environment).min() {
        None => Ok(()),
        Some(found) => {
            let (base, own) = (base.display(), branch.environment);
            let error = Error::new(format!("`{base}` holds the branch of `{found}`, not that of `{own}`"));
            Err(error.hint("each environment has a branch, and a directory, of its own"))
        }
    }
}

/// What is in the directory.
fn names(base: &path::Path) -> Result<impl Iterator<Item = String> + use<>> {
    let entries = fs::read_dir(base).map_err(|error| refused("read", base, &error))?;
    Ok(entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()))
}

/// Paths of an earlier run that this one does not have, sorted.
fn left(base: &path::Path, branch: &Branch<'_>) -> Result<Vec<String>> {
    let is_path = |name: &String| [MANIFEST, METADATA].iter().all(|file| base.join(name).join(file).is_file());
    let is_other = |name: &String| branch.paths.iter().all(|path| path.name != name);
    let mut left: Vec<String> = names(base)?.filter(|name| is_other(name) && is_path(name)).collect();
    left.sort_unstable();
    Ok(left)
}

fn write_path(base: &path::Path, branch: &Branch<'_>, path: &Path<'_>) -> Result<()> {
    let directory = base.join(path.name);
    match fs::create_dir(&directory) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(refused("make", &directory, &error)),
        _ => {}
    }
    if !directory.symlink_metadata().is_ok_and(|found| found.is_dir()) {
        return Err(not_ours(&directory));
    }
    let command = &metadata::command(branch.environment, path.name);
    replace(&directory.join(README), &readme::text(branch.repo_url, branch.commit, command))?;
    replace(&directory.join(METADATA), &metadata::of_path(branch.repo_url, branch.commit, command))?;
    replace(&directory.join(MANIFEST), &path.manifest)
}

/// Whether a file holds this already. Whatever cannot be read does not.
fn is_current(path: &path::Path, content: &str) -> bool {
    fs::read(path).is_ok_and(|bytes| bytes == content.as_bytes())
}

fn replace(path: &path::Path, content: &str) -> Result<()> {
    if path.symlink_metadata().is_ok_and(|found| !found.is_file()) {
        return Err(not_ours(path));
    }
    replace_file(path, content.as_bytes()).map_err(|error| refused("write", path, &error))
}

fn not_ours(path: &path::Path) -> Error {
    let error = Error::new(format!("`{}` is in the way of a file or a directory of the branch", path.display()));
    error.hint("links could lead anywhere; remove it")
}

fn refused(what: &str, path: &path::Path, error: &io::Error) -> Error {
    Error::io(format!("cannot {what} `{}`", path.display()), error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hydrate(base: &path::Path, sha: &str, manifests: &[(&str, &str)]) -> Result<Hydrated> {
        hydrate_of("dev", base, sha, manifests)
    }

    fn hydrate_of(environment: &str, base: &path::Path, sha: &str, manifests: &[(&str, &str)]) -> Result<Hydrated> {
        let commit = DryCommit { sha: sha.into(), message: None };
        let paths = manifests.iter().map(|(name, manifest)| Path { name, manifest: (*manifest).to_owned() });
        let repo_url = "https://git.example/shop.git";
        write(base, &Branch { environment, repo_url, commit: &commit, paths: paths.collect(), is_whole: true })
    }

    /// Every file with its text.
    fn files(base: &path::Path) -> Vec<String> {
        let entries = walkdir::WalkDir::new(base).sort_by_file_name().into_iter().map(std::result::Result::unwrap);
        let files = entries.filter(|entry| entry.file_type().is_file());
        let name = |path: &path::Path| path.strip_prefix(base).unwrap().display().to_string();
        files.map(|file| format!("== {}\n{}", name(file.path()), fs::read_to_string(file.path()).unwrap())).collect()
    }

    #[test]
    fn what_a_branch_holds() {
        let base = tempfile::tempdir().unwrap();
        assert_eq!(
            hydrate(base.path(), "c0ffee", &[("web", "a: 1\n")]).unwrap(),
            Hydrated { changed: 1, ..Hydrated::default() }
        );
        insta::assert_snapshot!(files(base.path()).join("\n"));
    }

    #[test]
    fn only_what_changed_is_written_and_nothing_is_removed() {
        let base = tempfile::tempdir().unwrap();
        hydrate(base.path(), "c0ffee", &[("db", "b: 1\n"), ("web", "a: 1\n")]).unwrap();
        fs::write(base.path().join("web/notes"), "mine").unwrap();
        let before = files(base.path());
        assert_eq!(hydrate(base.path(), "facade", &[("db", "b: 1\n"), ("web", "a: 1\n")]).unwrap().changed, 0);
        assert_eq!(files(base.path()), before);
        let third = hydrate(base.path(), "decade", &[("web", "a: 2\n")]).unwrap();
        assert_eq!(third, Hydrated { changed: 1, unchanged: 0, left: vec!["db".into()] });
        assert_eq!(third.to_string(), "1 changed, 0 unchanged; no longer rendered: db");
        let changed: Vec<String> = files(base.path()).into_iter().filter(|file| !before.contains(file)).collect();
        let names: Vec<&str> = changed.iter().filter_map(|file| file.lines().next()).collect();
        assert_eq!(
            names,
            ["== hydrator.metadata", "== web/README.md", "== web/hydrator.metadata", "== web/manifest.yaml"]
        );
        assert_eq!(files(base.path()).len(), before.len());
    }

    #[test]
    fn another_environment_is_not_overwritten() {
        let base = tempfile::tempdir().unwrap();
        hydrate_of("prod", base.path(), "c0ffee", &[("web", "a: 1\n")]).unwrap();
        let before = files(base.path());
        let refused = hydrate(base.path(), "facade", &[("web", "a: 2\n")]).unwrap_err().to_string();
        assert!(refused.ends_with("` holds the branch of `prod`, not that of `dev`"), "{refused}");
        assert_eq!(files(base.path()), before);
    }

    #[test]
    fn an_interrupted_run_is_made_up_for() {
        let base = tempfile::tempdir().unwrap();
        fs::create_dir(base.path().join("web")).unwrap();
        // Nothing can be written in place of a directory.
        fs::create_dir(base.path().join("web/manifest.yaml")).unwrap();
        assert!(hydrate(base.path(), "c0ffee", &[("web", "a: 1\n")]).is_err());
        fs::remove_dir(base.path().join("web/manifest.yaml")).unwrap();
        assert_eq!(hydrate(base.path(), "c0ffee", &[("web", "a: 1\n")]).unwrap().changed, 1);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let (base, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::os::unix::fs::symlink(elsewhere.path(), base.path().join("web")).unwrap();
        assert!(hydrate(base.path(), "c0ffee", &[("web", "a: 1\n")]).unwrap_err().to_string().contains("in the way"));
        fs::write(elsewhere.path().join("file"), "mine").unwrap();
        fs::create_dir(base.path().join("db")).unwrap();
        std::os::unix::fs::symlink(elsewhere.path().join("file"), base.path().join("db/manifest.yaml")).unwrap();
        assert!(hydrate(base.path(), "c0ffee", &[("db", "a: 1\n")]).is_err());
        assert_eq!(fs::read_to_string(elsewhere.path().join("file")).unwrap(), "mine");
    }
}
