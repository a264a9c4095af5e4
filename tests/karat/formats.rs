//! `--format`: what programs get to read, as files and on standard output.

use std::{fmt::Write as _, fs};

use karat::report::FORMATS;
use serde_json::Value;

use crate::command::{Ended, Repository, command, ended};

/// A repository with an error in one environment and a warning in all.
fn flawed() -> Repository {
    let repository = Repository::new();
    repository.edit("envs/prod/hello.yaml", "replicas: 3", "replicas: 4");
    repository.edit("envs/base/hello/app.yaml", "      liveness: { http: /healthy, port: http }\n", "");
    repository
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Files that somebody left behind.
fn files(repository: &Repository, directory: &str) -> Vec<String> {
    let entries = fs::read_dir(repository.path(directory)).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

#[test]
fn several_formats_in_one_run() {
    let repository = flawed();
    repository.write("out/old.sarif", "old");
    let mut arguments: Vec<String> = vec!["check".into(), "--format".into(), "human".into()];
    for format in FORMATS.iter().filter(|format| format.name != "human") {
        arguments.extend(["--format".into(), format!("{0}=out/report.{0}", format.name)]);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let all = repository.karat(&arguments);
    let human = repository.karat(&["check"]);
    assert_eq!((all.code, &all.stdout, all.stderr.as_str()), (1, &human.stdout, ""));
    let names = files(&repository, "out");
    assert_eq!(names.len(), FORMATS.len(), "{names:?}");
    for format in FORMATS.iter().filter(|format| format.name != "human") {
        let alone = repository.karat(&["check", "--format", format.name]);
        assert_eq!((alone.code, alone.stderr.as_str()), (1, ""), "{}", format.name);
        assert_eq!(alone.stdout, repository.read(&format!("out/report.{}", format.name)), "{}", format.name);
        assert!(alone.stdout.contains("GLD001"), "{}", alone.stdout);
    }
}

#[test]
fn a_report_in_a_file_replaces_the_one_before() {
    let repository = flawed();
    repository.write("report.json", "old");
    let quiet = repository.karat(&["check", "--format", "json=report.json"]);
    assert_eq!((quiet.code, quiet.stdout.as_str(), quiet.stderr.as_str()), (1, "", ""));
    assert_eq!(json(&repository.read("report.json"))["version"], 1);
    let clean = Repository::new();
    let elsewhere = clean.karat(&["-C", "envs/prod", "check", "--format", "human=report.txt", "--format", "tap=-"]);
    assert_eq!((elsewhere.code, elsewhere.stdout.lines().next()), (0, Some("TAP version 14")));
    assert!(clean.read("envs/prod/report.txt").starts_with("no findings in 3 environments"));
    assert_eq!(files(&clean, "envs/prod"), ["env.yaml", "hello.yaml", "report.txt"]);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_written_to() {
    let repository = flawed();
    let device = repository.karat(&["check", "--format", "json=/dev/stdout"]);
    assert_eq!((device.code, &json(&device.stdout)["version"]), (1, &1.into()), "{}", device.stderr);
    repository.write("real.json", "");
    std::os::unix::fs::symlink("real.json", repository.path("link.json")).unwrap();
    assert_eq!(repository.karat(&["check", "--format", "json=link.json"]).code, 1);
    assert!(repository.path("link.json").is_symlink());
    assert_eq!(json(&repository.read("real.json"))["version"], 1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_refuses_does_not_hide_the_findings() {
    let repository = flawed();
    let human = repository.karat(&["check"]).stdout;
    for (file, reason) in [("/dev/full", "No space left on device"), ("/proc/karat.json", "No such file or directory")]
    {
        let ended = repository.karat(&["check", "--format", &format!("json={file}"), "--format", "human"]);
        assert_eq!((ended.code, &ended.stdout), (2, &human));
        let said = format!("error: cannot write a report to `{file}`: {reason}");
        assert!(ended.stderr.starts_with(&said) && ended.stderr.contains("\n  hint: "), "{}", ended.stderr);
    }
}

#[test]
fn what_cannot_be_written_is_said_before_any_work() {
    let repository = flawed();
    let mut said = String::new();
    for arguments in [
        &["--format", "sarif=absent/out.sarif"][..],
        &["--format", "sarif=envs"],
        &["--format", "sarif=karat.yaml/out.sarif"],
        &["--format", "sarif="],
        &["--format", "json", "--format", "sarif"],
        &["--format", "json=out", "--format", "sarif=out"],
        &["--format", "sarf"],
    ] {
        for command in [&["check"][..], &["lint", "envs"]] {
            let ended = repository.karat(&[command, arguments].concat());
            assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{arguments:?}");
            if command.len() == 1 {
                writeln!(said, "{arguments:?}\n{}", ended.stderr).unwrap();
            }
        }
    }
    insta::assert_snapshot!(said);
    assert!(!repository.path("out").exists());
}

/// The identities of all findings in a SARIF report, by environment too.
fn fingerprints(ended: &Ended) -> Vec<String> {
    let sarif = json(&ended.stdout);
    let results = sarif["runs"][0]["results"].as_array().unwrap().clone();
    results.iter().map(|result| format!("{} {}", result["ruleId"], result["partialFingerprints"])).collect()
}

#[test]
fn fingerprints_outlive_moved_lines() {
    let repository = flawed();
    let sarif = || repository.karat(&["check", "--format", "sarif"]);
    let (before, place) = (fingerprints(&sarif()), sarif().stdout);
    repository.edit("envs/prod/hello.yaml", "workload:", "# a comment\n\nworkload:");
    assert_ne!(sarif().stdout, place);
    assert_eq!(fingerprints(&sarif()), before);
    assert!(before.iter().any(|fingerprint| fingerprint.contains("identity/prod/v1")), "{before:?}");
    let gitlab = json(&repository.karat(&["check", "--format", "gitlab"]).stdout);
    let mut unique: Vec<_> =
        gitlab.as_array().unwrap().iter().map(|issue| issue["fingerprint"].as_str().unwrap().to_owned()).collect();
    let count = unique.len();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!((unique.len(), count), (before.len(), before.len()));
}

#[test]
fn paths_are_those_of_the_repository_around() {
    let repository = flawed();
    let outer = Repository::empty();
    fs::create_dir(outer.path(".git")).unwrap();
    let inner = outer.path("deploy");
    fs::rename(repository.path(""), &inner).unwrap();
    fs::create_dir(repository.path("")).unwrap();
    let gitlab = |arguments: &[&str]| {
        let report = json(&outer.karat(&[arguments, &["--format", "gitlab"]].concat()).stdout);
        report[0]["location"]["path"].as_str().unwrap().to_owned()
    };
    assert_eq!(gitlab(&["-C", "deploy", "check"]), "deploy/envs/prod/hello.yaml");
    fs::write(outer.path("web.yaml"), "kind: Service\n").unwrap();
    let absolute = fs::canonicalize(outer.path("web.yaml")).unwrap();
    for path in ["../web.yaml", absolute.to_str().unwrap()] {
        assert_eq!(gitlab(&["-C", "deploy", "lint", path]), "web.yaml");
    }
    let mut github = command(&inner, &["check", "--format", "markdown"]);
    github.envs([("GITHUB_SERVER_URL", "https://git.example"), ("GITHUB_REPOSITORY", "a/b"), ("GITHUB_SHA", "c0")]);
    let comment = ended(github.output().unwrap()).stdout;
    assert!(comment.contains("(https://git.example/a/b/blob/c0/deploy/envs/prod/hello.yaml#L7)"), "{comment}");
}

/// The page names every format as the command line does.
#[test]
fn the_page_lists_every_format() {
    let rows = FORMATS.iter().fold(String::from("| format | |\n|---|---|\n"), |mut rows, format| {
        writeln!(rows, "| `{}` | {} |", format.name, format.help).unwrap();
        rows
    });
    let page = include_str!("../../docs/checks.md");
    assert!(page.contains(&rows), "docs/checks.md should have\n{rows}");
}

/// A test report is red exactly where the exit code is.
#[test]
fn what_fails_is_what_the_exit_code_says() {
    let repository = Repository::empty();
    repository.write("widget.yaml", "apiVersion: example.com/v1\nkind: Widget\nmetadata: { name: a }\n");
    for (limit, code, failures) in [("error", 0, 0), ("warning", 1, 1)] {
        let run = |format| repository.karat(&["lint", "widget.yaml", "--fail-on", limit, "--format", format]);
        let (junit, tap) = (run("junit"), run("tap"));
        assert_eq!((junit.code, tap.code), (code, code));
        assert_eq!(junit.stdout.matches("<failure ").count(), failures, "{}", junit.stdout);
        assert_eq!(junit.stdout.matches("<skipped ").count(), 1 - failures, "{}", junit.stdout);
        assert_eq!(tap.stdout.matches("\nnot ok ").count(), failures, "{}", tap.stdout);
    }
}
