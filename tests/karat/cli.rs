//! The commands from outside: what they print, where, and how they end.

use std::{
    io::Read,
    process::{Command, Stdio},
};

use crate::command::{Ended, Repository, command, ended, karat_in};

/// All that a command said.
fn said(Ended { code, stdout, stderr }: &Ended) -> String {
    format!("exit {code}\n== stdout\n{stdout}== stderr\n{stderr}")
}

#[test]
fn a_new_repository_is_clean() {
    let repository = Repository::new();
    let checked = repository.karat(&["check"]);
    assert_eq!((checked.code, checked.stderr.as_str()), (0, ""), "{}", checked.stdout);
    assert!(checked.stdout.starts_with("no findings in 3 environments"), "{}", checked.stdout);
    let golden = repository.karat(&["golden"]);
    assert!(golden.stdout.starts_with("0 written, 0 removed"), "{}", golden.stdout);
}

#[test]
fn a_repository_is_not_made_inside_of_another() {
    let repository = Repository::new();
    let inner = crate::command::karat_in(&repository.path("envs"), &["init"]);
    insta::assert_snapshot!(said(&inner));
    assert!(!repository.path("envs/karat.yaml").exists());
}

#[test]
fn init_keeps_what_is_there() {
    let repository = Repository::empty();
    repository.write("envs/defaults.yaml", "apiVersion: karat/v1\nkind: EnvironmentDefaults\n");
    let made = repository.karat(&["init"]);
    assert!(made.stdout.contains("kept  envs/defaults.yaml"), "{}", said(&made));
    assert_eq!(repository.read("envs/defaults.yaml").lines().count(), 2);
    insta::assert_snapshot!(said(&repository.karat(&["init"])));
}

#[test]
fn a_changed_line_is_shown() {
    let repository = Repository::new();
    repository.edit("envs/prod/hello.yaml", "replicas: 3", "replicas: 4");
    insta::assert_snapshot!(said(&repository.karat(&["check", "--diff", "text"])));
    let json: serde_json::Value =
        serde_json::from_str(&repository.karat(&["check", "--format", "json"]).stdout).unwrap();
    let place = &json["diagnostics"][0]["primary"];
    assert_eq!((&place["file"], &place["line"]), (&"envs/prod/hello.yaml".into(), &7.into()));
    assert_eq!(json["summary"]["errors"], 1);
    assert_eq!(repository.karat(&["golden"]).code, 0);
    assert_eq!(repository.karat(&["check"]).code, 0);
}

#[test]
fn one_change_of_all_environments_is_one_finding() {
    let repository = Repository::new();
    repository.edit("envs/base/hello/app.yaml", "      GREETING: hello from ${env.name}", "      WELCOME: everybody");
    repository.edit("envs/base/hello/app.yaml", "      liveness: { http: /healthy, port: http }\n", "");
    insta::assert_snapshot!(said(&repository.karat(&["check"])));
}

#[test]
fn what_errors_leave_out_is_said() {
    let repository = Repository::new();
    repository.edit("envs/prod/hello.yaml", "replicas: 3", "replica: 3");
    let line = "left out because of errors: checks of hello (prod); golden files of prod";
    let checked = repository.karat(&["check"]);
    assert_eq!(checked.stdout.lines().rev().nth(1), Some(line), "{}", checked.stdout);
    assert!(!repository.karat(&["check", "-e", "dev"]).stdout.contains("left out"));
    repository.write("envs/prod/env.yaml", "kind: [");
    let line = "left out because of errors: checks of prod; golden files of prod";
    let checked = repository.karat(&["check"]);
    assert_eq!(checked.stdout.lines().rev().nth(1), Some(line), "{}", checked.stdout);
}

#[test]
fn a_new_app_is_one_finding() {
    let repository = Repository::new();
    let app = repository.read("envs/base/hello/app.yaml").replace("team: platform", "team: other");
    repository.write("envs/base/other/app.yaml", &app.replace("name: hello", "name: other"));
    insta::assert_snapshot!(said(&repository.karat(&["check"])));
    std::fs::remove_dir_all(repository.path("golden")).unwrap();
    let checked = repository.karat(&["check"]).stdout;
    assert_eq!(checked.matches("GLD002").count(), 2, "{checked}");
}

#[test]
fn what_is_gone_is_one_finding() {
    let repository = Repository::new();
    let app = repository.read("envs/base/hello/app.yaml").replace("team: platform", "team: other");
    repository.write("envs/base/other/app.yaml", &app.replace("name: hello", "name: other"));
    assert_eq!(repository.karat(&["golden"]).code, 0);
    std::fs::remove_dir_all(repository.path("envs/base/other")).unwrap();
    repository.edit(
        "envs/base/hello/app.yaml",
        "service:\n  main: { ports: { http: { port: 80, target: http } } }\n",
        "",
    );
    insta::assert_snapshot!(said(&repository.karat(&["check"])));
    assert_eq!(repository.karat(&["golden"]).code, 0);
    assert_eq!(repository.karat(&["check"]).stdout.lines().next(), Some("no findings in 3 environments, 25 resources"));
}

#[test]
fn what_an_environment_lacks_is_said_with_its_name() {
    let repository = Repository::new();
    let app = repository.read("envs/base/hello/app.yaml");
    let job = "secrets: { db: { externalSecret: { store: vault, path: db } } }\n";
    repository.write("envs/base/hello/app.yaml", &(app + job));
    repository.edit("envs/dev/env.yaml", "apis: [", "apis: [external-secrets.io/v1, ");
    insta::assert_snapshot!(said(&repository.karat(&["check"])));
}

#[test]
fn scopes_filter_what_is_reported_and_written() {
    let repository = Repository::new();
    let app = repository.read("envs/base/hello/app.yaml");
    repository.write("envs/base/other/app.yaml", &app.replace("name: hello", "name: other"));
    repository.edit("envs/base/hello/app.yaml", "hello:1.0.0", "hello:1.1.0");
    let code = |arguments: &[&str]| repository.karat(arguments).code;
    assert!(!repository.karat(&["check", "-a", "other"]).stdout.contains("Deployment hello"));
    assert!(!repository.karat(&["check", "-a", "hello"]).stdout.contains("other"));
    assert_eq!(code(&["golden", "-a", "hello", "-e", "dev"]), 0);
    assert_eq!(code(&["check", "-a", "hello", "-e", "dev"]), 0);
    assert_eq!(code(&["check", "-a", "hello"]), 1);
    assert!(!repository.path("golden/dev/other").exists());
    assert_eq!(code(&["golden"]), 0);
    assert_eq!(code(&["check"]), 0);
}

#[test]
fn an_environment_that_is_gone_takes_its_files_along() {
    let repository = Repository::new();
    repository.write("golden/dev/hello/notes.md", "mine");
    std::fs::remove_dir_all(repository.path("envs/dev")).unwrap();
    repository.edit("envs/staging/env.yaml", "promotesFrom: dev\n", "");
    let checked = repository.karat(&["check"]);
    insta::assert_snapshot!(said(&checked));
    assert_eq!(repository.karat(&["golden"]).code, 0);
    assert_eq!(repository.read("golden/dev/hello/notes.md"), "mine");
    assert!(!repository.path("golden/.inventory/dev").exists());
    assert_eq!(repository.karat(&["check"]).code, 0, "a foreign file is no error");
}

#[test]
fn nothing_is_written_or_printed_while_a_spec_is_broken() {
    let repository = Repository::new();
    repository.edit("envs/prod/hello.yaml", "replicas: 3", "replicsa: 3");
    insta::assert_snapshot!(said(&repository.karat(&["golden"])));
    let rendered = repository.karat(&["render"]);
    assert_eq!((rendered.code, rendered.stdout.as_str()), (1, ""));
    let checked = repository.karat(&["check"]);
    assert!(!checked.stdout.contains("GLD"), "differences that the mistake makes: {}", checked.stdout);
}

#[test]
fn rendered_bytes_are_those_of_the_golden_files() {
    let repository = Repository::new();
    let printed = repository.karat(&["render", "-e", "prod", "-a", "hello"]).stdout;
    let documents: Vec<&str> = printed.split("---\n").collect();
    assert_eq!(documents.len(), 4);
    for (document, file) in documents.iter().zip([
        "poddisruptionbudget.policy-hello",
        "serviceaccount-hello",
        "service-hello",
        "deployment.apps-hello",
    ]) {
        assert_eq!(*document, repository.read(&format!("golden/prod/hello/{file}.yaml")));
    }
    let written = repository.karat(&["render", "-o", "out"]);
    assert_eq!(written.code, 0, "{}", said(&written));
    let file = "prod/hello/deployment.apps-hello.yaml";
    assert_eq!(repository.read(&format!("out/{file}")), repository.read(&format!("golden/{file}")));
    let set = repository.karat(&["render", "-e", "prod", "-a", "hello", "--set", "workload.replicas=7"]).stdout;
    assert!(set.contains("replicas: 7\n"), "{set}");
}

#[test]
fn failures_say_what_to_do() {
    let nowhere = Repository::empty();
    let outside = nowhere.karat(&["check"]);
    assert!(outside.code == 2 && outside.stderr.contains("karat init"), "{}", said(&outside));
    let repository = Repository::new();
    insta::assert_snapshot!(said(&repository.karat(&["check", "-e", "prdo"])));
    insta::assert_snapshot!("unknown_app", said(&repository.karat(&["check", "-a", "helo"])));
    insta::assert_snapshot!("unknown_code", said(&repository.karat(&["explain", "GLD009"])));
    repository.edit("karat.yaml", "=0.", "=9.");
    let pinned = repository.karat(&["check"]);
    assert!(
        pinned.code == 2 && pinned.stderr.contains("9.1.0") && pinned.stderr.contains("0.1.0"),
        "{}",
        said(&pinned)
    );
    assert_eq!(repository.karat(&["chekc"]).code, 2);
}

#[test]
fn any_directory_of_the_repository_will_do() {
    let repository = Repository::new();
    assert_eq!(karat_in(&repository.path("envs/base/hello"), &["check"]).code, 0);
    let root = repository.path("");
    assert_eq!(Repository::empty().karat(&["-C", root.to_str().unwrap(), "check"]).code, 0);
}

#[test]
fn warnings_fail_where_the_project_says_so() {
    let repository = Repository::new();
    repository.edit("envs/prod/hello.yaml", "workload:", "image: { digest: null }\nworkload:");
    assert_eq!(repository.karat(&["check"]).code, 0);
    repository.edit("karat.yaml", "failOn: error", "failOn: warning");
    let checked = repository.karat(&["check"]);
    assert!(checked.code == 1 && checked.stdout.contains("warning["), "{}", said(&checked));
}

#[test]
fn colours_are_for_those_who_want_them() {
    let repository = Repository::new();
    repository.edit("envs/prod/hello.yaml", "replicas: 3", "replicas: 4");
    let check = |variables: &[(&str, &str)]| {
        let mut command = command(&repository.path(""), &["check"]);
        ended(command.envs(variables.iter().copied()).output().unwrap()).stdout
    };
    assert!(!check(&[]).contains('\u{1b}'));
    assert!(check(&[("CLICOLOR_FORCE", "1")]).contains('\u{1b}'));
    assert!(!check(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).contains('\u{1b}'));
}

#[test]
fn a_reader_that_hangs_up_is_no_failure() {
    let repository = Repository::new();
    let mut render: Command = command(&repository.path(""), &["render"]);
    let mut child = render.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut [0; 1]).unwrap();
    drop(out);
    let ended = ended(child.wait_with_output().unwrap());
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
}

#[test]
fn help_version_explain_and_completions() {
    let nowhere = Repository::empty();
    assert_eq!(nowhere.karat(&["--version"]).stdout, format!("karat {}\n", env!("CARGO_PKG_VERSION")));
    assert_eq!(nowhere.karat(&["--help"]).code, 0);
    let explained = nowhere.karat(&["explain", "gld004"]);
    assert!(explained.code == 0 && explained.stdout.starts_with("GLD004: "), "{}", said(&explained));
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = nowhere.karat(&["completions", shell]);
        assert!(script.code == 0 && script.stdout.contains("golden"), "{shell}");
    }
}

/// Frames, the text of JSON, diffs and explanations: nobody who reads a log learns what a Secret holds.
#[test]
fn the_values_of_secrets_go_nowhere() {
    let repository = Repository::new();
    let extra = "extra:\n  pw:\n    apiVersion: v1\n    kind: Secret\n    type: 5\n    data: { password: hunter2! }\n    \
                 stringData:\n      note: |\n        hunter2\n      other: \"hunter2\"\n";
    repository.write("envs/base/hello/app.yaml", &(repository.read("envs/base/hello/app.yaml") + extra));
    let manifest = "apiVersion: v1\nkind: Secret\nmetadata: { name: a }\ntype: 5\ndata: { password: hunter2! }\n";
    repository.write("manifest.yaml", manifest);
    for arguments in [
        &["check"][..],
        &["check", "--format", "json"],
        &["check", "--diff", "text"],
        &["golden"],
        &["explain", "dev/hello", "Secret", "/data/password"],
        &["lint", "manifest.yaml"],
    ] {
        let ended = repository.karat(arguments);
        let said = ended.stdout + &ended.stderr;
        assert!(said.contains("Secret"), "{arguments:?}: {said}");
        assert!(!said.contains("hunter2"), "{arguments:?}: {said}");
    }
}
