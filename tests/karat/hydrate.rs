//! `karat render --layout hydrated`: a branch as Argo CD's source hydrator would write it, in a real git repository.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use serde_json::{Value, json};

use crate::{
    command::{Ended, Repository, karat_in},
    git::{git, has_git},
};

const MESSAGE: &str = "Greet everybody

Once more.

Argocd-reference-commit-author: Ada <ada@git.example>
Argocd-reference-commit-sha: 0ff1ce5
Signed-off-by: Ada <ada@git.example>
";

/// A repository of Karat that is one of git, with one commit.
fn committed() -> Repository {
    let repository = Repository::new();
    let root = repository.path("");
    assert!(git(&root, &["init", "-q"]) && git(&root, &["add", "-A", "."]));
    assert!(git(&root, &["commit", "-q", "-m", MESSAGE, "--date", "2026-01-31T08:00:00+01:00"]));
    repository
}

fn hydrate(repository: &Repository, base: &Path, arguments: &[&str]) -> Ended {
    let base = base.to_str().unwrap();
    repository.karat(&[&["render", "--layout", "hydrated", "-e", "prod", "-o", base], arguments].concat())
}

/// Every file below a directory, but for git's own.
fn files(base: &Path) -> BTreeMap<String, String> {
    let entries = walkdir::WalkDir::new(base).into_iter().map(Result::unwrap).filter(|it| it.file_type().is_file());
    let name = |path: &Path| path.strip_prefix(base).unwrap().to_str().unwrap().to_owned();
    let files = entries.map(|file| (name(file.path()), fs::read_to_string(file.path()).unwrap_or_default()));
    files.filter(|(name, _)| !name.starts_with(".git/")).collect()
}

fn head(directory: &Path) -> String {
    let output = Command::new("git").args(["rev-parse", "HEAD"]).current_dir(directory).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn metadata(base: &Path, path: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(base.join(path)).unwrap()).unwrap()
}

#[test]
fn a_branch_names_its_commit() {
    if !has_git() {
        return;
    }
    let (repository, base) = (committed(), tempfile::tempdir().unwrap());
    let ended = hydrate(&repository, base.path(), &[]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let sha = head(&repository.path(""));
    let mut root = metadata(base.path(), "hydrator.metadata");
    assert_eq!(root["drySha"], sha);
    root.as_object_mut().unwrap().retain(|key, _| !["drySha", "repoURL"].contains(&key.as_str()));
    let reference = json!({"author": "Ada <ada@git.example>", "sha": "0ff1ce5"});
    assert_eq!(
        root,
        json!({
            "author": "a <a@example.com>",
            "date": "2026-01-31T08:00:00+01:00",
            "subject": "Greet everybody",
            "body": "Once more.\n\nSigned-off-by: Ada <ada@git.example>",
            "references": [{"commit": reference}],
        })
    );
    let own = metadata(base.path(), "hello/hydrator.metadata");
    assert_eq!((&own["drySha"], &own["commands"]), (&json!(sha), &json!(["karat render -e prod -a hello"])));
    assert!(fs::read_to_string(base.path().join("hello/README.md")).unwrap().contains(&sha));
}

#[test]
fn manifests_are_what_their_commands_print() {
    if !has_git() {
        return;
    }
    let (repository, base) = (committed(), tempfile::tempdir().unwrap());
    hydrate(&repository, base.path(), &[]);
    let paths: Vec<String> = files(base.path())
        .into_keys()
        .filter_map(|path| path.strip_suffix("/manifest.yaml").map(str::to_owned))
        .collect();
    assert!(["_argocd", "_cluster", "hello"].iter().all(|path| paths.contains(&(*path).to_owned())), "{paths:?}");
    for path in paths {
        let own = metadata(base.path(), &format!("{path}/hydrator.metadata"));
        let command: Vec<&str> = own["commands"][0].as_str().unwrap().split(' ').skip(1).collect();
        let printed = repository.karat(&command);
        assert_eq!(printed.stdout, fs::read_to_string(base.path().join(path).join("manifest.yaml")).unwrap());
    }
}

#[test]
fn a_commit_that_changes_no_manifest_changes_nothing() {
    if !has_git() {
        return;
    }
    let (repository, base) = (committed(), tempfile::tempdir().unwrap());
    hydrate(&repository, base.path(), &[]);
    fs::write(base.path().join("hello/NOTES"), "mine").unwrap();
    let before = files(base.path());
    repository.write("README.md", "# Hello\n");
    let root = repository.path("");
    assert!(git(&root, &["add", "-A", "."]) && git(&root, &["commit", "-q", "-m", "Say what this is"]));
    assert!(hydrate(&repository, base.path(), &[]).stdout.starts_with("0 changed, "));
    assert_eq!(files(base.path()), before);
    // One app changes: its path and the root name the new commit, and the others the one that they are of.
    repository.edit("envs/prod/hello.yaml", "replicas: 3", "replicas: 4");
    assert!(git(&root, &["commit", "-q", "-a", "-m", "Scale"]));
    assert!(hydrate(&repository, base.path(), &[]).stdout.starts_with("1 changed, "));
    let sha = head(&root);
    assert_eq!(metadata(base.path(), "hydrator.metadata")["drySha"], sha);
    assert_eq!(metadata(base.path(), "hello/hydrator.metadata")["drySha"], sha);
    assert_ne!(metadata(base.path(), "_cluster/hydrator.metadata")["drySha"], sha);
    assert_eq!(fs::read_to_string(base.path().join("hello/NOTES")).unwrap(), "mine");
}

#[test]
fn without_a_clone_the_commit_is_named() {
    let (repository, base) = (Repository::new(), tempfile::tempdir().unwrap());
    let sha = "0ff1ce0ff1ce0ff1ce0ff1ce0ff1ce0ff1ce0ff1";
    assert_eq!(hydrate(&repository, base.path(), &["--dry-sha", sha]).code, 0);
    let root = metadata(base.path(), "hydrator.metadata");
    assert_eq!((&root["drySha"], root["author"].is_null()), (&json!(sha), true));
}

#[test]
fn what_cannot_be_hydrated_is_refused() {
    if !has_git() {
        return;
    }
    let (repository, outside) = (committed(), tempfile::tempdir().unwrap());
    let mut cases = Vec::new();
    let mut case = |ended: Ended| {
        assert_eq!(ended.stdout, "");
        cases.push(format!("exit {}\n{}", ended.code, ended.stderr));
    };
    let base = outside.path().to_str().unwrap().to_owned();
    let render = |arguments: &[&str]| repository.karat(&[&["render"], arguments].concat());
    case(render(&["--layout", "hydrated", "-o", &base]));
    case(render(&["--layout", "hydrated", "-e", "prod"]));
    case(render(&["--layout", "hydrated", "-e", "prod", "-o", &base, "--set", "workload.replicas=9"]));
    case(render(&["--dry-sha", "0ff1ce5"]));
    case(hydrate(&repository, outside.path(), &["--dry-sha", "main"]));
    case(karat_in(&repository.path(""), &["render", "--layout", "hydrated", "-e", "prod", "-o", "envs/.."]));
    for inside in ["envs/prod", "envs", "golden", "new/../schemas/branch"] {
        case(karat_in(&repository.path(""), &["render", "--layout", "hydrated", "-e", "prod", "-o", inside]));
    }
    let missing = outside.path().join("missing");
    case(render(&["--layout", "hydrated", "-o", missing.to_str().unwrap()]));
    assert!(!missing.exists());
    repository.edit("envs/prod/hello.yaml", "replicas: 3", "replicas: 4");
    case(hydrate(&repository, outside.path(), &[]));
    repository.edit("envs/prod/hello.yaml", "replicas: 4", "replicas: 3");
    let secret = "extra:\n  token:\n    apiVersion: v1\n    kind: Secret\n    metadata: { name: token }\n    stringData: { token: hunter2 }\n";
    let app = repository.read("envs/base/hello/app.yaml");
    repository.write("envs/base/hello/app.yaml", &(app + secret));
    case(hydrate(&repository, outside.path(), &["--dry-sha", &"c".repeat(40)]));
    assert!(files(outside.path()).is_empty());
    let said = cases.join("\n").replace(repository.path("").canonicalize().unwrap().to_str().unwrap(), "ROOT");
    insta::assert_snapshot!(said);
}
