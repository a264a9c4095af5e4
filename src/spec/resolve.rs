//! From a merged environment to one without references.

use rayon::prelude::*;

use super::{
    CONFIG_FILE,
    connection::{self, Connection},
    fill::Filler,
    layers::{Merged, MergedApp},
    repository::Repository,
    scope::Scope,
    stack::Stack,
};
use crate::{
    diagnostic::Diagnostic,
    grammar::{Type, fields, similar},
    node::{Key, Map, Node},
};

/// An environment whose references are filled in.
#[derive(Debug)]
pub struct Resolved {
    /// Its name.
    pub name: Key,
    /// Its own file, without the layers in it.
    pub node: Node,
    /// The apps that were asked for, by name.
    pub apps: Vec<ResolvedApp>,
    /// Other apps that call one of them, by name.
    pub callers: Vec<ResolvedCaller>,
    /// Whether an app that was not read turned out to be needed. Then this is not to be used.
    pub missed: bool,
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
    /// Whether no error was met on the way here.
    pub sound: bool,
}

/// An app that was not asked for, as far as it calls one that was.
#[derive(Debug)]
pub struct ResolvedCaller {
    /// Its name.
    pub name: Key,
    /// Its namespace.
    pub namespace: Node,
    /// What it calls of the apps that were asked for.
    pub connections: Vec<Connection>,
}

static ENVIRONMENT: Type = Type::Object(&fields::ENVIRONMENT);

impl Merged {
    /// Fills in every reference.
    pub fn resolve(&self, repository: &Repository, diagnostics: &mut Vec<Diagnostic>) -> Resolved {
        let scope = Scope::new(self, &repository.sources);
        let is_wanted = |app: &MergedApp| repository.selection.apps.has(&app.name.text);
        let (wanted, others): (Vec<&MergedApp>, Vec<&MergedApp>) = self.apps.iter().partition(|app| is_wanted(app));
        let resolved: Vec<(ResolvedApp, Vec<Diagnostic>)> =
            wanted.par_iter().map(|app| resolve_app(&scope, repository, app)).collect();
        let mut apps = Vec::with_capacity(resolved.len());
        for (app, mut found) in resolved {
            diagnostics.append(&mut found);
            apps.push(app);
        }
        let callers =
            others.into_iter().filter_map(|app| resolve_caller(&scope, repository, app, diagnostics)).collect();
        let mut filler = Filler::new(&scope, None);
        let mut node = own_fields(&self.node);
        filler.fill(&mut node, &ENVIRONMENT);
        diagnostics.append(&mut filler.diagnostics);
        Resolved { name: self.name.clone(), node, apps, callers, missed: scope.has_missed() }
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
    let mut filler = Filler::new(scope, Some(app));
    let mut node = app.node.clone();
    filler.fill(&mut node, &fields::LAYER);
    add_files(repository, app, &mut node, &mut filler.diagnostics);
    fill_templates(&mut filler, &mut node);
    let (mut diagnostics, mut sound) = (filler.diagnostics, filler.sound && app.sound);
    let namespace = namespace(scope, app, &mut diagnostics);
    sound &= namespace.is_some();
    let mut connections = Vec::new();
    for (key, connection) in app.node.at("/network/connections").map(Node::entries).unwrap_or_default() {
        match connection::resolve(scope, app, key, connection, &mut Stack::default()) {
            Ok(connection) => connections.push(connection),
            Err(fault) => {
                sound = false;
                diagnostics.extend(fault.finding());
            }
        }
    }
    sound &= diagnostics.is_empty();
    let namespace = namespace.unwrap_or_else(|| Node::from(&app.name));
    (ResolvedApp { name: app.name.clone(), namespace, connections, node, sound }, diagnostics)
}

/// The namespace of an app. What an error took out of the app's metadata is not missing.
fn namespace(scope: &Scope<'_>, app: &MergedApp, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let namespace = scope.namespace(app, &mut Stack::default());
    namespace.map_err(|fault| diagnostics.extend(fault.finding().filter(|_| app.sound))).ok()
}

/// What an app calls of those that were asked for; nothing when it calls none of them.
fn resolve_caller(
    scope: &Scope<'_>,
    repository: &Repository,
    app: &MergedApp,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<ResolvedCaller> {
    let mut connections = Vec::new();
    for (key, node) in app.node.at("/network/connections").map(Node::entries).unwrap_or_default() {
        let mut stack = Stack::default();
        let connection = match connection::callee(scope, app, key, node, &mut stack) {
            Ok(Some(callee)) if repository.selection.apps.has(&callee) => {
                connection::resolve(scope, app, key, node, &mut stack)
            }
            Ok(_) => continue,
            Err(fault) => Err(fault),
        };
        match connection {
            Ok(connection) => connections.push(connection),
            Err(fault) => diagnostics.extend(fault.finding()),
        }
    }
    if connections.is_empty() {
        return None;
    }
    let namespace = namespace(scope, app, diagnostics)?;
    Some(ResolvedCaller { name: app.name.clone(), namespace, connections })
}

/// Puts the content of each file that the spec names beside its path: config files, and bodies of load tests.
fn add_files(repository: &Repository, app: &MergedApp, node: &mut Node, diagnostics: &mut Vec<Diagnostic>) {
    let Some(files) = repository.apps.get(&app.name.text).map(|files| &files.files) else { return };
    let mut add = |holder: &mut Node, key: &str| {
        let Some(path) = holder.get(key).cloned() else { return };
        let name = path.as_str().unwrap_or_default();
        match files.get(name) {
            Some(Ok(content)) => {
                let content = Node::new(&**content, path.span);
                if let Some(map) = holder.as_map_mut() {
                    map.insert("content", content);
                }
            }
            Some(Err(why)) => {
                let finding = Diagnostic::new(&CONFIG_FILE, format!("the file `{name}` cannot be used: {why}"));
                diagnostics.push(finding.at(path.span).help("a ConfigMap holds text, at most 1 MiB of it"));
            }
            None => diagnostics.push(no_such_file(&path, &app.name.text, files.keys().map(String::as_str))),
        }
    };
    each_file(node, |file| add(file, "path"));
    each_target(node, |target| add(target, "file"));
}

fn no_such_file<'f>(path: &Node, app: &str, files: impl Iterator<Item = &'f str> + Clone) -> Diagnostic {
    let name = path.as_str().unwrap_or_default();
    let home = format!("envs/base/{app}");
    if name.starts_with('/') || name.split('/').any(|step| step == "..") {
        let finding = Diagnostic::new(&CONFIG_FILE, format!("`{name}` leads out of the app's directory"));
        return finding.at(path.span).help(format!("put a copy into {home}, and name it from there"));
    }
    let finding = Diagnostic::new(&CONFIG_FILE, format!("there is no file `{name}` beside the app.yaml")).at(path.span);
    match similar(name, files) {
        Some(file) => finding.help(format!("did you mean `{file}`?")),
        None => finding.help(format!("put it into {home}")),
    }
}

/// A file is filled in only where the spec says that it is a template, and then as other people's text is.
fn fill_templates(filler: &mut Filler<'_>, node: &mut Node) {
    each_file(node, |file| {
        let is_template = file.get("template").and_then(Node::as_bool) == Some(true);
        if let Some(content) = file.as_map_mut().and_then(|map| map.get_mut("content"))
            && is_template
        {
            filler.fill(content, &Type::Tree);
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

fn each_target(node: &mut Node, mut visit: impl FnMut(&mut Node)) {
    let test = node.as_map_mut().and_then(|map| map.get_mut("loadtest")).and_then(Node::as_map_mut);
    let targets = test.and_then(|map| map.get_mut("targets")).and_then(Node::as_map_mut);
    targets.into_iter().flat_map(Map::entries_mut).for_each(|(_, target)| visit(target));
}

#[cfg(test)]
mod tests {
    use crate::spec::testing::{Bed, bed};

    /// An app with one file, and the spec of its ConfigMap.
    fn with_file(file: &str) -> Bed {
        let app = format!("config: {{ main: {{ files: {{ page: {file} }} }} }}\n");
        bed().app("web", &app).file("envs/base/web/files/page.html", "${app.name} of ${USER}\n")
    }

    fn content(file: &str) -> serde_json::Value {
        with_file(file).resolve().json("web", "/config/main/files/page/content")
    }

    fn refused(file: &str) -> Vec<String> {
        with_file(file).resolve().findings()
    }

    #[test]
    fn files_are_taken_as_they_are_unless_they_are_templates() {
        assert_eq!(content("files/page.html"), "${app.name} of ${USER}\n");
        assert_eq!(content("{ path: files/page.html, template: true }"), "web of ${USER}\n");
    }

    #[test]
    fn bodies_of_a_load_test_are_taken_as_they_are() {
        let body = |file: &str| {
            let app = format!("loadtest: {{ targets: {{ order: {{ file: {file} }} }} }}\n");
            bed().app("web", &app).file("envs/base/web/files/order.json", "${app.name}\n").resolve()
        };
        assert_eq!(body("files/order.json").json("web", "/loadtest/targets/order/content"), "${app.name}\n");
        assert_eq!(body("order.json").findings(), ["order.json: there is no file `order.json` beside the app.yaml"]);
    }

    #[test]
    fn files_that_cannot_be_used() {
        assert_eq!(
            refused("files/pag.html"),
            ["files/pag.html: there is no file `files/pag.html` beside the app.yaml"]
        );
        for outside in ["../api/app.yaml", "/etc/passwd"] {
            assert_eq!(refused(outside), [format!("{outside}: `{outside}` leads out of the app's directory")]);
        }
        let broken = with_file("files/page.html").binary("envs/base/web/files/page.html", b"\xFF");
        assert_eq!(
            broken.resolve().findings(),
            ["files/page.html: the file `files/page.html` cannot be used: the byte at offset 0 is not UTF-8"]
        );
    }

    #[test]
    fn what_a_broken_app_lost_is_not_missing() {
        let findings = |app: &str| {
            let bed = bed().environment("dev", "namespace: \"${app.team}\"\n").file("envs/base/web/app.yaml", app);
            bed.resolve().findings()
        };
        let header = "apiVersion: karat/v1\nkind: App\nmetadata: { name: web }\n";
        assert_eq!(findings(header), ["${app.team}: `app.team` has no value here"]);
        let broken = findings(&format!("{header}service: [\n"));
        assert_eq!(broken.len(), 1, "{broken:?}");
        assert!(!broken[0].contains("app.team"), "{broken:?}");
    }

    #[test]
    fn references_that_fail_leave_the_rest() {
        let outcome = bed()
            .app("web", "containers: { app: { args: [a, \"${env.nam}\", c], env: { A: \"${x}\", B: b } } }\n")
            .resolve();
        assert_eq!(outcome.findings().len(), 2);
        assert_eq!(outcome.json("web", "/containers/app/args"), serde_json::json!(["a", "c"]));
        assert_eq!(outcome.json("web", "/containers/app/env/B/value"), "b");
        assert!(!outcome.app("web").sound);
    }

    #[test]
    fn an_environments_own_fields_are_filled_in() {
        let outcome = bed().environment("dev", "domain: \"${env.name}.example\"\n").app("web", "").resolve();
        assert_eq!(outcome.dev.node.at("/domain").unwrap().as_str(), Some("dev.example"));
        assert!(outcome.app("web").sound);
    }
}
