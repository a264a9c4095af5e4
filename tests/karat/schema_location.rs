//! `--schema-location` and `--no-strict`: where schemas are from, and how strict they are.

use std::{fmt::Write as _, fs, path::Path};

use serde_json::Value;

use crate::command::{Ended, Repository, karat_in};

fn fixtures() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/locations")
}

fn lint(arguments: &[&str]) -> Ended {
    karat_in(&fixtures(), &[&["lint", "objects.yaml"], arguments].concat())
}

/// The findings of a run, each on a line.
fn findings(arguments: &[&str]) -> String {
    let ended = lint(&[arguments, &["--format", "json"]].concat());
    let report: Value = serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{}", ended.stderr));
    let mut lines = String::new();
    for finding in report["diagnostics"].as_array().unwrap() {
        let text = |at: &str| finding.pointer(at).and_then(Value::as_str).unwrap_or("-");
        let line = finding.pointer("/primary/line").and_then(Value::as_u64).unwrap_or_default();
        let (file, code, message, help) = (text("/primary/file"), text("/code"), text("/message"), text("/help"));
        writeln!(lines, "{file}:{line} {code} {message} ({help})").unwrap();
    }
    lines
}

const CATALOG: &str = "catalog/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json";

#[test]
fn the_first_location_that_has_a_schema_counts() {
    let mut said = String::new();
    for arguments in [
        &[][..],
        &["--schema-location", CATALOG],
        &["--schema-location", "default", "--schema-location", CATALOG],
        &["--schema-location", "standalone", "--schema-location", CATALOG],
        &["--schema-location", "./standalone/", "--kubernetes-version", "1.34.2"],
        &["--schema-location", "standalone", "--no-strict"],
        &["--schema-location", "default", "--no-strict"],
        &["--schema-location", "standalone", "--schema-location", "default", "--kubernetes-version", "1.99"],
    ] {
        writeln!(said, "{arguments:?}\n{}", findings(arguments)).unwrap();
    }
    insta::assert_snapshot!(said);
}

#[test]
fn broken_files_are_reported_and_the_next_location_counts() {
    let broken = "broken/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json";
    let flat = "broken/{{.ResourceKind}}{{.KindSuffix}}.json";
    let catalog = ["--schema-location", CATALOG, "--schema-location", "default"];
    insta::assert_snapshot!(findings(
        &[&["--schema-location", broken, "--schema-location", flat], &catalog[..]].concat()
    ));
}

#[test]
fn wrong_locations_say_what_to_do() {
    let mut said = String::new();
    for location in [
        "https://example.com/CRDs-catalog/main/{{.Group}}/{{.ResourceKind}}.json",
        "HTTP://example.com",
        "",
        "nowhere",
        "nowhere/{{.Group}}.json",
        "./catalog/{{.Group}}/{{.Kind}}.json",
        "katalög/{{.group",
        "file://catalog/{{ if .Group }}a{{ end }}.json",
    ] {
        let ended = lint(&["--schema-location", location]);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{location}");
        writeln!(said, "{location}\n{}", ended.stderr).unwrap();
    }
    insta::assert_snapshot!(said);
}

/// What an object says of itself never leads out of the location.
#[test]
fn objects_do_not_choose_other_files() {
    let directory = Repository::empty();
    directory.write("secret.json", "{\"required\": [\"stolen\"]}");
    directory.write("schemas/a/b_v1.json", "{\"required\": [\"mine\"]}");
    directory.write("o.yaml", "apiVersion: ../v1\nkind: ../secret\nmetadata: { name: a }\n");
    let template = "schemas/{{.Group}}/{{.ResourceKind}}.json";
    let ended = directory.karat(&["lint", "o.yaml", "--schema-location", template]);
    assert!(ended.stdout.contains("SCH006") && !ended.stdout.contains("stolen"), "{}", ended.stdout);
}

const WIDGET: &str = "extra:
  widget:
    apiVersion: example.com/v1
    kind: Widget
    metadata: { name: NAME }
    spec: { size: x }
";

/// A repository whose clusters have widgets.
fn with_widgets() -> Repository {
    let repository = Repository::new();
    for environment in ["dev", "staging", "prod"] {
        repository.edit(&format!("envs/{environment}/env.yaml"), "apis: [", "apis: [example.com/v1, ");
    }
    repository
}

#[test]
fn check_has_the_same_options() {
    let repository = with_widgets();
    let app = repository.read("envs/base/hello/app.yaml");
    repository.write("envs/base/hello/app.yaml", &format!("{app}{}", WIDGET.replace("NAME", "w")));
    let schema = fs::read_to_string(fixtures().join("catalog/example.com/widget_v1.json")).unwrap();
    repository.write("catalog/example.com/widget_v1.json", &schema);
    let codes = |arguments: &[&str]| repository.karat(&[&["check", "--only", "SCH"], arguments].concat()).stdout;
    assert!(codes(&[]).contains("SCH006"));
    let located = codes(&["--schema-location", "default", "--schema-location", CATALOG]);
    assert!(located.contains("SCH002") && located.contains("envs/base/hello/app.yaml"), "{located}");
    repository.write("schemas/widget-example-v1.json", "{\"type\": \"object\"}");
    let own = codes(&["--schema-location", "default", "--schema-location", CATALOG]);
    assert!(own.starts_with("no findings"), "{own}");
}

/// Silence about a kind is never caused by one of its objects.
#[test]
fn a_kind_without_schema_is_reported_beside_a_broken_app() {
    let repository = with_widgets();
    let app = repository.read("envs/base/hello/app.yaml");
    for name in ["hello", "other"] {
        let app = app.replace("name: hello", &format!("name: {name}"));
        repository.write(&format!("envs/base/{name}/app.yaml"), &format!("{app}{}", WIDGET.replace("NAME", name)));
    }
    repository.edit("envs/base/hello/app.yaml", "      liveness:", "      livenes:");
    let checked = repository.karat(&["check", "--only", "SCH", "--format", "json"]);
    let report: Value = serde_json::from_str(&checked.stdout).unwrap();
    let of_kind = report["diagnostics"].as_array().unwrap().iter().find(|finding| finding["code"] == "SCH006").unwrap();
    let names: Vec<_> = of_kind["resources"].as_array().unwrap().iter().map(|resource| &resource["name"]).collect();
    assert_eq!(names, ["other", "other", "other"]);
    assert_eq!(of_kind["primary"]["file"], "envs/base/other/app.yaml");
}
