//! What the tests of this stage stand on: a repository of a few lines, resolved for the environment `dev`.

use serde_json::Value as Json;

use super::{Override, Repository, Resolved, ResolvedApp, Selection, void_deletions};
use crate::{
    diagnostic::Diagnostic,
    grammar::MergeLog,
    node::Node,
    source::{MemoryTree, Span},
};

/// A repository under construction.
pub(super) struct Bed {
    tree: MemoryTree,
    sets: Vec<String>,
}

/// A repository with two empty environments, `dev` and `prod`.
pub(super) fn bed() -> Bed {
    let tree = MemoryTree::default().with("karat.yaml", "apiVersion: karat/v1\nkind: Project\n");
    Bed { tree, sets: Vec::new() }.environment("dev", "").environment("prod", "")
}

fn header(kind: &str, name: &str) -> String {
    format!("apiVersion: karat/v1\nkind: {kind}\nmetadata: {{ name: {name} }}\n")
}

impl Bed {
    pub(super) fn file(self, path: &str, content: &str) -> Self {
        self.binary(path, content.as_bytes())
    }

    pub(super) fn binary(mut self, path: &str, content: &[u8]) -> Self {
        self.tree = self.tree.with(path, content);
        self
    }

    /// The sections of an app's base.
    pub(super) fn app(self, name: &str, sections: &str) -> Self {
        self.file(&format!("envs/base/{name}/app.yaml"), &(header("App", name) + sections))
    }

    /// The sections of an overlay for `dev`.
    pub(super) fn overlay(self, app: &str, sections: &str) -> Self {
        self.file(&format!("envs/dev/{app}.yaml"), &(header("AppOverlay", app) + sections))
    }

    pub(super) fn environment(self, name: &str, fields: &str) -> Self {
        self.file(&format!("envs/{name}/env.yaml"), &(header("Environment", name) + fields))
    }

    /// The sections of the defaults of all environments.
    pub(super) fn defaults(self, sections: &str) -> Self {
        let header = "apiVersion: karat/v1\nkind: EnvironmentDefaults\n";
        self.file("envs/defaults.yaml", &format!("{header}defaults: {sections}\n"))
    }

    pub(super) fn set(mut self, set: &str) -> Self {
        self.sets.push(set.to_owned());
        self
    }

    pub(super) fn resolve(&self) -> Outcome {
        let mut repository = Repository::load(&self.tree, &Selection::default()).unwrap();
        let mut diagnostics = repository.take_diagnostics();
        let parse = |set: &String| Override::parse(set, &mut repository.sources, &mut diagnostics).unwrap();
        let sets: Vec<Override> = self.sets.iter().map(parse).collect();
        let mut log = MergeLog::default();
        let mut resolved = Vec::new();
        for files in repository.environments.values() {
            resolved.push(repository.merge(files, &sets, &mut log).resolve(&repository, &mut diagnostics));
        }
        diagnostics.extend(void_deletions(&log));
        diagnostics.append(&mut log.diagnostics);
        Outcome { dev: resolved.swap_remove(0), repository, sets, diagnostics }
    }
}

/// What became of a repository.
pub(super) struct Outcome {
    pub(super) repository: Repository,
    pub(super) sets: Vec<Override>,
    pub(super) dev: Resolved,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Outcome {
    pub(super) fn app(&self, name: &str) -> &ResolvedApp {
        self.dev.apps.iter().find(|app| app.name.text == name).unwrap()
    }

    /// The value at a pointer into an app's spec.
    pub(super) fn json(&self, app: &str, pointer: &str) -> Json {
        self.app(app).node.at(pointer).map_or(Json::Null, Node::to_json)
    }

    /// The text that stands at a place.
    pub(super) fn text(&self, span: Option<Span>) -> &str {
        span.map_or("nowhere", |span| self.repository.sources.text(span))
    }

    /// The findings: the underlined text, and the message; those of both environments once.
    pub(super) fn findings(&self) -> Vec<String> {
        let describe = |finding: &Diagnostic| {
            let place = finding.primary.as_ref().map(|label| label.span);
            format!("{}: {}", self.text(place), finding.message)
        };
        let findings: std::collections::BTreeSet<_> = self.diagnostics.iter().map(describe).collect();
        findings.into_iter().collect()
    }
}
