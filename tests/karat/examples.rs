//! The worked example under `tests/fixtures/examples`, and the editors' schemas that its files name.

use std::{
    fs,
    path::{Path, PathBuf},
};

use karat::{
    grammar::{check_file, fields::FILES},
    node::yaml,
    source::FileId,
};
use serde_json::Value;

/// Every spec file of the example.
fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/examples");
    let entries = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().map(Result::unwrap);
    let files: Vec<_> = entries.map(walkdir::DirEntry::into_path).filter(|path| path.is_file()).collect();
    files.into_iter().filter(|path| path.parent().unwrap().file_name().unwrap() != "files").collect()
}

/// The schema that an editor would read for a file.
fn schema(file: &Path, text: &str) -> jsonschema::Validator {
    let line = text.lines().next().unwrap();
    let path = line.strip_prefix("# yaml-language-server: $schema=").unwrap_or_else(|| panic!("{}", file.display()));
    let schema = fs::read_to_string(file.parent().unwrap().join(path)).unwrap();
    jsonschema::draft7::new(&serde_json::from_str(&schema).unwrap()).unwrap()
}

/// What the schema has to say to a text, as pointers and messages.
fn findings(schema: &jsonschema::Validator, text: &str) -> Vec<String> {
    let value: Value = yaml_serde::from_str(text).unwrap();
    schema.iter_errors(&value).map(|error| format!("{}: {}", error.instance_path(), error.masked())).collect()
}

#[test]
fn validate() {
    let files = files();
    assert_eq!(files.len(), 10);
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(findings(&schema(&file, &text), &text), Vec::<String>::new(), "{}", file.display());
    }
}

#[test]
fn pass_the_check() {
    for file in files() {
        let text = fs::read_to_string(&file).unwrap();
        let parsed = yaml::read(FileId::from_index(0), &text);
        let [document] = parsed.documents.as_slice() else { panic!("{}", file.display()) };
        let kind = document.root.get("kind").and_then(|kind| kind.as_str()).unwrap();
        let kind = FILES.iter().find(|file| file.kind == kind).unwrap();
        let mut diagnostics = parsed.diagnostics.clone();
        check_file(&document.root, kind, &text, &mut diagnostics);
        assert_eq!(diagnostics, [], "{}", file.display());
    }
}

/// A file, a text of it, what stands there instead, and the place that must be found wrong.
const BROKEN: &[(&str, &str, &str, &str)] = &[
    ("karat.yaml", "failOn: error", "failOn: errors", "/failOn"),
    ("karat.yaml", "kubeVersion: \"1.34\"", "kubeVersion: 1.34", "/kubeVersion"),
    ("karat.yaml", "kind: Project", "kind: App", "/kind"),
    ("envs/defaults.yaml", "cpu: 50m", "cpu: 50mm", "/defaults/containers/*/resources/requests/cpu"),
    ("envs/defaults.yaml", "workload:", "wrokload:", "/defaults"),
    ("envs/dev/env.yaml", "domain: dev.acme.example", "domain: null", "/domain"),
    ("envs/dev/env.yaml", "replicas: 1", "replicas: \"two\"", "/overrides/workload/replicas"),
    ("envs/base/cart/app.yaml", "tag: \"2.3.1\"", "tag: 2.3", "/image/tag"),
    ("envs/base/cart/app.yaml", "kind: App", "", ""),
    ("envs/base/checkout/app.yaml", "type: deployment", "type: deploymint", "/workload/type"),
    ("envs/base/checkout/app.yaml", "http: 8080", "http: 80800", "/containers/app/ports/http"),
    ("envs/base/checkout/app.yaml", "period: 2s", "period: 2", "/containers/app/probes/startup/period"),
    ("envs/base/checkout/app.yaml", "  app:\n", "  \"*\":\n", "/containers/*"),
    ("envs/dev/checkout.yaml", "$append", "$apend", "/containers/app/args"),
];

#[test]
fn broken_files_do_not_validate() {
    let files = files();
    for (name, from, to, pointer) in BROKEN {
        let file = files.iter().find(|file| file.ends_with(name)).unwrap();
        let text = fs::read_to_string(file).unwrap();
        let broken = text.replacen(from, to, 1);
        assert_ne!(text, broken, "{name} has no `{from}`");
        let found = findings(&schema(file, &text), &broken);
        assert!(found.iter().any(|finding| finding.starts_with(&format!("{pointer}: "))), "{name}, {to}: {found:?}");
    }
}
