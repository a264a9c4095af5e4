//! Where Argo CD reads an Application's objects: a directory of golden files, or the specs through the plugin.
//!
//! A directory is named as such, and a plugin by its name: without either, Argo CD asks the plugins one after the other
//! whether the files are theirs, and takes whatever stands there for manifests if none of them answers in time.

use smol_str::{SmolStr, format_smolstr};

use super::Context;
use crate::{
    manifest::{Manifest, Owner},
    model::{ArgocdSettings, Environment},
    node::{Node, object},
};

/// The plugin's name, as its `plugin.yaml` has it.
const PLUGIN: &str = "karat";

/// The repository as Argo CD reads it for one environment. An environment without `argocd` has nothing to do with it.
pub(super) struct Repository<'a> {
    url: &'a Node,
    settings: &'a ArgocdSettings,
    environment: &'a Environment,
}

impl<'a> Repository<'a> {
    pub(super) fn of(environment: &'a Environment) -> Option<Self> {
        let settings = environment.spec.argocd.as_ref()?;
        Some(Self { url: settings.repo_url.as_ref()?, settings, environment })
    }

    pub(super) fn url(&self) -> &'a Node {
        self.url
    }

    pub(super) fn revision(&self) -> &'a Node {
        &self.settings.target_revision
    }

    pub(super) fn is_plugin(&self) -> bool {
        self.settings.source.as_str() == Some("plugin")
    }

    /// The source of what stands in a directory of `golden/<env>`, which the plugin makes by the same name.
    pub(super) fn source(&self, directory: &str) -> Node {
        let environment = &self.environment.name.text;
        let path = if self.is_plugin() {
            format_smolstr!("envs/{environment}")
        } else {
            format_smolstr!("golden/{environment}/{directory}")
        };
        object! {
            "repoURL": self.url,
            "targetRevision": &self.settings.target_revision,
            "path": Node::new(path, self.settings.source.span),
            "directory": (!self.is_plugin()).then(|| object! { "include": Node::new("*.yaml", self.settings.source.span) }),
            "plugin": self.is_plugin().then(|| self.plugin(directory)),
        }
    }

    /// Another version of the plugin refuses to render. The version is there for the cache of Argo CD as well, whose key is
    /// made from the source: manifests of another version must not be served.
    fn plugin(&self, directory: &str) -> Node {
        let pinned = self.environment.project.karat.as_ref();
        let version = pinned
            .and_then(Node::as_str)
            .map_or(env!("CARGO_PKG_VERSION"), |pinned| pinned.trim_start_matches('=').trim());
        let version = Node::new(version, pinned.and_then(|pinned| pinned.span));
        object! {
            "name": Node::new(PLUGIN, self.settings.source.span),
            "parameters": vec![object! { "name": "app", "string": Node::new(directory, self.settings.source.span) }],
            "env": vec![object! { "name": "KARAT_VERSION", "value": version }],
        }
    }

    /// The files from which an app's objects are made, as `argocd.argoproj.io/manifest-generate-paths` has them: only a
    /// commit that touches one of them makes Argo CD look at the app.
    ///
    /// An app's specs are read, and those of the apps that it calls. One whose NetworkPolicies name its callers depends
    /// on every spec of the environment: who calls it is written there. The plugin also counts the golden files of what it
    /// renders: a commit that takes some of them away says that the objects may go.
    pub(super) fn paths_of(&self, context: &Context<'_>, rendered: &[Manifest]) -> Node {
        let app = &context.app.name.text;
        let own = |manifest: &&Manifest| manifest.owner == Owner::App(app.clone());
        if rendered.iter().filter(own).any(|manifest| manifest.kind() == "NetworkPolicy") {
            return self.paths_of_all(app);
        }
        let callees = context.app.connections.iter().filter_map(super::wave::callee);
        let mut apps: Vec<&str> = callees.chain([app.as_str()]).collect();
        apps.sort_unstable();
        apps.dedup();
        let environment = &self.environment.name.text;
        let bases = apps.iter().map(|app| format_smolstr!("/envs/base/{app}"));
        let own = std::iter::once("env").chain(apps.iter().copied());
        self.joined(bases.chain(own.map(|file| format_smolstr!("/envs/{environment}/{file}.yaml"))), app)
    }

    /// The files from which the objects of all apps are made, for what stands in a directory of `golden/<env>`.
    pub(super) fn paths_of_all(&self, directory: &str) -> Node {
        let environment = &self.environment.name.text;
        self.joined(["/envs/base".into(), format_smolstr!("/envs/{environment}")], directory)
    }

    /// Paths from the repository's root, with the files that every environment is made from. Golden files lie in the
    /// directory that the Application reads, and nothing else is read.
    fn joined(&self, paths: impl IntoIterator<Item = SmolStr>, directory: &str) -> Node {
        if !self.is_plugin() {
            return Node::new(".", self.settings.source.span);
        }
        let shared = ["/karat.yaml".into(), "/envs/defaults.yaml".into()];
        let golden = format_smolstr!("/golden/{}/{directory}", self.environment.name.text);
        let paths: Vec<SmolStr> = shared.into_iter().chain(paths).chain([golden]).collect();
        Node::new(paths.join(";"), self.settings.source.span)
    }
}
