//! How much was checked: nothing is passed over in silence.

use std::{fs, path::Path};

use serde_json::Value;

use crate::command::{Ended, Repository};

const WIDGET: &str =
    "extra:\n  widget:\n    apiVersion: example.com/v1\n    kind: Widget\n    metadata: { name: w }\n    spec: {}\n";

/// A repository with the objects of the fixture, and a policy that fails for one of them.
fn fixture() -> Repository {
    let repository = Repository::new();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/coverage");
    for (from, to) in [("objects.yaml", "objects.yaml"), ("fails.rego", "policies/fails.rego")] {
        repository.write(to, &fs::read_to_string(fixtures.join(from)).unwrap());
    }
    repository
}

fn coverage(ended: &Ended) -> Value {
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    report["summary"]["coverage"].clone()
}

#[test]
fn lint_counts_what_it_checks() {
    let repository = fixture();
    let report = coverage(&repository.karat(&["lint", "objects.yaml", "--format", "json"]));
    insta::assert_snapshot!(serde_json::to_string_pretty(&report).unwrap());
    let human = repository.karat(&["lint", "objects.yaml"]).stdout;
    let line = "20 % of 5 objects fully checked; no schema for Nameless (1), Widget of example.com/v1 (2); no result of a policy: 1";
    assert_eq!(human.lines().rev().nth(1), Some(line), "{human}");
    fs::remove_file(repository.path("policies/fails.rego")).unwrap();
    repository.write("schemas/widget-example-v1.json", "{\"type\": \"object\"}");
    let better = coverage(&repository.karat(&["lint", "objects.yaml", "--format", "json"]));
    assert_eq!((&better["percent"], &better["validated"]), (&80.0.into(), &4.into()));
}

#[test]
fn a_floor_is_a_floor() {
    let repository = fixture();
    let low = repository.karat(&["lint", "objects.yaml", "--min-coverage", "20.1", "--only", "NET"]);
    assert_eq!(low.code, 1);
    insta::assert_snapshot!(low.stdout);
    let enough = repository.karat(&["lint", "objects.yaml", "--min-coverage", "20", "--only", "NET"]);
    assert_eq!(enough.code, 0, "{}", enough.stdout);
    let wrong = repository.karat(&["lint", "objects.yaml", "--min-coverage", "200"]);
    assert!(wrong.code == 2 && wrong.stderr.contains("0 to 100"), "{}", wrong.stderr);
    repository.write("nothing.yaml", "# nothing\n");
    assert_eq!(repository.karat(&["lint", "nothing.yaml", "--min-coverage", "100"]).code, 0);
}

#[test]
fn check_counts_the_objects_of_the_apps_that_it_is_about() {
    let repository = Repository::new();
    for environment in ["dev", "staging", "prod"] {
        repository.edit(&format!("envs/{environment}/env.yaml"), "apis: [", "apis: [example.com/v1, ");
    }
    let app = repository.read("envs/base/hello/app.yaml");
    repository.write("envs/base/other/app.yaml", &(app.replace("name: hello", "name: other") + WIDGET));
    let check = |arguments: &[&str]| repository.karat(&[&["check", "--skip", "GLD"], arguments].concat());
    assert!(check(&[]).stdout.contains("no schema for Widget of example.com/v1 (3)\n"), "{}", check(&[]).stdout);
    assert_eq!(check(&["-a", "other", "--min-coverage", "100"]).code, 1);
    let hello = check(&["-a", "hello", "--min-coverage", "100"]);
    assert_eq!((hello.code, hello.stdout.contains("fully checked")), (0, false), "{}", hello.stdout);
    repository.edit("envs/prod/hello.yaml", "replicas: 3", "replica: 3");
    let left_out = coverage(&check(&["-a", "hello", "--format", "json"]));
    assert!(left_out["left_out"].as_u64() > Some(0) && left_out["percent"].as_f64() < Some(100.0), "{left_out}");
}
