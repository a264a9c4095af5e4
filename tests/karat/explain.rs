//! `karat explain` on the worked example.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::command::{Repository, karat_in};

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/examples")
}

fn explain(arguments: &[&str]) -> String {
    let ended = karat_in(&examples(), &[&["explain"], arguments].concat());
    format!("exit {}\n{}{}", ended.code, ended.stdout, ended.stderr)
}

#[test]
fn fields_trace_to_their_layers() {
    let deployment = |app, pointer| explain(&[app, "Deployment", pointer]);
    let cases = [
        deployment("dev/checkout", "/spec/replicas"),
        deployment("prod/checkout", "/spec/replicas"),
        deployment("prod/checkout", "/spec/template/spec/containers/0/image"),
        deployment("dev/checkout", "/spec/template/spec/containers/0/env/0/value"),
        deployment("dev/checkout", "/spec/template/spec/containers/0/env/0/name"),
        deployment("prod/checkout", "/metadata/namespace"),
        deployment("prod/checkout", "/kind"),
        explain(&["prod/checkout", "ScaledObject", "/spec/pollingInterval"]),
        explain(&["dev/checkout", "Ingress", "/spec/tls"]),
        explain(&["dev/cart", "service/cart-headless", "/spec/clusterIP"]),
        deployment("dev/checkout", "/spec/template/spec/containers/[name=app]/image"),
        deployment("dev/checkout", "/spec/template/spec/containers/[name=nobody]/image"),
        explain(&["dev/checkout", "AppProject/dev-shop", "/metadata/name"]),
    ];
    insta::assert_snapshot!(cases.join("\n"));
}

#[test]
fn all_fields_of_an_object() {
    let cases = [
        explain(&["prod/checkout", "application"]),
        explain(&["prod", "Application/prod"]),
        explain(&["prod/_argocd", "AppProject/prod-payments"]),
        explain(&["prod/_cluster", "Namespace/payments-prod"]),
        explain(&["dev/checkout", "Deployment", "/spec/template/spec/containers/[name=app]/ports"]),
    ];
    insta::assert_snapshot!(cases.join("\n"));
}

#[test]
fn answers_for_programs() {
    let cases = [
        explain(&["prod/checkout", "Application", "/spec/syncPolicy/automated", "--format", "json"]),
        explain(&["prod", "Application/prod", "/spec/project", "--format", "json"]),
        explain(&["dev/checkout", "Ingress", "/spec/tls", "--format", "json"]),
    ];
    insta::assert_snapshot!(cases.join("\n"));
}

/// Argo CD's own objects are made from the most files.
#[test]
fn every_field_of_argo_cds_objects_is_traced() {
    let rendered = tempfile::tempdir().unwrap();
    let output = rendered.path().to_str().unwrap();
    assert_eq!(karat_in(&examples(), &["render", "-e", "prod", "-o", output]).code, 0);
    let mut objects = Vec::new();
    for entry in fs::read_dir(rendered.path().join("prod/_argocd")).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        objects.push(file.replacen(".argoproj.io-", "/", 1).replace(".yaml", ""));
    }
    assert!(objects.len() > 4, "{objects:?}");
    for object in objects {
        let answer = karat_in(&examples(), &["explain", "prod", &object, "--format", "json"]);
        let answer: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
        let fields = answer["fields"].as_array().unwrap();
        assert!(fields.len() > 6, "{object}");
        let unexplained = fields.iter().find(|field| field["written"].is_null() && field["rule"].is_null());
        assert!(unexplained.is_none(), "{object}: {unexplained:?}");
    }
}

#[test]
fn what_cannot_be_explained_is_said() {
    let cases = [
        explain(&["dev/chekout", "Deployment", "/spec"]),
        explain(&["test/checkout", "Deployment", "/spec"]),
        explain(&["dev/checkout", "StatefulSet", "/spec"]),
        explain(&["dev/checkout", "Deployment", "spec"]),
        explain(&["dev", "NetworkPolicy", "/spec"]),
        explain(&["dev", "Deployment/chekout"]),
        explain(&["NET001", "--format", "json"]),
        explain(&["dev/checkout"]),
        explain(&["NET999"]),
        explain(&["foo"]),
    ];
    insta::assert_snapshot!(cases.join("\n"));
}

#[test]
fn what_a_hook_calls_for_has_its_reason() {
    let why = |pointer| explain(&["prod/checkout", "Job", pointer]);
    let retries = why("/spec/backoffLimit");
    assert!(retries.contains("spec /jobs/smoke/hook") && retries.contains("unless `jobs.<name>.retries`"), "{retries}");
    assert!(retries.contains("filled in: ") && !retries.contains("worked out"), "{retries}");
    let policy = why("/metadata/annotations/argocd.argoproj.io~1hook-delete-policy");
    assert!(policy.contains("unless `jobs.<name>.hookDelete`"), "{policy}");
    let own = why("/spec/activeDeadlineSeconds");
    assert!(own.contains("spec /jobs/smoke/deadline") && !own.contains("unless"), "{own}");
}

#[test]
fn an_application_of_a_set_is_explained_by_the_set() {
    let repository = Repository::new();
    repository.edit("karat.yaml", "argocd:\n", "argocd:\n  applications: set-list\n");
    let shown = repository.karat(&["explain", "prod/hello", "Application"]);
    assert_eq!(shown.code, 2);
    assert!(shown.stderr.contains("`prod-hello` is generated by an ApplicationSet"), "{}", shown.stderr);
    assert!(shown.stderr.contains("`karat explain prod ApplicationSet/prod-apps`"), "{}", shown.stderr);
}
