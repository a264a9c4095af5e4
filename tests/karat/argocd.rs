//! The objects of Argo CD: projects, Applications and the sets of them.

use std::path::Path;

use karat::{
    diagnostic::Diagnostic,
    manifest::ManifestSet,
    model::{LoadOptions, load},
    node::{Node, yaml},
    render::render,
    source::{DiskTree, MemoryTree, SourceMap},
};
use serde_json::Value;

/// An environment of a fixture.
struct Rendered {
    sources: SourceMap,
    set: ManifestSet,
    diagnostics: Vec<Diagnostic>,
}

fn rendered(fixture: &str, environment: &str) -> Rendered {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/render").join(fixture);
    let options = LoadOptions { environments: vec![environment.into()], ..LoadOptions::default() };
    let loaded = load(&DiskTree::new(&root).unwrap(), &options).unwrap();
    let mut diagnostics = loaded.diagnostics;
    let set = render(&loaded.environments[0], &mut diagnostics);
    Rendered { sources: loaded.sources, set, diagnostics }
}

impl Rendered {
    fn text(&self) -> String {
        self.text_of(&["AppProject", "Application"])
    }

    fn text_of(&self, kinds: &[&str]) -> String {
        let chosen = self.set.manifests().iter().filter(|manifest| kinds.contains(&manifest.kind()));
        chosen.map(|manifest| yaml::write(&manifest.object)).collect::<Vec<_>>().join("---\n")
    }

    fn findings(&self) -> Vec<&str> {
        self.diagnostics.iter().map(|finding| finding.message.as_str()).collect()
    }

    /// The file and text that caused what is at a pointer.
    fn cause(&self, kind: &str, name: &str, pointer: &str) -> (&str, &str) {
        let manifest = self.set.of_kind(kind).find(|manifest| manifest.id.name == name).unwrap();
        let span = manifest.object.at(pointer).unwrap().span.unwrap();
        (&self.sources.file(span.file).path, self.sources.text(span))
    }
}

#[test]
fn applications_of_the_plugin() {
    let dev = rendered("argocd", "dev");
    assert_eq!(dev.findings(), [""; 0]);
    insta::assert_snapshot!(dev.text());
}

#[test]
fn applications_of_golden_files() {
    let prod = rendered("argocd", "prod");
    assert_eq!(prod.findings(), [""; 0]);
    insta::assert_snapshot!(prod.text());
}

#[test]
fn every_setting_has_a_line() {
    let dev = rendered("argocd", "dev");
    let web = |pointer: &str| dev.cause("Application", "dev-web", pointer);
    assert_eq!(web("/spec/source/path"), ("envs/dev/env.yaml", "plugin"));
    assert_eq!(web("/spec/source/targetRevision"), ("envs/dev/env.yaml", "main"));
    assert_eq!(web("/spec/source/plugin/env/0/value"), ("karat.yaml", "\"=0.1.0\""));
    assert_eq!(web("/spec/info/0/name"), ("envs/base/web/app.yaml", "runbook"));
    assert_eq!(web("/metadata/finalizers/0"), ("envs/base/web/app.yaml", "background"));
    let prod = rendered("argocd", "prod");
    let rights = |pointer: &str| prod.cause("Application", "prod-rights", pointer);
    assert_eq!(rights("/spec/source/path"), ("karat:project.yaml", "golden"));
    assert_eq!(rights("/spec/source/targetRevision"), ("karat.yaml", "env/${env.name}"));
    assert_eq!(rights("/metadata/finalizers/0"), ("karat:defaults.yaml", "foreground"));
    assert_eq!(rights("/metadata/namespace"), ("karat:project.yaml", "argocd"));
}

#[test]
fn a_set_from_a_list() {
    let list = rendered("argocd", "list");
    assert_eq!(list.findings(), [""; 0]);
    insta::assert_snapshot!(list.text_of(&["ApplicationSet", "Application"]));
}

#[test]
fn a_set_from_directories() {
    let git = rendered("argocd", "git");
    assert_eq!(git.findings(), [""; 0]);
    insta::assert_snapshot!(git.text_of(&["ApplicationSet", "Application"]));
}

/// What the controller of ApplicationSets would make of a list, but for the names of things.
#[test]
fn a_set_makes_the_applications_that_it_stands_for() {
    let git = rendered("argocd", "git");
    let set = git.set.of_kind("ApplicationSet").next().unwrap();
    let table = set.object.at("/spec/generators/0/git/values/apps").unwrap().as_str().unwrap();
    let table: Value = serde_json::from_str(&table.replace("{{\"{{\"}}", "{{")).unwrap();
    let template = set.object.at("/spec/template").unwrap();
    let names = ["api", "chart", "rights", "web"];
    assert_eq!(table.as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>(), names);
    for name in names {
        let mut made = template.clone();
        made.merge(&Node::from(&table[name]["patch"]));
        let web = made.at("/spec/revisionHistoryLimit").and_then(Node::as_int);
        assert_eq!(web, (name == "web").then_some(3));
        let finalizers = made.at("/metadata/finalizers").map_or(0, |finalizers| finalizers.items().len());
        assert_eq!(finalizers, usize::from(name != "api"));
        let synced = karat::sync::Synced::of(&git.set).of_directory(name).unwrap();
        assert_eq!((synced.is_template(), synced.manifest.id.name.as_str()), (false, format!("git-{name}").as_str()));
    }
}

#[test]
fn apps_of_two_clusters() {
    let far = rendered("argocd", "far");
    assert_eq!(far.findings(), [""; 0]);
    let destinations = far.set.manifests().iter().filter_map(|manifest| {
        let to = manifest.object.at("/spec/destination").or_else(|| manifest.object.at("/spec/destinations"))?;
        Some(format!("{} {} {}", manifest.kind(), manifest.id.name, to.to_json()))
    });
    insta::assert_snapshot!(destinations.collect::<Vec<_>>().join("\n"));
}

/// The findings of a repository with the apps `web`, which calls `api`, and `api`.
fn findings_with(project: &str, environment: &str, web: &str) -> Vec<String> {
    let header = |kind: &str| format!("apiVersion: karat/v1\nkind: {kind}\n");
    let api = "containers: {app: {image: a:1, ports: {http: 80}}}\nservice: {main: {ports: {http: 80}}}\n";
    let call = "network: {connections: {api: {app: api, port: http}}}\n";
    let tree = MemoryTree::default()
        .with("karat.yaml", header("Project") + project)
        .with("envs/dev/env.yaml", header("Environment") + "metadata: {name: dev}\n" + environment)
        .with("envs/base/api/app.yaml", header("App") + "metadata: {name: api}\n" + api)
        .with("envs/base/web/app.yaml", header("App") + "metadata: {name: web}\n" + api + call + web);
    let loaded = load(&tree, &LoadOptions::default()).unwrap();
    let mut diagnostics = loaded.diagnostics;
    render(&loaded.environments[0], &mut diagnostics);
    let line = |finding: &Diagnostic| {
        let text = finding.primary.as_ref().map(|label| loaded.sources.text(label.span)).unwrap_or_default();
        format!("{} {text}: {}; {}", finding.code.name, finding.message, finding.help.as_deref().unwrap_or_default())
    };
    diagnostics.iter().map(line).collect()
}

#[test]
fn what_cannot_be_is_said_at_its_line() {
    let url = "argocd: {repoURL: https://git.acme.example/shop.git";
    let with = |more: &str| findings_with(&format!("{url}{more}}}"), "", "");
    let of_web =
        |argocd: &str| findings_with(&format!("{url}}}"), "clusters: {us: {name: us}}", &format!("argocd: {argocd}"));
    let all = [
        with(", source: plugin, applications: set-git"),
        with(", project: {syncWindows: {night: {kind: allow, schedule: 0 22 * * *, duration: 6h, timezone: Berlin}}}"),
        with(", project: {syncWindows: {night: {kind: forbid, schedule: 22 h, duration: 1d}}}"),
        of_web("{cluster: us}"),
        of_web("{cluster: uk}"),
        of_web(
            "{sync: {options: [Force=true, createNamespace=true, ServerSideApply = true, Validate=true, PruneLas=true]}}",
        ),
        of_web(
            "{sync: {retry: {limit: 3, delay: 5, maxDelay: 3 min}}, ignoreDifferences: {a: {kind: Job, pointers: [spec]}}}",
        ),
    ];
    insta::assert_snapshot!(all.concat().join("\n"));
}
