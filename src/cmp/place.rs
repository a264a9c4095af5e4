//! The repository and the environment of the directory that Argo CD runs the plugin in.

use std::path::{Path, PathBuf};

use super::{Variables, given::text};
use crate::{
    diagnostic::{Error, Result},
    grammar::fields,
};

/// Where a run takes place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The repository's root.
    pub root: PathBuf,
    /// The environment's name.
    pub environment: String,
}

/// Where a source is, from the root of what Argo CD checked out.
const SOURCE_PATH: &str = "ARGOCD_APP_SOURCE_PATH";

impl Place {
    /// The place that a directory `envs/<env>` is. The repository's root is two above, and nothing above that is looked
    /// at: it would be another Application's, or the machine's.
    ///
    /// # Errors
    /// When the directory is no such one, or the repository's root is not part of what Argo CD sent.
    pub fn of(directory: &Path, variables: &Variables) -> Result<Self> {
        let directory = directory.canonicalize();
        let directory = directory.map_err(|error| Error::io("cannot open the directory of the source", &error))?;
        let source = variables.text(SOURCE_PATH)?;
        let shown = source.map_or_else(|| text(&directory.display().to_string()), text);
        let steps = source.map_or(directory.as_path(), Path::new);
        let is_in_envs = |path: &Path| path.parent().and_then(Path::file_name).is_some_and(|name| name == "envs");
        if !is_in_envs(&directory) || !is_in_envs(steps) {
            let error = Error::new(format!("the source's path `{shown}` is no environment of Karat"));
            return Err(error.hint("set `spec.source.path` to `envs/<env>`, below the directory of karat.yaml"));
        }
        let (Some(root), Some(name)) = (directory.ancestors().nth(2), directory.file_name()) else {
            return Err(Error::new(format!("the source's path `{shown}` has no directory around it")));
        };
        let Some(environment) = name.to_str() else {
            return Err(Error::new(format!("the name of the directory `{shown}` is not UTF-8")));
        };
        if !root.join(fields::PROJECT_FILE.path).is_file() {
            let error = Error::new(format!("there is no karat.yaml two directories above `{shown}`"));
            return Err(error.hint(
                "the path is of another repository, or `manifest-generate-paths` keeps karat.yaml from being sent",
            ));
        }
        Ok(Self { root: root.to_owned(), environment: environment.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::cmp::testing::{refused, variables};

    fn streamed() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for directory in ["deploy/envs/dev", "deploy/golden/dev/web", "envs/dev"] {
            fs::create_dir_all(root.path().join(directory)).unwrap();
        }
        fs::write(root.path().join("deploy/karat.yaml"), "").unwrap();
        root
    }

    #[test]
    fn an_environment_is_found() {
        let root = streamed();
        let place = Place::of(&root.path().join("deploy/envs/dev"), &variables(&[(SOURCE_PATH, "deploy/envs/dev")]));
        let place = place.unwrap();
        assert_eq!(place.environment, "dev");
        assert_eq!(place.root, root.path().join("deploy").canonicalize().unwrap());
        assert_eq!(Place::of(&root.path().join("deploy/envs/dev"), &Variables::default()).unwrap(), place);
    }

    #[test]
    fn other_paths_are_refused() {
        let root = streamed();
        let of = |path: &str, source: &str| {
            let refused = refused(Place::of(&root.path().join(path), &variables(&[(SOURCE_PATH, source)])));
            refused.lines().next().unwrap().to_owned()
        };
        let no_environment = |path: &str| format!("the source's path `{path}` is no environment of Karat");
        for path in ["deploy", "deploy/envs", "deploy/golden/dev/web"] {
            assert_eq!(of(path, path), no_environment(path));
        }
        // Argo CD sent `envs` alone, which happens to lie in a directory of that name.
        assert_eq!(of("deploy/envs/dev", "dev"), no_environment("dev"));
        assert_eq!(of("envs/dev", "envs/dev"), "there is no karat.yaml two directories above `envs/dev`");
        assert!(of("nowhere", "nowhere").starts_with("cannot open the directory of the source: "));
    }
}
