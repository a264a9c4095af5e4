//! `karat lint`: manifests that somebody else made.

use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Stdio,
};

use serde_json::Value;
use walkdir::WalkDir;

use crate::command::{Ended, Repository, command, ended};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/lint")
}

/// The fixtures in a directory of their own, which no repository is around.
fn copied() -> Repository {
    let copy = Repository::empty();
    copy_to(&copy, "");
    copy
}

fn copy_to(copy: &Repository, directory: &str) {
    for file in WalkDir::new(fixtures()).into_iter().map(Result::unwrap).filter(|file| file.file_type().is_file()) {
        let to = copy.path(directory).join(file.path().strip_prefix(fixtures()).unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(file.path(), to).unwrap();
    }
}

fn lint(directory: &Repository, arguments: &[&str]) -> Ended {
    directory.karat(&[&["lint"], arguments].concat())
}

fn from_stdin(directory: &Repository, content: &[u8], arguments: &[&str]) -> Ended {
    let mut command = command(&directory.path(""), &[&["lint", "-"], arguments].concat());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(content).unwrap();
    ended(child.wait_with_output().unwrap())
}

/// The findings of a report in JSON, each on a line.
fn findings(ended: &Ended) -> String {
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    let mut lines = String::new();
    for finding in report["diagnostics"].as_array().unwrap() {
        let text = |at: &str| finding.pointer(at).and_then(Value::as_str).unwrap_or("-");
        let line = finding.pointer("/primary/line").and_then(Value::as_u64).unwrap_or_default();
        let (file, code, message) = (text("/primary/file"), text("/code"), text("/message"));
        writeln!(lines, "{file}:{line} {code} {message}").unwrap();
    }
    lines
}

#[test]
fn whatever_the_input_looks_like() {
    let copy = copied();
    for input in ["helm.yaml", "kustomize.yaml", "list.json", "directory", "chart", "crd.yaml"] {
        let ended = lint(&copy, &[input]);
        assert_eq!((ended.code, ended.stderr.as_str()), (1, ""), "{input}");
        insta::assert_snapshot!(input.split('.').next(), ended.stdout);
    }
}

#[test]
fn standard_input() {
    let copy = copied();
    let report = lint(&copy, &["helm.yaml", "--format", "json"]);
    let piped = from_stdin(&copy, copy.read("helm.yaml").as_bytes(), &["--format", "json"]);
    assert_eq!(piped.code, 1);
    let [mut file, report] = [report, piped].map(|ended| serde_json::from_str::<Value>(&ended.stdout).unwrap());
    // What is read from a pipe cannot be edited.
    file["diagnostics"].as_array_mut().unwrap().iter_mut().for_each(|finding| finding["fix"] = Value::Null);
    assert_eq!(report.to_string(), file.to_string().replace("helm.yaml", "<stdin>"));
    assert_eq!(report["diagnostics"][0]["resources"][0]["environment"], "");
    assert_eq!((&report["summary"]["files"], &report["summary"]["resources"]), (&1.into(), &5.into()));
    let nothing = from_stdin(&copy, b"", &[]);
    assert_eq!(nothing.code, 0);
    assert!(nothing.stdout.starts_with("  warning[INP005]: there is no object here"), "{}", nothing.stdout);
    let large = from_stdin(&copy, &vec![b'#'; 16 * 1024 * 1024 + 1], &["--format", "json"]);
    assert_eq!(findings(&large).lines().count(), 1);
    assert!(findings(&large).starts_with("<stdin>:1 INP001 the file has 16777217 bytes"), "{}", findings(&large));
}

/// A shell's `<(…)` names a pipe.
#[cfg(unix)]
#[test]
fn pipes_are_files() {
    let copy = copied();
    let content = copy.read("helm.yaml");
    let mut command = command(&copy.path(""), &["lint", "/dev/stdin", "--format", "json"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(content.as_bytes()).unwrap();
    let piped = ended(child.wait_with_output().unwrap());
    assert_eq!((piped.code, piped.stderr.as_str()), (1, ""));
    let report = lint(&copy, &["helm.yaml", "--format", "json"]);
    assert_eq!(findings(&piped), findings(&report).replace("helm.yaml", "/dev/stdin"));
    let fixed = lint(&copy, &["/dev/zero", "--fix"]);
    assert!(fixed.code == 2 && fixed.stderr.contains("/dev/zero cannot be fixed"), "{}", fixed.stderr);
    let endless = lint(&copy, &["/dev/zero", "--format", "json"]);
    assert!(findings(&endless).starts_with("/dev/zero:1 INP001"), "{}", findings(&endless));
}

/// Kustomize wants no `apiVersion` and no `kind` in them.
#[test]
fn kustomizations_go_by_the_names_of_their_files() {
    let copy = copied();
    for (file, expected) in
        [("bare/kustomization.yaml", "INP004"), ("bare/Kustomization", "INP004"), ("bare/other.yaml", "INP002")]
    {
        let report = lint(&copy, &[file, "--format", "json"]);
        assert!(findings(&report).starts_with(&format!("{file}:2 {expected}")), "{}", findings(&report));
    }
}

/// What stands in one file counts for the others, and no file counts twice.
#[test]
fn all_files_are_one_set() {
    let copy = copied();
    let alone = lint(&copy, &["kustomize.yaml", "--format", "json"]);
    assert!(findings(&alone).contains("WRK002"), "{}", findings(&alone));
    let settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: shop }\n";
    copy.write("more/settings.yaml", settings);
    let both = lint(&copy, &["more", "kustomize.yaml", "./more/settings.yaml", "--format", "json"]);
    assert!(!findings(&both).contains("WRK002"), "{}", findings(&both));
    assert!(both.stdout.contains("\"files\":2,\"resources\":5"), "{}", both.stdout);
    let root = copy.path("");
    let elsewhere = Repository::empty().karat(&["-C", root.to_str().unwrap(), "lint", "kustomize.yaml", "more"]);
    assert_eq!(elsewhere.stdout, lint(&copy, &["more", "kustomize.yaml"]).stdout);
}

#[test]
fn paths_are_shown_as_they_are_named() {
    let copy = copied();
    let shown = |path: &str| {
        let report = lint(&copy, &[path, "--format", "json", "--only", "API001"]);
        findings(&report).lines().filter(|line| line.contains(" API001 ")).count()
    };
    assert_eq!(shown("kustomize.yaml"), 1);
    for (path, place) in [(".", "kustomize.yaml:"), ("./", "kustomize.yaml:"), ("./kustomize.yaml", "kustomize.yaml:")]
    {
        let found = findings(&lint(&copy, &[path, "--format", "json"]));
        assert!(found.lines().any(|line| line.starts_with(place)), "{path}: {found}");
    }
    let root = fs::canonicalize(copy.path("")).unwrap();
    let absolute = root.join("chart").display().to_string();
    let found = findings(&lint(&copy, &[&absolute, "--format", "json"]));
    assert!(found.lines().all(|line| line.starts_with(&format!("{absolute}/"))), "{found}");
}

#[test]
fn schemas_and_policies_of_the_repository_count() {
    let repository = Repository::new();
    copy_to(&repository, "input");
    let widget = "apiVersion: example.com/v1\nkind: Widget\nmetadata: { name: a }\nspec: { size: x }\n";
    repository.write("input/widget.yaml", widget);
    let lint = || findings(&lint(&repository, &["input/widget.yaml", "--format", "json"]));
    assert!(lint().contains("SCH006"), "{}", lint());
    let definition = repository.read("input/crd.yaml").split("---\n").nth(1).unwrap().to_owned();
    repository.write("schemas/crds/widget.yaml", &definition);
    let policy =
        "package sizes\n\ndeny contains {\"msg\": \"too large\", \"path\": \"/spec/size\"} if input.spec.size\n";
    repository.write("policies/sizes.rego", policy);
    assert_eq!(
        lint(),
        "input/widget.yaml:4 POL001 too large (policy `sizes`)\n\
         input/widget.yaml:4 SCH002 `spec.size` of Widget must be an integer, not a string\n"
    );
    let golden = repository.karat(&["lint", "golden/prod", "--skip", "POL"]);
    assert_eq!(golden.code, 0, "{}", golden.stdout);
}

#[test]
fn versions_of_kubernetes() {
    let directory = Repository::empty();
    let old = "apiVersion: flowcontrol.apiserver.k8s.io/v1beta3\nkind: FlowSchema\nmetadata: { name: a }\n";
    directory.write("old.yaml", old);
    let code =
        |version: &str| lint(&directory, &["old.yaml", "--kubernetes-version", version, "--fail-on", "warning"]).code;
    assert_eq!((code("1.28"), code("v1.28.3"), code("1.34")), (0, 0, 1));
    let newest = lint(&directory, &["old.yaml", "--kubernetes-version", "1.99"]);
    assert!(newest.stdout.contains("SCH008"), "{}", newest.stdout);
    let unknown = lint(&directory, &["old.yaml", "--kubernetes-version", "latest"]);
    assert!(unknown.code == 2 && unknown.stderr.contains("looks like 1.34"), "{}", unknown.stderr);
}

#[test]
fn findings_are_selected_by_their_codes() {
    let copy = copied();
    let codes = |arguments: &[&str]| {
        let report = lint(&copy, &[&["helm.yaml", "directory", "--format", "json"], arguments].concat());
        let mut codes: Vec<String> =
            findings(&report).lines().map(|line| line.split(' ').nth(1).unwrap().to_owned()).collect();
        codes.sort_unstable();
        codes.dedup();
        codes.join(" ")
    };
    assert_eq!(codes(&[]), "CFG018 INP001 INP002 INP004 NET005 SCA001 SCH001 SCH002 SCH003 SPC001");
    assert_eq!(codes(&["--only", "net,SCH001"]), "INP001 NET005 SCH001 SPC001");
    assert_eq!(codes(&["--only", "SCH", "--skip", "SPC,INP", "--skip", "SCH002"]), "SCH001 SCH003");
    let clean = lint(&copy, &["helm.yaml", "--only", "CFG"]);
    assert_eq!((clean.code, clean.stdout.as_str()), (0, "no findings in 1 file, 5 resources\n"));
}

#[test]
fn codes_of_check_are_selected_too() {
    let repository = Repository::new();
    repository.edit("envs/prod/hello.yaml", "replicas: 3", "replicas: 4");
    let text = repository.karat(&["check", "--diff", "text", "--only", "NET"]);
    assert_eq!((text.code, text.stdout.lines().count()), (0, 1), "{}", text.stdout);
    assert_eq!(repository.karat(&["check", "--only", "GLD"]).code, 1);
    assert_eq!(repository.karat(&["check", "--skip", "GLD001"]).code, 0);
    repository.edit("karat.yaml", "failOn: error", "failOn: warning");
    repository.edit("envs/prod/hello.yaml", "workload:", "image: { digest: null }\nworkload:");
    assert_eq!(repository.karat(&["check", "--skip", "GLD"]).code, 1);
    assert_eq!(repository.karat(&["check", "--skip", "GLD", "--fail-on", "error"]).code, 0);
}

#[test]
fn warnings_fail_where_the_user_says_so() {
    let copy = copied();
    let code = |arguments: &[&str]| lint(&copy, &[&["directory/values.yaml"], arguments].concat()).code;
    assert_eq!((code(&[]), code(&["--fail-on", "error"]), code(&["--fail-on", "warning"])), (0, 0, 1));
}

#[test]
fn failures_say_what_to_do() {
    let copy = copied();
    copy.write("texts/README.md", "");
    let mut said = String::new();
    for arguments in [
        &["hlem.yaml"][..],
        &["directory/../seed"],
        &["/nowhere/at/all.yaml"],
        &["texts"],
        &["helm.yaml", "--only", "NTE"],
        &["helm.yaml", "--skip", "SCH099"],
        &["helm.yaml", "--only", ""],
    ] {
        let ended = lint(&copy, arguments);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{arguments:?}");
        writeln!(said, "{arguments:?}\n{}", ended.stderr).unwrap();
    }
    insta::assert_snapshot!(said);
    assert_eq!(lint(&copy, &[]).code, 2);
}

/// The YAML of the documents that Karat began with: roadmaps and presentations that many people wrote one like. What is
/// wrong with it is told in `seeds.rs`; this is how it is said.
#[test]
fn mistakes_in_the_documents_that_karat_began_with() {
    let copy = copied();
    insta::assert_snapshot!(findings(&lint(&copy, &["seeds", "--format", "json"])));
}
