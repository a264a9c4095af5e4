//! What the renderers' tests stand on: an environment from the text of one app's spec.

use std::sync::Arc;

use super::{reason, render};
use crate::{
    diagnostic::Diagnostic,
    grammar::{self, Layer, Type, fields::APP},
    manifest::{Manifest, ManifestSet},
    model::{App, AppSpec, Decode, Environment, EnvironmentSpec, Project},
    node::{Key, Map, Node, object, yaml},
    source::FileId,
    spec::Condition,
};

static APP_TYPE: Type = Type::Object(&APP);

/// A rendered environment with one app, `web` in the namespace `shop`.
pub(super) struct Rendered {
    text: String,
    pub(super) set: ManifestSet,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Renders the sections of an app's spec; `metadata` may be left out.
pub(super) fn rendered(text: &str) -> Rendered {
    let mut diagnostics = Vec::new();
    let set = render(&environment(vec![app("web", text, &mut diagnostics)]), &mut diagnostics);
    if diagnostics.is_empty() {
        assert_explained(&set);
    }
    Rendered { text: text.into(), set, diagnostics }
}

/// Holds what no line of the spec caused to the tables of reasons. The names of the test bed itself are in no file.
fn assert_explained(set: &ManifestSet) {
    let mut unexplained: Vec<String> = set.manifests().iter().flat_map(reason::unexplained).collect();
    unexplained.retain(|leaf| ![": web", ": shop", ": shop-web"].iter().any(|made| leaf.ends_with(made)));
    assert!(unexplained.is_empty(), "src/render/reason has no sentence for {unexplained:#?}");
}

/// An app from its sections.
pub(super) fn app(name: &str, text: &str, diagnostics: &mut Vec<Diagnostic>) -> App {
    let parsed = yaml::read(FileId::from_index(0), text);
    diagnostics.extend(parsed.diagnostics);
    let root = parsed.documents.into_iter().next().map_or_else(|| Node::made(Map::new()), |document| document.root);
    let layer = Layer { text, wildcards: false };
    let checked = grammar::check(&root, &APP_TYPE, &layer, diagnostics).unwrap();
    let spec = AppSpec::decode(&checked, diagnostics).unwrap();
    App { name: Key::new(name, None), namespace: Node::made("shop"), connections: Vec::new(), spec, sound: true }
}

/// An environment without a platform, whose cluster offers External Secrets.
pub(super) fn environment(apps: Vec<App>) -> Environment {
    let empty = Node::made(Map::new());
    let spec = object! { "cluster": object! { "apis": vec![Node::made("external-secrets.io/v1")] } };
    Environment {
        name: Key::new("dev", None),
        kube_version: "1.34".into(),
        project: Arc::new(Project::decode(&empty, &mut Vec::new()).unwrap()),
        spec: EnvironmentSpec::decode(&spec, &mut Vec::new()).unwrap(),
        apps,
        callers: Vec::new(),
        whole: true,
        condition: Condition::Sound,
    }
}

impl Rendered {
    /// The only object of a kind.
    pub(super) fn only(&self, kind: &str) -> &Manifest {
        let mut found = self.set.of_kind(kind);
        let manifest = found.next().unwrap_or_else(|| panic!("no {kind} in {:?}", self.names()));
        assert!(found.next().is_none(), "more than one {kind} in {:?}", self.names());
        manifest
    }

    /// Kind and name of every object of the app.
    pub(super) fn names(&self) -> Vec<String> {
        let own = self.set.manifests().iter().filter(|manifest| manifest.app.is_some());
        own.map(|manifest| format!("{} {}", manifest.kind(), manifest.id.name)).collect()
    }

    /// The value at a pointer of the only object of a kind, as JSON.
    pub(super) fn json(&self, kind: &str, pointer: &str) -> String {
        self.only(kind).object.at(pointer).map_or("nothing".into(), |node| node.to_json().to_string())
    }

    /// The text of the spec that caused the value at a pointer.
    pub(super) fn cause(&self, kind: &str, pointer: &str) -> &str {
        let node = self.only(kind).object.at(pointer).unwrap_or_else(|| panic!("nothing at {pointer}"));
        let span = node.span.unwrap_or_else(|| panic!("no place for {pointer}"));
        &self.text[span.start as usize..span.end as usize]
    }

    /// The findings: code, underlined text, message.
    pub(super) fn findings(&self) -> Vec<String> {
        let place = |finding: &Diagnostic| {
            let span = finding.primary.as_ref().map(|label| label.span);
            span.map_or("nowhere", |span| &self.text[span.start as usize..span.end as usize]).to_owned()
        };
        let line = |finding: &Diagnostic| format!("{} {}: {}", finding.code.name, place(finding), finding.message);
        self.diagnostics.iter().map(line).collect()
    }
}
