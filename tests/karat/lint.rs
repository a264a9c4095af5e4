//! Schemas and policies from outside: what they find is shown at the line of the spec that caused it.

use crate::command::Repository;

const POLICY: &str = r#"package replicas

deny contains {"msg": "too many", "path": "/spec/replicas"} if input.spec.replicas > 2
"#;

#[test]
fn a_schema_error_is_shown_at_its_spec_line() {
    let repository = Repository::new();
    let app = repository.read("envs/base/hello/app.yaml");
    let extra = "extra:\n  quota:\n    apiVersion: v1\n    kind: LimitRange\n    metadata: { name: limits }\n    spec: { limit: [] }\n";
    repository.write("envs/base/hello/app.yaml", &format!("{app}{extra}"));
    let checked = repository.karat(&["check"]);
    assert_eq!(checked.code, 1);
    assert!(checked.stdout.contains("SCH001"), "{}", checked.stdout);
    assert!(checked.stdout.contains("spec: { limit: [] }"), "{}", checked.stdout);
}

#[test]
fn a_denial_is_shown_at_its_spec_line() {
    let repository = Repository::new();
    repository.write("policies/replicas.rego", POLICY);
    let checked = repository.karat(&["check"]);
    assert_eq!(checked.code, 1);
    insta::assert_snapshot!(checked.stdout);
    repository.write("policies/dev/replicas.rego", POLICY);
    std::fs::remove_file(repository.path("policies/replicas.rego")).unwrap();
    assert_eq!(repository.karat(&["check"]).code, 0, "dev has one replica");
}

#[test]
fn broken_files_do_not_hide_findings() {
    let repository = Repository::new();
    repository.write("policies/replicas.rego", POLICY);
    repository.write("policies/broken.rego", "package broken\n\ndeny contains {\n");
    repository.write("schemas/broken.json", "{\"type\": 1}");
    let checked = repository.karat(&["check"]);
    for code in ["POL001", "POL003", "SCH007"] {
        assert!(checked.stdout.contains(code), "{code}: {}", checked.stdout);
    }
}

#[test]
fn policies_have_tests() {
    let repository = Repository::new();
    assert_eq!(repository.karat(&["policy", "test"]).stdout, "0 passed, 0 failed\n");
    repository.write("policies/replicas.rego", POLICY);
    let test = "package replicas_test\n\ntest_many if count(data.replicas.deny) == 1 with input as {\"spec\": {\"replicas\": 3}}\n";
    repository.write("policies/replicas_test.rego", test);
    let passed = repository.karat(&["policy", "test"]);
    assert_eq!((passed.code, passed.stdout.as_str()), (0, "1 passed, 0 failed\n"));
    repository.write("policies/replicas_test.rego", &test.replace("== 1", "== 2"));
    let failed = repository.karat(&["policy", "test"]);
    assert_eq!(failed.code, 1);
    insta::assert_snapshot!(failed.stdout);
}
