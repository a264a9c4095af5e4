//! Applications that a plugin renders.

use rustc_hash::FxHashMap;
use smol_str::{SmolStr, format_smolstr};

use super::{super::plugin::Plugin, Application, Check, Findings, ManifestSet, Node, declare_rule, is_templated};
use crate::{diagnostic::Safety, grammar::is_misspelt, sync::normalized};

declare_rule! {
    /// ## What it does
    /// Checks the names by which Applications call plugins, where a `plugin.yaml` is among the input: as a document of the
    /// kind `ConfigManagementPlugin`, or in a ConfigMap. A plugin that has a version is called `<name>-<version>`.
    ///
    /// ## Why is this bad?
    /// Argo CD looks for a socket of exactly this name (`discovery.go`), and finds no plugin: the Application cannot be
    /// rendered. Plugins that are not among the input are nobody's business here.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: plugins}
    /// data:
    ///   plugin.yaml: |
    ///     apiVersion: argoproj.io/v1alpha1
    ///     kind: ConfigManagementPlugin
    ///     metadata: {name: build}
    ///     spec: {version: v2, generate: {command: [build]}}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {source: {path: cart, plugin: {name: build}}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ConfigManagementPlugin
    /// metadata: {name: build}
    /// spec: {generate: {command: [build]}}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {source: {path: cart, plugin: {name: build-v1.0}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ConfigManagementPlugin
    /// metadata: {name: build}
    /// spec: {version: v2, generate: {command: [build]}}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {source: {path: cart, plugin: {name: build-v2}}}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: blog}
    /// spec: {source: {path: blog, plugin: {name: installed-by-hand}}}
    /// ```
    pub(super) static UNKNOWN = {
        code: "ARG310",
        summary: "plugin that is not called by its name",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(unknown),
    }
}

/// How Applications call a plugin.
struct Called {
    plugin: SmolStr,
    name: SmolStr,
}

impl Called {
    /// From a `plugin.yaml`.
    fn of(plugin: &Plugin<'_>) -> Option<Self> {
        let text = |pointer: &str| plugin.at(pointer).and_then(Node::as_str).filter(|text| !text.is_empty());
        let plugin = SmolStr::new(text("/metadata/name")?);
        let name = text("/spec/version").map_or(plugin.clone(), |version| format_smolstr!("{plugin}-{version}"));
        Some(Self { plugin, name })
    }

    /// Whether a name is nearly this one: without the version, or with another one.
    fn is_meant(&self, name: &str) -> bool {
        let rest = name.strip_prefix(self.plugin.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.strip_prefix("-v").is_some_and(starts_with_digit))
            || is_misspelt(name, &self.name)
    }
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit())
}

/// The names that Applications call plugins by, with the pointers to them.
fn calls(set: &ManifestSet) -> Vec<(Application<'_>, String, &str)> {
    let sources = Application::all(set).flat_map(|by| by.sources().into_iter().map(move |source| (by, source)));
    let calls = sources.filter_map(|(by, (pointer, source))| {
        Some((by, format!("{pointer}/plugin/name"), source.at("/plugin/name")?.as_str()?))
    });
    calls.filter(|(_, _, name)| !is_templated(name)).collect()
}

fn unknown(set: &ManifestSet, findings: &mut Findings<'_>) {
    let calls = calls(set);
    if calls.is_empty() {
        return;
    }
    let plugins = Plugin::KINDS.iter().flat_map(|kind| set.of_kind(kind)).flat_map(Plugin::all);
    let plugins: Vec<_> = plugins.filter_map(|plugin| Called::of(&plugin)).collect();
    for (application, pointer, name) in calls {
        let meant = plugins.iter().find(|plugin| plugin.is_meant(name)).map(|plugin| plugin.name.as_str());
        let Some(meant) = meant.filter(|_| plugins.iter().all(|plugin| plugin.name != name)) else { continue };
        findings
            .add(
                application.manifest,
                pointer.as_str(),
                format!("Argo CD calls the plugin `{meant}`, and not `{name}`"),
            )
            .help(format!("write `{meant}`"))
            .replace(application.manifest, &pointer, meant, Safety::Unsafe, format!("write `{meant}`"));
    }
}

declare_rule! {
    /// ## What it does
    /// Points out Applications that leave it to Argo CD to find out that a plugin renders them: those that read the specs
    /// of Karat, and those whose directory another Application has a plugin render.
    ///
    /// ## Why is this bad?
    /// When the plugin does not answer in time, Argo CD takes the directory for one of plain manifests, applies whatever
    /// looks like one, and remembers that ([argo-cd#24004](https://github.com/argoproj/argo-cd/issues/24004)).
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {source: {repoURL: https://git.example.com/shop, path: envs/dev}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {source: {repoURL: https://git.example.com/shop, path: apps, plugin: {name: build}}}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: blog}
    /// spec: {source: {repoURL: https://git.example.com/shop, path: apps}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {source: {repoURL: https://git.example.com/shop, path: envs/dev, plugin: {name: karat}}}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: blog}
    /// spec: {source: {repoURL: https://git.example.com/shop, path: blog}}
    /// ```
    pub(super) static IMPLICIT = {
        code: "ARG311",
        summary: "plugin that Argo CD has to find out about",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(implicit),
    }
}

/// The fields that say which tool renders a source.
const TOOLS: [&str; 4] = ["directory", "helm", "kustomize", "plugin"];

fn implicit(set: &ManifestSet, findings: &mut Findings<'_>) {
    let directory = |source: &Node| {
        let text = |field: &str| source.get(field).and_then(Node::as_str);
        Some((normalized(text("repoURL").unwrap_or_default()), text("path")?.trim_matches('/').to_owned()))
    };
    let mut by_plugin = FxHashMap::default();
    for application in Application::all(set) {
        for (pointer, source) in application.sources().into_iter().filter(|(_, source)| source.get("plugin").is_some())
        {
            by_plugin.extend(directory(source).map(|directory| (directory, (application.manifest, pointer))));
        }
    }
    let specs = format!("envs/{}", set.environment);
    for application in Application::all(set) {
        for (pointer, source) in application.sources() {
            let Some(directory) = directory(source) else { continue };
            let is_explicit = TOOLS.iter().any(|tool| source.get(tool).is_some()) || source.get("ref").is_some();
            let other = by_plugin.get(&directory);
            if is_explicit || (directory.1 != specs && other.is_none()) {
                continue;
            }
            let mut finding = findings.add(
                application.manifest,
                format!("{pointer}/path"),
                "nothing says that a plugin renders this directory",
            );
            finding.help("add `plugin: {name: …}`, so that Argo CD does not have to find out");
            if let Some((manifest, pointer)) = other {
                finding.related(
                    manifest,
                    &format!("{pointer}/plugin"),
                    "another Application has it rendered by this one",
                );
            }
        }
    }
}
