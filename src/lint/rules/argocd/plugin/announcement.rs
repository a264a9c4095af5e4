//! What a plugin announces of its parameters.

use serde_json::Value as Json;

use super::{Check, Findings, KINDS, Plugin, declare_rule, literal, script::Command};
use crate::{manifest::Manifest, node::Node};

const DYNAMIC: &str = "/spec/parameters/dynamic";
const STATIC: &str = "/spec/parameters/static";

declare_rule! {
    /// ## What it does
    /// Checks what `parameters.dynamic` of a `plugin.yaml` prints, where the command says it: a JSON array of
    /// announcements, each of them a map.
    ///
    /// ## Why is this bad?
    /// Argo CD reads an array and nothing else: the parameters of the Application cannot be shown.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ConfigManagementPlugin
    /// metadata: {name: own}
    /// spec:
    ///   generate: {command: [render]}
    ///   parameters:
    ///     dynamic: {command: [echo, '{"name": "app", "string": "web"}']}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ConfigManagementPlugin
    /// metadata: {name: own}
    /// spec:
    ///   generate: {command: [render]}
    ///   parameters:
    ///     dynamic: {command: [sh, -c], args: ['echo "- name: app"']}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ConfigManagementPlugin
    /// metadata: {name: own}
    /// spec:
    ///   generate: {command: [render]}
    ///   parameters:
    ///     dynamic: {command: [echo, '[{"name": "app", "string": "web"}]']}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ConfigManagementPlugin
    /// metadata: {name: own}
    /// spec:
    ///   generate: {command: [render]}
    ///   parameters:
    ///     dynamic: {command: [sh, -c, 'yq -o json parameters.yaml']}
    /// ```
    pub(super) static NO_LIST = {
        code: "ARG405",
        summary: "announcements of parameters that are no JSON array",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: no_list },
    }
}

fn no_list(manifest: &Manifest, findings: &mut Findings<'_>) {
    for plugin in Plugin::all(manifest) {
        let printed = Command::at(&plugin, DYNAMIC).and_then(|command| literal::printed(&command));
        let mistake = match printed.as_deref().map(serde_json::from_str::<Json>) {
            None | Some(Ok(Json::Null)) => continue,
            Some(Err(_)) => "is no JSON",
            Some(Ok(Json::Array(items))) if items.iter().all(Json::is_object) => continue,
            Some(Ok(Json::Array(_))) => "has an item that is no announcement",
            Some(Ok(_)) => "is no JSON array",
        };
        let message = format!("what `parameters.dynamic` prints {mistake}");
        plugin.add(findings, DYNAMIC, message).help("print a JSON array of announcements: `[{\"name\": \"app\"}]`");
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that an announcement of a parameter in a `plugin.yaml` with an `array` or a `map` has the `collectionType`
    /// for it, and that a `collectionType` is one of `string`, `array` and `map`.
    ///
    /// ## Why is this bad?
    /// Without `collectionType`, the parameter is a string: Argo CD shows an empty one, and not the default that is
    /// announced.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ConfigManagementPlugin
    /// metadata: {name: own}
    /// spec:
    ///   generate: {command: [render]}
    ///   parameters:
    ///     static:
    ///       - {name: images, array: [web]}
    ///       - {name: labels, collectionType: array, map: {team: shop}}
    ///       - {name: hosts, collectionType: list}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ConfigManagementPlugin
    /// metadata: {name: own}
    /// spec:
    ///   generate: {command: [render]}
    ///   parameters:
    ///     dynamic: {command: [echo, '[{"name": "images", "array": ["web"]}]']}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ConfigManagementPlugin
    /// metadata: {name: own}
    /// spec:
    ///   generate: {command: [render]}
    ///   parameters:
    ///     static:
    ///       - {name: app, string: web}
    ///       - {name: images, collectionType: array, array: [web]}
    /// ```
    pub(super) static WRONG_COLLECTION = {
        code: "ARG410",
        summary: "announcement without its collection type",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: wrong_collection },
    }
}

fn wrong_collection(manifest: &Manifest, findings: &mut Findings<'_>) {
    for plugin in Plugin::all(manifest) {
        for (at, node) in plugin.items(STATIC).iter().enumerate() {
            let has = |field: &str| node.get(field).is_some_and(|value| !value.is_null());
            let text = |field: &str| node.get(field).and_then(Node::as_str);
            let announced = Announced {
                name: text("name"),
                kind: text("collectionType"),
                is_map: has("map"),
                is_array: has("array"),
            };
            announced.judge(&plugin, &format!("{STATIC}/{at}"), findings);
        }
        let printed = Command::at(&plugin, DYNAMIC).and_then(|command| literal::printed(&command));
        let Some(Ok(Json::Array(items))) = printed.as_deref().map(serde_json::from_str) else { continue };
        for item in &items {
            let has = |field: &str| item.get(field).is_some_and(|value| !value.is_null());
            let text = |field: &str| item.get(field).and_then(Json::as_str);
            let announced = Announced {
                name: text("name"),
                kind: text("collectionType"),
                is_map: has("map"),
                is_array: has("array"),
            };
            announced.judge(&plugin, DYNAMIC, findings);
        }
    }
}

/// What matters of an announcement.
struct Announced<'a> {
    name: Option<&'a str>,
    kind: Option<&'a str>,
    is_map: bool,
    is_array: bool,
}

impl Announced<'_> {
    fn judge(&self, plugin: &Plugin<'_>, pointer: &str, findings: &mut Findings<'_>) {
        let kind = self.kind.unwrap_or_default();
        let name = self.name.unwrap_or_default();
        let meant = if self.is_array { "array" } else { "map" };
        if !matches!(kind, "" | "string" | "array" | "map") {
            let message = format!("parameter `{name}` has the collection type `{kind}`, which there is not");
            plugin
                .add(findings, &format!("{pointer}/collectionType"), message)
                .help("write `string`, `array` or `map`");
        } else if (self.is_array || self.is_map) && kind != meant {
            let message = format!("parameter `{name}` announces {meant} values, and is not of that type");
            plugin.add(findings, pointer, message).help(format!("add `collectionType: {meant}`"));
        }
    }
}
