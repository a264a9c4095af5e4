//! Fields that the plugin server does not read.

use super::{Check, Findings, KINDS, Plugin, declare_rule, did_you_mean, dotted};
use crate::{diagnostic::Safety, grammar::is_misspelt, manifest::Manifest, node::Node};

/// The fields of each part. `metadata` is that of any object.
const PARTS: &[(&str, &[&str])] = &[
    ("", &["apiVersion", "kind", "metadata", "spec"]),
    ("/spec", &["version", "init", "generate", "discover", "parameters", "preserveFileMode", "provideGitCreds"]),
    ("/spec/init", COMMAND),
    ("/spec/generate", COMMAND),
    ("/spec/discover", &["fileName", "find"]),
    ("/spec/discover/find", &["glob", "command", "args"]),
    ("/spec/parameters", &["static", "dynamic"]),
    ("/spec/parameters/dynamic", COMMAND),
];

const COMMAND: &[&str] = &["command", "args"];

/// The fields of an announcement, as protocol buffers have them.
const ANNOUNCEMENT: &[&str] =
    &["name", "title", "tooltip", "required", "itemType", "collectionType", "string", "array", "map"];

/// Fields of the plugins that argocd-cm once held.
const FORMER: &[&str] = &["allowConcurrency", "lockRepo"];

declare_rule! {
    /// ## What it does
    /// Looks for fields that Argo CD's plugin server does not know, in a `plugin.yaml`: a file of its own, or a text in a
    /// ConfigMap. Upper and lower case are the same to the server, and so to this rule.
    ///
    /// ## Why is this bad?
    /// The server ignores such a field without a word. With `discovery` in place of `discover`, no Application finds the
    /// plugin; `lockRepo` and `allowConcurrency` are fields of the plugins that stood in argocd-cm before Argo CD 2.8, and
    /// lock nothing.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ConfigManagementPlugin
    /// metadata: {name: karat}
    /// spec:
    ///   lockRepo: true
    ///   discovery: {fileName: env.yaml}
    ///   generate: {comand: [karat, cmp, generate]}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: karat-plugin, namespace: argocd}
    /// data:
    ///   plugin.yaml: |
    ///     apiVersion: argoproj.io/v1alpha1
    ///     kind: ConfigManagementPlugin
    ///     metadata: {name: karat}
    ///     spec:
    ///       generate: {command: [karat, cmp, generate]}
    ///       parameters:
    ///         static: [{name: app, default: web}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ConfigManagementPlugin
    /// metadata: {name: karat, labels: {team: platform}}
    /// spec:
    ///   preservefilemode: true
    ///   generate: {command: [karat], args: [cmp, generate]}
    ///   parameters:
    ///     static: [{name: app, title: App, collectionType: string, string: web}]
    /// ```
    pub(super) static UNKNOWN_FIELD = {
        code: "ARG401",
        summary: "field that the plugin server ignores",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: unknown_field },
    }
}

fn unknown_field(manifest: &Manifest, findings: &mut Findings<'_>) {
    for plugin in Plugin::all(manifest) {
        for (part, known) in PARTS {
            plugin.at(part).into_iter().for_each(|node| look(&plugin, part, node, known, findings));
        }
        for (at, node) in plugin.items("/spec/parameters/static").iter().enumerate() {
            look(&plugin, &format!("/spec/parameters/static/{at}"), node, ANNOUNCEMENT, findings);
        }
    }
}

fn look(plugin: &Plugin<'_>, part: &str, node: &Node, known: &[&str], findings: &mut Findings<'_>) {
    for (key, _) in node.entries() {
        let field = key.as_str();
        if known.iter().any(|known| known.eq_ignore_ascii_case(field)) {
            continue;
        }
        let whole = if part.is_empty() { "a plugin".to_owned() } else { format!("`{}`", dotted(part)) };
        let message = format!("`{field}` is no field of {whole}, so the plugin server ignores it");
        let pointer = format!("{part}/{field}");
        let mut finding = plugin.add(findings, &pointer, message);
        if FORMER.contains(&field) {
            finding.help("remove it: a plugin server locks nothing, and requests run at the same time");
            continue;
        }
        let hint = did_you_mean(field, known.iter().copied(), format!("known: {}", known.join(", ")));
        let meant = hint.meant.filter(|meant| is_misspelt(field, meant));
        finding.help(hint.help).at_key(plugin.manifest);
        if let Some(meant) = meant.filter(|_| plugin.key.is_none()) {
            finding.rename_key(plugin.manifest, &pointer, meant, Safety::Unsafe, format!("write `{meant}`"));
        }
    }
}
