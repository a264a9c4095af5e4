//! From a merged environment to one without references.

use rayon::prelude::*;

use super::{
    CONFIG_FILE,
    connection::{self, Connection},
    document::object_type,
    fill::Filler,
    layers::{Merged, MergedApp},
    repository::Repository,
    scope::{Scope, Stack},
};
use crate::{
    diagnostic::Diagnostic,
    grammar::{fields, known_or_similar},
    node::{Key, Node},
};

/// An environment whose references are filled in.
#[derive(Debug)]
pub struct Resolved {
    /// Its name.
    pub name: Key,
    /// Its own file, without the layers in it.
    pub node: Node,
    /// Its apps, by name.
    pub apps: Vec<ResolvedApp>,
}

/// An app whose references are filled in.
#[derive(Debug)]
pub struct ResolvedApp {
    /// Its name.
    pub name: Key,
    /// Its namespace.
    pub namespace: Node,
    /// What it calls.
    pub connections: Vec<Connection>,
    /// Its spec.
    pub node: Node,
}

impl Merged {
    /// Fills in every reference.
    pub fn resolve(&self, repository: &Repository, diagnostics: &mut Vec<Diagnostic>) -> Resolved {
        let scope = Scope::new(self, &repository.sources);
        let resolved: Vec<(ResolvedApp, Vec<Diagnostic>)> =
            self.apps.par_iter().map(|app| resolve_app(&scope, repository, app)).collect();
        let mut apps = Vec::with_capacity(resolved.len());
        for (app, mut found) in resolved {
            diagnostics.append(&mut found);
            apps.push(app);
        }
        let mut filler = Filler { scope: &scope, app: None, diagnostics: Vec::new() };
        let mut node = own_fields(&self.node);
        filler.fill(&mut node, object_type(&fields::ENVIRONMENT));
        diagnostics.append(&mut filler.diagnostics);
        Resolved { name: self.name.clone(), node, apps }
    }
}

/// An environment's file without what is worked out for each app.
fn own_fields(node: &Node) -> Node {
    let per_app = ["namespace", "defaults", "overrides", "enforce"];
    let mut node = node.clone();
    if let Some(map) = node.as_map_mut() {
        map.retain(|key, _| !per_app.contains(&key.as_str()));
    }
    node
}

fn resolve_app(scope: &Scope<'_>, repository: &Repository, app: &MergedApp) -> (ResolvedApp, Vec<Diagnostic>) {
    let mut filler = Filler { scope, app: Some(app), diagnostics: Vec::new() };
    let mut node = app.node.clone();
    filler.fill(&mut node, object_type(&fields::SECTIONS));
    add_files(repository, app, &mut node, &mut filler.diagnostics);
    fill_templates(&mut filler, &mut node);
    let mut diagnostics = filler.diagnostics;
    let namespace = scope.namespace(app, &mut Stack::default()).unwrap_or_else(|fault| {
        diagnostics.push(*fault);
        Node::from(&app.name)
    });
    let mut connections = Vec::new();
    for (key, connection) in app.node.at("/network/connections").map(Node::entries).unwrap_or_default() {
        match connection::resolve(scope, app, key, connection, &mut Stack::default()) {
            Ok(connection) => connections.push(connection),
            Err(fault) => diagnostics.push(*fault),
        }
    }
    (ResolvedApp { name: app.name.clone(), namespace, connections, node }, diagnostics)
}

/// Puts the content of each config file beside its path.
fn add_files(repository: &Repository, app: &MergedApp, node: &mut Node, diagnostics: &mut Vec<Diagnostic>) {
    let Some(files) = repository.apps.get(&app.name.text).map(|files| &files.files) else { return };
    each_file(node, |file| {
        let Some(path) = file.get("path").cloned() else { return };
        let name = path.as_str().unwrap_or_default();
        match files.get(name) {
            Some(Ok(content)) => {
                let content = Node::new(&**content, path.span);
                if let Some(map) = file.as_map_mut() {
                    map.insert("content", content);
                }
            }
            Some(Err(why)) => diagnostics.push(Diagnostic::new(&CONFIG_FILE, format!("{name}: {why}")).at(path.span)),
            None => {
                let finding = Diagnostic::new(&CONFIG_FILE, format!("there is no file `{name}` beside the app.yaml"));
                diagnostics.push(finding.at(path.span).help(known_or_similar(name, files.keys().map(String::as_str))));
            }
        }
    });
}

/// A file is filled in only where the spec says that it is a template, and then as other people's text is.
fn fill_templates(filler: &mut Filler<'_>, node: &mut Node) {
    each_file(node, |file| {
        let is_template = file.get("template").and_then(Node::as_bool) == Some(true);
        if let Some(content) = file.as_map_mut().and_then(|map| map.get_mut("content"))
            && is_template
        {
            filler.fill(content, &crate::grammar::Type::Tree);
        }
    });
}

fn each_file(node: &mut Node, mut visit: impl FnMut(&mut Node)) {
    let Some(configs) = node.as_map_mut().and_then(|map| map.get_mut("config")).and_then(Node::as_map_mut) else {
        return;
    };
    for (_, config) in configs.entries_mut() {
        let Some(files) = config.as_map_mut().and_then(|map| map.get_mut("files")).and_then(Node::as_map_mut) else {
            continue;
        };
        files.entries_mut().for_each(|(_, file)| visit(file));
    }
}
