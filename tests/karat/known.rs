//! Findings that are known: `--baseline`, `--write-baseline`, `--new-since`.

use std::{path::Path, process::Command};

use serde_json::Value;

use crate::{
    command::{Ended, Repository, command, ended, karat_in},
    git::{git, has_git},
};

const TYPO: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\nkeys: 1\n";

/// What is found, as `code path`, and how much of it was known: in the baseline, and at the revision.
fn found(ended: &Ended) -> (Vec<String>, u64, u64) {
    assert_ne!(ended.code, 2, "{}", ended.stderr);
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    let findings = report["diagnostics"].as_array().unwrap().iter();
    let line = |finding: &Value| {
        let path = finding["resources"][0]["path"].as_str().unwrap_or("-");
        format!("{} {path}", finding["code"].as_str().unwrap())
    };
    let count = |key: &str| report["summary"][key].as_u64().unwrap();
    (findings.map(line).collect(), count("in_baseline"), count("earlier"))
}

fn lint(directory: &Repository, arguments: &[&str]) -> Ended {
    directory.karat(&[&["lint", "--format", "json"], arguments].concat())
}

#[test]
fn a_baseline_hides_what_is_in_it() {
    let directory = Repository::empty();
    directory.write("a.yaml", TYPO);
    let written = directory.karat(&["lint", "a.yaml", "--write-baseline", "known.json"]);
    assert_eq!((written.code, written.stdout.as_str()), (0, "no findings in 1 file, 1 resource; 1 in the baseline\n"));
    insta::assert_snapshot!(directory.read("known.json"));
    assert_eq!(found(&lint(&directory, &["a.yaml", "--baseline", "known.json"])), (vec![], 1, 0));
    directory.write("a.yaml", &format!("\n\n{TYPO}names: 2\n"));
    assert_eq!(
        found(&lint(&directory, &["a.yaml", "--baseline", "known.json"])),
        (vec!["SCH001 /names".into()], 1, 0),
        "lines may move"
    );
    directory.write("a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\nnames: 2\n");
    let gone = lint(&directory, &["a.yaml", "--baseline", "known.json"]);
    assert_eq!(found(&gone), (vec!["SCH001 /names".into(), "SUP005 -".into()], 0, 0));
    assert!(gone.stdout.contains("\"file\":\"known.json\",\"line\":2,"), "{}", gone.stdout);
    let skipped = lint(&directory, &["a.yaml", "--baseline", "known.json", "--skip", "SCH"]);
    assert_eq!(found(&skipped), (vec![], 0, 0), "nobody looked for it");
}

#[test]
fn baselines_of_a_repository() {
    let repository = Repository::new();
    repository.edit("envs/prod/hello.yaml", "replicas: 3", "replicas: 4");
    let first = repository.karat(&["check", "--write-baseline", "known.json"]);
    assert_eq!(first.code, 0, "{}", first.stdout);
    let known = repository.read("known.json");
    assert!(known.lines().count() == 3 && known.contains("\"environment\":\"prod\""), "{known}");
    let check = |arguments: &[&str]| {
        let known = ["check", "--format", "json", "--baseline", "known.json"];
        found(&repository.karat(&[&known[..], arguments].concat()))
    };
    assert_eq!(check(&[]), (vec![], 1, 0));
    repository.edit("envs/prod/hello.yaml", "replicas: 4", "replicas: 3");
    assert_eq!(check(&[]), (vec!["SUP005 -".into()], 0, 0));
    for left_out in [&["-e", "dev"][..], &["-a", "hello"], &["--skip", "GLD"]] {
        assert_eq!(check(left_out), (vec![], 0, 0), "{left_out:?}");
    }
    repository.karat(&["check", "--write-baseline", "known.json"]);
    assert_eq!(repository.read("known.json"), "{\"version\":1,\"findings\":[\n]}\n");
}

#[test]
fn baselines_that_are_none() {
    let directory = Repository::empty();
    directory.write("a.yaml", TYPO);
    directory.write("broken.json", "{\"version\":1,\"findings\":[\n{\"code\":1}\n]}\n");
    directory.write("later.json", "{\"version\":2}\n");
    directory.write("known.json", "");
    let mut said = String::new();
    for file in ["none.json", "broken.json", "later.json", "known.json", "."] {
        let ended = lint(&directory, &["a.yaml", "--baseline", file]);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{file}");
        said += &ended.stderr;
    }
    let ended = lint(&directory, &["a.yaml", "--write-baseline", "none/known.json"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    insta::assert_snapshot!(said + &ended.stderr);
    assert_eq!(lint(&directory, &["a.yaml", "--baseline", "a", "--write-baseline", "b"]).code, 2);
}

/// Puts all files of a directory into a new commit with a tag.
fn commit(directory: &Path, tag: &str) {
    assert!(git(directory, &["add", "-A", "."]) && git(directory, &["commit", "-q", "-m", tag]));
    assert!(git(directory, &["tag", tag]));
}

#[test]
fn only_what_is_new_since_a_revision() {
    if !has_git() {
        return;
    }
    let directory = Repository::empty();
    assert!(git(&directory.path(""), &["init", "-q"]));
    directory.write("deploy/a.yaml", TYPO);
    directory.write("deploy/gone.yaml", &TYPO.replace("name: a", "name: gone"));
    commit(&directory.path(""), "first");
    let since = |arguments: &[&str]| found(&lint(&directory, &[arguments, &["--new-since", "first"]].concat()));
    assert_eq!(since(&["deploy"]), (vec![], 0, 2));
    directory.write("deploy/a.yaml", &format!("# moved\n{TYPO}names: 2\n"));
    std::fs::remove_file(directory.path("deploy/gone.yaml")).unwrap();
    let new = (vec!["SCH001 /names".to_owned()], 0, 1);
    assert_eq!(since(&["deploy"]), new);
    assert_eq!(since(&["deploy/a.yaml", "./deploy"]), new);
    directory.write("b.yaml", &TYPO.replace("name: a", "name: b"));
    assert_eq!(since(&["b.yaml"]), (vec!["SCH001 /keys".into()], 0, 0));
    let status = Command::new("git").args(["status", "--porcelain"]).current_dir(directory.path("")).output().unwrap();
    assert_eq!(String::from_utf8(status.stdout).unwrap(), " M deploy/a.yaml\n D deploy/gone.yaml\n?? b.yaml\n");
    // A hook of git says where its own repository is; that is not the one of these files.
    let mut hooked = command(&directory.path(""), &["lint", "deploy", "--format", "json", "--new-since", "first"]);
    hooked.env("GIT_DIR", "/nowhere").env("GIT_WORK_TREE", "/nowhere").env("GIT_INDEX_FILE", "/nowhere");
    assert_eq!(found(&ended(hooked.output().unwrap())), new);
}

/// A repository of Karat below the root of a git repository, with findings of every stage.
#[test]
fn a_repository_since_a_revision() {
    if !has_git() {
        return;
    }
    let around = Repository::empty();
    assert!(git(&around.path(""), &["init", "-q"]));
    around.write("README.md", "");
    commit(&around.path(""), "empty");
    std::fs::create_dir(around.path("systems")).unwrap();
    assert_eq!(karat_in(&around.path("systems"), &["init"]).code, 0);
    around.edit("systems/envs/prod/hello.yaml", "replicas: 3", "replicas: 4 # karat: ignore NET001 of no use");
    std::os::unix::fs::symlink("hello.yaml", around.path("systems/envs/prod/link")).unwrap();
    commit(&around.path(""), "first");
    let check = |arguments: &[&str]| {
        found(&karat_in(&around.path("systems"), &[&["check", "--format", "json"], arguments].concat()))
    };
    let (all, ..) = check(&[]);
    assert!(!all.is_empty());
    assert_eq!(check(&["--new-since", "first"]), (vec![], 0, all.len() as u64));
    assert_eq!(check(&["--new-since", "HEAD~0"]).0, Vec::<String>::new());
    assert_eq!(check(&["--new-since", "empty"]), (all.clone(), 0, 0), "there was no repository");
    around.edit(
        "systems/envs/base/hello/app.yaml",
        "kind: App",
        "kind: App\nextra: { a: { apiVersion: v1, kind: ConfigMap, metadata: { name: a }, limit: 1 } }",
    );
    let (new, _, earlier) = check(&["--new-since", "first", "--only", "SCH,GLD001"]);
    assert_eq!((new, earlier), (vec!["SCH001 /limit".into()], 1));
}

#[test]
fn revisions_that_are_none() {
    if !has_git() {
        return;
    }
    let directory = Repository::empty();
    directory.write("a.yaml", TYPO);
    let mut said = String::new();
    let mut fails = |arguments: &[&str]| {
        let ended = lint(&directory, arguments);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{arguments:?}");
        said += &ended.stderr;
    };
    fails(&["a.yaml", "--new-since", "HEAD"]);
    assert!(git(&directory.path(""), &["init", "-q"]));
    fails(&["a.yaml", "--new-since", "HEAD"]);
    commit(&directory.path(""), "first");
    for revision in ["frist", "", "--output=a", "first:a.yaml", "first..first", "a b"] {
        fails(&["a.yaml", &format!("--new-since={revision}")]);
    }
    fails(&["-", "--new-since", "first"]);
    insta::assert_snapshot!(said);
    let mut without = command(&directory.path(""), &["lint", "a.yaml", "--new-since", "first"]);
    let ended = ended(without.env("PATH", "/nowhere").output().unwrap());
    assert_eq!((ended.code, ended.stderr.lines().count()), (2, 2));
    assert!(ended.stderr.contains("`--new-since` needs git"), "{}", ended.stderr);
}
