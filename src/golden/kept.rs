//! How much of what is in the golden files is still rendered.

use super::{DIRECTORY, Directory, store::Store};
use crate::{diagnostic::Result, source::Tree};

/// What became of golden files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// How many there are.
    pub all: usize,
    /// Those whose objects are no longer rendered, from the environment's directory, sorted.
    pub gone: Vec<String>,
}

/// Looks at the golden files in the directories of an environment that a predicate takes.
///
/// # Errors
/// When a directory cannot be listed.
pub fn kept(
    tree: &dyn Tree,
    environment: &str,
    directories: &[Directory<'_>],
    takes: impl Fn(&str) -> bool,
) -> Result<Kept> {
    let store = Store::new(tree, DIRECTORY);
    let mut kept = Kept::default();
    for name in store.list(environment)?.directories.into_iter().filter(|name| takes(name)) {
        let rendered = directories.iter().find(|directory| directory.name == name).map(|directory| &directory.files);
        let files = store.list(&format!("{environment}/{name}"))?.files;
        for file in files.into_iter().filter(|file| file.strip_suffix(".yaml").is_some()) {
            kept.all += 1;
            if rendered.is_none_or(|rendered| !rendered.contains_key(&file)) {
                kept.gone.push(format!("{name}/{file}"));
            }
        }
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        golden::{
            layout::{Homes, arrange},
            testing::manifest,
        },
        manifest::{ManifestSet, Owner},
        source::MemoryTree,
    };

    #[test]
    fn files_are_counted_by_directory() {
        let tree = MemoryTree::default()
            .with("golden/dev/web/service-web.yaml", "")
            .with("golden/dev/web/configmap-web.yaml", "")
            .with("golden/dev/web/README.md", "")
            .with("golden/dev/old/service-old.yaml", "")
            .with("golden/prod/web/service-other.yaml", "");
        let manifests = vec![manifest(Owner::App("web".into()), "v1", "Service", None, "web")];
        let set = ManifestSet::new("dev".into(), "1.34".into(), manifests);
        let directories = arrange(&set, &Homes::default(), &mut Vec::new());
        let kept = |takes: fn(&str) -> bool| kept(&tree, "dev", &directories, takes).unwrap();
        assert_eq!(kept(|name| name == "web"), Kept { all: 2, gone: vec!["web/configmap-web.yaml".into()] });
        assert_eq!(kept(|_| true).all, 3);
        assert_eq!(kept(|_| true).gone[0], "old/service-old.yaml");
        assert_eq!(kept(|name| name == "new"), Kept::default());
    }
}
