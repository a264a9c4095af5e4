//! `--fix`, on manifests and on specs.

use std::{fs, path::Path};

use serde_json::Value;

use crate::command::{Ended, Repository};

const SHOP: &str = include_str!("../fixtures/fix_command/shop.yaml");

/// A directory with the shop in it, which no repository is around.
fn shop() -> Repository {
    let directory = Repository::empty();
    directory.write("shop.yaml", SHOP);
    directory
}

/// A finding per line: its code, and whether there is a fix for it.
fn findings(ended: &Ended) -> Vec<String> {
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or("none").to_owned();
    let findings = report["diagnostics"].as_array().unwrap().iter();
    findings.map(|finding| format!("{} {}", text(&finding["code"]), text(&finding["fix"]["safety"]))).collect()
}

#[test]
fn a_diff_writes_nothing_and_shows_no_secret() {
    let directory = shop();
    let safe = directory.karat(&["lint", "--diff", "shop.yaml"]);
    assert_eq!((safe.code, safe.stderr.as_str()), (1, "would fix 4 findings in 1 file\n"));
    let all = directory.karat(&["lint", "--diff", "--unsafe-fixes", "shop.yaml"]);
    assert!(!all.stdout.contains("123456"), "{}", all.stdout);
    insta::assert_snapshot!(all.stdout);
    assert_eq!(directory.read("shop.yaml"), SHOP);
}

#[test]
fn files_are_fixed_in_place_and_once() {
    let directory = shop();
    let before = directory.karat(&["lint", "--format", "json", "shop.yaml"]);
    let safe = directory.karat(&["lint", "--fix", "--format", "json", "shop.yaml"]);
    assert_eq!((safe.code, safe.stderr.as_str()), (1, "fixed 4 findings in 1 file\n"));
    let left = findings(&safe);
    assert_eq!(left.iter().filter(|line| line.ends_with(" safe")).count(), 0, "{left:?}");
    assert_eq!(findings(&before).len() - left.len(), 4, "{left:?}");
    let fixed = directory.read("shop.yaml");
    let again = directory.karat(&["lint", "--fix", "shop.yaml"]);
    assert_eq!(again.stderr, "fixed 0 findings in 0 files\n");
    assert_eq!(directory.read("shop.yaml"), fixed);
    directory.karat(&["lint", "--fix", "--unsafe-fixes", "shop.yaml"]);
    let diff = directory.karat(&["lint", "--diff", "--unsafe-fixes", "shop.yaml"]);
    assert_eq!((diff.code, diff.stdout.as_str()), (0, ""));
    insta::assert_snapshot!(directory.read("shop.yaml"));
}

/// The report has what an editor needs to make the same change.
#[test]
fn a_report_has_the_bytes_of_every_fix() {
    let directory = shop();
    let report = directory.karat(&["lint", "--format", "json", "shop.yaml"]);
    let report: Value = serde_json::from_str(&report.stdout).unwrap();
    let mut edits: Vec<(usize, usize, String)> = Vec::new();
    for fix in report["diagnostics"].as_array().unwrap().iter().map(|finding| &finding["fix"]) {
        for edit in fix["edits"].as_array().into_iter().flatten().filter(|_| fix["safety"] == "safe") {
            let byte = |name: &str| usize::try_from(edit[name].as_u64().unwrap()).unwrap();
            edits.push((byte("start"), byte("end"), edit["replacement"].as_str().unwrap().to_owned()));
        }
    }
    edits.sort();
    let mut text = SHOP.to_owned();
    edits.iter().rev().for_each(|(start, end, replacement)| text.replace_range(start..end, replacement));
    directory.karat(&["lint", "--fix", "shop.yaml"]);
    assert_eq!(text, directory.read("shop.yaml"));
}

#[test]
fn only_findings_that_count_are_fixed() {
    let directory = shop();
    directory.karat(&["lint", "--fix", "--unsafe-fixes", "--only", "SCH001", "shop.yaml"]);
    let fixed = directory.read("shop.yaml");
    assert!(fixed.contains("imagePullPolicy: always  # whoever") && fixed.contains("value: 0755"), "{fixed}");
}

#[test]
fn what_is_suppressed_is_not_fixed() {
    let directory = shop();
    directory.edit("shop.yaml", "value: 0755", "value: 0755 # karat: ignore SCH002 we want to see it fail");
    directory.karat(&["lint", "--fix", "shop.yaml"]);
    let fixed = directory.read("shop.yaml");
    assert!(fixed.contains("value: 0755 # karat") && fixed.contains("version: \"1.10\""), "{fixed}");
}

#[test]
fn some_files_are_nobodys_to_edit() {
    let directory = shop();
    let piped = directory.karat(&["lint", "--fix", "-"]);
    assert_eq!(piped.code, 2);
    assert_eq!(piped.stderr, "error: standard input cannot be fixed\n  hint: name the files to fix\n");
    let json = r#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"a": 1}}"#;
    let sealed = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\ndata: {a: 1}\nsops: {mac: x}\n";
    let broken = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: 1}\n---\na: [\n";
    for (path, text) in [("a.json", json), ("b.yaml", sealed), ("c.yaml", broken)] {
        directory.write(path, text);
        let ended = directory.karat(&["lint", "--fix", path]);
        assert_eq!(ended.stderr, "fixed 0 findings in 0 files\n", "{path}");
        assert_eq!(directory.read(path), text);
        assert!(!ended.stdout.contains("--fix"), "{}", ended.stdout);
    }
}

#[test]
fn what_a_fix_leaves_alone_is_the_same_to_the_byte() {
    let directory = Repository::empty();
    let text = "\u{feff}apiVersion: v1\r\nkind: ConfigMap\r\nmetadata: {name: a}\r\ndata:\r\n  a: 1 # one\r\n\r\n# end";
    directory.write("real.yaml", text);
    let ended = directory.karat(&["lint", "--fix", "real.yaml"]);
    assert_eq!(ended.code, 0, "{}", ended.stdout);
    assert_eq!(directory.read("real.yaml"), text.replace("a: 1 #", "a: \"1\" #"));
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let directory = shop();
    fs::set_permissions(directory.path("shop.yaml"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink(Path::new("shop.yaml"), directory.path("link.yaml")).unwrap();
    directory.karat(&["lint", "--fix", "link.yaml"]);
    assert!(directory.read("shop.yaml").contains("version: \"1.10\""));
    assert!(directory.path("link.yaml").is_symlink());
    let mode = fs::metadata(directory.path("shop.yaml")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    let names: Vec<_> = fs::read_dir(directory.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

/// A spec's own mistakes are fixed in the spec, and so are those of objects that it holds word for word.
#[test]
fn specs_are_fixed_where_they_were_written() {
    let repository = Repository::new();
    repository.edit("envs/prod/hello.yaml", "replicas: 3", "replica: 3");
    repository.edit(
        "envs/base/hello/app.yaml",
        "containers:",
        "extra:\n  more:\n    apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: more}\n    data:\n      a: 1 # one\ncontainers:",
    );
    let before = repository.read("envs/base/hello/app.yaml");
    let diff = repository.karat(&["check", "--diff", "--unsafe-fixes"]);
    assert_eq!(diff.code, 1);
    insta::assert_snapshot!(diff.stdout);
    assert_eq!(repository.read("envs/base/hello/app.yaml"), before);
    let safe = repository.karat(&["check", "--fix"]);
    assert!(safe.stdout.contains("fix:  rename it to `replicas` (--fix --unsafe-fixes)"), "{}", safe.stdout);
    assert_eq!(repository.read("envs/base/hello/app.yaml"), before.replace("a: 1 #", "a: \"1\" #"));
    repository.karat(&["check", "--fix", "--unsafe-fixes"]);
    assert!(repository.read("envs/prod/hello.yaml").contains("workload: { replicas: 3 }"));
}

/// Golden files are written by `karat golden` alone, whoever looks at them.
#[test]
fn golden_files_are_not_fixed() {
    let repository = Repository::new();
    let path = "golden/dev/more.yaml";
    repository.write(path, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: 1}\n");
    let ended = repository.karat(&["lint", "--fix", path]);
    assert_eq!(ended.stderr, "fixed 0 findings in 0 files\n");
    assert!(repository.read(path).ends_with("data: {a: 1}\n"));
}
