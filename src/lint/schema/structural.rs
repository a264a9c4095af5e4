//! What the API server refuses in a CustomResourceDefinition: schemas that are not structural, and versions that cannot
//! be served or stored:
//! <https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema>.

use serde_json::{Map, Value as Json};

use super::compile::Broken;
use crate::node::{Node, escape};

/// Keywords that no schema of a definition may have.
const FORBIDDEN: [&str; 6] = ["$ref", "additionalItems", "definitions", "dependencies", "id", "patternProperties"];
/// Keywords that say what a value is, which is not the business of `allOf`, `anyOf`, `oneOf` and `not`.
const DESCRIPTIVE: [&str; 9] = [
    "default",
    "description",
    "nullable",
    "title",
    "x-kubernetes-embedded-resource",
    "x-kubernetes-int-or-string",
    "x-kubernetes-list-type",
    "x-kubernetes-map-type",
    "x-kubernetes-preserve-unknown-fields",
];
const BRANCHES: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// What is wrong with the versions of a definition.
pub(super) fn versions(definition: &Node) -> Vec<Broken> {
    let versions = definition.at("/spec/versions").map(Node::items).unwrap_or_default();
    let with = |flag: &'static str| {
        versions.iter().filter(move |version| version.get(flag).and_then(Node::as_bool) == Some(true))
    };
    let mut flaws = Vec::new();
    let mut flaw = |pointer: String, message: String| flaws.push(Broken { pointer, message });
    let at_versions = || "/spec/versions".to_owned();
    if versions.is_empty() {
        flaw("/spec".to_owned(), "it has no versions".to_owned());
        return flaws;
    }
    match with("storage").count() {
        1 => {}
        0 => flaw(at_versions(), "no version has `storage: true`".to_owned()),
        _ => flaw(at_versions(), "more than one version has `storage: true`".to_owned()),
    }
    if with("served").count() == 0 {
        flaw(at_versions(), "no version has `served: true`".to_owned());
    }
    let name = |version: &'_ Node| version.get("name").and_then(Node::as_str).map(str::to_owned);
    for (at, version) in versions.iter().enumerate() {
        if versions[..at].iter().any(|earlier| name(earlier) == name(version)) {
            let message = format!("there are two versions `{}`", name(version).unwrap_or_default());
            flaw(format!("/spec/versions/{at}/name"), message);
        }
    }
    let text = |pointer: &str| definition.at(pointer).and_then(Node::as_str).unwrap_or_default();
    let expected = format!("{}.{}", text("/spec/names/plural"), text("/spec/group"));
    if text("/metadata/name") != expected {
        flaw("/metadata/name".to_owned(), format!("its name must be that of its plural and group, `{expected}`"));
    }
    flaws
}

/// What is wrong with a schema.
pub(super) fn schema(schema: &Json) -> Vec<Broken> {
    let mut inspector = Inspector { flaws: Vec::new() };
    if schema.get("type").and_then(Json::as_str) != Some("object") {
        inspector.flaw("/type", "the schema of a resource must have `type: object`");
    }
    inspector.inspect(schema, "");
    inspector.flaws
}

struct Inspector {
    flaws: Vec<Broken>,
}

impl Inspector {
    fn flaw(&mut self, pointer: impl Into<String>, message: impl Into<String>) {
        self.flaws.push(Broken { pointer: pointer.into(), message: message.into() });
    }

    fn inspect(&mut self, schema: &Json, pointer: &str) {
        let Json::Object(keywords) = schema else { return };
        self.keywords(keywords, pointer);
        self.lists(keywords, pointer);
        for branches in BRANCHES {
            for (at, branch) in keywords.get(branches).and_then(Json::as_array).into_iter().flatten().enumerate() {
                self.condition(branch, schema, &format!("{pointer}/{branches}/{at}"));
            }
        }
        if let Some(branch) = keywords.get("not") {
            self.condition(branch, schema, &format!("{pointer}/not"));
        }
        for (name, field) in keywords.get("properties").and_then(Json::as_object).into_iter().flatten() {
            self.inspect(field, &format!("{pointer}/properties/{}", escape(name)));
        }
        for inner in ["items", "additionalProperties"] {
            if let Some(schema) = keywords.get(inner) {
                self.inspect(schema, &format!("{pointer}/{inner}"));
            }
        }
    }

    fn keywords(&mut self, keywords: &Map<String, Json>, pointer: &str) {
        let text = |keyword: &str| keywords.get(keyword).and_then(Json::as_str).unwrap_or_default();
        let is_true = |keyword: &str| keywords.get(keyword) == Some(&Json::Bool(true));
        for keyword in FORBIDDEN.into_iter().filter(|keyword| keywords.contains_key(*keyword)) {
            self.flaw(format!("{pointer}/{keyword}"), format!("`{keyword}` may not be used here"));
        }
        if is_true("uniqueItems") {
            let message = "`uniqueItems` may not be used here; `x-kubernetes-list-type: set` does the same";
            self.flaw(format!("{pointer}/uniqueItems"), message);
        }
        let untyped = is_true("x-kubernetes-int-or-string") || is_true("x-kubernetes-preserve-unknown-fields");
        if text("type").is_empty() && !untyped && !pointer.is_empty() {
            self.flaw(pointer, "the schema of a field needs a `type`");
        }
        if keywords.contains_key("properties") && keywords.contains_key("additionalProperties") {
            let message = "`additionalProperties` may not stand beside `properties`";
            self.flaw(format!("{pointer}/additionalProperties"), message);
        }
        if text("type") == "array" && !keywords.contains_key("items") && !untyped {
            self.flaw(pointer, "the schema of a list needs `items`");
        }
        if keywords.get("x-kubernetes-preserve-unknown-fields") == Some(&Json::Bool(false)) {
            let pointer = format!("{pointer}/x-kubernetes-preserve-unknown-fields");
            self.flaw(pointer, "this can only be `true`; leave it out otherwise");
        }
        if is_true("x-kubernetes-embedded-resource") {
            let described = keywords.contains_key("properties") || is_true("x-kubernetes-preserve-unknown-fields");
            if text("type") != "object" || !described {
                let message = "an embedded resource needs `type: object`, and `properties` or \
                               `x-kubernetes-preserve-unknown-fields: true`";
                self.flaw(format!("{pointer}/x-kubernetes-embedded-resource"), message);
            }
        }
    }

    fn lists(&mut self, keywords: &Map<String, Json>, pointer: &str) {
        let text = |keyword: &str| keywords.get(keyword).and_then(Json::as_str);
        let kind = text("x-kubernetes-list-type");
        let keys = keywords.get("x-kubernetes-list-map-keys");
        let at_type = format!("{pointer}/x-kubernetes-list-type");
        let at_keys = format!("{pointer}/x-kubernetes-list-map-keys");
        match (kind, keys) {
            (Some("atomic" | "set") | None, None) => {}
            (Some("map"), Some(keys)) => self.map_keys(keywords, keys, &at_keys),
            (Some("map"), None) => self.flaw(&at_type, "a list of this type needs `x-kubernetes-list-map-keys`"),
            (Some("atomic" | "set") | None, Some(_)) => {
                self.flaw(at_keys, "only a list with `x-kubernetes-list-type: map` has keys");
            }
            (Some(_), _) => self.flaw(&at_type, "a list can only be `atomic`, `set` or `map`"),
        }
        if kind.is_some() && text("type") != Some("array") {
            self.flaw(&at_type, "only a schema with `type: array` has this");
        }
        if !matches!(text("x-kubernetes-map-type"), None | Some("atomic" | "granular")) {
            self.flaw(format!("{pointer}/x-kubernetes-map-type"), "a map can only be `atomic` or `granular`");
        }
    }

    /// Each key must be a scalar field of the items that is always there.
    fn map_keys(&mut self, keywords: &Map<String, Json>, keys: &Json, pointer: &str) {
        let items = keywords.get("items").unwrap_or(&Json::Null);
        let required = items.get("required").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        for (at, key) in keys.as_array().into_iter().flatten().enumerate() {
            let field = key.as_str().and_then(|name| items.get("properties")?.get(name));
            let shown = key.as_str().unwrap_or_default();
            let at_key = format!("{pointer}/{at}");
            match field {
                None => self.flaw(at_key, format!("the items have no field `{shown}`")),
                Some(field) if matches!(field.get("type").and_then(Json::as_str), Some("object" | "array")) => {
                    self.flaw(at_key, format!("`{shown}` is no scalar, so it cannot be a key"));
                }
                Some(field) if field.get("default").is_none() && !required.contains(key) => {
                    self.flaw(at_key, format!("`{shown}` must be required or have a default, because it is a key"));
                }
                Some(_) => {}
            }
        }
    }

    /// A schema inside of `allOf` and the like may only restrict what is described outside of it.
    fn condition(&mut self, schema: &Json, outside: &Json, pointer: &str) {
        let Json::Object(keywords) = schema else { return };
        for keyword in DESCRIPTIVE.into_iter().filter(|keyword| keywords.contains_key(*keyword)) {
            let message = format!("`{keyword}` may not be used inside of `allOf`, `anyOf`, `oneOf` or `not`");
            self.flaw(format!("{pointer}/{keyword}"), message);
        }
        let mixed = outside.get("x-kubernetes-int-or-string") == Some(&Json::Bool(true));
        if keywords.contains_key("type") && !mixed {
            let message = "`type` may not be used inside of `allOf`, `anyOf`, `oneOf` or `not`";
            self.flaw(format!("{pointer}/type"), message);
        }
        for (name, field) in keywords.get("properties").and_then(Json::as_object).into_iter().flatten() {
            let pointer = format!("{pointer}/properties/{}", escape(name));
            match outside.get("properties").and_then(|fields| fields.get(name)) {
                Some(described) => self.condition(field, described, &pointer),
                None if outside.get("additionalProperties").is_some_and(Json::is_object) => {}
                None => self.flaw(pointer, format!("`{name}` is not described outside of this condition")),
            }
        }
        if let (Some(items), Some(described)) = (keywords.get("items"), outside.get("items")) {
            self.condition(items, described, &format!("{pointer}/items"));
        }
        for branches in BRANCHES {
            for (at, branch) in keywords.get(branches).and_then(Json::as_array).into_iter().flatten().enumerate() {
                self.condition(branch, outside, &format!("{pointer}/{branches}/{at}"));
            }
        }
        if let Some(branch) = keywords.get("not") {
            self.condition(branch, outside, &format!("{pointer}/not"));
        }
    }
}
