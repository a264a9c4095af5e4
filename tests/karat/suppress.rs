//! Suppressions: in comments, in annotations, in `karat.yaml`.

use std::{fs, path::Path};

use serde_json::Value;

use crate::command::{Ended, Repository, command, ended};

/// The day of these tests.
const TODAY: [&str; 2] = ["--today", "2026-11-21"];

/// The fixtures in a directory of their own.
fn copied() -> Repository {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/suppress");
    let copy = Repository::empty();
    for file in fs::read_dir(fixtures).unwrap() {
        let file = file.unwrap();
        copy.write(file.file_name().to_str().unwrap(), &fs::read_to_string(file.path()).unwrap());
    }
    copy
}

fn on_that_day(repository: &Repository, arguments: &[&str]) -> Ended {
    repository.karat(&[arguments, &TODAY].concat())
}

/// The codes of a report in JSON, and its number of suppressed findings.
fn codes(ended: &Ended) -> (String, u64) {
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    let findings = report["diagnostics"].as_array().unwrap().iter();
    let mut codes: Vec<&str> = findings.map(|finding| finding["code"].as_str().unwrap()).collect();
    codes.sort_unstable();
    (codes.join(" "), report["summary"]["suppressed"].as_u64().unwrap())
}

#[test]
fn comments_and_annotations_suppress_to_the_field() {
    let lint = on_that_day(&copied(), &["lint", "objects.yaml"]);
    assert_eq!((lint.code, lint.stderr.as_str()), (1, ""));
    insta::assert_snapshot!(lint.stdout);
}

#[test]
fn mistakes_in_suppressions_are_findings() {
    let lint = on_that_day(&copied(), &["lint", "mistakes.yaml"]);
    assert_eq!((lint.code, lint.stderr.as_str()), (1, ""));
    insta::assert_snapshot!(lint.stdout);
}

#[test]
fn what_was_not_looked_for_is_not_unused() {
    let copy = copied();
    copy.write("a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a } # karat: ignore NET,SCH001 none\n");
    let found = |arguments: &[&str]| codes(&copy.karat(&[&["lint", "a.yaml", "--format", "json"], arguments].concat()));
    assert_eq!(found(&[]), ("SUP002 SUP002".into(), 0));
    assert_eq!(found(&["--skip", "NET001"]), ("SUP002".into(), 0));
    assert_eq!(found(&["--only", "NET001,SUP"]), (String::new(), 0));
    assert_eq!(found(&["--skip", "SUP002"]), (String::new(), 0));
    copy.write("b.yaml", "a: [");
    assert_eq!(found(&["b.yaml"]).0, "SPC001");
}

#[test]
fn days_pass() {
    let copy = copied();
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\nkeys: 1 # karat: ignore SCH001 soon until=2027-01-31\n";
    copy.write("a.yaml", text);
    let on = |day: &str| codes(&copy.karat(&["lint", "a.yaml", "--format", "json", "--today", day]));
    assert_eq!(on("2027-01-31"), (String::new(), 1));
    assert_eq!(on("2027-02-01"), ("SCH001 SUP001".into(), 0));
    let with_epoch = |epoch: &str| {
        let mut command = command(&copy.path(""), &["lint", "a.yaml", "--format", "json"]);
        ended(command.env("SOURCE_DATE_EPOCH", epoch).output().unwrap())
    };
    assert_eq!(codes(&with_epoch("1795219200")), (String::new(), 1));
    assert_eq!(codes(&with_epoch("1895219200")).1, 0);
    let wrong = with_epoch("soon");
    assert_eq!((wrong.code, wrong.stderr.lines().count()), (2, 2), "{}", wrong.stderr);
    assert_eq!(copy.karat(&["lint", "a.yaml", "--today", "2027-02-30"]).code, 2);
}

/// One suppression on a line that several environments share holds in all of them, and one that one of them needs is of
/// use. What is suppressed does not keep golden files from being written.
#[test]
fn specs_carry_suppressions() {
    let repository = Repository::new();
    let app = repository.read("envs/base/hello/app.yaml");
    let extra = |comment: &str| {
        let spec = format!("spec: {{ limit: [] }}{comment}");
        let object = format!("apiVersion: v1\n    kind: LimitRange\n    metadata: {{ name: limits }}\n    {spec}\n");
        repository.write("envs/base/hello/app.yaml", &format!("{app}extra:\n  quota:\n    {object}"));
    };
    extra("");
    assert_eq!(repository.karat(&["golden"]).code, 1);
    extra("  # karat: ignore SCH the next release of Kubernetes");
    assert_eq!(repository.karat(&["golden"]).code, 0);
    let checked = repository.karat(&["check"]);
    assert_eq!(checked.code, 0, "{}", checked.stdout);
    assert!(checked.stdout.contains("; 2 suppressed"), "{}", checked.stdout);
    assert_eq!(codes(&repository.karat(&["check", "--format", "json"])), (String::new(), 2));
    extra("  # karat: ignore SCH,NET the next release of Kubernetes");
    assert_eq!(codes(&repository.karat(&["check", "--format", "json"])), ("SUP002".into(), 2));
    let alone = repository.karat(&["check", "--format", "json", "-e", "dev"]);
    assert_eq!(codes(&alone), (String::new(), 2), "the other environment may need it");
}

/// What is missing cannot be ignored away, and neither can a golden file that differs.
#[test]
fn some_errors_stay() {
    let repository = Repository::new();
    repository.edit("envs/prod/hello.yaml", "replicas: 3 }", "replicas: 4 } # karat: ignore GLD001 later");
    let checked = codes(&repository.karat(&["check", "--format", "json"]));
    assert_eq!(checked, ("GLD001 SUP004".into(), 0));
    repository.edit(
        "envs/prod/hello.yaml",
        "replicas: 4 } # karat: ignore GLD001",
        "replicas: x } # karat: ignore SPC",
    );
    let checked = codes(&repository.karat(&["check", "--format", "json"]));
    assert_eq!(checked, ("SPC011".into(), 0));
}

/// The entries of `lint.ignore` in a repository whose one app has two mistakes in every environment.
fn with_entries(project: &str, environment: &str) -> Repository {
    let repository = Repository::new();
    let app = repository.read("envs/base/hello/app.yaml");
    let object = "apiVersion: v1\n    kind: LimitRange\n    metadata: { name: limits }\n    spec: { limit: [] }\n";
    repository.write("envs/base/hello/app.yaml", &format!("{app}extra:\n  quota:\n    {object}"));
    for (path, entry) in [("karat.yaml", project), ("envs/prod/env.yaml", environment)] {
        let text = repository.read(path);
        let section = if entry.is_empty() { String::new() } else { format!("lint:\n  ignore:\n    - {entry}\n") };
        repository.write(path, &format!("{text}\n{section}"));
    }
    repository
}

#[test]
fn the_project_suppresses_by_place() {
    let found = |project: &str, environment: &str| {
        codes(&on_that_day(&with_entries(project, environment), &["check", "--format", "json", "--skip", "GLD"]))
    };
    let both = "SCH001 SCH003";
    assert_eq!(found("", ""), (both.into(), 0));
    assert_eq!(found("{ codes: [SCH], reason: soon, until: 2027-01-31 }", ""), (String::new(), 2));
    assert_eq!(found("{ codes: [SCH], reason: soon, until: 2026-11-20 }", ""), (format!("{both} SUP001"), 0));
    assert_eq!(found("{ codes: [SCH001], reason: soon, fields: [spec.limit] }", ""), ("SCH003".into(), 1));
    assert_eq!(found("{ codes: [SCH], reason: soon, fields: [metadata] }", ""), (format!("{both} SUP002"), 0));
    assert_eq!(found("{ codes: [SCH], reason: soon, resources: [LimitRange/*/limits] }", ""), (String::new(), 2));
    assert_eq!(found("{ codes: [SCH], reason: soon, resources: [Quota] }", ""), (format!("{both} SUP002"), 0));
    assert_eq!(found("{ codes: [SCH], reason: soon, paths: [\"envs/**/app.yaml\"] }", ""), (String::new(), 2));
    assert_eq!(found("{ codes: [SCH], reason: soon, paths: [karat.yaml] }", ""), (format!("{both} SUP002"), 0));
    assert_eq!(found("{ codes: [SCH], reason: soon, paths: [vendor/**] }", ""), (both.into(), 0), "no spec's");
    assert_eq!(found("{ codes: [SCH] }", ""), ("SUP003".into(), 2));
    assert_eq!(found("{ reason: soon }", ""), (format!("{both} SUP004"), 0));
    assert_eq!(found("{ codes: [SCH0001, GLD], reason: soon }", ""), (format!("{both} SUP004 SUP004"), 0));
    assert_eq!(found("{ codes: [SCH], reason: soon, until: 2027-02-29 }", ""), (format!("{both} SUP004"), 0));
    assert_eq!(found("{ codes: [SCH], reason: soon, fields: [a..b] }", ""), (format!("{both} SUP004"), 0));
    assert_eq!(found("{ codes: [SCH], reasons: soon }", "").0, "SPC010 SUP003");
}

/// What is suppressed in some environments is found in the others.
#[test]
fn environments_differ() {
    let environments = |repository: &Repository| {
        let checked = repository.karat(&["check", "--format", "json", "--only", "SCH001,SUP"]);
        let report: Value = serde_json::from_str(&checked.stdout).unwrap();
        let resources = report["diagnostics"][0]["resources"].as_array().unwrap().iter();
        let names: Vec<&str> = resources.map(|resource| resource["environment"].as_str().unwrap()).collect();
        (names.join(" "), codes(&checked).1)
    };
    let entry = "{ codes: [SCH001], reason: soon }";
    assert_eq!(environments(&with_entries("", entry)), ("dev staging".into(), 1));
    let entry = "{ codes: [SCH001], reason: soon, environments: [\"*g\", dev] }";
    assert_eq!(environments(&with_entries(entry, "")), ("prod".into(), 1));
}

/// In `lint`, paths count from the repository's root, wherever the command runs.
#[test]
fn entries_hold_for_other_manifests() {
    let repository = with_entries("{ codes: [SCH], reason: not ours, paths: [vendor/**] }", "");
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\nkeys: 1\n";
    repository.write("vendor/chart/a.yaml", object);
    repository.write("own/vendor/a.yaml", object);
    let lint = |directory: &str, argument: &str| {
        let directory = repository.path(directory);
        codes(&repository.karat(&["-C", directory.to_str().unwrap(), "lint", argument, "--format", "json"]))
    };
    assert_eq!(lint(".", "vendor"), (String::new(), 1));
    assert_eq!(lint("vendor", "."), (String::new(), 1));
    assert_eq!(lint("own", "../vendor/chart/a.yaml"), (String::new(), 1));
    assert_eq!(lint(".", "own"), ("SCH001".into(), 0));
    let outside = Repository::empty();
    outside.write("vendor/a.yaml", object);
    assert_eq!(lint(".", outside.path("vendor").to_str().unwrap()), ("SCH001".into(), 0));
}
