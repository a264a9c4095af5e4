//! Karat as the plugin: the repository's own environments, and everything that an Application can get wrong.

mod golden;
mod refusal;
mod request;

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use serde_json::{Value, json};
use tempfile::TempDir;
use walkdir::WalkDir;

use crate::{
    case::{Reply, ask},
    client::Stream,
    grpc::{Patience, Status},
    request::{Application, Asked, Plugin},
    server::{PluginServer, Sidecar},
};

/// The plugin, in the sidecar of a server.
struct Running<S> {
    _server: S,
    sidecar: Sidecar,
    repository: TempDir,
    packed: Stream,
}

impl<S: PluginServer> Running<S> {
    /// One for the house's own repository with the golden files of an environment, and changed by a test.
    fn new(golden: &str, change: impl FnOnce(&Path)) -> Self {
        let repository = tempfile::tempdir().unwrap();
        for part in ["karat.yaml", "envs", golden] {
            copy(part, repository.path());
        }
        change(repository.path());
        let packed = Stream::of(repository.path(), "", Vec::new());
        let sidecar = Sidecar::new(&plugin(), &[]);
        Self { _server: S::start(&sidecar).unwrap(), sidecar, repository, packed }
    }

    fn ask(&self, application: &Application) -> Result<Vec<Value>, Status> {
        let stream = self.packed.to(&application.path, application.env(Asked::Manifests));
        let before = self.sidecar.files();
        let reply = ask(&self.sidecar, Asked::Manifests, &stream, Patience::USUAL)?;
        let Reply::Manifests(manifests) = reply else { panic!("{reply:?}") };
        assert_eq!(self.sidecar.files().len(), before.len(), "nothing is written outside of the work directory");
        Ok(manifests.iter().map(|manifest| serde_json::from_str(manifest).unwrap()).collect())
    }

    /// The message of a failure, behind the command.
    fn refusal(&self, application: &Application) -> String {
        let message = self.ask(application).expect_err("there is a failure").message;
        let start = format!("error generating manifests: `{} cmp generate` failed ", binary());
        message.strip_prefix(&start).unwrap_or_else(|| panic!("{message}")).to_owned()
    }
}

/// The binary that is tested.
fn binary() -> String {
    let named = std::env::var_os("KARAT_BIN").filter(|path| !path.is_empty());
    let path = named.unwrap_or_else(|| env!("CARGO_BIN_EXE_karat").into());
    fs::canonicalize(path).expect("`KARAT_BIN` leads to a binary").into_os_string().into_string().unwrap()
}

/// The `plugin.yaml` that the binary prints, with the binary itself for that of the image.
fn plugin() -> String {
    let printed = Command::new(binary()).args(["cmp", "plugin", "plugin.yaml"]).output().unwrap();
    assert!(printed.status.success(), "{printed:?}");
    let printed = String::from_utf8(printed.stdout).unwrap();
    printed.replace("/usr/local/bin/karat", &binary())
}

/// Copies a file or a directory of the house's own repository.
fn copy(part: &str, to: &Path) {
    let house = Path::new(env!("CARGO_MANIFEST_DIR"));
    for entry in WalkDir::new(house.join(part)).into_iter().map(Result::unwrap) {
        let to = to.join(entry.path().strip_prefix(house).unwrap());
        if entry.file_type().is_file() {
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// An Application of ours: an environment, and an app by its parameter.
fn app(environment: &str, name: &str) -> Application {
    with(environment, json!([{"name": "app", "string": name}]), &[])
}

fn with(environment: &str, parameters: Value, env: &[(&str, &str)]) -> Application {
    let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Application {
        path: format!("envs/{environment}"),
        plugin: Some(Plugin { env, parameters }),
        ..Application::default()
    }
}

/// What tells an object from others.
fn identity(object: &Value) -> String {
    let metadata = &object["metadata"];
    format!("{} {} {} {}", object["apiVersion"], object["kind"], metadata["namespace"], metadata["name"])
}

fn by_identity(objects: impl IntoIterator<Item = Value>) -> BTreeMap<String, Value> {
    objects.into_iter().map(|object| (identity(&object), object)).collect()
}
