//! `karat schema`: definitions that a repository keeps, and the list of all kinds.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Stdio,
};

use serde_json::Value;

use crate::command::{Ended, Repository, command, ended};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/definitions").join(name)
}

fn content(name: &str) -> String {
    fs::read_to_string(fixture(name)).unwrap()
}

fn add(repository: &Repository, files: &[&str]) -> Ended {
    for file in files {
        repository.write(file, &content(file));
    }
    repository.karat(&[&["schema", "add"], files].concat())
}

fn said(Ended { code, stdout, stderr }: &Ended) -> String {
    format!("exit {code}\n== stdout\n{stdout}== stderr\n{stderr}")
}

/// The files in `schemas/crds`.
fn files(repository: &Repository) -> Vec<String> {
    let directory = repository.path("schemas/crds");
    let entries = walkdir::WalkDir::new(&directory).sort_by_file_name().into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_file());
    files.map(|file| file.path().strip_prefix(&directory).unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
fn definitions_of_a_cluster_are_added_once() {
    let repository = Repository::new();
    let mut command = command(&repository.path(""), &["schema", "add", "-"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(content("cluster.yaml").as_bytes()).unwrap();
    insta::assert_snapshot!(said(&ended(child.wait_with_output().unwrap())));
    insta::assert_snapshot!("widgets", repository.read("schemas/crds/example.com/widgets.yaml"));
    assert_eq!(files(&repository), ["example.com/gears.yaml", "example.com/widgets.yaml"]);
    let again = add(&repository, &["cluster.yaml"]);
    assert!(again.stdout.ends_with("0 added, 0 updated, 2 unchanged\n"), "{}", said(&again));
    repository.write(
        "widget.yaml",
        "apiVersion: example.com/v1beta1\nkind: Widget\nmetadata: { name: a }\nspec: { size: x }\n",
    );
    let linted = repository.karat(&["lint", "widget.yaml"]);
    assert!(linted.stdout.contains("SCH002"), "{}", linted.stdout);
}

#[test]
fn a_definition_is_updated_where_it_stands() {
    let repository = Repository::new();
    repository.write("schemas/crds/example.yaml", &content("bundle.yaml"));
    let updated = add(&repository, &["cluster.yaml"]);
    assert!(updated.stdout.contains("updated    schemas/crds/example.yaml\n"), "{}", said(&updated));
    assert!(updated.stdout.ends_with("1 added, 1 updated, 0 unchanged\n"), "{}", said(&updated));
    insta::assert_snapshot!(repository.read("schemas/crds/example.yaml"));
    let again = add(&repository, &["cluster.yaml"]);
    assert!(again.stdout.ends_with("0 added, 0 updated, 2 unchanged\n"), "{}", said(&again));
    repository.write("schemas/crds/example.yaml", &content("cluster.yaml").replace("Cluster", "Namespaced"));
    fs::remove_dir_all(repository.path("schemas/crds/example.com")).unwrap();
    insta::assert_snapshot!("in_a_list", said(&add(&repository, &["cluster.yaml"])));
}

#[test]
fn the_layout_that_is_there_is_kept() {
    for (path, expected) in [
        ("example.com_widgets.yaml", "example.com_gears.yaml"),
        ("widgets.example.com.yaml", "gears.example.com.yaml"),
        ("widgets.yaml", "example.com/gears.yaml"),
    ] {
        let repository = Repository::new();
        add(&repository, &["cluster.yaml"]);
        let widgets = repository.read("schemas/crds/example.com/widgets.yaml");
        fs::remove_dir_all(repository.path("schemas/crds")).unwrap();
        repository.write(&format!("schemas/crds/{path}"), &widgets);
        let added = add(&repository, &["cluster.yaml"]);
        let line = format!("added      schemas/crds/{expected}\n");
        assert!(added.stdout.contains(&line), "{path}: {}", said(&added));
    }
    let repository = Repository::new();
    repository.write("schemas/crds/example.com/gears.yaml", "# taken\n");
    let added = add(&repository, &["cluster.yaml"]);
    assert!(added.stdout.contains("schemas/crds/example.com_gears.yaml"), "{}", said(&added));
}

#[test]
fn what_is_no_definition_is_refused() {
    let repository = Repository::new();
    insta::assert_snapshot!(said(&add(&repository, &["refused.yaml"])));
    assert!(!repository.path("schemas/crds").exists());
    let object = "apiVersion: v1\nkind: Secret\nmetadata: { name: a }\nstringData: { password: hunter2 }\n";
    repository.write("secret.yaml", object);
    let refused = add(&repository, &[]);
    assert_eq!(refused.code, 2);
    let refused = repository.karat(&["schema", "add", "secret.yaml"]);
    assert!(refused.code == 1 && refused.stderr.contains("SCH010"), "{}", said(&refused));
    assert!(!refused.stderr.contains("hunter2"), "{}", said(&refused));
    insta::assert_snapshot!("beside_others", said(&add(&repository, &["bundle.yaml"])));
    let nowhere = Repository::empty();
    assert_eq!(add(&nowhere, &["bundle.yaml"]).code, 2);
}

#[test]
fn every_kind_is_listed_with_its_source() {
    let repository = Repository::new();
    add(&repository, &["cluster.yaml"]);
    repository.write("schemas/example.org/cog_v1.json", "{\"type\": \"object\"}");
    repository.write("schemas/scaledobject-keda.sh-v1alpha1.json", "{\"type\": \"object\"}");
    let list = |arguments: &[&str]| repository.karat(&[&["schema", "list"], arguments].concat());
    let mut lines = String::new();
    for filter in ["example", "apps/v1 d", "ScaledObject", "podmonitor", "nonesuch"] {
        lines.extend([filter, "\n", &list(&[filter]).stdout, "\n"]);
    }
    insta::assert_snapshot!(lines);
    let old = "flowcontrol.apiserver.k8s.io/v1beta3";
    assert_eq!(list(&[old]).stdout, "");
    assert_eq!(list(&[old, "--kubernetes-version", "1.28"]).stdout.lines().count(), 4);
    repository.edit("karat.yaml", "kubeVersion: \"1.34\"", "kubeVersion: \"1.28\"");
    assert_eq!(list(&[old]).stdout.lines().count(), 4);
    let json: Value = serde_json::from_str(&list(&["widget", "--format", "json"]).stdout).unwrap();
    assert_eq!(json["kinds"][1]["file"], "schemas/crds/example.com/widgets.yaml");
    assert!(Repository::empty().karat(&["schema", "list"]).stdout.lines().count() > 300);
}
