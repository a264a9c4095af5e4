//! The plugin server that a case is run against.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

/// Starts plugin servers; stops one when it is dropped.
pub(crate) trait PluginServer: Sized + Sync {
    /// What the results are called.
    const NAME: &str;

    /// Whether there is such a server on this machine; says so where there is none.
    fn is_there() -> bool;

    /// Starts one in a sidecar.
    ///
    /// # Errors
    /// With the reason, when it does not take the plugin.
    fn start(sidecar: &Sidecar) -> Result<Self, String>;
}

/// The container in which a server runs: its files and its variables.
pub(crate) struct Sidecar {
    root: TempDir,
    /// The whole environment of the server; nothing of the tests' own is passed on.
    pub(crate) env: Vec<(String, String)>,
}

impl Sidecar {
    /// One with a `plugin.yaml`, and variables beside `PATH`.
    pub(crate) fn new(plugin: &str, env: &[(&str, &str)]) -> Self {
        let root = tempfile::tempdir().unwrap();
        for directory in ["config", "plugins", "work", "tmp", "home"] {
            fs::create_dir(root.path().join(directory)).unwrap();
        }
        fs::write(root.path().join("config/plugin.yaml"), plugin).unwrap();
        let mut sidecar = Self { root, env: Vec::new() };
        let temporary = sidecar.path("tmp").into_os_string().into_string().unwrap();
        sidecar.env = vec![("PATH".to_owned(), std::env::var("PATH").unwrap()), ("TMPDIR".to_owned(), temporary)];
        sidecar.env.extend(env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        sidecar
    }

    /// A place in the container, without links on the way to it.
    pub(crate) fn path(&self, inside: &str) -> PathBuf {
        self.root.path().canonicalize().unwrap().join(inside)
    }

    /// Where the server keeps what it unpacks.
    pub(crate) fn work(&self) -> PathBuf {
        self.path("work/_cmp_server")
    }

    /// The socket of the plugin, once the server listens.
    pub(crate) fn socket(&self) -> PathBuf {
        let mut sockets = fs::read_dir(self.path("plugins")).unwrap();
        sockets.next().expect("there is a socket").unwrap().path()
    }

    /// Every file and directory outside of the work directory.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let (root, work) = (self.path(""), self.work());
        let is_outside = |path: &Path| !path.starts_with(&work) && path.extension().is_none_or(|end| end != "sock");
        let all =
            walkdir::WalkDir::new(root).sort_by_file_name().into_iter().filter_entry(|entry| is_outside(entry.path()));
        all.map(|entry| entry.unwrap().into_path()).collect()
    }
}
