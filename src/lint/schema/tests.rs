//! The fixtures in `tests/fixtures/schema/`, and tests that keep the embedded data honest.

use std::fmt::Write;

use super::*;
use crate::{
    diagnostic::Diagnostic,
    lint::examples::describe,
    manifest::Owner,
    node::yaml,
    source::{DiskTree, MemoryTree},
};

fn set(version: &str, yaml: &str, sources: &mut SourceMap) -> ManifestSet {
    let file = sources.add("objects.yaml", yaml);
    let read = yaml::read(file, yaml);
    assert_eq!(read.diagnostics, []);
    let objects = read.documents.into_iter().map(|document| Manifest::new(Owner::Cluster, None, document.root));
    ManifestSet::new("dev".into(), version.into(), objects.collect())
}

fn codes(findings: &[Diagnostic]) -> Vec<&str> {
    findings.iter().map(|finding| finding.code.name).collect()
}

#[test]
fn fixtures() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/schema");
    let tree = DiskTree::new(&root).unwrap();
    let mut said = String::new();
    for path in tree.files_below("").unwrap() {
        let mut sources = SourceMap::default();
        let set = set("1.34", &tree.read_text(&path).unwrap(), &mut sources);
        let mut out = String::new();
        for finding in Schemas::embedded().check(&set, None) {
            write!(out, "{} ", finding.code.name).unwrap();
            said.extend([finding.message.as_str(), finding.help.as_deref().unwrap_or_default()]);
            describe(&[finding], &sources, &mut out);
        }
        insta::assert_snapshot!(path.trim_end_matches(".yaml"), out);
    }
    assert!(!said.contains("hunter2"), "a secret's value stands in a message");
}

/// The fixtures in `tests/fixtures/custom/`: definitions, and objects of their kinds.
#[test]
fn custom_resources() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/custom");
    let tree = DiskTree::new(&root).unwrap();
    for path in tree.files_below("").unwrap() {
        let (mut sources, mut findings, mut out) = (SourceMap::default(), Vec::new(), String::new());
        let set = set("1.34", &tree.read_text(&path).unwrap(), &mut sources);
        let mut schemas = Schemas::embedded();
        schemas.learn(set.manifests(), &mut findings);
        findings.extend(schemas.check(&set, None));
        for finding in findings {
            write!(out, "{} ", finding.code.name).unwrap();
            describe(&[finding], &sources, &mut out);
        }
        insta::assert_snapshot!(format!("custom-{}", path.trim_end_matches(".yaml")), out);
    }
}

#[test]
fn every_kind_of_the_oldest_and_newest_release_compiles() {
    for release in [embedded::releases().first().unwrap(), embedded::releases().last().unwrap()] {
        let kinds: Vec<&str> = release.kinds().chain(embedded::custom_kinds()).collect();
        assert!(kinds.len() > 300, "{}", release.version);
        kinds.par_iter().for_each(|kind| {
            release.closure(kind).unwrap().compile(UnknownFields::Refused);
        });
    }
}

/// What the schemas of a repository say of some objects, and what is wrong with the schemas.
fn user(tree: &MemoryTree, yaml: &str) -> String {
    let mut sources = SourceMap::default();
    let mut findings = Vec::new();
    let schemas = Schemas::load(tree, Options::default(), &mut sources, &mut findings).unwrap();
    findings.extend(schemas.check(&set("1.34", yaml, &mut sources), None));
    let mut out = String::new();
    for finding in findings {
        write!(out, "{} ", finding.code.name).unwrap();
        describe(&[finding], &sources, &mut out);
    }
    out
}

const WIDGET_DEFINITION: &str = r"
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  names: {kind: Widget, plural: widgets}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          required: [spec]
          properties:
            spec:
              type: object
              required: [size, colour]
              properties:
                size: {x-kubernetes-int-or-string: true}
                colour: {type: string, enum: [red, blue], default: red}
                free: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {a: {type: string}}}
                note: {type: string, nullable: true}
                ports:
                  type: array
                  x-kubernetes-list-type: map
                  x-kubernetes-list-map-keys: [port, mode]
                  items:
                    type: object
                    required: [port]
                    properties: {port: {type: integer}, mode: {type: string, default: fast}}
";

#[test]
fn definitions_of_the_user() {
    let tree = MemoryTree::default().with("schemas/crds/widget.yaml", WIDGET_DEFINITION);
    let widget = |spec: &str| {
        let head = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}";
        user(&tree, &format!("{head}\nspec: {spec}\n"))
    };
    assert_eq!(widget("{size: 3, free: {b: 1}, note: null, ports: [{port: 1}, {port: 1, mode: slow}]}"), "");
    insta::assert_snapshot!(widget("{colour: rot, sise: 3, free: {a: 1}, ports: [{port: 1}, {port: 1, mode: fast}]}"));
}

#[test]
fn json_schemas_of_the_user() {
    let schema = "{\n\t\"properties\": {\n\t\t\"spec\": {\"type\": \"object\", \"required\": [\"size\"]}\n\t}\n}\n";
    let named = r#"{"x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "ConfigMap"}],
        "properties": {"data": {"maxProperties": 1}}}"#;
    let object = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}\nspec: {}\n";
    for name in ["widget-example-v1", "crds/widget-example.com-v1", "example.com/widget_v1"] {
        let tree = MemoryTree::default().with(&format!("schemas/{name}.json"), schema);
        let said = user(&tree, object);
        assert!(said.starts_with("SCH003 objects.yaml:4:7"), "{name}: {said}");
    }
    let tree = MemoryTree::default().with("schemas/any.json", named);
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b, c: d}\n";
    assert!(user(&tree, map).starts_with("SCH004 objects.yaml:4:7"), "the user's schema comes first");
    assert_eq!(user(&MemoryTree::default(), map), "");
}

#[test]
fn broken_schemas_do_not_hide_the_others() {
    let tree = MemoryTree::default()
        .with("schemas/a-reference.json", r#"{"properties": {"a": {"$ref": "other.json"}}}"#)
        .with("schemas/b-type.json", "{\n  \"properties\": {\"a\": {\"type\": \"strnig\"}}\n}")
        .with("schemas/c-syntax.json", "{\"properties\": {\n")
        .with("schemas/d-list.json", "[1]")
        .with("schemas/e-regex.json", r#"{"pattern": "("}"#)
        .with("schemas/f-bytes.json", b"{\xff}".as_slice())
        .with("schemas/crds/g-old.yaml", WIDGET_DEFINITION.replace("openAPIV3Schema", "other"))
        .with("schemas/crds/h-type.yaml", WIDGET_DEFINITION.replace("type: array", "type: arrow"))
        .with("schemas/crds/i-other.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\n# nothing\n")
        .with("schemas/karat/app.json", "not for us [")
        .with("schemas/README.md", "not for us [")
        .with("schemas/widget-example-v1.json", r#"{"required": ["spec"]}"#);
    insta::assert_snapshot!(user(&tree, "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}\n"));
}

#[test]
fn the_nearest_version_stands_in() {
    let mut sources = SourceMap::default();
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    for (version, used) in [("1.99", "1.37"), ("1.9", "1.27"), ("2.0", "1.27")] {
        let findings = Schemas::embedded().check(&set(version, map, &mut sources), None);
        assert_eq!(codes(&findings), ["SCH008"], "{version}");
        assert!(findings[0].message.contains(&format!("those of {used} ")), "{}", findings[0].message);
    }
}

#[test]
fn versions_share_what_is_equal() {
    let schemas = Schemas::embedded();
    let [old, new] = ["1.33", "1.34"].map(nearest);
    let gvk = Gvk::new("v1", "ConfigMap");
    assert!(Arc::ptr_eq(&schemas.embedded_schema(&gvk, old).unwrap(), &schemas.embedded_schema(&gvk, new).unwrap()));
    let gvk = Gvk::new("apps/v1", "Deployment");
    assert!(!Arc::ptr_eq(&schemas.embedded_schema(&gvk, old).unwrap(), &schemas.embedded_schema(&gvk, new).unwrap()));
}
