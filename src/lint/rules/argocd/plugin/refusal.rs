//! Plugins with which the server does not start.

use super::{Check, FILE, Findings, KIND, Plugin, declare_rule, did_you_mean, dotted};
use crate::{
    manifest::Manifest,
    node::{Node, Value},
};

/// What a field has to be for the server to read the file at all.
#[derive(Clone, Copy)]
enum Shape {
    Map,
    Text,
    Flag,
    Texts,
    Maps,
}

impl Shape {
    fn takes(self, node: &Node) -> bool {
        match (self, &node.value) {
            (_, Value::Null)
            | (Self::Map, Value::Map(_))
            | (Self::Text, Value::Str(_))
            | (Self::Flag, Value::Bool(_)) => true,
            (Self::Texts, Value::List(items)) => items.iter().all(|item| Self::Text.takes(item)),
            (Self::Maps, Value::List(items)) => items.iter().all(|item| Self::Map.takes(item)),
            _ => false,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Map => "a map",
            Self::Text => "a string",
            Self::Flag => "a boolean",
            Self::Texts => "a list of strings",
            Self::Maps => "a list of announcements",
        }
    }
}

/// Parts stand before what is in them: of a part with the wrong shape, nothing more is said.
const SHAPES: &[(&str, Shape)] = &[
    ("/metadata", Shape::Map),
    ("/spec", Shape::Map),
    ("/spec/version", Shape::Text),
    ("/spec/init", Shape::Map),
    ("/spec/init/command", Shape::Texts),
    ("/spec/init/args", Shape::Texts),
    ("/spec/generate", Shape::Map),
    ("/spec/generate/command", Shape::Texts),
    ("/spec/generate/args", Shape::Texts),
    ("/spec/discover", Shape::Map),
    ("/spec/discover/fileName", Shape::Text),
    ("/spec/discover/find", Shape::Map),
    ("/spec/discover/find/glob", Shape::Text),
    ("/spec/discover/find/command", Shape::Texts),
    ("/spec/discover/find/args", Shape::Texts),
    ("/spec/parameters", Shape::Map),
    ("/spec/parameters/static", Shape::Maps),
    ("/spec/parameters/dynamic", Shape::Map),
    ("/spec/parameters/dynamic/command", Shape::Texts),
    ("/spec/parameters/dynamic/args", Shape::Texts),
    ("/spec/preserveFileMode", Shape::Flag),
    ("/spec/provideGitCreds", Shape::Flag),
];

/// A kind that is misspelt is any kind.
const ANY: &[&str] = &[];

declare_rule! {
    /// ## What it does
    /// Checks that Argo CD's plugin server can read a `plugin.yaml`: it is of the kind `ConfigManagementPlugin`, letter by letter, has a
    /// name and a command that generates, and each field is of its type. A number is no string to the server: a version
    /// `1.0` needs quotes.
    ///
    /// ## Why is this bad?
    /// The server ends as soon as it starts, so that the sidecar of the repo-server crashes again and again. The whole pod
    /// is not ready then: Argo CD renders nothing, for any Application.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ConfigManagementPlugin
    /// metadata: {name: karat}
    /// spec:
    ///   version: 1.0
    ///   init: {command: karat --version}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ConfigManagmentPlugin
    /// metadata: {name: karat}
    /// spec: {generate: {command: [karat, cmp, generate]}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: karat-plugin, namespace: argocd}
    /// data:
    ///   plugin.yaml: |
    ///     kind: ConfigManagementPlugins
    ///     metadata: {labels: {team: platform}}
    ///     spec: {generate: {command: []}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: karat-plugin, namespace: argocd}
    /// data:
    ///   plugin.yaml: "spec: {generate: {command: [karat}"
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: karat-plugin, namespace: argocd}
    /// data:
    ///   plugin.yaml: |
    ///     kind: ConfigManagementPlugin
    ///     metadata: {name: karat}
    ///     spec: {version: "1.0", generate: {command: [karat, cmp, generate]}}
    /// ```
    pub(super) static REFUSED_PLUGIN = {
        code: "ARG402",
        summary: "plugin with which its server does not start",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: ANY, check: refused_plugin },
    }
}

fn refused_plugin(manifest: &Manifest, findings: &mut Findings<'_>) {
    for plugin in Plugin::all(manifest) {
        if plugin.root.is_none() {
            plugin
                .add(findings, "", format!("`{FILE}` is no YAML"))
                .help("lint the text as a file of its own to see why");
            continue;
        }
        let misshapen = misshapen(&plugin, findings);
        absent(&plugin, &misshapen, findings);
    }
}

/// Reports fields of the wrong shape, and returns them.
fn misshapen(plugin: &Plugin<'_>, findings: &mut Findings<'_>) -> Vec<&'static str> {
    let mut found: Vec<&'static str> = Vec::new();
    for (pointer, shape) in SHAPES {
        if let Some(node) = plugin.at(pointer).filter(|node| !shape.takes(node)) {
            let (field, wanted) = (dotted(pointer), shape.name());
            let mut finding = plugin.add(findings, pointer, format!("`{field}` is {}, not {wanted}", described(node)));
            finding.help(match shape {
                Shape::Text => "put it in quotes",
                Shape::Texts => "write the program and each of its arguments as an item of a list, each a string",
                _ => "write what the documentation of Argo CD's plugins shows",
            });
            found.push(pointer);
        }
    }
    found
}

fn described(node: &Node) -> &'static str {
    if node.as_list().is_some() { "a list with something else in it" } else { node.kind() }
}

/// Reports what is not there.
fn absent(plugin: &Plugin<'_>, misshapen: &[&str], findings: &mut Findings<'_>) {
    let is_open = |pointer: &str| !misshapen.iter().any(|wrong| pointer.starts_with(wrong));
    let text = |pointer: &str| plugin.at(pointer).and_then(Node::as_str).unwrap_or_default();
    let kind = text("/kind");
    if kind != KIND {
        let message = format!("the kind of a plugin is `{KIND}`");
        let hint = did_you_mean(kind, [KIND].into_iter(), format!("write `kind: {KIND}`"));
        let mut finding = plugin.add(findings, "/kind", message);
        if plugin.key.is_none() {
            finding.suggest(plugin.manifest, hint)
        } else {
            finding.help(hint.help)
        };
    }
    // That an object has no name is said of every kind.
    if plugin.key.is_some() && is_open("/metadata/name") && text("/metadata/name").is_empty() {
        plugin.add(findings, "/metadata", "the plugin has no name").help("add `metadata.name`");
    }
    let generate = "/spec/generate/command";
    if is_open(generate) && plugin.items(generate).is_empty() {
        let message = "the plugin has no command that generates manifests";
        plugin.add(findings, "/spec", message).help("add `spec.generate.command`, a list of strings");
    }
}
