//! How a plugin finds out which Applications are its own.

use super::{Check, Findings, KINDS, Plugin, declare_rule, script::Command};
use crate::{manifest::Manifest, node::Node};

const FIND: &str = "/spec/discover/find";

declare_rule! {
    /// ## What it does
    /// Looks for a `discover.find.command` in a `plugin.yaml` that goes to `ARGOCD_APP_SOURCE_PATH`.
    ///
    /// ## Why is this bad?
    /// The documentation says that the command runs in the root of the repository; in truth, it runs in the path of the
    /// Application. From there, that path leads nowhere, the command fails or prints nothing, and Argo CD applies the raw
    /// files of the directory in place of what the plugin would have made.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ConfigManagementPlugin
    /// metadata: {name: own}
    /// spec:
    ///   discover: {find: {command: [sh, -c, 'find "$ARGOCD_APP_SOURCE_PATH" -name main.jsonnet']}}
    ///   generate: {command: [render]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ConfigManagementPlugin
    /// metadata: {name: own}
    /// spec:
    ///   discover: {find: {command: [find, ., -name, main.jsonnet]}}
    ///   generate: {command: [render]}
    /// ```
    pub(super) static PLACE_OF_DISCOVERY = {
        code: "ARG404",
        summary: "discovery that expects to run elsewhere",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: place_of_discovery },
    }
}

fn place_of_discovery(manifest: &Manifest, findings: &mut Findings<'_>) {
    for plugin in Plugin::all(manifest) {
        let command = Command::at(&plugin, FIND);
        let goes = command.is_some_and(|command| command.argv.iter().any(|argument| is_path_of_app(argument)));
        if goes {
            let message = "`discover.find` goes to the path of the Application, where it runs already";
            plugin.add(findings, FIND, message).help("look from `.`, which is the path of the Application");
        }
    }
}

/// Whether an argument has the variable itself, and nothing that brings one to the root first.
fn is_path_of_app(argument: &str) -> bool {
    argument.contains("ARGOCD_APP_SOURCE_PATH") && !argument.contains("..")
}

declare_rule! {
    /// ## What it does
    /// Looks for `discover` in a `plugin.yaml`.
    ///
    /// ## Why is this bad?
    /// To ask the plugin whether an Application is its own, Argo CD sends it the whole repository, `.git` and all, up to
    /// twice before each rendering, even for an Application that names the plugin. A plugin without `discover` that is
    /// named gets the repository once. And where discovery fails for any reason, Argo CD takes the directory for plain
    /// manifests and applies what it finds there.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ConfigManagementPlugin
    /// metadata: {name: karat}
    /// spec:
    ///   discover: {fileName: env.yaml}
    ///   generate: {command: [karat, cmp, generate]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ConfigManagementPlugin
    /// metadata: {name: karat}
    /// spec:
    ///   generate: {command: [karat, cmp, generate]}
    /// ```
    pub(super) static COSTLY_DISCOVERY = {
        code: "ARG408",
        summary: "discovery sends the repository again",
        severity: Info,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: costly_discovery },
    }
}

fn costly_discovery(manifest: &Manifest, findings: &mut Findings<'_>) {
    for plugin in Plugin::all(manifest) {
        let is_set = |pointer: &str| plugin.at(pointer).and_then(Node::as_str).is_some_and(|text| !text.is_empty());
        let runs = !plugin.items("/spec/discover/find/command").is_empty();
        if runs || is_set("/spec/discover/fileName") || is_set("/spec/discover/find/glob") {
            let message = "`discover` makes Argo CD send the whole repository before it renders";
            let help = "remove it, and name the plugin in the Applications: `source.plugin.name`";
            plugin.add(findings, "/spec/discover", message).help(help).at_key(manifest);
        }
    }
}
