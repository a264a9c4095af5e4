//! The repository of a version control system around the files, and the pages on which a forge shows it.

use std::{env, path::Path};

use crate::report::Checkout;

/// The repository around the directory that paths start from. Where there is none, paths stay as they are.
pub(super) fn around(base: &Path) -> Checkout {
    let pages = pages(|name| env::var(name).ok().filter(|value| !value.is_empty()));
    let base = base.canonicalize().ok();
    let located = base.as_deref().and_then(|base| {
        let root = base.ancestors().find(|directory| directory.join(".git").exists())?;
        let steps = base.strip_prefix(root).ok()?.iter().map(|step| step.to_str());
        let prefix = steps.map(|step| Some(format!("{}/", step?))).collect::<Option<String>>()?;
        Some((root.to_str()?.to_owned(), prefix))
    });
    let (root, prefix) = located.unwrap_or_default();
    Checkout { root, prefix, pages }
}

/// The address of the files of this commit, by what GitHub Actions and GitLab CI tell a job:
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/variables>,
/// <https://docs.gitlab.com/ci/variables/predefined_variables/>.
fn pages(variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    let github = || {
        let (server, repository) = (variable("GITHUB_SERVER_URL")?, variable("GITHUB_REPOSITORY")?);
        Some(format!("{server}/{repository}/blob/{}/", variable("GITHUB_SHA")?))
    };
    let gitlab = || Some(format!("{}/-/blob/{}/", variable("CI_PROJECT_URL")?, variable("CI_COMMIT_SHA")?));
    github().or_else(gitlab)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Option<String> {
        pages(|name| variables.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn pages_of_a_forge() {
        let github = [("GITHUB_SERVER_URL", "https://git.example"), ("GITHUB_REPOSITORY", "a/b"), ("GITHUB_SHA", "c0")];
        assert_eq!(of(&github).as_deref(), Some("https://git.example/a/b/blob/c0/"));
        let gitlab = [("CI_PROJECT_URL", "https://git.example/a/b"), ("CI_COMMIT_SHA", "c0")];
        assert_eq!(of(&gitlab).as_deref(), Some("https://git.example/a/b/-/blob/c0/"));
        assert_eq!(of(&github[..2]), None);
    }

    #[test]
    fn a_repository_in_a_directory_of_another() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("deploy/karat");
        std::fs::create_dir_all(&inner).unwrap();
        assert_eq!(around(&inner).prefix, "");
        std::fs::create_dir(root.path().join(".git")).unwrap();
        assert_eq!(around(&inner).prefix, "deploy/karat/");
        assert_eq!(around(root.path()).prefix, "");
        assert_eq!(around(&inner).root, root.path().canonicalize().unwrap().to_str().unwrap());
    }
}
