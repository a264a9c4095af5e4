//! `karat waves`: the order of a sync, of our own manifests and of anybody's.

use std::fmt::Write;

use serde_json::Value;

use crate::command::{Repository, karat_in};

/// An Application with a step that never ends.
const STUCK: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {paused: true}
---
apiVersion: batch/v1
kind: Job
metadata: {name: smoke, annotations: {argocd.argoproj.io/hook: PostSync}}
";

#[test]
fn environments_fold_where_they_are_alike() {
    let repository = Repository::new();
    let shown = repository.karat(&["waves"]);
    assert_eq!((shown.code, shown.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(shown.stdout);
}

#[test]
fn an_app_alone() {
    let repository = Repository::new();
    let shown = repository.karat(&["waves", "-e", "dev", "-a", "hello", "--format", "json"]);
    let json: Value = serde_json::from_str(&shown.stdout).unwrap();
    assert_eq!((shown.code, &json["version"]), (0, &Value::from(1)));
    let syncs = json["environments"][0]["syncs"].as_array().unwrap();
    assert_eq!(syncs.iter().map(|sync| &sync["name"]).collect::<Vec<_>>(), ["hello"]);
}

#[test]
fn the_root_comes_first_and_its_children_in_its_order() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let shown = karat_in(root, &["waves", "-e", "prod", "--format", "json"]);
    let json: Value = serde_json::from_str(&shown.stdout).unwrap();
    let syncs = json["environments"][0]["syncs"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let created: Vec<String> = syncs[0]["steps"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|step| {
            let objects = step["objects"].as_array().unwrap().iter();
            objects
                .filter(|object| object["kind"] == "Application")
                .map(|object| text(&object["name"]))
                .collect::<Vec<_>>()
        })
        .collect();
    let synced: Vec<String> = syncs[1..].iter().map(|sync| text(&sync["application"])).collect();
    assert_eq!(
        (text(&syncs[0]["name"]).as_str(), synced.first().map(String::as_str)),
        ("_argocd", Some("prod-cluster"))
    );
    let known: Vec<&String> = created.iter().filter(|name| synced.contains(name)).collect();
    assert_eq!(known, synced.iter().collect::<Vec<_>>());
}

#[test]
fn manifests_of_anybody() {
    let repository = Repository::empty();
    repository.write("shop/all.yaml", STUCK);
    repository.write("other.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n");
    let shown = repository.karat(&["waves", "shop", "other.yaml"]);
    assert_eq!((shown.code, shown.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(shown.stdout);
}

#[test]
fn a_file_is_written_and_the_rest_is_printed() {
    let repository = Repository::empty();
    repository.write("all.yaml", STUCK);
    let shown = repository.karat(&["waves", "all.yaml", "--format", "text", "--format", "json=waves.json"]);
    assert!(shown.code == 0 && shown.stdout.contains("PostSync 0"), "{}", shown.stdout);
    let json: Value = serde_json::from_str(&repository.read("waves.json")).unwrap();
    assert_eq!(json["environments"][0]["syncs"][0]["steps"][0]["gate"], "never");
}

#[test]
fn applications_hold_one_another_up_where_argo_cd_is_told_so() {
    let repository = Repository::empty();
    let child = |wave: &str| {
        let annotations = format!("annotations: {{argocd.argoproj.io/sync-wave: \"{wave}\"}}");
        format!(
            "---\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: a{wave}, {annotations}}}\nspec: {{}}\n"
        )
    };
    repository.write("apps.yaml", &(child("0") + &child("1")));
    let shown = repository.karat(&["waves", "apps.yaml"]).stdout;
    assert!(shown.contains("nothing here has a health check"), "{shown}");
    let shown = repository.karat(&["waves", "apps.yaml", "--application-health"]).stdout;
    assert!(shown.contains("Application `a0` is synced by hand only: never goes on"), "{shown}");
}

#[test]
fn bad_input_is_told() {
    let repository = Repository::new();
    repository.write("broken.yaml", "kind: [\n");
    repository.write("empty.yaml", "");
    let mut told = String::new();
    for arguments in [
        &["waves", "-e", "prd"][..],
        &["waves", "-a", "helo"],
        &["waves", "--format", "png"],
        &["waves", "--format", "json=gone/out.json"],
        &["waves", "--format", "json=envs"],
        &["waves", "--format", "json", "--format", "text"],
        &["waves", "gone.yaml"],
        &["waves", "broken.yaml"],
        &["waves", "empty.yaml"],
        &["waves", "broken.yaml", "-e", "dev"],
        &["waves", "--namespace", "shop"],
    ] {
        let ended = repository.karat(arguments);
        let said = ended.stdout + &ended.stderr;
        writeln!(told, "$ karat {}\n{said}[{}]\n", arguments.join(" "), ended.code).unwrap();
    }
    insta::assert_snapshot!(told);
}

#[test]
fn nothing_is_shown_while_a_spec_is_broken() {
    let repository = Repository::new();
    repository.edit("envs/base/hello/app.yaml", "kind: App", "kind: Ap");
    let ended = repository.karat(&["waves"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (1, ""));
    assert!(ended.stderr.contains("error["), "{}", ended.stderr);
}

#[test]
fn a_health_check_of_applications() {
    let directory = Repository::empty();
    let ended = directory.karat(&["waves", "--health-patch"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert!(ended.stdout.starts_with("data:\n  resource.customizations.health.argoproj.io_Application: |\n"));
    // Whoever has patched gets waves that wait.
    directory.write(
        "settings.yaml",
        &format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: argocd-cm }}\n{}", ended.stdout),
    );
    assert_eq!(directory.karat(&["lint", "settings.yaml"]).code, 0);
    assert_eq!(directory.karat(&["waves", "--health-patch", "-e", "dev"]).code, 2);
}

#[test]
fn a_rolling_set_syncs_step_by_step() {
    let repository = Repository::new();
    let rolling = "argocd:\n  applications: set-list\n  applicationSet: {rolling: true}\n";
    repository.edit("karat.yaml", "argocd:\n", rolling);
    let shown = repository.karat(&["waves", "-e", "prod"]);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    assert!(
        shown.stdout.contains("of prod syncs its Applications step by step (RollingSync): prod-hello\n"),
        "{}",
        shown.stdout
    );
    assert!(!shown.stdout.contains("none waits for another"));
    let drawn = repository.karat(&["waves", "-e", "prod", "--format", "mermaid"]).stdout;
    assert!(
        drawn.contains("subgraph e0r[\"RollingSync\"]\ndirection LR\ne0r0[\"<b>step 1</b><br>prod-hello\"]\nend\n"),
        "{drawn}"
    );
    let json: Value =
        serde_json::from_str(&repository.karat(&["waves", "-e", "prod", "--format", "json"]).stdout).unwrap();
    let chart = &json["environments"][0];
    assert_eq!(chart["rollingSteps"], serde_json::json!([["prod-hello"]]));
    let syncs = chart["syncs"].as_array().unwrap();
    let hello = syncs.iter().find(|sync| sync["name"] == "hello").unwrap();
    assert_eq!(hello["application"], "prod-hello");
}
